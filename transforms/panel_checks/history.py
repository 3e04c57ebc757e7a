"""A body's figure in a year beside the same figure in its other years: medians, and how far it is from them.

Owns the arithmetic: robust against single years, and insensitive to a few cases more or less.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

_ADDED = 5.0
"""Added to both sides of a ratio: of 1 case and 4, nobody would say that they quadrupled."""
_FEWEST = 3
"""Other years that a median needs."""

Matrix = npt.NDArray[np.float64]


def changes_of(reports: pd.DataFrame, figure: str) -> pd.DataFrame:
    """Return how a figure of prepared reports differs from the median of the body's other years, where these are known.

    Columns: `value`; `expected`, that median; `change`, the logarithm of their ratio; `spread`, the median distance of
    the other years from their own median, as such a logarithm; `years`, their number. The index is that of the reports.
    """
    known = reports.loc[reports[figure].notna(), ["body", "year", figure]]
    body, bodies = pd.factorize(known["body"])
    year, years = pd.factorize(known["year"], sort=True)
    values = np.full((len(bodies), len(years)), np.nan)
    values[body, year] = known[figure].to_numpy(np.float64)
    logs = np.log(np.maximum(values, 0) + _ADDED)
    found = [_beside_others(logs, at) for at in range(len(years))]
    if not found:
        return pd.DataFrame(columns=["value", "expected", "change", "spread", "years"], dtype=np.float64)
    middle, spread, count = (np.stack(part, axis=1)[body, year] for part in zip(*found, strict=True))
    value = values[body, year]
    frame = pd.DataFrame(
        {
            "value": value,
            "expected": np.exp(middle) - _ADDED,
            "change": logs[body, year] - middle,
            "spread": spread,
            "years": count,
        },
        index=known.index,
    )
    return frame[frame["years"] >= _FEWEST]


def _beside_others(logs: Matrix, at: int) -> tuple[Matrix, Matrix, npt.NDArray[Any]]:
    """Return the median of all columns but one, the median distance from it, and how many are known."""
    others = np.delete(logs, at, axis=1)
    middle = _medians(others)
    return middle, _medians(np.abs(others - middle[:, None])), np.sum(~np.isnan(others), axis=1)


def _medians(values: Matrix) -> Matrix:
    """Return the median of each row's known values, NaN for a row without any.

    >>> _medians(np.array([[1.0, np.nan, 5.0], [np.nan, np.nan, np.nan]]))
    array([ 3., nan])
    """
    if not values.shape[1]:
        return np.full(len(values), np.nan)
    ordered = np.sort(values, axis=1)  # what is not known comes last
    count = np.sum(~np.isnan(values), axis=1)
    row, last = np.arange(len(values)), values.shape[1] - 1
    lower = ordered[row, np.clip((count - 1) // 2, 0, last)]
    upper = ordered[row, np.clip(count // 2, 0, last)]
    return np.where(count > 0, (lower + upper) / 2, np.nan)
