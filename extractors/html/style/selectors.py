"""Selectors of style sheets: which elements a rule is for.

Owns their grammar as far as it concerns a page at rest: what depends on a pointer or a keyboard matches nothing, and a
selector that is not understood is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml.etree import _Element as Element

Test = Callable[[Element], bool]

_NAME = r"(?:[-\w]|[^\x00-\x7f]|\\.)+"
_TOKEN = re.compile(
    rf"(?P<combinator>\s*[>+~]\s*|\s+)|(?P<tag>\*|{_NAME})|#(?P<id>{_NAME})|\.(?P<class>{_NAME})"
    r"|\[(?P<attribute>[^\]]*)\]"
    rf"|::?(?P<pseudo>{_NAME})(?:\((?P<argument>(?:[^()]|\([^()]*\))*)\))?"
)
_ATTRIBUTE = re.compile(r"""\s*([-\w:]+)\s*(?:([~|^$*]?=)\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))\s*[iIsS]?\s*)?""")
_NTH = re.compile(r"(?:([+-]?\d*)n)?\s*(?:([+-]?)\s*(\d+))?")
_PARTS = frozenset({"before", "after", "first-letter", "first-line"})
_LISTS = frozenset({"is", "where", "matches", "not"})


@dataclass(frozen=True, slots=True)
class Step:
    """One compound of a selector, and how it stands to the one on its right: a blank, `>`, `+` or `~`."""

    tag: str
    tests: tuple[Test, ...]
    key: str
    """An id (`#…`), class (`.…`) or tag that every element has that it matches; empty if there is none."""
    combinator: str = ""


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector: its steps from right to left, the part of an element that it is for, and its weight."""

    steps: tuple[Step, ...]
    part: str
    specificity: tuple[int, int, int]
    plain: bool
    """Whether it asks for nothing but tags, classes and ids of an element and of those around it."""

    @property
    def key(self) -> str:
        """What every element has that it matches."""
        return self.steps[0].key

    def matches(self, element: Element) -> bool:
        """Return whether the rule is for an element."""
        return _fits(self.steps[0], element) and self._rest_matches(1, element)

    def _rest_matches(self, at: int, element: Element) -> bool:
        if at == len(self.steps):
            return True
        step = self.steps[at]
        return any(
            _fits(step, other) and self._rest_matches(at + 1, other) for other in _around(element, step.combinator)
        )


def _fits(step: Step, element: Element) -> bool:
    return step.tag in ("", element.tag) and all(test(element) for test in step.tests)


def _around(element: Element, combinator: str) -> Iterator[Element]:
    """Yield the elements in which the step on the left of a combinator may be found."""
    if combinator in ("+", "~"):
        before = element.itersiblings(preceding=True)
        yield from before if combinator == "~" else list(before)[:1]
    elif combinator == ">":
        yield from (parent for parent in (element.getparent(),) if parent is not None)
    else:
        yield from element.iterancestors()


def parse_selectors(text: str) -> list[Selector | None]:
    """Return the selectors of a rule; None for each that is not understood."""
    return [_parse(part.strip()) for part in _split(text)]


def _split(text: str) -> list[str]:
    """Split at the commas that stand outside brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


class _Builder:
    """The step that is being read."""

    def __init__(self) -> None:
        self.tag, self.key, self.part = "", "", ""
        self.tests: list[Test] = []
        self.weight = [0, 0, 0]
        self.plain = True

    def add(self, token: re.Match[str]) -> bool:
        """Take in one part of a compound; return False if it is not understood."""
        kind, name = token.lastgroup or "", (token["pseudo"] or "").lower()
        if token["tag"]:
            self.tag = "" if token["tag"] == "*" else token["tag"].lower()
            self.weight[2] += bool(self.tag)
        elif token["id"] or token["class"]:
            self._add_name("id" if token["id"] else "class", _unescaped(token["id"] or token["class"]))
        elif kind == "attribute":
            self.plain = False
            test = _attribute_test(token["attribute"])
            self.tests += [test] if test else []
            self.weight[1] += 1
            return test is not None
        elif name in _PARTS:
            self.part = name
            self.weight[2] += 1
        else:
            self.plain = False
            return self._add_pseudo(name, token["argument"] or "")
        return True

    def _add_name(self, attribute: str, name: str) -> None:
        self.weight[0 if attribute == "id" else 1] += 1
        self.key = f"#{name}" if attribute == "id" else self.key if self.key.startswith("#") else f".{name}"
        self.tests.append(
            (lambda element: element.get("id") == name)
            if attribute == "id"
            else (lambda element: name in (element.get("class") or "").split())
        )

    def _add_pseudo(self, name: str, argument: str) -> bool:
        if name in _LISTS:
            inner = [selector for selector in parse_selectors(argument) if selector]
            self.tests.append(lambda element: any(one.matches(element) for one in inner) != (name == "not"))
            heaviest = (0, 0, 0) if name == "where" else max((one.specificity for one in inner), default=(0, 0, 0))
            self.weight = [own + more for own, more in zip(self.weight, heaviest, strict=True)]
            return bool(inner)
        test = _place_test(name, argument)
        self.tests.append(test)
        self.weight[1] += 1
        return True

    def step(self, combinator: str) -> Step:
        return Step(self.tag, tuple(self.tests), self.key or self.tag, combinator)


def _parse(text: str) -> Selector | None:
    steps: list[Step] = []
    builder, part, at = _Builder(), "", 0
    weight, plain = [0, 0, 0], True
    combinators: list[str] = []
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            return None
        at = token.end()
        if token["combinator"]:
            steps.append(builder.step(""))
            combinators.append(token["combinator"].strip() or " ")
            weight = [own + more for own, more in zip(weight, builder.weight, strict=True)]
            builder = _Builder()
        elif not builder.add(token):
            return None
        part, plain = builder.part, plain and builder.plain
    if not text:
        return None
    steps.append(builder.step(""))
    first, second, third = (own + more for own, more in zip(weight, builder.weight, strict=True))
    joined = [Step(step.tag, step.tests, step.key, how) for step, how in zip(steps, [*combinators, ""], strict=True)]
    plain = plain and not {"+", "~"}.intersection(combinators)
    return Selector(tuple(reversed(joined)), part, (first, second, third), plain)


def _unescaped(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name)


def _attribute_test(text: str) -> Test | None:
    parsed = _ATTRIBUTE.fullmatch(text)
    if parsed is None:
        return None
    name, operator = parsed[1].lower(), parsed[2]
    wanted = next((group for group in parsed.group(3, 4, 5) if group is not None), "")
    tests: dict[str | None, Callable[[str], bool]] = {
        None: lambda _value: True,
        "=": lambda value: value == wanted,
        "~=": lambda value: wanted in value.split(),
        "|=": lambda value: value == wanted or value.startswith(f"{wanted}-"),
        "^=": lambda value: bool(wanted) and value.startswith(wanted),
        "$=": lambda value: bool(wanted) and value.endswith(wanted),
        "*=": lambda value: bool(wanted) and wanted in value,
    }
    test = tests[operator]
    return lambda element: (value := element.get(name)) is not None and test(value)


def _place_test(name: str, argument: str) -> Test:
    """Return the test of a pseudo-class of place; of any other, one that no element of a page at rest passes."""
    of_type, backwards = name.endswith("of-type"), "last" in name
    if name in ("first-child", "last-child", "first-of-type", "last-of-type"):
        return lambda element: _number(element, backwards, of_type) == 1
    if name in ("only-child", "only-of-type"):
        return lambda element: _number(element, False, of_type) == 1 == _number(element, True, of_type)
    if name.startswith("nth-"):
        step, offset = _nth(argument)
        return lambda element: _is_nth(_number(element, backwards, of_type), step, offset)
    if name == "empty":
        return lambda element: len(element) == 0 and not element.text
    if name in ("link", "any-link"):
        return lambda element: element.get("href") is not None
    if name == "root":
        return lambda element: element.getparent() is None
    if name in ("checked", "disabled", "open", "required"):
        return lambda element: element.get(name) is not None
    return lambda _element: False


def _number(element: Element, backwards: bool, of_type: bool) -> int:
    """Return the place of an element among its siblings, from 1."""
    others = element.itersiblings(preceding=not backwards)
    return 1 + sum(1 for other in others if not of_type or other.tag == element.tag)


def _nth(argument: str) -> tuple[int, int]:
    text = {"odd": "2n+1", "even": "2n"}.get(argument.strip().lower(), argument.strip().lower())
    parsed = _NTH.fullmatch(text)
    if parsed is None or not text:
        return 0, 0
    step = 0 if parsed[1] is None else int(f"{parsed[1]}1" if parsed[1] in ("", "+", "-") else parsed[1])
    return step, int(f"{parsed[2] or ''}{parsed[3] or 0}")


def _is_nth(number: int, step: int, offset: int) -> bool:
    if step == 0:
        return number == offset
    return (number - offset) % abs(step) == 0 and (number - offset) // step >= 0
