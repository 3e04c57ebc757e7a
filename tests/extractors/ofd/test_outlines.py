"""Outlines of OFD: lines, curves and arcs become what a PDF draws, and damaged data are refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.document import Unreadable
from extractors.ofd.outlines import segments_of

numbers = st.floats(-500, 500).map(lambda value: round(value, 3))


def ends(data: str) -> list[tuple[float, float]]:
    return [points[-1] for _, points in segments_of(data) if points]


def test_each_command() -> None:
    data = "S 1 2 M 0 0 L 4 0 Q 6 0 6 2 B 6 4 5 5 4 5 C"
    assert [operator for operator, _ in segments_of(data)] == ["m", "m", "l", "c", "c", "h"]
    assert ends(data) == [(1, 2), (0, 0), (4, 0), (6, 2), (4, 5)]
    assert ends("M0,0L3,-4.5e0") == [(0, 0), (3, -4.5)]


def test_a_closed_path_goes_on_from_its_start() -> None:
    *_, (_, points) = segments_of("M 2 2 L 9 2 C Q 3 3 4 4")
    assert points[0] == pytest.approx((2 + 2 / 3, 2 + 2 / 3))


@pytest.mark.parametrize(
    ("flags", "top"), [("0 1", (5, -5)), ("0 0", (5, 5)), ("1 1", (5, -5)), ("1 0", (5, 5))], ids=str
)
def test_half_a_circle(flags: str, top: tuple[float, float]) -> None:
    """From (0, 0) to (10, 0), clockwise on the page where the second flag is set: over the top."""
    first, last = (points for operator, points in segments_of(f"M 0 0 A 5 5 0 {flags} 10 0") if operator == "c")
    assert first[-1] == pytest.approx(top)
    assert last[-1] == pytest.approx((10, 0))


@given(numbers, numbers, st.floats(1, 99), st.floats(1, 99), st.floats(0, 360), st.booleans(), st.booleans())
def test_an_arc_ends_where_it_must(x: float, y: float, wide: float, high: float, turn: float, a: bool, b: bool) -> None:
    last = ends(f"M 1 1 A {wide} {high} {turn} {int(a)} {int(b)} {x} {y}")[-1]
    assert math.dist(last, (x, y)) < 1e-3


@pytest.mark.parametrize("data", ["M 0", "L 0 x", "M 0 0 H 9", "M 0 0 L 1e99 0", "nan", "M nan 0", "5 5"])
def test_damaged_data_are_refused(data: str) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        list(segments_of(data))
