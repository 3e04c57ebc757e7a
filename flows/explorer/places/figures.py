"""The figures of a place's page: each a chart, and the table with the same numbers.

Owns which measures are shown together, and what a series is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from flows.explorer.charts.charts import Specification, lines, stacked
from flows.explorer.measures.measures import forms, is_share, measures, stack
from flows.explorer.places.place import COUNTRY, Place
from flows.explorer.places.records import Record, shown
from flows.explorer.places.series import Known, Year
from flows.explorer.words import Language, say

STACKED = {
    "outcomes_shares": ("outcomes", True),
    "outcomes": ("outcomes", False),
    "grounds": ("grounds", False),
    "reconsideration_results": ("reconsideration_results", False),
    "litigation_results": ("litigation_results", False),
}
COMPARED = ("received", "granted_share", "refused_share", "reconsiderations", "litigations")
ORDER = (
    "received",
    "outcomes_shares",
    "outcomes",
    "granted_share",
    "refused_share",
    "grounds",
    "reconsiderations",
    "reconsideration_results",
    "litigations",
    "litigation_results",
)
"""All figures of a page by name: stacks and measures that are compared with the medians of others."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its words, and a text for each year."""

    words: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its table; `chart` is None if there is nothing to draw."""

    name: str
    years: tuple[int, ...]
    lines: tuple[Line, ...]
    chart: Specification | None


def figures(place: Place, found: Sequence[Year], medians: Sequence[Record], language: Language) -> list[Figure]:
    """Return the figures of a series, none if it has no year; `medians` are empty where nothing compares with it."""
    if not found:
        return []
    years = tuple(range(found[0].year, found[-1].year + 1))
    by_year = {year.year: year for year in found}
    return [
        _stacked(name, years, by_year, language)
        if name in STACKED
        else _compared(name, years, by_year, [row for row in medians if row["measure"] == name], place, language)
        for name in ORDER
    ]


def form_changes(years: Sequence[int]) -> dict[int, str]:
    """Return the years in which the official form changed, with the new edition.

    >>> form_changes([2018, 2019, 2020])
    {2019: '60号'}
    """
    return {form.since: form.name for form in forms() if form.since in years[1:]}


def _words(name: str, language: Language) -> str:
    words: str = getattr(measures()[name], language)
    return words


def _stacked(name: str, years: tuple[int, ...], found: Mapping[int, Year], language: Language) -> Figure:
    stacked_name, share = STACKED[name]
    parts = {part: _words(part, language) for part in stack(stacked_name)}
    rows = tuple(Line(words, _cells(part, years, found, share=share, whole=parts)) for part, words in parts.items())
    drawn = pd.DataFrame(
        [
            {"year": str(year), "part": part, "value": value}
            for year in years
            for part in parts
            if (value := _value(found, year, part)) is not None and (not share or _sum(found, year, parts) is not None)
        ],
        columns=["year", "part", "value"],
    )
    chart = stacked(drawn, parts, years, form_changes(years), share=share) if len(drawn) else None
    return Figure(name, years, rows, chart)


def _cells(
    part: str, years: Sequence[int], found: Mapping[int, Year], *, share: bool, whole: Mapping[str, str]
) -> tuple[str, ...]:
    if not share:
        return tuple(_with_reports(found.get(year), part) for year in years)
    values = ((_value(found, year, part), _sum(found, year, whole)) for year in years)
    return tuple(shown(value / total if value is not None and total else None, share=True) for value, total in values)


def _sum(found: Mapping[int, Year], year: int, parts: Mapping[str, str]) -> float | None:
    """Return the sum of all parts; None where one is not known, as shares in the rest would be wrong."""
    values = [_value(found, year, part) for part in parts]
    known = [value for value in values if value is not None]
    whole = {found[year].measures[part].reports for part in parts} if year in found else set()
    return sum(known) if len(known) == len(values) and len(whole) == 1 else None


def _value(found: Mapping[int, Year], year: int, name: str) -> float | None:
    return found[year].measures[name].value if year in found else None


def _with_reports(year: Year | None, name: str) -> str:
    """Return a value as text, with the number of reports that it rests on unless those are all there are."""
    if year is None:
        return ""
    known: Known = year.measures[name]
    text = shown(known.value, share=is_share(name))
    return f"{text} ({known.reports}/{year.reports})" if text and known.reports < year.reports else text


def _compared(
    name: str,
    years: tuple[int, ...],
    found: Mapping[int, Year],
    medians: Sequence[Record],
    place: Place,
    language: Language,
) -> Figure:
    share = is_share(name)
    own, country, province = (say(language, f"place_{which}") for which in ("own", "country_median", "province_median"))
    of = {
        scope: {int(row["year"]): row for row in medians if row["scope"] == scope}
        for scope in (COUNTRY, place.province)
    }
    rows = [Line(own, tuple(_with_reports(found.get(year), name) for year in years))]
    rows += [
        Line(words, tuple(_median(of[scope].get(year), share=share) for year in years))
        for scope, words in ((COUNTRY, country), (place.province, province))
        if of[scope]
    ]
    drawn = [{"year": str(year), "name": own, "value": _value(found, year, name)} for year in years]
    for scope, words in ((COUNTRY, country), (place.province, province)):
        drawn += [
            {"year": str(year), "name": words, "value": of[scope][year]["median"]}
            for year in years
            if year in of[scope]
        ]
    band = pd.DataFrame(
        [{**of[COUNTRY][year], "year": str(year)} for year in years if year in of[COUNTRY]],
        columns=["year", "lower", "upper"],
    )
    frame = pd.DataFrame(drawn)
    known = any(row["value"] is not None for row in drawn[: len(years)])
    names = (own, country, province)
    return Figure(
        name,
        years,
        tuple(rows),
        lines(frame, band, names, years, form_changes(years), share=share) if known else None,
    )


def _median(row: Record | None, *, share: bool) -> str:
    """Return a median as text, with its quartiles and the number of reports."""
    if row is None:
        return ""
    lower, median, upper = (shown(row[name], share=share) for name in ("lower", "median", "upper"))
    return f"{median} ({lower}–{upper}; n={int(row['reports'])})"
