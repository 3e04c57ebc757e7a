"""A government's report beside those of its departments, towns and divisions, where it says that it counts them in."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from transforms.jurisdictions.divisions import jurisdictions
from transforms.panel_checks.declared import scope
from transforms.panel_checks.panel import Panel


def parts_exceed_whole(panel: Panel, *, figures: Sequence[str]) -> pd.DataFrame:
    """Find figures of a government that are less than what the published reports that it counts in add up to.

    Not all of them need be published, and its office is left out: some offices publish their government's report.
    """
    wholes = _wholes(panel)
    parts = _parts(panel.reports[panel.reports["year"].isin(wholes["year"])])
    pairs = wholes[["report_id", "whole", "year", "kind"]].merge(
        parts, on=["whole", "year", "kind"], suffixes=("", "_part")
    )
    said = wholes.drop_duplicates("report_id")
    return pd.concat([_exceeded(said, pairs[["report_id", "report_id_part", name]], name) for name in figures])


def _wholes(panel: Panel) -> pd.DataFrame:
    """Return the governments that say whose figures they count in, once for each kind of body that they name."""
    governments = panel.reports[panel.reports["report_id"].isin(panel.scopes["report_id"])]
    governments = governments[governments["kind"] == "government"].drop(columns="kind")
    said = governments.merge(panel.scopes[["report_id", "sentence"]], on="report_id")
    named = [said[said["sentence"].str.contains(wording)].assign(kind=kind) for kind, wording in scope().kinds.items()]
    return pd.concat(named, ignore_index=True).rename(columns={"jurisdiction": "whole"})


def _parts(reports: pd.DataFrame) -> pd.DataFrame:
    """Return reports that others may count in, with the division of which that would be the government."""
    above = {code: division.parent for code, division in jurisdictions().items()}
    below = reports["kind"] == "government"
    return reports.assign(whole=reports["jurisdiction"].where(~below, reports["jurisdiction"].map(above)))


def _exceeded(wholes: pd.DataFrame, pairs: pd.DataFrame, figure: str) -> pd.DataFrame:
    parts = pairs[pairs[figure].notna()].groupby("report_id")
    sums = parts.agg(expected=(figure, "sum"), parts=(figure, "size"), others=("report_id_part", list))
    own = wholes.merge(sums, on="report_id")
    found = own[(own["expected"] > own[figure]).fillna(value=False)]
    return found.assign(figure=figure, actual=found[figure])
