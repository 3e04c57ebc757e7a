"""What is known of the reports of a place's own bodies, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.explorer.index.index import Index
from flows.explorer.places.place import Place
from flows.explorer.records import Record, records

_STATES = """
SELECT body, coalesce(agencies.name, states.agency, body) AS name, coalesce(agencies.kind, states.agency_kind) AS kind,
    states.year, state, reason, report_id
FROM states LEFT JOIN agencies ON agencies.agency_id = body
WHERE states.jurisdiction = $code
ORDER BY list_position(['government', 'government_office', 'development_zone', 'department', 'subdistrict', 'township'],
    coalesce(agencies.kind, states.agency_kind)) NULLS LAST, name, body, states.year
"""
_LISTS = """
SELECT year, portal, state, reason FROM coverage
WHERE jurisdiction = $code AND agency_id IS NULL AND NOT list_complete ORDER BY year, portal
"""
_TOTALS = """
SELECT count(report_id) AS reports, count(DISTINCT body) FILTER (report_id IS NOT NULL) AS bodies,
    min(year) FILTER (report_id IS NOT NULL) AS first, max(year) FILTER (report_id IS NOT NULL) AS last,
    count(*) AS expected, count(*) FILTER (state IN ('published', 'partial')) AS published
FROM states WHERE jurisdiction BETWEEN $first AND $last
"""


@dataclass(frozen=True, slots=True)
class Body:
    """A body, and by year what is known of its report: state, reason, and report_id if it is there."""

    agency_id: str
    name: str
    kind: str | None
    years: Mapping[int, Record]


def bodies(index: Index, place: Place) -> list[Body]:
    """Return the place's own bodies, governments first."""
    found: dict[str, Body] = {}
    for row in records(index.frame(_STATES, {"code": place.code})):
        body = found.setdefault(row["body"], Body(row["body"], row["name"], row["kind"], {}))
        found[row["body"]] = Body(body.agency_id, body.name, body.kind, {**body.years, int(row["year"]): row})
    return list(found.values())


def years_of(found: Sequence[Body]) -> list[int]:
    """Return the years from the first to the last of which something is known of some bodies.

    >>> years_of([Body("a", "", None, {2019: {}, 2021: {}})])
    [2019, 2020, 2021]
    """
    years = [year for body in found for year in body.years]
    return list(range(min(years), max(years) + 1)) if years else []


def unfinished_lists(index: Index, place: Place) -> list[Record]:
    """Return the lists that were not read to their end, so that more may be published than is known."""
    return records(index.frame(_LISTS, {"code": place.code}))


def totals(index: Index, place: Place) -> Record:
    """Return how many reports there are of a place with all that lies within it, and how many should be there."""
    return records(index.frame(_TOTALS, {"first": place.first, "last": place.last}))[0]
