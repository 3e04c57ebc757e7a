"""What a PDF page is drawn of: its texts, pictures and paths, those inside of forms included, and where they stand.

Owns the walk through the objects of a page, and coordinates on the page as it is shown. Must not judge what a person
sees of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from extractors.document import BBox
from extractors.pdf.pdfium import calls
from extractors.pdf.pdfium.calls import Address, each

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
UNCHANGED: Matrix = (1, 0, 0, 1, 0, 0)
Placed = tuple[Address, Matrix]
"""An object, and the matrix of the form that it is drawn in."""
Side = TypeVar("Side", float, NDArray[np.float64])
"""That of a box, or of many boxes."""
_DEEPEST = 12
"""Drawings within drawings (Form XObjects) are followed so far."""
_LEVEL = 0.05
"""Share by which a line of text rises or leans, at most, where it is level or upright."""


@dataclass(slots=True)
class PageObjects:
    """The objects of a page by their kind, each with the matrix of the form that it is drawn in."""

    texts: list[Placed] = field(default_factory=list)
    pictures: list[Placed] = field(default_factory=list)
    paths: list[Placed] = field(default_factory=list)
    others: list[Address] = field(default_factory=list)
    """Shadings, and what stands in forms within too many forms."""

    @property
    def not_text(self) -> list[Address]:
        """All objects but the texts."""
        return [drawn for drawn, _ in (*self.pictures, *self.paths)] + self.others


def objects_of(page: pypdfium2.PdfPage) -> PageObjects:
    """Return the objects of a page in the order in which they are painted, by their kind."""
    found = PageObjects()
    raw = calls.address_of(page.raw)
    _collect(each(calls.object_at, raw, calls.count_objects(raw)), UNCHANGED, 0, found)
    return found


def _collect(objects: Sequence[Address], outer: Matrix, depth: int, found: PageObjects) -> None:
    for drawn, kind in zip(objects, map(calls.kind_of, objects), strict=True):
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            found.texts.append((drawn, outer))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            found.paths.append((drawn, outer))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            found.pictures.append((drawn, outer))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            inner = each(calls.inner_object_at, drawn, calls.count_inner_objects(drawn))
            _collect(inner, combined(matrix_of(drawn), outer), depth + 1, found)
        else:
            found.others.append(drawn)


def slanted(texts: Sequence[Placed]) -> set[Address]:
    """Return the texts that run neither level nor straight up or down: a watermark, or a stamp."""
    a, b, c, d = np.abs(turns_of(texts)).T
    level, upright = a + d, b + c
    found = np.minimum(level, upright) > _LEVEL * np.maximum(level, upright)
    return {texts[at][0] for at in np.flatnonzero(found).tolist()}


def turns_of(objects: Sequence[Placed]) -> NDArray[np.float64]:
    """Return how objects are scaled and turned on their page: a, b, c and d of their matrices, a row each."""
    inner = calls.matrices_of([drawn for drawn, _ in objects])[:, :4]
    if all(outer is UNCHANGED for _, outer in objects):
        return inner
    outer = np.array([outer[:4] for _, outer in objects])
    turned: NDArray[np.float64] = inner.reshape(-1, 2, 2) @ outer.reshape(-1, 2, 2)
    return turned.reshape(-1, 4)


def box_of(drawn: Address, outer: Matrix) -> BBox | None:
    """Return left, bottom, right and top of an object on its page; None if it has no place."""
    sides = calls.bounds_of(drawn)
    if sides is None:
        return None
    left, bottom, right, top = sides
    corners = [moved(corner, outer) for corner in ((left, bottom), (left, top), (right, bottom), (right, top))]
    across, up = zip(*corners, strict=True)
    return min(across), min(up), max(across), max(up)


def corners_of(path: Address, matrix: Matrix) -> Iterator[list[Point]]:
    """Yield the corners of each shape of a path, on the page."""
    segments = each(calls.segment_at, path, calls.count_segments(path))
    corners: list[Point] = []
    for segment, point in zip(segments, calls.points_of(segments).tolist(), strict=True):
        if calls.kind_of_segment(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            if corners:
                yield corners
            corners = []
        corners.append(moved(point, matrix))
        if calls.closes(segment):
            corners.append(corners[0])
    if corners:
        yield corners


def is_rounded(path: Address) -> bool:
    """Return whether a path has curves, as the outlines of letters and digits have."""
    segments = each(calls.segment_at, path, calls.count_segments(path))
    return pdfium.FPDF_SEGMENT_BEZIERTO in map(calls.kind_of_segment, segments)


def matrix_of(drawn: Address) -> Matrix:
    """Return how an object is scaled, turned and moved."""
    a, b, c, d, e, f = calls.matrices_of([drawn])[0].tolist()
    return a, b, c, d, e, f


def combined(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies the inner one first, then the outer one."""
    a, b, c, d, e, f = inner
    (x, y), across, down = moved((e, f), outer), _turned((a, b), outer), _turned((c, d), outer)
    return (*across, *down, x, y)


def _turned(point: Point, matrix: Matrix) -> Point:
    a, b, c, d, _, _ = matrix
    return a * point[0] + c * point[1], b * point[0] + d * point[1]


def moved(point: Point, matrix: Matrix) -> Point:
    """Return where a matrix moves a point."""
    x, y = _turned(point, matrix)
    return x + matrix[4], y + matrix[5]


def upright(page: pypdfium2.PdfPage) -> Callable[[BBox], BBox]:
    """Return a function that turns a box in the page's own coordinates into one on the page as shown."""
    visible, quarter_turns = page.get_bbox(), page.get_rotation() // 90
    return lambda box: _upright(box, visible, quarter_turns)


def upright_boxes(page: pypdfium2.PdfPage, boxes: NDArray[np.float64]) -> list[BBox]:
    """Return boxes on the page as shown; given are left, bottom, right and top in its own coordinates, a row each."""
    left, bottom, right, top = boxes.T
    left, top, right, bottom = _upright((left, bottom, right, top), page.get_bbox(), page.get_rotation() // 90)
    return list(zip(left.tolist(), top.tolist(), right.tolist(), bottom.tolist(), strict=True))


def _upright(
    box: tuple[Side, Side, Side, Side], visible: Sequence[float], quarter_turns: int
) -> tuple[Side, Side, Side, Side]:
    """Return a box of the page's own coordinates (origin below, before its rotation) on the page as it is shown.

    >>> _upright((100.0, 300.0, 160.0, 340.0), (50.0, 60.0, 500.0, 700.0), 0)
    (50.0, 360.0, 110.0, 400.0)
    >>> _upright((100.0, 300.0, 160.0, 340.0), (50.0, 60.0, 500.0, 700.0), 1)
    (240.0, 50.0, 280.0, 110.0)
    """
    left, bottom, right, top = box
    if quarter_turns == 0:
        return left - visible[0], visible[3] - top, right - visible[0], visible[3] - bottom
    if quarter_turns == 1:
        return bottom - visible[1], left - visible[0], top - visible[1], right - visible[0]
    if quarter_turns == 2:
        return visible[2] - right, bottom - visible[1], visible[2] - left, top - visible[1]
    return visible[3] - top, visible[2] - right, visible[3] - bottom, visible[2] - left
