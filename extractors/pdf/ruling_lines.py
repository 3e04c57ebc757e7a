"""The straight lines that a PDF page draws, across and down: as lines, frames or thin filled bars.

Owns which drawings may rule a table; `lattice` decides which lines make one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2

from extractors.document import BBox, union
from extractors.pdf.pdfium import calls
from extractors.pdf.pdfium.page_objects import Matrix, Point, combined, corners_of, matrix_of, objects_of, upright

THIN = 3.0
"""Points; a bar is no thicker, and lines that are no farther apart are one (double rules)."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line across (else down) the page as it is shown: its place, and from where to where it goes, in points."""

    across: bool
    place: float
    start: float
    end: float


def strokes_of(page: pypdfium2.PdfPage) -> Iterator[Stroke]:
    """Yield every straight line of a page that is drawn across or down it."""
    shown = upright(page)
    bars = (bar for path, outer in objects_of(page).paths for bar in _path_bars(path, combined(matrix_of(path), outer)))
    for box in bars:
        left, top, right, bottom = shown(box)
        if bottom - top <= THIN and right - left > bottom - top:
            yield Stroke(True, (top + bottom) / 2, left, right)
        elif right - left <= THIN and bottom - top > right - left:
            yield Stroke(False, (left + right) / 2, top, bottom)


def _path_bars(path: calls.Address, matrix: Matrix) -> Iterator[BBox]:
    """Yield every line of a stroked path, or each shape of a filled one."""
    fill, stroke = calls.levels_of(calls.draw_mode, path, count=2)
    for shape in corners_of(path, matrix):
        if stroke:
            yield from (_around(ends) for ends in pairwise(shape))
        elif fill:
            yield _around(shape)


def _around(corners: Sequence[Point]) -> BBox:
    return union([(x, y, x, y) for x, y in corners]) or (0.0, 0.0, 0.0, 0.0)
