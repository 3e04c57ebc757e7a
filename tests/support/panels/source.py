"""A simulated country as panel checks look at it: the frames that `warehouse.query.panel` reads of a warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tests.support.panels.country import Country, Values
from transforms.panel_checks.declared import PanelFigure, figures

_WAN = 10_000
_WHOLE = ("requests", "proceedings")


@dataclass(frozen=True, slots=True)
class Source:
    """The frames of a country, by area."""

    rows: pd.DataFrame
    country: Country

    def areas(self) -> list[tuple[str, ...]]:
        provinces = sorted(self.rows["jurisdiction"].str[:5].unique())
        return [tuple(provinces[at : at + 10]) for at in range(0, len(provinces), 10)]

    def reports(self, area: Sequence[str]) -> pd.DataFrame:
        return _of(self.rows, area)

    def told(self, area: Sequence[str]) -> pd.DataFrame:
        return pd.DataFrame({"report_id": [], "check": []}, dtype="str")

    def gaps(self, area: Sequence[str]) -> pd.DataFrame:
        return pd.DataFrame({"jurisdiction": [], "year": [], "agency_id": []}).astype({"year": "Int64"})

    def scopes(self, area: Sequence[str]) -> pd.DataFrame:
        return _of(self.country.scopes, area)


def source_of(country: Country) -> Source:
    """Return a country as panel checks look at it."""
    rows = country.reports.assign(
        signature=_signatures(country), above_zero=_whole(above_zero(country)), tenths=_whole(tenths(country))
    )
    wanted = {name: _sum(country, figure) for name, figure in figures().items()}
    return Source(rows.assign(**wanted).astype({"year": "Int64"}), country)


def _of(rows: pd.DataFrame, area: Sequence[str]) -> pd.DataFrame:
    return rows[rows["jurisdiction"].str[:5].isin(area)].reset_index(drop=True)


def _signatures(country: Country) -> pd.Series[int]:
    total = np.zeros(len(country.reports), np.uint64)
    for at, values in enumerate(country.cells.values()):
        own = pd.util.hash_array(np.where(np.isnan(values), -1, values))
        total ^= pd.util.hash_array(own + np.uint64(at))
    return pd.Series(total, dtype="UInt64")


def above_zero(country: Country) -> npt.NDArray[np.int64]:
    """Return how many figures of each report are above 0."""
    counts: npt.NDArray[np.int64] = np.sum([values > 0 for values in country.cells.values()], axis=0)
    return counts


def tenths(country: Country) -> npt.NDArray[np.int64]:
    """Return how many digits the figures of each report have in all, without totals, in tenths."""
    parts = [values for (_, cell), values in country.cells.items() if "total" not in cell.split("/")]
    digits: Values = np.sum([np.round(10 * np.log10(np.fmax(values, 0) + 1)) for values in parts], axis=0)
    return digits.astype(np.int64)


def _whole(numbers: npt.NDArray[np.int64]) -> pd.Series[int]:
    return pd.Series(numbers, dtype="Int64")


def _sum(country: Country, figure: PanelFigure) -> pd.Series[Any]:
    unknown: Values = np.full(len(country.reports), np.nan)
    total: Values = np.sum([country.cells.get((figure.table, cell), unknown) for cell in figure.cells], axis=0)
    dtype = pd.Int64Dtype() if figure.table in _WHOLE else pd.Float64Dtype()
    return pd.Series(total * (_WAN if figure.unit else 1), dtype=dtype)
