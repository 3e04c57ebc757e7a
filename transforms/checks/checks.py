"""Which checks a report fails, with the cells involved.

Owns the evaluation of the checks that `checks.yml` declares. Must not change a figure: a printed error stays as
printed, with a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from nianbao import Declaration, read_declaration
from transforms.checks.rules import (
    Breach,
    Breakdown,
    Numbers,
    ProseRule,
    Relation,
    Repeats,
    contradictions,
    relation_breaches,
    repetitions,
    wrong_breakdowns,
)
from transforms.forms.layout import Key, Layout
from transforms.prose.statements import Statement
from transforms.tables.reading import SENTENCES, Figure, TableReading

SURE = 0.95
"""Least confidence of a number that needs no second look."""

_THOUSANDS = re.compile(r"(?<!\d)[1-9]\d{0,2}[.．][\d０-９]{3}(?![\d０-９])")
"""56.343: in a coarse picture 56,343 is read so at times."""


class Check(Declaration):
    """One declared check, with the rule that it states where `rules` is to carry it out."""

    severity: Literal["error", "warning", "info"]
    message: str
    relation: Relation | None = None
    prose: ProseRule | None = None
    breakdown: Breakdown | None = None
    repeats: Repeats | None = None

    @property
    def spans_years(self) -> bool:
        """Whether it needs the figures of the year before."""
        return self.repeats is not None or (self.relation is not None and self.relation.spans_years)


class _Checks(Declaration):
    checks: dict[str, Check]


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that a report fails; `cells` are keys of the figures involved, as their codes joined by /."""

    check: str
    severity: str
    table: str | None
    message: str
    expected: str | None = None
    actual: str | None = None
    cells: tuple[str, ...] = ()


@cache
def checks() -> Mapping[str, Check]:
    """The checks of `checks.yml` by code."""
    return read_declaration(Path(__file__).with_suffix(".yml"), _Checks).checks


def finding(
    check: str,
    table: str | None,
    *,
    line: str = "",
    expected: object = None,
    actual: object = None,
    cells: Sequence[Key] = (),
) -> Finding:
    """A finding of a declared check, its message filled in. Raises KeyError for a check that is not declared."""
    declared = checks()[check]
    names = tuple("/".join(key) for key in cells)
    texts = [None if value is None else _text(value) for value in (expected, actual)]
    message = declared.message.format(line=line, expected=texts[0], actual=texts[1], cells=", ".join(names))
    return Finding(check, declared.severity, table, message, texts[0], texts[1], names)


def _text(value: object) -> str:
    """A value in words; a number is the same whether a file's column or a page holds it.

    >>> _text(Decimal("184.0000")), _text(Decimal("0.50")), _text("5.10")
    ('184', '0.5', '5.10')
    """
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text.rstrip("0").rstrip(".") if isinstance(value, Decimal) and "." in text else text


def check_tables(
    layout: Layout | None, readings: Mapping[str, TableReading], year: int, editions: Iterable[Layout]
) -> list[Finding]:
    """Findings of the tables: what is missing, unread, unplaced, and every sum that does not hold.

    Without any table, the edition that was in force in `year` says which tables are missing.
    """
    expected = layout or next((edition for edition in editions if edition.in_force(year)), None)
    found = []
    for table in expected.tables if expected else ():
        if table.table not in readings:
            found.append(finding("table_missing", table.table))
    for reading in readings.values():
        found += check_reading(reading)
    return found


def check_figures(
    now: Numbers, statements: Mapping[str, Sequence[Statement]], texts: Mapping[str, str]
) -> list[Finding]:
    """Findings among the figures of one report, and between them and what the texts of its sections tell."""
    found: list[Finding] = []
    for name, check in checks().items():
        if check.relation and not check.spans_years:
            found += _findings(name, check.relation.table, relation_breaches(check.relation, now, {}))
        if check.prose:
            found += _findings(name, check.prose.table, contradictions(check.prose, now, statements, texts))
        if check.breakdown:
            found += _findings(name, None, wrong_breakdowns(check.breakdown, statements))
    return found


def check_years(now: Numbers, before: Numbers) -> list[Finding]:
    """Findings between the figures of a report and those of the same body's report for the year before."""
    found: list[Finding] = []
    for name, check in checks().items():
        if check.relation and check.spans_years:
            found += _findings(name, check.relation.table, relation_breaches(check.relation, now, before))
        if check.repeats:
            found += _findings(name, None, repetitions(check.repeats, now, before))
    return found


def _findings(check: str, table: str | None, broken: Iterable[Breach]) -> Iterator[Finding]:
    for one in broken:
        yield finding(check, table, line=one.line, expected=one.expected, actual=one.actual, cells=one.cells)


def check_reading(reading: TableReading) -> Iterator[Finding]:
    """Findings of one table."""
    table = reading.layout.table
    if reading.method == SENTENCES:
        yield finding("table_in_prose_only", table, cells=list(reading.figures))
    elif reading.missing:
        yield finding("rows_missing", table, cells=reading.missing)
    for problem in reading.problems:
        yield finding(problem.check, table, actual=problem.actual, cells=problem.cells)
    settled = {key for problem in reading.problems for key in problem.cells}
    for violation in reading.violations:
        line, expected, actual = violation.line, violation.parts, violation.total
        yield finding(violation.identity, table, line=line, expected=expected, actual=actual, cells=violation.cells)
    for key, figure in reading.figures.items():
        if figure.value.state == "unreadable" and key not in settled:
            yield finding("unreadable_cell", table, actual=figure.raw, cells=[key])
        yield from _check_range(table, key, figure)
    yield from _check_confidence(reading)


def _check_range(table: str, key: Key, figure: Figure) -> Iterator[Finding]:
    """Counts are whole and not sums of money; only a change may be below zero."""
    number = figure.value.number
    if number is None:
        return
    counted = table in ("requests", "proceedings") or (table == "disclosures" and not key[-1].endswith("_amount"))
    broken = number != number.to_integral_value() or (figure.value.unit or "").endswith("元")
    if (number < 0 and key[-1] != "change") or (counted and broken):
        yield finding("not_a_count", table, actual=figure.raw, cells=[key])


def _check_confidence(reading: TableReading) -> Iterator[Finding]:
    """Numbers that a recogniser was not sure of, or whose point may be a comma: no sum need betray them."""
    recognised = "ocr" in reading.method
    unsure = {
        key: figure.place.confidence
        for key, figure in reading.figures.items()
        if figure.value.number is not None
        and (figure.place.confidence < SURE or (recognised and _THOUSANDS.search(figure.raw)))
    }
    if unsure:
        yield finding("low_confidence", reading.layout.table, actual=f"{min(unsure.values()):.2f}", cells=list(unsure))
