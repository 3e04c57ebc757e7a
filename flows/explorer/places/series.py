"""The series of a place: its measures by year, of which reports, and how they stand to those of others.

Owns what a series rests on. The report of a division's government counts its departments in, so it is never added to
theirs: one year's figures are those of the government, or the sum over the other bodies, or over the governments of
one level below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flows.explorer.index.index import Index
from flows.explorer.measures.measures import Share, Sum, measures, stack
from flows.explorer.places.place import COUNTRY, Place
from flows.explorer.records import Record, records

GOVERNMENT = "government"
OTHERS = "bodies"
_LEVELS = ("province", "prefecture", "county", "development_zone")
BASES = (GOVERNMENT, *_LEVELS, OTHERS)
"""What a series may rest on."""
_REPORTS: Mapping[str, str] = {
    GOVERNMENT: "SELECT jurisdiction, year, report_id FROM governments WHERE jurisdiction = $code",
    OTHERS: """SELECT jurisdiction, year, report_id FROM reports
        WHERE jurisdiction = $code
            AND report_id NOT IN (SELECT report_id FROM governments WHERE jurisdiction = $code)""",
} | {
    level: f"""SELECT jurisdiction, year, report_id FROM governments
        WHERE jurisdiction BETWEEN $first AND $last AND jurisdiction <> $code AND level = '{level}'"""
    for level in _LEVELS
}
_DIVISIONS = """
SELECT year, count(*) AS divisions
FROM (SELECT DISTINCT year FROM governments) JOIN places
ON coalesce(valid_from, 0) <= year AND coalesce(valid_to, 9999) >= year
    OR (jurisdiction, year) IN (SELECT (jurisdiction, year) FROM states)
WHERE jurisdiction BETWEEN $first AND $last AND jurisdiction <> $code AND level = $level GROUP BY year
"""
"""The divisions that were there in a year, and those that anything is known of."""
_SOURCES = """
SELECT year, report_id, agency_id, agency, layout FROM governments WHERE jurisdiction = $code ORDER BY year
"""
_MEDIANS = """
SELECT scope, year, measure, reports, lower, median, upper FROM medians
WHERE list_contains([$country, $province], scope) AND level = $level AND list_contains($measures, measure)
ORDER BY scope, year
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A measure of one year: its value, and how many reports it rests on; None if none tells it."""

    value: float | None
    reports: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a series: how many reports there are of how many that could be, and the measures.

    Over the governments of a level that is the number of its divisions, also of those without any report.
    """

    year: int
    reports: int
    possible: int
    measures: Mapping[str, Known]


def available(index: Index, place: Place) -> dict[str, int]:
    """Return what series of a place can rest on, in the order of preference, with the number of reports."""
    counts = ", ".join(f'(SELECT count(*) FROM ({_REPORTS[basis]})) AS "{basis}"' for basis in BASES)
    (row,) = records(index.frame(f"SELECT {counts}", _values(place)))
    return {basis: int(row[basis]) for basis in BASES if row[basis]}


def series(index: Index, place: Place, basis: str) -> list[Year]:
    """Return the years of a place in order, those without any report left out."""
    rows = records(index.frame(_SERIES[basis], _values(place, basis)))
    divisions = _divisions(index, place, basis)
    return [
        Year(
            int(row["year"]),
            int(row["reports"]),
            divisions.get(row["year"], int(row["reports"])),
            {name: Known(row[name], int(row[f"{name}#"])) for name in _MEASURED},
        )
        for row in rows
    ]


def _divisions(index: Index, place: Place, basis: str) -> dict[int, int]:
    """Return the number of divisions by year where a series rests on those of a level."""
    if basis not in _LEVELS:
        return {}
    rows = records(index.frame(_DIVISIONS, {**_values(place), "level": basis}))
    return {int(row["year"]): int(row["divisions"]) for row in rows}


def sources(index: Index, place: Place) -> list[Record]:
    """Return for each year the report of the place's government."""
    return records(index.frame(_SOURCES, {"code": place.code}))


def medians(index: Index, place: Place, names: Sequence[str]) -> list[Record]:
    """Return median and quartiles over the governments of the place's level: of the country, and of its province."""
    values = {"country": COUNTRY, "province": place.province, "level": place.level, "measures": list(names)}
    return records(index.frame(_MEDIANS, values))


def _values(place: Place, basis: str | None = None) -> dict[str, object]:
    """Return the values that a question has: DuckDB takes none that it does not name."""
    values: dict[str, object] = {"code": place.code, "first": place.first, "last": place.last}
    return {"code": place.code} if basis in (GOVERNMENT, OTHERS) else values


WHOLE_OUTCOMES = {f"{part} of all": part for part in stack("outcomes")}
"""The outcomes of reports that tell all of them, which alone can be shares in a whole; by the outcome."""
_MEASURED = (*measures(), *WHOLE_OUTCOMES)


def _aggregates() -> Iterable[str]:
    """Yield the columns of a series: a sum or share, and the number of reports that tell it."""
    for name, measure in measures().items():
        if isinstance(measure, Sum):
            yield f'sum("{name}") AS "{name}", count("{name}") AS "{name}#"'
        elif isinstance(measure, Share):
            part, whole = f'"{measure.part}"', f'"{measure.whole}"'
            both = f"FILTER ({part} IS NOT NULL AND {whole} IS NOT NULL)"
            yield f'sum({part}) {both} / nullif(sum({whole}) {both}, 0) AS "{name}", count(*) {both} AS "{name}#"'
    every = " AND ".join(f'"{part}" IS NOT NULL' for part in WHOLE_OUTCOMES.values())
    for name, part in WHOLE_OUTCOMES.items():
        yield f'sum("{part}") FILTER ({every}) AS "{name}", count(*) FILTER ({every}) AS "{name}#"'


def _series_of(reports: str) -> str:
    return f"""
SELECT year, count(*) AS reports, {", ".join(_aggregates())}
FROM ({reports}) LEFT JOIN measures USING (jurisdiction, year, report_id) GROUP BY year ORDER BY year"""


_SERIES = {basis: _series_of(reports) for basis, reports in _REPORTS.items()}
