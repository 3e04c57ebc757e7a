"""Numbers and offsets as OFD writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from extractors.document import Unreadable
from extractors.ofd.values import box_of, matrix_of, number, offsets
from tests.support.reports.ofd_objects import deltas

steps = st.lists(st.floats(0.1, 20).map(lambda value: round(value, 4)), min_size=1, max_size=30)


@given(steps)
def test_offsets_in_short_are_those_in_full(given_steps: list[float]) -> None:
    repeated = [step for step in given_steps for _ in range(2)]
    assert offsets(deltas(repeated), len(repeated)) == repeated


def test_offsets_without_end_are_no_work() -> None:
    assert offsets("g 100000 1", 3) == [1, 1, 1]
    assert offsets("2", 4) == [2, 2, 2, 2]
    assert offsets("g -5 9 1", 2) == [1, 1]


@pytest.mark.parametrize("text", ["g", "g 3", "g x 1", "3.5.1", "g 999999999 1"])
def test_offsets_that_are_no_numbers_are_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="where a number must stand"):
        offsets(text, 5)


@pytest.mark.parametrize("text", ["", "inf", "nan", "1e9", "５米"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(Unreadable, match="where a number must stand"):
        number(text)


def test_boxes_and_matrices() -> None:
    assert box_of("1 2 3") is None
    assert matrix_of(etree.fromstring('<a CTM="1,0,0,-1,5,6"/>')) == (1, 0, 0, -1, 5, 6)
    with pytest.raises(Unreadable, match="matrix of 5"):
        matrix_of(etree.fromstring('<a CTM="1 0 0 1 5"/>'))
