"""A sentence → its numbers, each with the words before and behind it that may name it.

Owns brackets, commas and enumerations: where the words of one number end and those of the next begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from transforms.prose.lexicon import any_of, lexicon
from transforms.prose.numerals import Numeral

_ELSEWHERE = "\0"
"""Stands for each character that belongs to another pair of brackets, so that offsets stay valid."""

JOINED = re.compile(
    "(?<!公民)、|以及|(?<!共)和(?!谐|平|解|其他组织)|(?<![涉普兼顾波])及(?!时|其|格|早)|(?<![参赋授给])与(?!会)|并(?![不未])|"
    "或者?(?!者|其他组织)"
)
"""What joins the items of an enumeration. 公民、法人或者其他组织 is none: it means anyone."""

_CLAUSE_END = re.compile("[,:；]")
_BRACKET = re.compile(r"[\[\]【】〔〕()]")
_BRACKETS = str.maketrans("[]【】〔〕", "()()()")
_INNERMOST = re.compile(r"\(([^()]*)\)")
_JOINT = "(?:、|和|及|与|以及|并)"
_NOTHING_BETWEEN = re.compile(rf"\s*(?:{_JOINT}|,)?\s*")
_OPENS_WITH_JOINT = re.compile(rf"\s*{_JOINT}")
_ENDS_WITH_JOINT = re.compile(rf"{_JOINT}\s*$")


@dataclass(frozen=True, slots=True)
class Place:
    """A number in its sentence.

    `before` and `after` reach to the next comma or enumeration; with `shared`, the next number has `after` before it.
    `clause` is all since the last comma, with other numbers; `lead` the clause before, if it has no number.
    `bare`: only a mark stands between it and the number before. `part`: words (其中) or brackets
    (`in_brackets`) behind another number introduce it as part of what was counted there.
    """

    numeral: Numeral
    before: str
    after: str
    clause: str
    lead: str
    bare: bool
    part: bool
    in_brackets: bool
    shared: bool = False


def places(sentence: str, numerals: Sequence[Numeral], offset: int) -> list[Place]:
    """Return the places of some numbers, whose offsets begin at `offset`, in their order.

    >>> from transforms.prose.numerals import numerals
    >>> text = "办理14件建议(含闭会期间)和9件提案"
    >>> [(place.before, place.after) for place in places(text, list(numerals(text)), 0)]
    [('办理', '建议'), ('', '提案')]
    """
    found: list[Place] = []
    for text in _levels(sentence):
        own = [numeral for numeral in numerals if text[numeral.start - offset] != _ELSEWHERE]
        found += _places(text, own, offset, in_brackets=bool(own) and own[0] is not numerals[0])
    return sorted(found, key=lambda place: place.numeral.start)


def _levels(sentence: str) -> list[str]:
    """Return the text of each pair of brackets, and at last that outside of them, all as long as the sentence."""
    found: list[str] = []

    def cut_out(match: re.Match[str]) -> str:
        left, right = match.span()
        found.append(_ELSEWHERE * (left + 1) + match[1] + _ELSEWHERE * (len(sentence) - right + 1))
        return _ELSEWHERE * (right - left)

    if not _BRACKET.search(sentence):
        return [sentence]
    text = sentence.translate(_BRACKETS)
    pairs = text.count("(")
    while pairs:
        text, pairs = _INNERMOST.subn(cut_out, text)
    return [*found, re.sub(r"[()]", ",", text)]


def _places(text: str, own: Sequence[Numeral], offset: int, *, in_brackets: bool) -> Iterator[Place]:
    """Yield the places of the numbers of one level, in order."""
    after_last, part = 0, in_brackets
    clause = ""
    before, lead, bare, shared = "", "", False, False
    for at, numeral in enumerate(own):
        start, end = numeral.start - offset, numeral.end - offset
        gap = _words(text[after_last:start])
        if at == 0:
            *_, lead, before = ["", *_clauses(gap)]
        else:
            part = part or bool(_introduces_parts().search(gap)) or gap.startswith(":")
        clause = _clauses(clause + gap)[-1]
        stop = own[at + 1].start - offset if at + 1 < len(own) else len(text)
        following = _words(text[end:stop])
        after, next_before, next_lead, shared = _divide(following, last=at + 1 == len(own))
        yield Place(numeral, before, after, clause, lead, bare, part, in_brackets, shared)
        clause += text[start:end]
        bare = _NOTHING_BETWEEN.fullmatch(following) is not None
        before, lead, after_last = next_before, next_lead, end


def _divide(gap: str, *, last: bool) -> tuple[str, str, str, bool]:
    """Return what of the words between two numbers stands behind the first, and before the second (`Place.before`,
    `lead`), and whether both may claim it.
    """
    clauses = _clauses(gap)
    if last or len(clauses) > 1:
        lead = clauses[-2] if len(clauses) > 2 else ""
        return clauses[0], clauses[-1], lead, False
    if _NOTHING_BETWEEN.fullmatch(gap):
        return "", "", "", False
    if _OPENS_WITH_JOINT.match(gap):
        return "", _OPENS_WITH_JOINT.sub("", gap), "", False
    if _ENDS_WITH_JOINT.search(gap):
        return _ENDS_WITH_JOINT.sub("", gap), "", "", False
    left, joint, right = gap.partition("、")
    return left, right if joint else gap, "", not joint


def _words(text: str) -> str:
    return text.replace(_ELSEWHERE, "").rstrip("。！？；\n ").strip()


def _clauses(text: str) -> list[str]:
    return [clause.strip() for clause in _CLAUSE_END.split(text)]


@cache
def _introduces_parts() -> re.Pattern[str]:
    return re.compile(any_of(lexicon().parts))
