from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.explorer.charts.charts import lines, stacked

PARTS = {"a": "甲", "b": "</script><script>alert(1)</script>"}
YEARS = (2018, 2019, 2021)
CHANGES = {2019: "60号", 2021: "30号"}


def drawn(specification: dict[str, Any]) -> str:
    """Draw a chart as the browser does, with nothing but what is in it."""
    json.dumps(specification, allow_nan=False)
    svg: str = vl_convert.vegalite_to_svg(json.dumps({**specification, "width": 400}))
    return svg


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(YEARS), st.sampled_from([*PARTS]), st.none() | st.integers(0, 10**9))))
def test_stacks_hold_their_rows(rows: list[tuple[int, str, int | None]]) -> None:
    frame = pd.DataFrame([(str(year), *rest) for year, *rest in rows], columns=["year", "part", "value"])
    held = stacked(frame, PARTS, YEARS, CHANGES, share=False)["datasets"]["rows"]
    assert [(int(row["year"]), row["part"], row["value"]) for row in held] == [
        (year, PARTS[part], value) for year, part, value in rows
    ]


@pytest.mark.parametrize("share", [False, True])
def test_stacks_are_drawn(share: bool) -> None:
    frame = pd.DataFrame([("2019", "a", 1.0), ("2019", "b", 3.0)], columns=["year", "part", "value"])
    svg = drawn(stacked(frame, PARTS, YEARS, CHANGES, share=share))
    for text in ("甲", "60号", "30号", "2018", "2021", *(["100%"] if share else [])):
        assert text in svg
    assert "<script>" not in svg


@pytest.mark.parametrize("share", [False, True])
def test_lines_are_drawn_before_their_band(share: bool) -> None:
    rows = [
        (str(year), name, value) for name in ("own", "全国") for year, value in zip(YEARS, (1, None, 2), strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["year", "name", "value"])
    band = pd.DataFrame([("2019", 0.5, 1.5)], columns=["year", "lower", "upper"])
    specification = lines(frame, band, ["own", "全国", "全省"], CHANGES, share=share)
    assert specification["datasets"]["band"] == [{"year": "2019", "lower": 0.5, "upper": 1.5}]
    assert [row["value"] for row in specification["datasets"]["rows"]] == [1, None, 2, 1, None, 2]
    svg = drawn(specification)
    assert "全国" in svg
    assert "全省" not in svg
    assert "band" not in lines(frame, band.iloc[:0], ["own", "全国"], {}, share=share)["datasets"]


def test_a_page_does_not_change_what_is_kept() -> None:
    frame = pd.DataFrame([("2019", "a", 1.0)], columns=["year", "part", "value"])
    first = stacked(frame, PARTS, YEARS, CHANGES, share=False)
    second = stacked(frame.assign(value=2.0), PARTS, YEARS, CHANGES, share=False)
    assert first["datasets"]["rows"][0]["value"] == 1.0
    assert second["datasets"]["rows"][0]["value"] == 2.0
