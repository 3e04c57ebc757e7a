"""Straightening: the angle of a page that was laid askew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.scans.binarize import ink, letter_height
from extractors.scans.deskew import skew, turn
from tests.support.examples import examples
from tests.support.reports.small_pages import page_of, small


# Always the same angles: between 0.2 and 0.25 degrees so small a page may be taken for level.
@settings(max_examples=examples(5), deadline=None, derandomize=True)
@given(st.floats(-3, 3))
def test_a_page_is_straightened_to_a_fifth_of_a_degree(angle: float) -> None:
    askew = turn(page_of(small), angle, 255)
    assert skew(ink(askew)) == pytest.approx(-angle, abs=0.2)


def test_white_paper_has_no_letters_and_is_level() -> None:
    mask = ink(np.full((200, 300), 255, np.uint8))
    assert (letter_height(mask), skew(mask)) == (0.0, 0.0)
