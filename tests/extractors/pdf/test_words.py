"""Words: characters that follow each other on one line, whatever typeface gives their boxes."""

from __future__ import annotations

from extractors.document import BBox, Block
from extractors.pdf.words import words_of


def _words(text: str, *boxes: BBox) -> list[str]:
    return [word.text for word in words_of([Block(text, boxes=boxes)], lambda box: None)]


def test_a_point_that_overlaps_the_digit_before_it_belongs_to_the_number() -> None:
    """Where a typeface is not in the file, another stands in for it, whose digits are wider."""
    zero, point, seven = (485.6, 874.6, 490.7, 881.1), (489.9, 880.2, 490.8, 881.1), (492.2, 874.5, 496.8, 881.1)
    assert _words("0.7", zero, point, seven) == ["0.7"]


def test_a_digit_below_another_is_another_word() -> None:
    assert _words("12", (100.0, 100.0, 106.0, 110.0), (100.5, 112.0, 106.5, 122.0)) == ["1", "2"]
