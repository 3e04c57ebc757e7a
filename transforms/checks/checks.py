"""Which checks a report fails, with the cells involved.

Owns the evaluation of the checks that `checks.yml` declares. No figure is changed: a printed error stays as printed,
with a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
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
    breakdown_breaches,
    prose_breaches,
    relation_breaches,
    repeat_breaches,
)
from transforms.forms.layout import Key, Layout
from transforms.forms.values import Value, is_joined, is_unusual
from transforms.prose.chapter_text import ChapterText
from transforms.tables.reading import SENTENCES, Problem, TableReading

SURE = 0.95
"""Least confidence of a number that needs no review."""

COUNTED = frozenset({None, "件", "条", "项", "个", "次", "宗", "份", "起"})
"""Units of a number of documents, decisions or cases; in 万件, 人 or 元 it counts something else."""

_THOUSANDS = re.compile(r"(?<!\d)[1-9]\d{0,2}[.．][\d０-９]{3}(?![\d０-９])")
"""Such as 56.343: in a coarse picture, 56,343 is sometimes read this way."""


class Check(Declaration):
    """One declared check, with its rule if `rules` evaluates it."""

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
    """A check that a report fails; `cells` are the figures involved, as their codes joined by /."""

    check: str
    severity: str
    table: str | None
    message: str
    expected: str | None = None
    actual: str | None = None
    cells: tuple[str, ...] = ()


@cache
def checks() -> Mapping[str, Check]:
    """Return the checks of `checks.yml` by code."""
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
    """Return a finding of a declared check, with its message. Raise KeyError if the check is not declared."""
    declared = checks()[check]
    names = tuple("/".join(key) for key in cells)
    texts = [None if value is None else _text(value) for value in (expected, actual)]
    message = declared.message.format(line=line, expected=texts[0], actual=texts[1], cells=", ".join(names))
    return Finding(check, declared.severity, table, message, texts[0], texts[1], names)


def _text(value: object) -> str:
    """Return a value as text; a number is written the same way whether it comes from a file or from a page.

    >>> _text(Decimal("184.0000")), _text(Decimal("0.50")), _text("5.10")
    ('184', '0.5', '5.10')
    """
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text.rstrip("0").rstrip(".") if isinstance(value, Decimal) and "." in text else text


def check_tables(
    layout: Layout | None,
    readings: Mapping[str, TableReading],
    unread: Sequence[Problem],
    year: int | None,
    editions: Iterable[Layout],
) -> list[Finding]:
    """Return the findings of the tables: what is missing, unreadable or unlabelled, and every sum that does not hold.

    Without any table, the edition in force in `year` determines which tables are missing. None is called missing while
    a table of the report is unread: it may be that one.
    """
    expected = layout or next((edition for edition in editions if edition.in_force(year)), None)
    missing = [table.table for table in expected.tables if table.table not in readings] if expected else []
    findings = [
        finding(problem.check, table, actual=problem.actual) for problem in unread for table in (None, *missing)
    ]
    findings += [finding("table_missing", table) for table in missing if not unread]
    for reading in readings.values():
        findings += check_reading(reading)
    return findings


def check_figures(now: Numbers, chapters: Sequence[ChapterText]) -> list[Finding]:
    """Return the findings among the figures of one report, and between its figures and its chapters' texts."""
    findings: list[Finding] = []
    for name, check in checks().items():
        if check.relation and not check.spans_years:
            findings += _findings(name, check.relation.table, relation_breaches(check.relation, now, {}))
        if check.prose:
            findings += _findings(name, check.prose.table, prose_breaches(check.prose, now, chapters))
        if check.breakdown:
            findings += _findings(name, None, breakdown_breaches(check.breakdown, chapters))
    return findings


def check_years(now: Numbers, before: Numbers) -> list[Finding]:
    """Return the findings between the figures of a report and those of the same body's report for the year before."""
    findings: list[Finding] = []
    for name, check in checks().items():
        if check.relation and check.spans_years:
            findings += _findings(name, check.relation.table, relation_breaches(check.relation, now, before))
        if check.repeats:
            findings += _findings(name, None, repeat_breaches(check.repeats, now, before))
    return findings


def _findings(check: str, table: str | None, breaches: Iterable[Breach]) -> Iterator[Finding]:
    for breach in breaches:
        line, expected, actual = breach.line, breach.expected, breach.actual
        yield finding(check, table, line=line, expected=expected, actual=actual, cells=breach.cells)


def check_reading(reading: TableReading) -> Iterator[Finding]:
    """Yield the findings of one table."""
    table = reading.layout.table
    if reading.method == SENTENCES:
        yield finding("table_in_prose_only", table, cells=list(reading.figures))
    elif reading.missing:
        yield finding("rows_missing", table, cells=reading.missing)
    for problem in (*reading.problems, *reading.notes):
        yield finding(problem.check, table, actual=problem.actual, cells=problem.cells)
    reported = {key for problem in reading.problems for key in problem.cells}
    for violation in reading.violations:
        line, expected, actual = violation.line, violation.parts, violation.total
        yield finding(violation.identity, table, line=line, expected=expected, actual=actual, cells=violation.cells)
    for key, figure in reading.figures.items():
        if figure.value.state == "unreadable" and key not in reported:
            yield finding("unreadable_cell", table, actual=figure.raw, cells=[key])
        for check in _faults(figure.raw, figure.value, is_counted(table, key), key[-1] == "change"):
            yield finding(check, table, actual=figure.raw, cells=[key])
    yield from _check_confidence(reading)


def is_counted(table: str, key: Key) -> bool:
    """Return whether a figure is a number of cases, requests or documents: it is whole."""
    return table in ("requests", "proceedings") or (table == "disclosures" and not key[-1].endswith("_amount"))


@lru_cache(maxsize=20_000)
def _faults(raw: str, value: Value, counted: bool, is_change: bool) -> tuple[str, ...]:
    """Return the checks that a printed number fails by itself; cached, since reports print the same numbers.

    A count is whole and in a unit of cases, only a change may be negative, and none is printed in pieces, as 03 or 3.0.
    """
    number, unit = value.number, value.unit
    if number is None:
        return ()
    whole = number == number.to_integral_value()
    decimals = whole and re.search(r"\d[.．]\d", raw)
    failed = {
        "not_a_count": (number < 0 and not is_change) or (counted and not (whole and unit in COUNTED)),
        "figure_joined": is_joined(raw),
        "unusual_number": is_unusual(raw) or (decimals and counted),
    }
    return tuple(check for check, fails in failed.items() if fails)


def _check_confidence(reading: TableReading) -> Iterator[Finding]:
    """Yield the numbers that text recognition was unsure of, or whose point may be a comma: no sum need expose them."""
    recognised = "ocr" in reading.method
    unsure = {
        key: figure.place.confidence
        for key, figure in reading.figures.items()
        if figure.value.number is not None
        and (figure.place.confidence < SURE or (recognised and _THOUSANDS.search(figure.raw)))
    }
    if unsure:
        yield finding("low_confidence", reading.layout.table, actual=f"{min(unsure.values()):.2f}", cells=list(unsure))
