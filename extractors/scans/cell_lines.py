"""The lines of print in each cell of a ruled table: where they stand, cut out for recognition.

Owns what in a cell is print and what is dust or the rest of a ruled line, and where one line ends and the next begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from extractors.lattice import Frame
from extractors.scans.binarize import Mask
from extractors.scans.ocr import Box, Picture

# In heights of a letter.
_LEAST_BLOT = 0.3  # what is smaller both ways is dust, or a point that stands beside digits
_LEAST_LINE = 1.0  # a dash, or 一, is cut out with the room around it that tells its size
_ONE_LINE = 1.2  # strokes that together are no higher are one line: 三 and 二 have gaps
_TWO_LINES = 1.7
_BESIDE = 0.6
_BAR_HEIGHT, _BAR_WIDTH = 0.3, 0.2
_NEXT_NUMBER = 1.0
_OFF_MIDDLE = 0.25  # of the height of its line
# Measured on lone digits, blurred and noisy: with 0.2 beside them the first 0 is taken for O.
_MARGIN_BESIDE, _MARGIN_ABOVE = 0.12, 0.3


@dataclass(frozen=True, slots=True)
class InkLine:
    """A line of print in a cell.

    `dense`: its letters stand as near to each other as the digits of one number; `barred`: a bar stands before them,
    as the sign of a number does.
    """

    box: Box
    dense: bool
    barred: bool


@dataclass(frozen=True, slots=True)
class Blots:
    """Boxes of everything that is printed on a picture without its ruled lines, one row each, by their middles."""

    boxes: np.ndarray[tuple[int, int], np.dtype[np.int32]]

    def inside(self, box: Box) -> list[Box]:
        """Return the blots whose middle lies in a box, cut at its edges."""
        left, top, right, bottom = box
        middles = (self.boxes[:, :2] + self.boxes[:, 2:]) / 2
        within = (middles >= (left, top)).all(axis=1) & (middles <= (right, bottom)).all(axis=1)
        return [
            (max(int(x0), left), max(int(y0), top), min(int(x1), right), min(int(y1), bottom))
            for x0, y0, x1, y1 in self.boxes[within]
        ]


def find_blots(mask: Mask) -> Blots:
    """Return the blots of a mask that holds no ruled lines."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    corners = stats[1:, :2]
    return Blots(np.hstack([corners, corners + stats[1:, 2:4]]))


def lines_in(frame: Frame[int], blots: Blots, letter: float) -> list[InkLine]:
    """Return the lines of print in a cell, from its top down; none if it holds nothing but dust.

    `letter`: height of a letter on the page; where a cell is printed larger, its own letters count.
    """
    left, top, right, bottom = frame.box
    inner = (left + 2, top + 2, right - 2, bottom - 2)
    inside = blots.inside(inner)
    found = [blot for blot in inside if _is_print(blot, inner, letter)]
    small = [blot for blot in inside if blot not in found and blot[2] - blot[0] >= 2]
    if not found:
        return []
    letter = max(letter, float(np.percentile([bottom - top for _, top, _, bottom in found], 85)))
    return [
        InkLine(
            add_margin(_completed(box, small, letter), inner, letter),
            _is_dense(box, inside, letter),
            _is_barred(box, inside, letter),
        )
        for whole in gather_blots(found, letter)
        for box in _split(whole, found, letter)
    ]


def _is_print(blot: Box, inner: Box, letter: float) -> bool:
    left, top, right, bottom = blot
    width, height = right - left, bottom - top
    beside_rule = left <= inner[0] + 1 or top <= inner[1] + 1 or right >= inner[2] - 1 or bottom >= inner[3] - 1
    thin = min(width, height) <= max(3, 0.15 * letter)
    return max(width, height) >= _LEAST_BLOT * letter and not (beside_rule and thin)


def gather_blots(blots: Iterable[Box], letter: float) -> list[Box]:
    """Return boxes, from the top down, around blots that share rows, or that together are no higher than one line."""
    lines: list[Box] = []
    for blot in sorted(blots, key=lambda box: box[1]):
        if lines and (blot[1] < lines[-1][3] or blot[3] - lines[-1][1] <= _ONE_LINE * letter):
            lines[-1] = bounding_box(lines[-1], blot)
        else:
            lines.append(blot)
    return lines


def bounding_box(one: Box, other: Box) -> Box:
    """Return the smallest box that holds two."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _split(line: Box, blots: Sequence[Box], letter: float) -> Iterator[Box]:
    """Yield a line; where it is as high as several, each of these."""
    height = line[3] - line[1]
    if height < _TWO_LINES * letter:
        yield line
        return
    count = max(2, round(height / (1.3 * letter)))
    edges = np.linspace(line[1], line[3], count + 1)
    for top, bottom in pairwise(edges.tolist()):
        own = [blot for blot in blots if top <= (blot[1] + blot[3]) / 2 < bottom]
        if own:
            yield (
                min(blot[0] for blot in own),
                round(top),
                max(blot[2] for blot in own),
                round(bottom),
            )


def _is_dense(line: Box, blots: Sequence[Box], letter: float) -> bool:
    """Return whether no gap in a line is as wide as a letter; digits as wide as hanzi have gaps of 0.8 at most."""
    own = sorted((left, right) for left, top, right, bottom in blots if line[1] <= (top + bottom) / 2 <= line[3])
    return all(right - left < _NEXT_NUMBER * letter for (_, left), (right, _) in pairwise(own))


def _is_barred(line: Box, blots: Sequence[Box], letter: float) -> bool:
    """Return whether the first blot of a line is a level bar at half its height, with nothing above or below it."""
    own = sorted(blot for blot in blots if blot[0] < line[2] and line[1] <= (blot[1] + blot[3]) / 2 <= line[3])
    if len(own) < 2:
        return False
    left, top, right, bottom = own[0]
    middle = ((top + bottom) / 2 - line[1]) / max(1, line[3] - line[1])
    bar = bottom - top <= _BAR_HEIGHT * letter and right - left >= max(_BAR_WIDTH * letter, bottom - top)
    return bar and abs(middle - 0.5) <= _OFF_MIDDLE and all(blot[0] >= right for blot in own[1:])


def _completed(line: Box, small: Iterable[Box], letter: float) -> Box:
    """Return the line with the signs next to its letters that are as small as dust: the minus of a number, points."""
    for blot in small:
        apart = max(line[0] - blot[2], blot[0] - line[2])
        if apart <= _BESIDE * letter and blot[1] >= line[1] and blot[3] <= line[3]:
            line = bounding_box(line, blot)
    return line


def add_margin(line: Box, inner: Box, letter: float) -> Box:
    """Return the line with room around it, inside what surrounds it; at least as high as a letter."""
    left, top, right, bottom = line
    lacking = max(0.0, (_LEAST_LINE * letter - (bottom - top)) / 2)
    beside, above = round(_MARGIN_BESIDE * letter), round(_MARGIN_ABOVE * letter + lacking)
    return (
        max(left - beside, inner[0]),
        max(top - above, inner[1]),
        min(right + beside, inner[2]),
        min(bottom + above, inner[3]),
    )


def cut_out(picture: Picture, box: Box) -> Picture:
    """Return a copy of the part of a picture in a box."""
    left, top, right, bottom = box
    return picture[top:bottom, left:right].copy()
