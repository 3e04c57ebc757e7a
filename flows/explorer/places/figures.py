"""The figures of a place's page: each a chart, and the table with the same numbers.

Owns which measures are shown together, and what a series is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd

from flows.explorer.charts.charts import Specification, lines, stacked
from flows.explorer.measures.measures import forms, is_share, measures, stack
from flows.explorer.places.place import COUNTRY
from flows.explorer.places.series import WHOLE_OUTCOMES, Year
from flows.explorer.records import Record, shown
from flows.explorer.words import say
from warehouse.query.labels import Language

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


def figures(found: Sequence[Year], medians: Sequence[Record], province: str | None, language: Language) -> list[Figure]:
    """Return the figures of a series, none if it has no year; `medians` are empty where nothing compares with it."""
    if not found:
        return []
    years = tuple(range(found[0].year, found[-1].year + 1))
    by_year = {year.year: year for year in found}
    return [
        _stacked(name, years, by_year, language)
        if name in STACKED
        else _compared(name, years, by_year, [row for row in medians if row["measure"] == name], province, language)
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
    measured = {value: key for key, value in WHOLE_OUTCOMES.items()} if share else {}
    parts = {part: _words(part, language) for part in stack(stacked_name)}
    values = {
        (year, part): value
        for year, part in product(years, parts)
        if (value := _value(found, year, measured.get(part, part))) is not None
    }
    rows = tuple(
        Line(
            words,
            tuple(_share_of(values, year, part) if share else _with_reports(found.get(year), part) for year in years),
        )
        for part, words in parts.items()
    )
    drawn = pd.DataFrame(
        [
            {"year": str(year), "part": part, "value": value, "rests": _rests(found[year], measured.get(part, part))}
            for (year, part), value in values.items()
        ],
        columns=["year", "part", "value", "rests"],
    )
    chart = stacked(drawn, parts, years, form_changes(years), share=share) if values else None
    return Figure(name, years, rows, chart)


def _share_of(values: Mapping[tuple[int, str], float], year: int, part: str) -> str:
    """Return a part as a share in the sum of all parts of a year.

    >>> _share_of({(2020, "a"): 1.0, (2020, "b"): 3.0}, 2020, "a"), _share_of({}, 2020, "a")
    ('25.0%', '')
    """
    whole = sum(value for (of, _), value in values.items() if of == year)
    return shown(values[year, part] / whole, share=True) if whole and (year, part) in values else ""


def _value(found: Mapping[int, Year], year: int, name: str) -> float | None:
    return found[year].measures[name].value if year in found else None


def _with_reports(year: Year | None, name: str) -> str:
    """Return a value as text, with the number of reports that it rests on unless those are all that could be."""
    if year is None:
        return ""
    known = year.measures[name]
    text = shown(known.value, share=is_share(name))
    return f"{text} ({_rests(year, name)})" if text and known.reports < year.possible else text


def _rests(year: Year | None, name: str) -> str:
    """Return how many reports a value rests on, of how many that could be."""
    return "" if year is None else f"{year.measures[name].reports}/{year.possible}"


def _compared(
    name: str,
    years: tuple[int, ...],
    found: Mapping[int, Year],
    medians: Sequence[Record],
    province: str | None,
    language: Language,
) -> Figure:
    share, own = is_share(name), say(language, "place_own")
    others = {
        say(language, words): {int(row["year"]): row for row in medians if row["scope"] == scope}
        for scope, words in ((COUNTRY, "place_country_median"), (province, "place_province_median"))
    }
    rows = [Line(own, tuple(_with_reports(found.get(year), name) for year in years))]
    rows += [
        Line(words, tuple(_median(of.get(year), share=share) for year in years)) for words, of in others.items() if of
    ]
    values = [(str(year), own, _value(found, year, name), _rests(found.get(year), name)) for year in years]
    if all(value is None for _, _, value, _ in values):
        return Figure(name, years, tuple(rows), None)
    values += [
        (str(year), words, of[year]["median"], str(int(of[year]["reports"])))
        for words, of in others.items()
        for year in years
        if year in of
    ]
    country = next(iter(others.values()))
    band = [(str(year), country[year]["lower"], country[year]["upper"]) for year in years if year in country]
    chart = lines(
        pd.DataFrame(values, columns=["year", "name", "value", "rests"]),
        pd.DataFrame(band, columns=["year", "lower", "upper"]),
        [own, *others],
        form_changes(years),
        share=share,
    )
    return Figure(name, years, tuple(rows), chart)


def _median(row: Record | None, *, share: bool) -> str:
    """Return a median as text, with its quartiles and the number of reports."""
    if row is None:
        return ""
    lower, median, upper = (shown(row[name], share=share) for name in ("lower", "median", "upper"))
    return f"{median} ({lower}–{upper}; n={int(row['reports'])})"
