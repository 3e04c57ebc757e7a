"""What a PDF page is drawn of: its texts, pictures and paths, those inside of forms included, and where they stand.

Owns the walk through the objects of a page, and coordinates on the page as it is shown. Must not judge what a person
sees of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from ctypes import byref, c_float
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from extractors.document import BBox

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
UNCHANGED: Matrix = (1, 0, 0, 1, 0, 0)
_DEEPEST = 12
"""Drawings within drawings (Form XObjects) are followed so far."""
_LEVEL = 0.05
"""Share by which a line of text rises or leans, at most, where it is level or upright."""


@dataclass(slots=True)
class PageObjects:
    """The objects of a page by their kind, each with the matrix of the form that it is drawn in."""

    texts: list[tuple[Any, Matrix]] = field(default_factory=list)
    pictures: list[tuple[Any, Matrix]] = field(default_factory=list)
    paths: list[tuple[Any, Matrix]] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)
    """Shadings, and what stands in forms within too many forms."""

    @property
    def not_text(self) -> list[Any]:
        """All objects but the texts."""
        return [drawn for drawn, _ in (*self.pictures, *self.paths)] + self.others


def objects_of(page: pypdfium2.PdfPage) -> PageObjects:
    """Return the objects of a page in the order in which they are painted, by their kind."""
    found = PageObjects()
    count, get = pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject
    _collect([get(page.raw, at) for at in range(count(page.raw))], UNCHANGED, 0, found)
    return found


def _collect(objects: Sequence[Any], outer: Matrix, depth: int, found: PageObjects) -> None:
    kind_of, text, path = pdfium.FPDFPageObj_GetType, pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH
    for drawn in objects:
        kind = kind_of(drawn)
        if kind == text:
            found.texts.append((drawn, outer))
        elif kind == path:
            found.paths.append((drawn, outer))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            found.pictures.append((drawn, outer))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            inner = [pdfium.FPDFFormObj_GetObject(drawn, at) for at in range(pdfium.FPDFFormObj_CountObjects(drawn))]
            _collect(inner, combined(matrix_of(drawn), outer), depth + 1, found)
        else:
            found.others.append(drawn)


def is_slanted(text: Any, outer: Matrix) -> bool:
    """Return whether a text runs neither level nor straight up or down: a watermark, or a stamp."""
    a, b, c, d, _, _ = combined(matrix_of(text), outer)
    return min(abs(a) + abs(d), abs(b) + abs(c)) > _LEVEL * max(abs(a) + abs(d), abs(b) + abs(c))


def box_of(drawn: Any, outer: Matrix) -> BBox | None:
    """Return left, bottom, right and top of an object on its page; None if it has no place."""
    sides = [c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(drawn, *map(byref, sides)):
        return None
    left, bottom, right, top = (side.value for side in sides)
    corners = [moved(corner, outer) for corner in ((left, bottom), (left, top), (right, bottom), (right, top))]
    across, up = zip(*corners, strict=True)
    return min(across), min(up), max(across), max(up)


def corners_of(path: Any, matrix: Matrix) -> Iterator[list[Point]]:
    """Yield the corners of each shape of a path, on the page."""
    corners: list[Point] = []
    x, y = c_float(), c_float()
    for at in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, at)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            if corners:
                yield corners
            corners = []
        pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        corners.append(moved((x.value, y.value), matrix))
        if pdfium.FPDFPathSegment_GetClose(segment):
            corners.append(corners[0])
    if corners:
        yield corners


def is_rounded(path: Any) -> bool:
    """Return whether a path has curves, as the outlines of letters and digits have."""
    kinds = (
        pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(path, at))
        for at in range(pdfium.FPDFPath_CountSegments(path))
    )
    return pdfium.FPDF_SEGMENT_BEZIERTO in kinds


def matrix_of(drawn: Any) -> Matrix:
    """Return how an object is scaled, turned and moved."""
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(drawn, byref(found)):
        return UNCHANGED
    return found.a, found.b, found.c, found.d, found.e, found.f


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


def _upright(box: BBox, visible: Sequence[float], quarter_turns: int) -> BBox:
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
