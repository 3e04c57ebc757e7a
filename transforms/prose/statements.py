"""Figures in prose: every number with a counted unit, with the words that name it.

Owns the reading of sentences; units, exclusions and known metrics are in `statements.yml`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from nianbao import Declaration, read_declaration
from transforms.forms.values import FOLD

_SENTENCE_END = re.compile(r"[。！？；\n]")
_CLAUSE_BREAK = re.compile(r"[，,、：:（(]")
_MULTIPLES = {"万": 4, "亿": 8, "千": 3, "百": 2}


class _Metric(Declaration):
    code: str
    units: tuple[str, ...]
    pattern: str


class _Approximate(Declaration):
    before: tuple[str, ...]
    after: tuple[str, ...]


class _Lexicon(Declaration):
    units: tuple[str, ...]
    not_after: tuple[str, ...]
    approximate: _Approximate
    decrease: tuple[str, ...]
    metrics: tuple[_Metric, ...]


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

    Dates, document and telephone numbers, postcodes, ordinals and spans of time are not figures.

    >>> [(s.metric, s.value, s.unit, s.approximate) for s in read_statements("全年发布信息1.2万余条，培训2次。")]
    [('disclosed_items', Decimal('12000'), '条', True), ('trainings', Decimal('2'), '次', False)]
    """
    ends = [0, *(end.end() for end in _SENTENCE_END.finditer(text)), len(text) + 1]
    for match in _figure_pattern().finditer(text.translate(FOLD)):
        start = ends[bisect_right(ends, match.start()) - 1]
        sentence = text[start : ends[bisect_right(ends, match.end())]]
        label = _label(text[start : match.start("number")])
        yield Statement(
            metric=_metric(label, match["unit"]),
            label=label,
            value=_value(match),
            unit=match["unit"],
            approximate=any(match[name] for name in ("before", "about", "after", "after_multiple")),
            sentence=sentence.strip(),
            start=match.start("number"),
            end=match.end(),
        )


def _value(match: re.Match[str]) -> Decimal:
    number = Decimal(match["number"].replace(",", "")).scaleb(_MULTIPLES.get(match["multiple"] or "", 0))
    value = -number if match["decrease"] else number
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _label(before: str) -> str:
    """Return the clause that ends at the number, or the end of the sentence before it if the clause is empty."""
    clause = _CLAUSE_BREAK.split(before)[-1].strip()
    return clause if len(clause) > 1 else before.strip()[-30:]


def _metric(label: str, unit: str) -> str:
    known = (metric.code for metric in _lexicon().metrics if unit in metric.units and re.search(metric.pattern, label))
    return next(known, "other")


@cache
def _lexicon() -> _Lexicon:
    return read_declaration(Path(__file__).with_suffix(".yml"), _Lexicon)


@cache
def _figure_pattern() -> re.Pattern[str]:
    """Return the pattern of a figure: a number, what makes it approximate, its multiple and its unit."""
    lexicon = _lexicon()

    def any_of(words: tuple[str, ...]) -> str:
        return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

    about, after = any_of(lexicon.approximate.before), any_of(lexicon.approximate.after)
    return re.compile(
        # 减少了5件 means 5 less, 减少为5件 means 5 left; in 3至5件 neither number is a figure.
        rf"(?P<before>{about})?(?:(?P<decrease>{any_of(lexicon.decrease)})了?)?(?:(?P<about>{about})为?)?\s*"
        r"(?<![\d.第〔\[/\-A-Za-z])(?<!第\s)(?<!\d[~～—–至到])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*"
        rf"(?P<after>{after})?(?P<multiple>万(?!元)|亿(?!元)|千|百)?(?P<after_multiple>{after})?\s*"
        rf"(?P<unit>{any_of(lexicon.units)})(?!{any_of(lexicon.not_after)})"
    )
