"""The style sheets inside a page, and what they and an element's own attributes declare for it.

Owns the grammar of sheets, the media that a screen is, and which of several declarations holds. Sheets that are files
of their own are not read; `StyleSheets.has_others` says that there are some.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml.etree import _Element as Element

from extractors.html.style.selectors import Selector, parse_selectors

Declaration = tuple[str, str, bool]
"""Property, value, and whether it is `!important`."""

_SCREEN_WIDTH = 1280.0
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_PIECE = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{};]|[^{};"']+|["']""", re.DOTALL)
_STRINGS = r"""\"(?:[^"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"""
_DECLARATION = re.compile(rf"""(?:[^;"'(]|{_STRINGS}|\((?:[^()"']|{_STRINGS}|\([^()]*\))*\)|[("'])+""")
_IMPORTANT = re.compile(r"\s*!\s*important\s*$", re.IGNORECASE)
_WIDTH = re.compile(r"\(\s*(min|max)-(?:device-)?width\s*:\s*([\d.]+)\s*(px|em|rem)?\s*\)")
_NESTING = ("@media", "@supports", "@layer", "@container")
_MATTERS = re.compile(
    r"display|visib|opacity|font|color|background|clip|indent|position|left|right|top|bottom|inset|margin|width|height|"
    r"overflow|transform|filter|decoration|vertical|direction|bidi|float|(?<!b)order|flex|spacing|padding|white-space|shadow|"
    r"content|scale|rotate|translate|text-fill|text-security|mso-hide|\bgap|--",
    re.IGNORECASE,
)
_FONT_SIZE = re.compile(
    r"\s(xx?-small|x{1,3}-large|small|large|medium|[\d.]+(?:%|[a-z]+)?)(?:\s*/\s*\S+)?\s", re.IGNORECASE
)
_BLOCK = re.compile(r"[^;{}]*\{[^{}]*\}")
_VARIABLE = re.compile(r"var\(\s*(--[-\w]+)\s*(?:,\s*([^()]*))?\)")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for one selector; `order` counts the rules of a page."""

    selector: Selector
    declarations: tuple[Declaration, ...]
    order: int


@lru_cache(maxsize=20_000)
def declarations(text: str) -> tuple[Declaration, ...]:
    """Return what the body of a rule or a `style` attribute declares of all that can change what is seen.

    >>> declarations("COLOR: red !important; border: 0; font: 0/0 a")
    (('color', 'red', True), ('font-size', '0', False))
    """
    if not _MATTERS.search(text):
        return ()
    found: list[Declaration] = []
    for part in _DECLARATION.findall(_COMMENT.sub("", text)):
        name, colon, value = part.partition(":")
        name = name.strip() if name.strip().startswith("--") else name.strip().lower()
        if colon and _MATTERS.search(name):
            important = _IMPORTANT.search(value) is not None
            found += [(own, each, important) for own, each in _longhand(name, _IMPORTANT.sub("", value).strip())]
    return tuple(found)


def _longhand(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield the properties that a shorthand stands for, as far as they matter."""
    if name == "font":
        size = _FONT_SIZE.search(f" {value} ")
        yield from [("font-size", size[1])] if size else []
    elif name == "background":
        picture = re.search(r"url\(|gradient\(", value)
        yield "background-image", value if picture else "none"
        yield "background-color", re.sub(r"url\([^)]*\)", "", value).strip() or "transparent"
    elif name == "text-decoration":
        yield "text-decoration-line", value
    elif name == "overflow":
        yield "overflow-x", value
        yield "overflow-y", value
    else:
        yield name, value


class StyleSheets:
    """The rules of a page, found by what every element that they are for has."""

    def __init__(self, root: Element) -> None:
        self._rules: dict[str, list[Rule]] = defaultdict(list)
        self._variables: dict[str, str] = {}
        self._kinds: dict[tuple[int, object, str | None, str | None], int] = {}
        self._by_kind: dict[int, tuple[tuple[Rule, ...], tuple[Rule, ...]]] = {}
        self.has_others = any("stylesheet" in (link.get("rel") or "").lower() for link in root.iter("link"))
        order = 0
        for style in root.iter("style"):
            text = _COMMENT.sub("", style.text or "")
            self.has_others |= "@import" in text
            for prelude, body in _rules(text) if _on_screen(style.get("media") or "") else ():
                order += 1
                self._add(prelude, declarations(body), order)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def _add(self, prelude: str, declared: tuple[Declaration, ...], order: int) -> None:
        self._variables |= {name: value for name, value, _ in declared if name.startswith("--")}
        if all(name.startswith("--") for name, _, _ in declared):
            return
        for selector in parse_selectors(prelude) if "cloak" not in prelude else ():  # until its script has run
            if selector:
                self._rules[selector.key].append(Rule(selector, declared, order))

    def kind_of(self, element: Element, around: int) -> int:
        """Return a number for the tag, class and id of an element and of those around it; `around` is their number."""
        key = (around, element.tag, element.get("class"), element.get("id"))
        return self._kinds.setdefault(key, len(self._kinds) + 1)

    def rules_for(self, element: Element, kind: int) -> tuple[Rule, ...]:
        """Return the rules for an element of a kind, and for its parts."""
        if kind not in self._by_kind:
            keys = [str(element.tag), "", f"#{element.get('id')}"]
            keys += [f".{name}" for name in dict.fromkeys((element.get("class") or "").split())]
            rules = [rule for key in keys for rule in self._rules.get(key, ())]
            plain = tuple(rule for rule in rules if rule.selector.plain and rule.selector.matches(element))
            self._by_kind[kind] = plain, tuple(rule for rule in rules if not rule.selector.plain)
        plain, others = self._by_kind[kind]
        return plain + tuple(rule for rule in others if rule.selector.matches(element)) if others else plain

    def names_class(self, name: str) -> bool:
        """Return whether a rule is for elements of a class."""
        return f".{name}" in self._rules

    def cascade(self, rules: tuple[Rule, ...], style: str, part: str = "") -> Mapping[str, str]:
        """Return the value that holds of each property, of an element or of one of its parts."""
        declared = [
            (important, rule.selector.specificity, rule.order, name, value)
            for rule in rules
            if rule.selector.part == part
            for name, value, important in rule.declarations
        ]
        own = declarations(style) if not part else ()
        declared += [(important, (1_000, 0, 0), 0, name, value) for name, value, important in own]
        declared.sort(key=lambda one: one[:3])
        return {name: self._resolved(value) for _, _, _, name, value in declared}

    def _resolved(self, value: str) -> str:
        """Return a value with its variables replaced by what the page gives them anywhere."""
        return _VARIABLE.sub(lambda found: self._variables.get(found[1], found[2] or found[0]), value)


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and body of each rule that holds on a screen."""
    prelude, body, depth = "", "", 0
    for piece in _PIECE.findall(text):
        if piece == "{":
            depth += 1
            body += piece if depth > 1 else ""
        elif piece == "}" and depth:
            depth -= 1
            if depth:
                body += piece
                continue
            yield from _rule(prelude.strip(), body)
            prelude = body = ""
        elif depth:
            body += piece
        elif piece == ";" and prelude.lstrip().startswith("@"):
            prelude = ""
        else:
            prelude += piece
    if depth:  # what is open at the end of a sheet is closed there
        yield from _rule(prelude.strip(), body)


def _rule(prelude: str, body: str) -> Iterator[tuple[str, str]]:
    name = re.split(r"[\s(]", prelude, maxsplit=1)[0].lower()
    if not prelude.startswith("@"):
        yield prelude, _BLOCK.sub("", body)
        for inner, nested in _rules(body) if "{" in body else ():
            yield _joined(prelude, inner.rpartition(";")[2].strip()), nested
    elif name in _NESTING and _holds(name, prelude[len(name) :]):
        yield from _rules(body)


def _joined(outer: str, inner: str) -> str:
    """Return the selector of a rule inside another one.

    >>> _joined("td, th", "& .old"), _joined("td", ".old")
    (':is(td, th) .old', ':is(td) .old')
    """
    around = f":is({outer})"
    return inner.replace("&", around) if "&" in inner else f"{around} {inner}"


def _holds(name: str, condition: str) -> bool:
    if name == "@media":
        return _on_screen(condition)
    return not (name == "@supports" and condition.strip().lower().startswith("not"))


def _on_screen(media: str) -> bool:
    """Return whether a list of media includes a screen as wide as a desk's."""
    return not media.strip() or any(_is_screen(query.strip().lower()) for query in media.split(","))


def _is_screen(query: str) -> bool:
    if query.startswith("not "):
        return not _is_screen(query[4:])
    kind = re.match(r"(?:only\s+)?([a-z]+)?", query)
    if kind and kind[1] not in (None, "all", "screen"):
        return False
    widths = _WIDTH.findall(query)
    if query.count("(") != len(widths):
        return False  # an orientation, a pointer, a wish of the reader: not the page as it stands
    pixels = [(which, float(number) * (16 if unit and unit != "px" else 1)) for which, number, unit in widths]
    return all(width <= _SCREEN_WIDTH if which == "min" else width >= _SCREEN_WIDTH for which, width in pixels)
