"""The charts that pages carry: a specification of Vega-Lite each, made of a frame.

Owns how figures are drawn, but for colours, which the page's own style says. A chart has its data in it, and a table
with the same numbers beside it. Where the official form changed, there is a rule: what stands left of it was counted
on another form. The drawing without its data is the same on many pages, and is kept: Altair takes a while to make one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from flows.explorer.records import records

Specification = dict[str, Any]
Changes = tuple[tuple[str, str], ...]
"""Years in which the form changed, with the new edition, in order."""
_HEIGHT = 240
_DASHES = [[1, 0], [6, 3], [2, 3]]
_KEPT = 512
"""Drawings that are kept: some for each language, range of years and form that a page can have."""
_RESTS = alt.Tooltip("rests:N", title="n")
"""How many reports a value rests on, of how many."""


def stacked(
    frame: pd.DataFrame, parts: Mapping[str, str], years: Sequence[int], changes: Mapping[int, str], *, share: bool
) -> Specification:
    """Return bars of parts on each other: of a frame with year, part, value and rests; counts or shares of a year.

    `parts` are code → words in their order, `years` all that the axis shows, `changes` year → the form's new edition.
    """
    order = {code: place for place, code in enumerate(parts)}
    rows = frame.assign(part=frame["part"].map(dict(parts)), place=frame["part"].map(order))
    drawing = _stacked(tuple(parts.values()), tuple(map(str, years)), _texts(changes), share)
    return _with_data(drawing, rows=rows)


def lines(
    frame: pd.DataFrame, band: pd.DataFrame, names: Sequence[str], changes: Mapping[int, str], *, share: bool
) -> Specification:
    """Return lines of a frame with year, name, value and rests before the band from `lower` to `upper` a year.

    Names are drawn in the order of `names`, each by its own dashes, too. A year without a value breaks its line.
    """
    drawn = set(frame["name"])
    years = tuple(dict.fromkeys(frame["year"]))
    order = tuple(name for name in names if name in drawn)
    if band.empty:
        return _with_data(_lines(order, years, _texts(changes), share), rows=frame)
    return _with_data(_banded(order, years, _texts(changes), share), rows=frame, band=band)


@lru_cache(_KEPT)
def _stacked(words: tuple[str, ...], years: tuple[str, ...], changes: Changes, share: bool) -> Specification:
    bars = (
        alt.Chart(alt.NamedData("rows"))
        .mark_bar()
        .encode(
            x=_years(years),
            y=alt.Y("value:Q", title=None, stack="normalize" if share else "zero", axis=_axis(share=share)),
            color=alt.Color("part:N", sort=list(words), scale=alt.Scale(domain=list(words)), legend=_legend()),
            order=alt.Order("place:Q"),
            tooltip=[alt.Tooltip("year:O"), alt.Tooltip("part:N"), alt.Tooltip("value:Q"), _RESTS],
        )
    )
    return _specification([bars], changes)


@lru_cache(_KEPT)
def _lines(names: tuple[str, ...], years: tuple[str, ...], changes: Changes, share: bool) -> Specification:
    return _specification([_drawn(names, years, share=share)], changes)


@lru_cache(_KEPT)
def _banded(names: tuple[str, ...], years: tuple[str, ...], changes: Changes, share: bool) -> Specification:
    shown = _shown(share=share)
    area = (
        alt.Chart(alt.NamedData("band"))
        .mark_area(opacity=0.15)
        .encode(
            x=_years(years),
            y=alt.Y("lower:Q", title=None, axis=_axis(share=share)),
            y2=alt.Y2("upper:Q"),
            tooltip=[alt.Tooltip("year:O"), *(alt.Tooltip(f"{end}:Q", format=shown) for end in ("lower", "upper"))],
        )
    )
    return _specification([area, _drawn(names, years, share=share)], changes)


def _drawn(names: Sequence[str], years: Sequence[str], *, share: bool) -> alt.Chart:
    """Return the lines themselves."""
    dashes = alt.Scale(domain=list(names), range=_DASHES)
    chart: alt.Chart = (
        alt.Chart(alt.NamedData("rows"))
        .mark_line(point={"size": 40}, strokeWidth=2.5)
        .encode(
            x=_years(years),
            y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=True), axis=_axis(share=share)),
            color=alt.Color("name:N", sort=list(names), scale=alt.Scale(domain=list(names)), legend=_legend()),
            strokeDash=alt.StrokeDash("name:N", sort=list(names), scale=dashes, legend=_legend()),
            tooltip=[
                alt.Tooltip("year:O"),
                alt.Tooltip("name:N"),
                alt.Tooltip("value:Q", format=_shown(share=share)),
                _RESTS,
            ],
        )
    )
    return chart


def _years(years: Sequence[str]) -> alt.X:
    scale = alt.Scale(type="band", domain=list(years))
    return alt.X("year:O", title=None, scale=scale, axis=alt.Axis(labelAngle=0, labelOverlap=True, grid=False))


def _axis(*, share: bool) -> alt.Axis:
    return alt.Axis(format="%", tickCount=5) if share else alt.Axis(tickCount=5)


def _shown(*, share: bool) -> str:
    return ".1%" if share else ",.1~f"


def _legend() -> alt.Legend:
    return alt.Legend(title=None, orient="bottom", labelLimit=260)


def _specification(layers: Sequence[alt.Chart], changes: Changes) -> Specification:
    chart = alt.layer(*layers, *_rules(changes)).properties(width="container", height=_HEIGHT)
    specification: Specification = chart.to_dict()
    # The page's style gives the configuration; where two say the same, Vega-Lite takes the specification's.
    del specification["config"]
    return specification


def _rules(changes: Changes) -> list[alt.Chart]:
    """Return a rule with the name of the new edition at the beginning of each year in which the form changed."""
    if not changes:
        return []
    base = alt.Chart(alt.InlineData([{"year": year, "form": form} for year, form in changes]))
    x = alt.X("year:O", bandPosition=0)
    return [
        base.mark_rule(strokeDash=[4, 4], opacity=0.7).encode(x=x, tooltip=[alt.Tooltip("form:N")]),
        base.mark_text(align="left", dx=3, dy=-3, y=0, fontSize=10, baseline="bottom").encode(
            x=x, text=alt.Text("form:N")
        ),
    ]


def _texts(changes: Mapping[int, str]) -> Changes:
    return tuple((str(year), form) for year, form in changes.items())


def _with_data(drawing: Specification, **frames: pd.DataFrame) -> Specification:
    data = {name: records(frame) for name, frame in frames.items()}
    return {**drawing, "datasets": {**drawing.get("datasets", {}), **data}}
