"""The charts that pages carry: a specification of Vega-Lite each, made of a frame.

Owns how figures are drawn, but for colours, which the page's own style says. A chart has its data in it, and a table
with the same numbers beside it. Where the official form changed, there is a rule: what stands left of it was counted
on another form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

Specification = dict[str, Any]
_HEIGHT = 240


def stacked(
    frame: pd.DataFrame, parts: Mapping[str, str], years: Sequence[int], changes: Mapping[int, str], *, share: bool
) -> Specification:
    """Return bars of parts on each other: of a frame with year, part and value, counts or shares in each year's sum.

    `parts` are code → words in their order, `years` all that the axis shows, `changes` year → the form's new edition.
    """
    words, order = list(parts.values()), {code: place for place, code in enumerate(parts)}
    data = frame.assign(part=frame["part"].map(dict(parts)), place=frame["part"].map(order))
    bars = (
        alt.Chart(data)
        .mark_bar()
        .encode(
            x=_years(years),
            y=alt.Y("value:Q", title=None, stack="normalize" if share else "zero", axis=_axis(share=share)),
            color=alt.Color("part:N", sort=words, scale=alt.Scale(domain=words), legend=_LEGEND),
            order=alt.Order("place:Q"),
            tooltip=["year:O", "part:N", "value:Q"],
        )
    )
    return _specification([bars], changes)


def lines(
    frame: pd.DataFrame,
    band: pd.DataFrame,
    names: Sequence[str],
    years: Sequence[int],
    changes: Mapping[int, str],
    *,
    share: bool,
) -> Specification:
    """Return lines of a frame with year, name and value before the band between `lower` and `upper` of each year.

    Names are drawn in the order of `names`, each by its own dashes, too. A year without a value breaks its line.
    """
    x, domain = _years(years), [name for name in names if name in set(frame["name"])]
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=True), axis=_axis(share=share))
    area = (
        alt.Chart(band)
        .mark_area(opacity=0.15, interpolate="linear")
        .encode(x=x, y=alt.Y("lower:Q", title=None), y2="upper:Q", tooltip=["year:O", "lower:Q", "upper:Q"])
    )
    dashes = alt.StrokeDash("name:N", sort=domain, scale=alt.Scale(domain=domain, range=_DASHES), legend=_LEGEND)
    colour = alt.Color("name:N", sort=domain, scale=alt.Scale(domain=domain), legend=_LEGEND)
    drawn = (
        alt.Chart(frame)
        .mark_line(point={"size": 40}, strokeWidth=2.5)
        .encode(x=x, y=y, color=colour, strokeDash=dashes, tooltip=["year:O", "name:N", "value:Q"])
    )
    return _specification([area, drawn] if len(band) else [drawn], changes)


_DASHES = [[1, 0], [6, 3], [2, 3]]
_LEGEND = alt.Legend(title=None, orient="bottom", columns=3, labelLimit=260)


def _years(years: Sequence[int]) -> alt.X:
    scale = alt.Scale(type="band", domain=[str(year) for year in years])
    return alt.X("year:O", title=None, scale=scale, axis=alt.Axis(labelAngle=0, labelOverlap=True, grid=False))


def _axis(*, share: bool) -> alt.Axis:
    return alt.Axis(format="%", tickCount=5) if share else alt.Axis(tickCount=5)


def _specification(layers: Sequence[alt.Chart], changes: Mapping[int, str]) -> Specification:
    chart = alt.layer(*layers, *_rules(changes)) if changes else alt.layer(*layers)
    specification: Specification = chart.properties(width="container", height=_HEIGHT).to_dict(validate=False)
    del specification["config"]
    return specification


def _rules(changes: Mapping[int, str]) -> list[alt.Chart]:
    """Return a rule with the name of the new edition at the beginning of each year in which the form changed."""
    rules = pd.DataFrame({"year": [str(year) for year in changes], "form": list(changes.values())})
    x = alt.X("year:O", bandPosition=0)
    base = alt.Chart(rules)
    return [
        base.mark_rule(strokeDash=[4, 4], opacity=0.7).encode(x=x, tooltip=["form:N"]),
        base.mark_text(align="left", dx=3, dy=5, y=0, fontSize=10, baseline="top").encode(x=x, text="form:N"),
    ]
