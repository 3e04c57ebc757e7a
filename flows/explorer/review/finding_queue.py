"""The queue of findings: those that fit a visitor's filters, in one order, by pages and one after another.

Owns that order and its SQL. A filter is a value in it, never a part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args
from urllib.parse import urlencode

from flows.explorer.index.index import Index
from flows.explorer.records import records
from flows.explorer.review.decided import Decided

State = Literal["open", "waiting", "settled", "stale", "all"]
STATES: tuple[State, ...] = get_args(State)
SEVERITIES = ("error", "warning", "info")
PAGE = 50
"""Findings on one page."""
_RANK = "CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END"
_ORDER = f'{_RANK}, f."check", f.jurisdiction, f.year, f.report_id, f.finding_id'
_FOUND = """
FROM findings f WHERE ($severity = '' OR f.severity = $severity) AND ($check = '' OR f."check" = $check)
AND ($table = '' OR f."table" = $table) AND starts_with(f.jurisdiction, $within)
AND ($year = 0 OR f.year = $year)
AND CASE $state
    WHEN 'open' THEN f.settled IS NULL AND f."check" NOT IN ('corrected', 'misread')
        AND f.finding_id NOT IN (SELECT unnest($waiting::VARCHAR[]))
    WHEN 'waiting' THEN f.finding_id IN (SELECT unnest($waiting::VARCHAR[]))
    WHEN 'settled' THEN f.settled IS NOT NULL
    WHEN 'stale' THEN f.finding_id IN (SELECT unnest($stale::VARCHAR[]))
    ELSE true END
"""
_COLUMNS = (
    'f.finding_id, f.severity, f."check", f."table", f.message, f.expected, f.actual, f.cells, f.settled, f.report_id, '
    "f.jurisdiction, f.year, r.agency, r.agency_id, r.agency_printed, r.title, "
    "r.url, r.capture_sha256, r.status, r.published_on"
)
_WITH_REPORT = "JOIN reports r ON r.report_id = f.report_id AND r.jurisdiction = f.jurisdiction"
_PAGE = f"""SELECT {_COLUMNS} FROM (SELECT f.* {_FOUND} ORDER BY {_ORDER} LIMIT $limit OFFSET $offset) f
{_WITH_REPORT} ORDER BY {_ORDER}"""
_COUNTS = f'SELECT f."check", f.severity, count(*) AS findings {_FOUND} GROUP BY ALL ORDER BY findings DESC, 1, 2'
_ONE = f"SELECT {_COLUMNS} FROM findings f {_WITH_REPORT} WHERE f.finding_id = $id LIMIT 1"
_PLACE = "($rank, $own_check, $own_division, $own_year, $own_report, $own_id)"
_NEXT = f"SELECT f.finding_id {_FOUND} AND ({_ORDER}) > {_PLACE} ORDER BY {_ORDER} LIMIT 1"
_DOWN = ", ".join(
    f"{part} DESC" for part in (_RANK, 'f."check"', "f.jurisdiction", "f.year", "f.report_id", "f.finding_id")
)
_PREVIOUS = f"SELECT f.finding_id {_FOUND} AND ({_ORDER}) < {_PLACE} ORDER BY {_DOWN} LIMIT 1"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a visitor wants to see; empty or 0 for everything. `place` is the code of a division, with all below it."""

    severity: str = ""
    check: str = ""
    table: str = ""
    place: str = ""
    year: int = 0
    state: State = "open"

    @property
    def query(self) -> str:
        """The same as the end of an address; empty if everything is as it is at first.

        >>> Filters(severity="error", year=2022).query, Filters().query
        ('?severity=error&year=2022', '')
        """
        first = Filters()
        given = {name: value for name, value in asdict(self).items() if value != getattr(first, name)}
        return f"?{urlencode(given)}" if given else ""

    def page(self, number: int) -> str:
        """Return the end of an address of one page of the same."""
        return f"{self.query}{'&' if self.query else '?'}page={number}"

    def having(self, **changes: Any) -> str:
        """Return the end of an address of the same with changes."""
        return replace(self, **changes).query


def filters_of(given: Mapping[str, str]) -> Filters:
    """Return the filters that an address or a form names; what is none counts as left out.

    >>> filters_of({"year": "2022", "state": "no such", "severity": "error"})
    Filters(severity='error', check='', table='', place='', year=2022, state='open')
    """
    year, severity = given.get("year", ""), given.get("severity", "")
    return Filters(
        severity=severity if severity in SEVERITIES else "",
        check=given.get("check", "").strip().replace(" ", "_"),
        table=given.get("table", ""),
        place=_code(given.get("place", "")),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == len("2022") else 0,
        state=next((state for state in STATES if state == given.get("state")), "open"),
    )


def _code(place: str) -> str:
    """Return the code of a division as a person gives it.

    >>> _code(" 370000 "), _code("cn-370000")
    ('CN-370000', 'CN-370000')
    """
    given = place.strip().upper()
    return f"CN-{given}" if given.isdigit() else given


def findings(index: Index, filters: Filters, decided: Decided, page: int) -> list[dict[str, Any]]:
    """Return the findings on one page, which count from 1."""
    where = {**_values(filters, decided), "limit": PAGE, "offset": (page - 1) * PAGE}
    return [_typed(row) for row in records(index.frame(_PAGE, where))]


def counts(index: Index, filters: Filters, decided: Decided) -> list[dict[str, Any]]:
    """Return how many findings fit, by check and severity, whichever check is chosen."""
    return records(index.frame(_COUNTS, _values(replace(filters, check=""), decided)))


def one_finding(index: Index, identifier: str) -> dict[str, Any] | None:
    """Return a finding with facts of its report; None if there is none of this identifier any more."""
    found = records(index.frame(_ONE, {"id": identifier}))
    return _typed(found[0]) if found else None


def neighbour(index: Index, filters: Filters, decided: Decided, of: Row, *, before: bool = False) -> str | None:
    """Return the identifier of the finding that comes after another, or before it; None if there is none."""
    place = {
        "rank": SEVERITIES.index(of["severity"]),
        "own_check": of["check"],
        "own_division": of["jurisdiction"],
        "own_year": int(of["year"]),
        "own_report": of["report_id"],
        "own_id": of["finding_id"],
    }
    found = index.frame(_PREVIOUS if before else _NEXT, {**_values(filters, decided), **place})
    return None if found.empty else str(found["finding_id"][0])


def _values(filters: Filters, decided: Decided) -> dict[str, object]:
    return {
        "severity": filters.severity,
        "check": filters.check,
        "table": filters.table,
        "within": within(filters.place),
        "year": filters.year,
        "state": filters.state,
        "waiting": sorted(decided.waiting),
        "stale": sorted(decided.stale),
    }


def within(code: str) -> str:
    """Return how the codes of a division and of all below it begin.

    >>> [within(code) for code in ("CN-370000", "CN-370600", "CN-370683", "")]
    ['CN-37', 'CN-3706', 'CN-370683', '']
    """
    while code.endswith("00") and len(code) > len("CN-37"):
        code = code[:-2]
    return code


def _typed(row: Row) -> dict[str, Any]:
    """Return a row with the cells as a list and the year as an int, whatever the frame had."""
    return {**row, "cells": list(row["cells"]), "year": int(row["year"])}
