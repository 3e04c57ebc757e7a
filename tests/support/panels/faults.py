"""Faults that are planted in a simulated country: each returns the country with them, and the reports that have one.

No report gets two, and none beside it: what one fault hides of another is no fault of the checks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tests.support.panels.country import YEARS, Cell, Country, Values
from tests.support.panels.source import above_zero, tenths
from transforms.panel_checks.declared import figures

Planted = tuple[Country, set[str]]
Rows = npt.NDArray[np.int64]


def break_carrying_over(country: Country, seed: int, faults: int) -> Planted:
    """Let reports carry in more, or less, than last year's report carried out."""
    chance, cell = np.random.default_rng(seed), ("requests", "carried_in/total")
    before = _before(country)
    known = ~np.isnan(country.cells[cell]) & (before >= 0)
    known &= ~np.isnan(country.cells["requests", "carried_out/total"][before])
    rows = _chosen(chance, country, known, faults)
    return _changed(country, rows, {cell: lambda values: values + chance.integers(1, 50, len(values))})


def repeat_last_year(country: Country, seed: int, faults: int) -> Planted:
    """Let reports print last year's figures."""
    chance, before = np.random.default_rng(seed), _before(country)
    rows = _chosen(chance, country, (before >= 0) & (above_zero(country)[before] >= 12), faults)
    return _copied(country, rows, before[rows])


def repeat_others(country: Country, seed: int, faults: int) -> Planted:
    """Let reports print the figures of another body, anywhere, for the same year."""
    chance = np.random.default_rng(seed)
    telling = np.flatnonzero(tenths(country) >= 80)
    rows: list[int] = []
    others: list[int] = []
    years = country.reports["year"].to_numpy()
    for row in chance.permutation(telling):
        same = telling[(years[telling] == years[row]) & (telling != row)]
        other = chance.choice(same)
        if len(rows) < faults and not {row, other} & {*rows, *others}:
            rows.append(row)
            others.append(other)
    copied, planted = _copied(country, np.array(rows), np.array(others))
    return copied, planted | {*country.reports["report_id"].iloc[others]}


def multiply(country: Country, seed: int, faults: int, figure: str, factor: float) -> Planted:
    """Let reports print a figure ten times too large or too small, of bodies that have 50 or 500 in other years."""
    chance, (cell,) = np.random.default_rng(seed), figures()[figure].cells
    values = country.cells[figures()[figure].table, cell]
    least, most = (50, np.inf) if factor > 1 else (500, np.inf)
    own = pd.Series(values).groupby(country.reports["agency_id"])
    fit = (own.transform("min") >= least) & (own.transform("max") <= most) & (own.transform("count") >= 4)
    rows = _chosen(chance, country, (fit & ~np.isnan(values)).to_numpy(), faults, by="agency_id")
    return _changed(country, rows, {(figures()[figure].table, cell): lambda old: np.floor(old * factor)})


def lose_from_whole(country: Country, seed: int, faults: int) -> Planted:
    """Let governments that count in others print fewer requests than these received."""
    chance, cell = np.random.default_rng(seed), ("requests", "received/total")
    reports, values = country.reports, country.cells[("requests", "received/total")]
    parts = reports["kind"].isin(["department", "township"])
    sums = pd.Series(np.where(parts, np.nan_to_num(values), 0)).groupby([reports["jurisdiction"], reports["year"]])
    of_parts = sums.transform("sum").to_numpy()
    says = reports["report_id"].isin(country.scopes["report_id"]).to_numpy()
    rows = _chosen(chance, country, says & (of_parts > 1) & ~np.isnan(values), faults)
    return _changed(country, rows, {cell: lambda _: np.floor(chance.random(len(rows)) * of_parts[rows])})


def stop(country: Country, seed: int, faults: int) -> Planted:
    """Let bodies that reported for at least three years on end report no more, two or three years before the end."""
    chance, reports = np.random.default_rng(seed), country.reports
    last = np.where(chance.random(len(reports)) < 0.5, YEARS[-3], YEARS[-4])
    run = reports.groupby("agency_id")["year"].transform(lambda years: years.diff().eq(1).rolling(2).sum())
    fit = (reports["year"] == last) & (run == 2) & reports["kind"].isin(["department", "township"])
    rows = _chosen(chance, country, fit.to_numpy(), faults)
    planted = reports.iloc[rows]
    ends = reports["agency_id"].map(planted.set_index("agency_id")["year"])
    kept = ~(reports["year"] > ends).to_numpy()
    cells = {cell: values[kept] for cell, values in country.cells.items()}
    return replace(country, reports=reports[kept].reset_index(drop=True), cells=cells), {*planted["report_id"]}


def _before(country: Country) -> Rows:
    """Return the row of each report's body for the year before, -1 where there is none."""
    reports = country.reports
    place = {key: at for at, key in enumerate(zip(reports["agency_id"], reports["year"], strict=True))}
    keys = zip(reports["agency_id"], reports["year"] - 1, strict=True)
    return np.array([place.get(key, -1) for key in keys])


def _chosen(
    chance: np.random.Generator, country: Country, fit: npt.NDArray[Any], faults: int, by: str = "jurisdiction"
) -> Rows:
    """Return rows that fit, at most one of a place, or of a body."""
    rows = chance.permutation(np.flatnonzero(fit))
    found = rows[~country.reports[by].iloc[rows].duplicated().to_numpy()][:faults]
    assert len(found) == faults, f"only {len(found)} reports fit"
    return found


def _changed(country: Country, rows: Rows, changes: dict[Cell, Any]) -> Planted:
    cells = dict(country.cells)
    for cell, change in changes.items():
        values: Values = cells[cell].copy()
        values[rows] = change(values[rows])
        cells[cell] = values
    return replace(country, cells=cells), {*country.reports["report_id"].iloc[rows]}


def _copied(country: Country, rows: Rows, sources: Rows) -> Planted:
    cells = {cell: values.copy() for cell, values in country.cells.items()}
    for values in cells.values():
        values[rows] = values[sources]
    return replace(country, cells=cells), {*country.reports["report_id"].iloc[rows]}
