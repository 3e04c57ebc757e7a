"""Ruled lines of a picture → the places of a table's cells, spans included.

Owns which long straight strokes are ruled lines, which of them make a table, and where one of its cells ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.lattice import WALL, Frame, Region, frame_of
from extractors.scans.binarize import Mask
from extractors.scans.ocr import Box

# In heights of a letter: what is longer than a stroke of a letter can be is ruled.
_LEAST_ACROSS, _LEAST_DOWN = 1.6, 1.2
_SAME_LINE = 0.3
_LEAST_TABLE = 2.0
_LEAST_CELL = 1.0
_GAP = 5  # pixels of a ruled line that a bad print may lack


@dataclass(frozen=True, slots=True)
class Lattice:
    """One ruled table: its cells, the box that its outer lines enclose, and within it the mask of its lines."""

    frames: tuple[Frame[int], ...]
    box: Box
    lines: Mask

    @property
    def place(self) -> tuple[slice, slice]:
        """Rows and columns of the picture that the table fills."""
        left, top, right, bottom = self.box
        return slice(top, bottom), slice(left, right)


@dataclass(frozen=True, slots=True)
class RuledLines:
    """Masks of the ruled lines of a picture, across and down; rows of letters may have left strokes amid them."""

    across: Mask
    down: Mask


def find_rules(mask: Mask, letter: float) -> RuledLines:
    """Return the ruled lines amid the ink; `letter` is the height of a letter in pixels."""
    return RuledLines(
        _opened(mask, max(round(_LEAST_ACROSS * letter), 15), across=True),
        _opened(mask, max(round(_LEAST_DOWN * letter), 12), across=False),
    )


def _opened(mask: Mask, length: int, *, across: bool) -> Mask:
    def stroke(size: int) -> NDArray[np.uint8]:
        return np.ones((1, size) if across else (size, 1), np.uint8)

    # Closing alone would join letters: hence only what is half as long as a ruled line already is closed up.
    halves = cv2.morphologyEx(mask, cv2.MORPH_OPEN, stroke(length // 2))
    whole = cv2.morphologyEx(halves, cv2.MORPH_CLOSE, stroke(_GAP))
    return cv2.morphologyEx(whole, cv2.MORPH_OPEN, stroke(length)).astype(np.uint8, copy=False)


def lattices(rules: RuledLines, letter: float) -> list[Lattice]:
    """Return the ruled tables from the top down. Lines around a single column, which frame prose or the page, are none.

    The strokes of large letters are dropped: most of what they enclose is too small for a letter of the page. A table
    inside another one is dropped, too.
    """
    joined = cv2.dilate(rules.across | rules.down, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for number, (left, top, width, height, _) in enumerate(stats[1:], start=1):
        if min(width, height) < _LEAST_TABLE * letter:
            continue
        part = (slice(top, top + height), slice(left, left + width))
        own = (labels[part] == number).astype(np.uint8)
        table = RuledLines(rules.across[part] * own, rules.down[part] * own)
        frames = _frames(table, (int(left), int(top)), letter)
        if len({frame.column for frame in frames}) > 1 and _hold_letters(frames, letter):
            box = (int(left), int(top), int(left + width), int(top + height))
            found.append(Lattice(tuple(frames), box, _as_printed(table)))
    outer = [one for one in found if not any(_encloses(other.box, one.box) for other in found if other is not one)]
    return sorted(outer, key=lambda lattice: lattice.box[1])


def _hold_letters(frames: Sequence[Frame[int]], letter: float) -> bool:
    sizes = [min(right - left, bottom - top) for left, top, right, bottom in (frame.box for frame in frames)]
    return sum(size >= _LEAST_CELL * letter for size in sizes) > len(frames) / 2


def _encloses(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def _as_printed(rules: RuledLines) -> Mask:
    """Return the lines with their blurred edges."""
    return cv2.dilate(rules.across | rules.down, np.ones((5, 5), np.uint8)).astype(np.uint8, copy=False)


def _frames(rules: RuledLines, corner: tuple[int, int], letter: float) -> list[Frame[int]]:
    near = max(4, round(_SAME_LINE * letter))
    tops = _positions(rules.across, 1, near, _ends(rules.down, 1))
    lefts = _positions(rules.down, 0, near, _ends(rules.across, 0))
    if len(tops) < 2 or len(lefts) < 2:
        return []
    regions = list(_regions(rules, tops, lefts, near))
    lefts, tops = [corner[0] + left for left in lefts], [corner[1] + top for top in tops]
    return [frame_of(region, lefts, tops) for region in regions]


def _positions(mask: Mask, axis: int, near: int, ends: Sequence[float]) -> list[int]:
    """Return where ruled lines stand on an axis (0 across, 1 down), those at about the same place once.

    `ends`: where the lines of the other direction end; a table may lack its outer lines.
    """
    _, _, _, centroids = cv2.connectedComponentsWithStats(mask, connectivity=8)
    groups: list[list[float]] = []
    for position in sorted(float(center[axis]) for center in centroids[1:]):
        if groups and position - groups[-1][-1] <= near:
            groups[-1].append(position)
        else:
            groups.append([position])
    found = [float(np.mean(group)) for group in groups]
    outer = [end for end in ends if all(abs(end - position) > 3 * near for position in found)]
    return [round(position) for position in sorted(found + outer)]


def _ends(mask: Mask, axis: int) -> list[float]:
    """Return first and last place on an axis that a mask marks."""
    marked = np.flatnonzero(mask.any(axis=axis))
    return [float(marked[0]), float(marked[-1])] if len(marked) else []


def _regions(rules: RuledLines, tops: Sequence[int], lefts: Sequence[int], near: int) -> Iterator[Region]:
    """Yield first row and column and last row and column of each cell: places that no line parts are one cell."""
    rows, columns = len(tops) - 1, len(lefts) - 1
    owner = {(row, column): (row, column) for row in range(rows) for column in range(columns)}

    def join(one: tuple[int, int], other: tuple[int, int]) -> None:
        former, new = owner[other], owner[one]
        for place, own in owner.items():
            if own == former:
                owner[place] = new

    for row, column in list(owner):
        inner = (tops[row], tops[row + 1], lefts[column], lefts[column + 1])
        if column + 1 < columns and not _walled(rules.down, inner, lefts[column + 1], near, upright=True):
            join((row, column), (row, column + 1))
        if row + 1 < rows and not _walled(rules.across, inner, tops[row + 1], near, upright=False):
            join((row, column), (row + 1, column))
    for region in sorted(set(owner.values())):
        yield from _rectangles([place for place, own in owner.items() if own == region])


def _walled(mask: Mask, inner: tuple[int, int, int, int], at: int, near: int, *, upright: bool) -> bool:
    """Return whether a ruled line runs along one side of a place; its ends, where other lines cross, do not count."""
    top, bottom, left, right = inner
    start, end = (top, bottom) if upright else (left, right)
    margin = min(near, (end - start) // 4)
    along, beside = slice(start + margin, end - margin), slice(max(at - near, 0), at + near + 1)
    strip = mask[along, beside] if upright else mask[beside, along].T
    return strip.shape[0] == 0 or float(strip.any(axis=1).mean()) >= WALL


def _rectangles(places: Sequence[tuple[int, int]]) -> Iterator[Region]:
    """Yield the one rectangle that some places fill; where a line is broken and they fill none, each by itself."""
    rows, columns = [row for row, _ in places], [column for _, column in places]
    whole = (min(rows), min(columns), max(rows), max(columns))
    if len(places) == (whole[2] - whole[0] + 1) * (whole[3] - whole[1] + 1):
        yield whole
    else:
        yield from ((row, column, row, column) for row, column in places)
