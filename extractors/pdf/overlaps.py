"""Characters of a page that stand on each other.

Owns how much two of them may overlap side by side: as a point and a digit, in one text, or in a narrow cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from extractors.pdf.letters import FLAT, Letter, owner_of
from extractors.pdf.pdfium.calls import Address

_OVERLAP, _SAME_TEXT_OVERLAP = 0.12, 0.5
"""Share of the smaller one of two boxes from which on two characters stand on each other.

Those of one text lie closer together where another typeface stands in for the one that is not in the file, and lines of
words that are no figures where a cell is narrow.
"""
_SIGN_HEIGHT = 0.4
"""Heights of a digit: a point or a comma is lower, and stands close to it."""
_MOST_PAIRS = 200_000
"""Pairs of characters that are compared at once, for the memory that it takes."""


def overlapping(page_text: Address, letters: Sequence[Letter], boxes: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Return the pairs of characters that stand on each other, each with the one that is painted first."""
    pairs = []
    for one, other, share in _overlaps(boxes):
        small, large = sorted((letters[one], letters[other]), key=lambda letter: letter.height)
        if large.is_numeric and not small.character.isdigit() and small.height < _SIGN_HEIGHT * large.height:
            continue
        close = not (small.is_numeric or large.is_numeric)
        close = close or owner_of(page_text, small) == owner_of(page_text, large)
        if share > (_SAME_TEXT_OVERLAP if close else _OVERLAP):
            pairs.append((min(one, other), max(one, other)))
    return sorted(pairs)


def _overlaps(boxes: NDArray[np.float32]) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of boxes that overlap, and the share of the smaller one that the other covers."""
    order = np.argsort(boxes[:, 0], kind="stable")
    left, top, right, bottom = boxes[order].T
    areas = np.maximum((right - left) * (bottom - top), FLAT)
    following = np.maximum(np.searchsorted(left, right) - np.arange(1, len(order) + 1), 0)
    groups = np.cumsum(following) // _MOST_PAIRS
    for group in range(int(groups[-1]) + 1):
        begin, end = np.searchsorted(groups, (group, group + 1))
        counts = following[begin:end]
        one = np.repeat(np.arange(begin, end), counts)
        other = one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts)
        wide = np.minimum(right[one], right[other]) - left[other]
        high = np.minimum(bottom[one], bottom[other]) - np.maximum(top[one], top[other])
        shares = wide * high / np.minimum(areas[one], areas[other])
        found = np.flatnonzero((wide > 0) & (high > FLAT) & (shares > _OVERLAP))
        yield from zip(order[one[found]].tolist(), order[other[found]].tolist(), shares[found].tolist(), strict=True)
