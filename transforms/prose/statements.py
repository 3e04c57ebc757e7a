"""Figures in prose: every number with a counted unit, with the words that name it.

Owns what one figure is, and the way from text to figures: sentences, numbers, the words around them, their kind, their
name, and parts of a whole. Units, words and known metrics are in `statements.yml`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from transforms.forms.values import folded
from transforms.prose.clauses import Place, places
from transforms.prose.kinds import kind_of, sign_of
from transforms.prose.lexicon import OTHER, ends_with_verb
from transforms.prose.naming import Name, core, names
from transforms.prose.numerals import numerals

_SENTENCE_END = re.compile(r"[。！？\n]|；(?![^()。\n]*\))")
"""A semicolon in brackets ends no sentence."""

_PARTS = "其中"
_VAGUE_UP_TO = 10
"""Up to this number, a numeral in Chinese characters with an unknown noun is mostly part of a phrase (三项制度)."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure stated in a sentence; `start` and `end` are the offsets of number and unit in the section's text."""

    metric: str
    label: str
    value: Decimal
    unit: str
    approximate: bool
    sentence: str
    start: int
    end: int


def read_statements(text: str) -> Iterator[Statement]:
    """Yield every figure with a counted unit in the text of one section, in order.

    Dates, document and telephone numbers, postcodes, ordinals, ranges and spans of time are not figures.

    >>> [(s.metric, s.value, s.unit, s.approximate) for s in read_statements("全年发布信息1.2万余条，举办两次培训。")]
    [('disclosed_items', Decimal('12000'), '条', True), ('trainings', Decimal('2'), '次', False)]
    """
    plain = folded(text)
    ends = [0, *(end.end() for end in _SENTENCE_END.finditer(plain)), len(plain) + 1]
    whole = before = frozenset[str]()
    continues = False
    for at, own in groupby(numerals(plain), key=lambda numeral: bisect_right(ends, numeral.start)):
        start, end = ends[at - 1], ends[at]
        if plain[start:end].lstrip().startswith(_PARTS):
            whole = before
        elif not continues:
            whole = frozenset()
        found = places(plain[start:end], list(own), start)
        told = list(_statements(found, plain[start:end], text[start:end].strip(), start, whole))
        before = whole.union(statement.metric for statement in told)
        continues = bool(whole) and plain.startswith("；", end - 1)
        yield from told


def _statements(
    found: Sequence[Place], folded: str, sentence: str, start: int, whole: frozenset[str]
) -> Iterator[Statement]:
    """Yield the figures of one sentence; those with a metric in `whole` are parts of figures of a sentence before."""
    known, in_all = set(whole), set(whole)
    for place, name in zip(found, names(found, folded, start), strict=True):
        kind, numeral = kind_of(place), place.numeral
        if kind == "none" or _is_phrase(place, name):
            continue
        is_part = name.metric in (in_all if place.in_brackets else known if place.part else whole)
        in_all.add(name.metric)
        known |= set() if place.part else {name.metric}
        yield Statement(
            metric=OTHER if kind == "other" or is_part else name.metric,
            label=name.label,
            value=numeral.value * sign_of(place),
            unit="人次" if numeral.unit == "人" and name.label.endswith("人次") else numeral.unit,
            approximate=numeral.approximate,
            sentence=sentence,
            start=numeral.start,
            end=numeral.end,
        )


def _is_phrase(place: Place, name: Name) -> bool:
    """Return whether a number in Chinese characters is part of a phrase (一项工作, 四个意识), and counts nothing."""
    numeral = place.numeral
    if not numeral.spelled or name.metric != OTHER or numeral.value > _VAGUE_UP_TO:
        return False
    stem = core(place.before)
    return numeral.value < 2 or not stem or (bool(name.behind) and not ends_with_verb(stem))
