"""A figure beside those of the body's other years, and beside those of its peers: bodies of its kind in that year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from transforms.panel_checks.history import changes_of
from transforms.panel_checks.panel import Panel
from transforms.panel_checks.peers import STEP, steps_of

_CROWD = 100
"""Peers that are needed to tell what is usual among them."""


def figure_jumps(panel: Panel, *, figures: Sequence[str], factor: float, spreads: float) -> pd.DataFrame:
    """Find figures that differ from the median of the body's other years by a factor, once that of its peers is off it.

    The difference must also be as large as so many `spreads` of the other years, and rare among its peers.
    """
    found = pd.concat([_jumps(panel, figure, factor, spreads) for figure in figures], ignore_index=True)
    of_body = panel.reports[panel.reports["body"].isin(found["body"])].groupby("body")["report_id"].agg(list)
    pairs = zip(of_body.reindex(found["body"]), found["report_id"], strict=True)
    others = pd.Series([[one for one in of_years if one != own] for of_years, own in pairs], dtype=object)
    return found.assign(others=others, actual=found["value"], expected=found["expected"].round().abs())


def _jumps(panel: Panel, figure: str, factor: float, spreads: float) -> pd.DataFrame:
    usual = panel.peers.changes[panel.peers.changes["figure"] == figure]
    changes = changes_of(panel.reports, figure)
    # Most are left out before anything is joined to them: no peers' middle makes a jump of these.
    large = changes[changes["change"].abs() >= np.log(factor) - usual["middle"].abs().max()]
    both = large.join(panel.reports[["report_id", "body", "kind", "year"]]).merge(usual, on=["kind", "year"])
    is_crowd = both["peers"] >= _CROWD
    own = (both["change"] - both["middle"].where(is_crowd, 0)).abs()
    steps = steps_of(both["change"]) * STEP
    is_rare = (steps <= both["low"]) | (steps >= both["high"]) | ~is_crowd
    found: pd.DataFrame = both[(own >= np.log(factor)) & (own >= spreads * both["spread"]) & is_rare]
    return found


def figure_beyond_peers(panel: Panel, *, figures: Sequence[str], factor: float, least: int) -> pd.DataFrame:
    """Find figures of bodies with too few years to tell jumps that are beyond most of their peers by a factor."""
    found = pd.concat([_beyond(panel, figure, factor, least) for figure in figures], ignore_index=True)
    return found.assign(actual=found["value"], expected=found["most"].round())


def _beyond(panel: Panel, figure: str, factor: float, least: int) -> pd.DataFrame:
    is_large = (panel.reports[figure] >= least).fillna(value=False)
    own = panel.reports[["report_id", "body", "kind", "level", "year", figure]]
    with_years = changes_of(own[own["body"].isin(own.loc[is_large, "body"])], figure).index
    short = own[is_large & ~own.index.isin(with_years)]
    usual = panel.peers.sizes[panel.peers.sizes["figure"] == figure]
    both = short.assign(value=short[figure].astype(np.float64)).merge(usual, on=["kind", "level", "year"])
    return both[(both["value"] >= factor * both["most"]) & (both["peers"] >= _CROWD)]
