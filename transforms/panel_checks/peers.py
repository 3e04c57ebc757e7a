"""What is usual among the reports of the whole country: counted province by province, then added up.

Owns these counts. They are whole numbers in steps of logarithms, so that memory does not grow with the reports, and two
runs over the same reports find the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.panel_checks.declared import usual
from transforms.panel_checks.history import changes_of

STEP = 0.05
"""Width of a step of a logarithm: 5 %."""
_TELLING = 50
"""Tenths of digits from which on a report's figures are kept to be compared with those of others."""
_CHANGES = ["figure", "kind", "year"]
_SIZES = ["figure", "kind", "level", "year"]
_NAMESAKES = ["name", "year"]
_SIGNATURES = ["report_id", "place", "agency", "kind", "year", "signature", "tenths"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted among some reports.

    `changes`: in how many reports a figure differs from the body's other years by so many steps, by kind of body and
    year. `sizes`: the same of the figure itself, by level of the division as well. `namesakes`: how many bodies of a
    name report for a year, and how many of these for the next. `signatures`: the reports whose figures tell much.
    """

    changes: pd.DataFrame
    sizes: pd.DataFrame
    namesakes: pd.DataFrame
    signatures: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Peers:
    """What is usual in the whole country.

    `changes`: by figure, kind and year, the number of `peers`, the `middle` of their changes and where the rare ones
    begin, `low` and `high`. `sizes`: by figure, kind, level and year, the size that few exceed, `most`. `namesakes` as
    counted. `signatures`: those that several reports for a year have.
    """

    changes: pd.DataFrame
    sizes: pd.DataFrame
    namesakes: pd.DataFrame
    signatures: pd.DataFrame


def count(reports: pd.DataFrame, figures: Collection[str]) -> Counts:
    """Return the counts of prepared reports, for some of their figures."""
    changes, sizes = [], []
    for figure in figures:
        change = changes_of(reports, figure)
        of_change = reports.loc[change.index, ["kind", "year"]]
        changes.append(of_change.assign(figure=figure, step=steps_of(change["change"])))
        known = reports.loc[reports[figure].notna(), ["kind", "level", "year", figure]]
        logs = known.pop(figure).clip(lower=0).astype(np.float64).map(np.log1p)
        sizes.append(known.assign(figure=figure, step=steps_of(logs)))
    telling = reports.loc[reports["tenths"] >= _TELLING, _SIGNATURES]
    return Counts(_counted(changes, _CHANGES), _counted(sizes, _SIZES), _namesakes(reports), telling)


def combine(counts: Sequence[Counts]) -> Peers:
    """Return what is usual by the counts of all reports."""
    rare, most = usual().rare, usual().most
    changes = quantiles(_added([one.changes for one in counts], [*_CHANGES, "step"]), _CHANGES, [rare, 0.5, 1 - rare])
    sizes = quantiles(_added([one.sizes for one in counts], [*_SIZES, "step"]), _SIZES, [most])
    signatures = pd.concat([one.signatures for one in counts], ignore_index=True)
    return Peers(
        changes.rename(columns={rare: "low", 0.5: "middle", 1 - rare: "high"}),
        sizes.assign(most=np.expm1(sizes[most])),
        _added([one.namesakes for one in counts], _NAMESAKES),
        signatures[signatures.duplicated(["year", "signature"], keep=False)],
    )


def steps_of(logs: pd.Series[float]) -> pd.Series[int]:
    """Return logarithms in whole steps."""
    return (logs / STEP).round().astype(np.int64)


def quantiles(counts: pd.DataFrame, by: list[str], shares: Collection[float]) -> pd.DataFrame:
    """Return quantiles of counted steps for each group, a column each, and `peers`, how many were counted.

    >>> counts = pd.DataFrame({"kind": "department", "step": [0, 20], "count": [9, 1]})
    >>> quantiles(counts, ["kind"], [0.5, 0.99]).to_dict("records")
    [{'kind': 'department', 'peers': 10, 0.5: 0.0, 0.99: 1.0}]
    """
    ordered = counts.sort_values([*by, "step"])
    groups = ordered.groupby(by, sort=False)["count"]
    below, total = groups.cumsum(), groups.transform("sum")
    found = groups.sum().rename("peers").reset_index()
    for share in shares:
        reached = ordered[below >= share * total].drop_duplicates(by)
        found = found.merge(reached[[*by, "step"]].rename(columns={"step": share}), on=by)
        found[share] = found[share] * STEP
    return found


def _counted(frames: Iterable[pd.DataFrame], by: list[str]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True).groupby([*by, "step"]).size().rename("count").reset_index()


def _added(frames: Iterable[pd.DataFrame], by: list[str]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True).groupby(by).sum().reset_index()


def _namesakes(reports: pd.DataFrame) -> pd.DataFrame:
    """Return, by name and year, how many departments and offices report, and how many do so in the year after, too."""
    own = reports.loc[reports["kind"].isin(["department", "government_office"]), ["body", "name", "year"]]
    after = own[["body", "year"]].assign(year=own["year"] - 1, staying=1)
    both = own.merge(after, on=["body", "year"], how="left").fillna({"staying": 0})
    return both.groupby(_NAMESAKES).agg(reporting=("body", "size"), staying=("staying", "sum")).reset_index()
