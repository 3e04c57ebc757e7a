"""Bodies that reported for years and then no more, while the others of their place went on."""

from __future__ import annotations

from typing import Any

import pandas as pd

from transforms.jurisdictions.divisions import division_in
from transforms.panel_checks.panel import Panel, places_in

_CLASSES = {"subdistrict": "township", "government_office": "department"}
"""Kinds that take each other's place: a town becomes a subdistrict."""


def body_stopped(
    panel: Panel, *, reported: int, silent: int, share: float, others: int, namesakes: int
) -> pd.DataFrame:
    """Find the last reports of bodies that `reported` for so many years on end, and have been `silent` for as many.

    In each silent year a `share` of the bodies of its place, of at least so many `others`, must have gone on. None is
    found where it may be unknown, abolished or followed by another: reports of it are known to be lacking, its division
    is gone, most of at least so many `namesakes` elsewhere stopped as well, or another body of its kind began then.
    """
    last = _last_reports(panel.reports)
    last = last[(last["years"] >= reported) & (last["year"] <= panel.reports["year"].max() - silent)]
    around = panel.reports[panel.reports["place"].isin(last["place"])]
    for after in range(1, silent + 1):
        last = last.merge(_staying(around, after), on=["place", "year"])
        last = last[(last["bodies"] > others) & (last[f"staying_{after}"] >= share * (last["bodies"] - 1))]
    last = last[~_lacking(last, panel, silent) & ~_abolished(last, silent) & ~_followed(last, around)]
    gone = last.merge(panel.peers.namesakes, on=["name", "year"], how="left").fillna({"reporting": 0, "staying": 0})
    everywhere = (gone["reporting"] > namesakes) & (gone["staying"] < share * (gone["reporting"] - 1))
    found: pd.DataFrame = gone[~everywhere]
    return found.assign(actual=found["staying_1"], expected=found["bodies"] - 1)


def _last_reports(reports: pd.DataFrame) -> pd.DataFrame:
    """Return each body's last report, with the number of `years` without a gap up to it."""
    run = (~reports["follows"]).cumsum()
    years = run.groupby(run).cumcount() + 1
    columns = ["report_id", "body", "agency_id", "jurisdiction", "place", "kind", "name", "year"]
    return reports[columns].assign(years=years).drop_duplicates("body", keep="last")


def _staying(reports: pd.DataFrame, after: int) -> pd.DataFrame:
    """Return, by place and year, how many `bodies` report, and how many of them so many years later as well."""
    own = reports[["place", "year", "body"]]
    later = own[["body", "year"]].assign(year=own["year"] - after, stays=1)
    both = own.merge(later, on=["body", "year"], how="left").fillna({"stays": 0}).groupby(["place", "year"])
    found = both.agg(bodies=("body", "size"), staying=("stays", "sum")).reset_index()
    return found.rename(columns={"staying": f"staying_{after}"} | ({"bodies": "_"} if after > 1 else {}))


def _lacking(last: pd.DataFrame, panel: Panel, silent: int) -> pd.Series[Any]:
    """Return of which bodies it is not known whether they reported in a silent year."""
    years = int(panel.reports["year"].max()) if len(panel.reports) else 0
    gaps = panel.gaps.assign(place=places_in(panel.gaps["jurisdiction"], years))
    found = pd.Series(data=False, index=last.index)
    for after in range(1, silent + 1):
        year = last["year"] + after
        for column, rows in (("agency_id", gaps[gaps["agency_id"].notna()]), ("place", gaps[gaps["agency_id"].isna()])):
            known = pd.MultiIndex.from_frame(rows[[column, "year"]])
            found |= pd.MultiIndex.from_arrays([last[column], year]).isin(known)
    return found


def _abolished(last: pd.DataFrame, silent: int) -> pd.Series[Any]:
    pairs = zip(last["jurisdiction"], last["year"], strict=True)
    return pd.Series([division_in(code, int(year) + silent) is None for code, year in pairs], last.index, dtype=bool)


def _followed(last: pd.DataFrame, reports: pd.DataFrame) -> pd.Series[Any]:
    """Return at which bodies' place another one of their kind began in the year after their last report."""
    first = reports.drop_duplicates("body")
    began = pd.MultiIndex.from_arrays([first["place"], first["kind"].replace(_CLASSES), first["year"] - 1])
    ended = pd.MultiIndex.from_arrays([last["place"], last["kind"].replace(_CLASSES), last["year"]])
    return pd.Series(ended.isin(began), last.index)
