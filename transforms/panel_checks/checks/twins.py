"""Reports of two bodies for one year that print the same figures: one of them was taken for the other's."""

from __future__ import annotations

import pandas as pd

from transforms.panel_checks.panel import Panel

_GOVERNMENT = frozenset({"government", "government_office"})
_MOST = 20
"""Other reports that are named at most."""
_NAMED = 3
_OWN = ["report_id", "place", "kind", "year", "signature"]


def equal_tables(panel: Panel, *, digits: int) -> pd.DataFrame:
    """Find reports whose figures all equal those of another body's, wherever it is, if these have so many digits."""
    return _named(_pairs(panel, digits, of_office=False))


def equal_tables_of_office(panel: Panel, *, digits: int) -> pd.DataFrame:
    """Find governments and offices of one place whose reports have the same figures: one publishes for the other."""
    return _named(_pairs(panel, digits, of_office=True))


def _pairs(panel: Panel, digits: int, *, of_office: bool) -> pd.DataFrame:
    """Return reports with each other that has the same figures, in `report_id_other` and `agency`."""
    known = panel.peers.signatures[panel.peers.signatures["tenths"] >= 10 * digits]
    known = known[known.groupby(["year", "signature"]).cumcount() <= _MOST]
    own = panel.reports.loc[panel.reports["signature"].isin(known["signature"]), _OWN]
    both = own.merge(known, on=["year", "signature"], suffixes=("", "_other"))
    both = both[both["report_id"] != both["report_id_other"]]
    share_office = both["kind"].isin(_GOVERNMENT) & both["kind_other"].isin(_GOVERNMENT)
    is_office = share_office & (both["place"] == both["place_other"])
    return both[is_office if of_office else ~is_office]


def _named(pairs: pd.DataFrame) -> pd.DataFrame:
    grouped = pairs.groupby("report_id", sort=False)
    found = grouped.agg(others=("report_id_other", list), agencies=("agency", list)).reset_index()
    names = ["、".join(agencies[:_NAMED]) for agencies in found["agencies"]]
    return found.assign(others_in_all=found["others"].map(len), names=names)
