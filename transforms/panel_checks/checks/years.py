"""A report beside those of the same body for earlier years: what it carries over, and whether it repeats them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from transforms.panel_checks.panel import Panel


def requests_carried_over(panel: Panel, *, applicants: Sequence[str]) -> pd.DataFrame:
    """Find requests carried in that are not as many as last year's report carried out."""
    return pd.concat([_carried_over(panel.reports, applicant) for applicant in applicants], ignore_index=True)


def _carried_over(reports: pd.DataFrame, applicant: str) -> pd.DataFrame:
    actual = reports[f"carried_in_{applicant}"]
    expected = _of_last_year(reports, f"carried_out_{applicant}")
    found = (actual != expected).fillna(value=False)
    before = _of_last_year(reports, "report_id")[found]
    return pd.DataFrame(
        {
            "report_id": reports.loc[found, "report_id"],
            "figure": f"carried_in_{applicant}",
            "line": applicant,
            "actual": actual[found],
            "expected": expected[found],
            "others": before.map(lambda report: [report]),
        }
    )


def figures_of_last_year(panel: Panel, *, least: int) -> pd.DataFrame:
    """Find reports whose figures all equal last year's, at least `least` of them above 0."""
    reports = panel.reports
    equal = (reports["signature"] == _of_last_year(reports, "signature")).fillna(value=False)
    found = equal & (reports["above_zero"] >= least)
    return _repeated(reports[found], _of_last_year(reports, "report_id")[found])


def figures_of_earlier_year(panel: Panel, *, least: int) -> pd.DataFrame:
    """Find reports whose figures all equal those of an earlier year than the last, at least `least` of them above 0."""
    telling = panel.reports.loc[panel.reports["above_zero"] >= least]
    earlier = telling.groupby(["body", "signature"])[["report_id", "year"]].shift(1)
    found = (telling["year"] - earlier["year"] > 1).fillna(value=False)
    return _repeated(telling[found], earlier.loc[found, "report_id"]).assign(before=earlier.loc[found, "year"])


def _of_last_year(reports: pd.DataFrame, column: str) -> pd.Series[Any]:
    """Return a column of last year's report of each body, null where there is none."""
    return reports[column].shift(1).where(reports["follows"])


def _repeated(reports: pd.DataFrame, before: pd.Series[str]) -> pd.DataFrame:
    own = reports[["report_id", "above_zero"]].rename(columns={"above_zero": "actual"})
    return own.assign(others=before.map(lambda report: [report]))
