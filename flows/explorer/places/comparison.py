"""The divisions within a place compared: which report is lacking, and who has the most of a measure in a year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from flows.explorer.index.index import Index
from flows.explorer.measures.measures import Share, measures
from flows.explorer.places.place import COUNTRY, Place
from flows.explorer.records import Record, records

CHILDREN = "children"
LEVELS = (CHILDREN, "province", "prefecture", "county", "development_zone")
SHOWN: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "all": lambda found: pd.Series(True, found.index),
    "lacking": lambda found: found["report_id"].isna(),
    "there": lambda found: found["report_id"].notna(),
}
SORTS: Mapping[str, tuple[str, bool]] = {
    "value": ("value", False),
    "value_up": ("value", True),
    "code": ("jurisdiction", True),
    "published": ("published", False),
    "unpublished": ("unpublished", False),
}
"""Order → the column, and whether it ascends; what is not known is last, and equal ones are in the order of codes."""
PAGE = 100
_YEARS = "SELECT DISTINCT year FROM states WHERE jurisdiction BETWEEN $first AND $last ORDER BY year DESC"
_THERE = """
SELECT level, count(*) AS places, count(*) FILTER (parent IS NOT DISTINCT FROM $parent) AS children FROM places
WHERE jurisdiction BETWEEN $first AND $last AND jurisdiction <> $code GROUP BY level
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the divisions is asked: every part is one of a fixed list, but for the name and the page."""

    year: int
    level: str = CHILDREN
    measure: str = "received"
    show: str = "all"
    sort: str = "value"
    name: str = ""
    page: int = 1


def years(index: Index, place: Place) -> list[int]:
    """Return the years of which anything is known within a place, the latest first."""
    found = records(index.frame(_YEARS, {"first": place.first, "last": place.last}))
    return [int(row["year"]) for row in found]


def levels(index: Index, place: Place) -> list[str]:
    """Return the levels of divisions within a place that can be compared: its children, or all of one level."""
    values = {"first": place.first, "last": place.last, "code": place.code, "parent": _parent(place)}
    found = {row["level"]: row for row in records(index.frame(_THERE, values))}
    children = [CHILDREN] if any(row["children"] for row in found.values()) else []
    return children + [
        level for level in LEVELS if level in found and found[level]["places"] > found[level]["children"]
    ]


def compare(index: Index, place: Place, choice: Choice) -> pd.DataFrame:
    """Return all divisions of the chosen level by code; each has its rank if its figure is known."""
    found = index.frame(_below(choice), _values(place, choice))
    return found.assign(unpublished=found["expected"] - found["published"])


def chosen(found: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """Return those of the divisions that are asked for, in order."""
    column, ascending = SORTS[choice.sort]
    kept = SHOWN[choice.show](found) & found["full_name"].str.contains(choice.name, regex=False)
    return found[kept].sort_values(column, ascending=ascending, na_position="last", kind="stable")


def page(found: pd.DataFrame, number: int) -> list[Record]:
    """Return a page of divisions, counted from 1."""
    return records(found.iloc[(number - 1) * PAGE : number * PAGE])


def _values(place: Place, choice: Choice) -> dict[str, object]:
    values: dict[str, object] = {"first": place.first, "last": place.last, "year": choice.year, "code": place.code}
    return values | ({"parent": _parent(place)} if choice.level == CHILDREN else {})


def _parent(place: Place) -> str | None:
    """Return the parent of a place's children: provinces have none above them in the data."""
    return None if place.code == COUNTRY else place.code


def _below(choice: Choice) -> str:
    """Return the SELECT of all divisions of a level that were there in the year, with what is known of them."""
    of_level = "parent IS NOT DISTINCT FROM $parent" if choice.level == CHILDREN else f"level = '{choice.level}'"
    return f"""
WITH chosen AS (
    SELECT jurisdiction, name, full_name, level FROM places
    WHERE jurisdiction BETWEEN $first AND $last AND jurisdiction <> $code AND {of_level}
        AND (coalesce(valid_from, 0) <= $year AND coalesce(valid_to, 9999) >= $year
            OR jurisdiction IN (SELECT jurisdiction FROM states WHERE year = $year))
), counted AS (
    SELECT jurisdiction, count(*) AS expected, count(*) FILTER (state IN ('published', 'partial')) AS published
    FROM (
        SELECT state, unnest(list_distinct(
            [jurisdiction, left(jurisdiction, 7) || '00', left(jurisdiction, 5) || '0000']
        )) AS jurisdiction
        FROM states WHERE year = $year AND jurisdiction BETWEEN $first AND $last
    ) GROUP BY jurisdiction
), own AS (
    SELECT states.jurisdiction, state, reason FROM states LEFT JOIN agencies ON agencies.agency_id = body
    LEFT JOIN governments ON governments.jurisdiction = states.jurisdiction AND governments.year = states.year
        AND governments.report_id = states.report_id
    WHERE states.year = $year AND states.jurisdiction BETWEEN $first AND $last AND (governments.report_id IS NOT NULL
        OR coalesce(kind, agency_kind) IN ('government', 'government_office'))
    QUALIFY row_number() OVER (PARTITION BY states.jurisdiction
        ORDER BY governments.report_id IS NULL, coalesce(kind, agency_kind), body) = 1
)
SELECT chosen.*, expected, published, own.state, own.reason, governments.report_id, governments.agency,
    {_value(choice.measure)} AS value,
    CASE WHEN {_value(choice.measure)} IS NOT NULL
        THEN rank() OVER (ORDER BY {_value(choice.measure)} DESC NULLS LAST) END AS rank
FROM chosen LEFT JOIN counted USING (jurisdiction) LEFT JOIN own USING (jurisdiction)
LEFT JOIN governments ON governments.jurisdiction = chosen.jurisdiction AND governments.year = $year
LEFT JOIN measures ON measures.jurisdiction = governments.jurisdiction AND measures.year = governments.year
    AND measures.report_id = governments.report_id
ORDER BY chosen.jurisdiction"""


def _value(name: str) -> str:
    measure = measures()[name]
    if isinstance(measure, Share):
        return f'measures."{measure.part}" / nullif(measures."{measure.whole}", 0)'
    return f'measures."{name}"'
