"""The straight lines that a PDF page draws, across and down: as lines, frames or thin filled bars.

Owns which drawings may rule a table; `lattice` decides which lines make one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ctypes import byref, c_float, c_int
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from extractors.document import BBox, union
from extractors.pdf.text_layer import upright

THIN = 3.0
"""Points; a bar is no thicker, and lines that are no farther apart are one (double rules)."""
_DEEPEST = 12
"""Drawings within drawings (Form XObjects) are followed so far."""
_Matrix = tuple[float, float, float, float, float, float]
_Point = tuple[float, float]
_UNCHANGED: _Matrix = (1, 0, 0, 1, 0, 0)


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
    count, get = pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject
    objects = [get(page.raw, at) for at in range(count(page.raw))]
    for box in _bars(objects, _UNCHANGED, 0):
        left, top, right, bottom = shown(box)
        if bottom - top <= THIN and right - left > bottom - top:
            yield Stroke(True, (top + bottom) / 2, left, right)
        elif right - left <= THIN and bottom - top > right - left:
            yield Stroke(False, (left + right) / 2, top, bottom)


def _bars(objects: Sequence[Any], outer: _Matrix, depth: int) -> Iterator[BBox]:
    """Yield the boxes of all lines and filled shapes among some objects of a page."""
    for drawn in objects:
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield from _path_bars(drawn, _combined(_matrix(drawn), outer))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            inner = [pdfium.FPDFFormObj_GetObject(drawn, at) for at in range(pdfium.FPDFFormObj_CountObjects(drawn))]
            yield from _bars(inner, _combined(_matrix(drawn), outer), depth + 1)


def _path_bars(path: Any, matrix: _Matrix) -> Iterator[BBox]:
    """Yield every line of a stroked path, or each shape of a filled one."""
    fill, stroke = c_int(), c_int()
    if not pdfium.FPDFPath_GetDrawMode(path, byref(fill), byref(stroke)):
        return
    for shape in _shapes(path, matrix):
        if stroke.value:
            yield from (_around(ends) for ends in pairwise(shape))
        elif fill.value:
            yield _around(shape)


def _shapes(path: Any, matrix: _Matrix) -> Iterator[list[_Point]]:
    """Yield the corners of each shape of a path, on the page."""
    corners: list[_Point] = []
    x, y = c_float(), c_float()
    for at in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, at)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            if corners:
                yield corners
            corners = []
        pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        corners.append(_moved((x.value, y.value), matrix))
        if pdfium.FPDFPathSegment_GetClose(segment):
            corners.append(corners[0])
    if corners:
        yield corners


def _around(corners: Sequence[_Point]) -> BBox:
    return union([(x, y, x, y) for x, y in corners]) or (0.0, 0.0, 0.0, 0.0)


def _matrix(drawn: Any) -> _Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(drawn, byref(found)):
        return _UNCHANGED
    return found.a, found.b, found.c, found.d, found.e, found.f


def _combined(inner: _Matrix, outer: _Matrix) -> _Matrix:
    """Return the matrix that applies the inner one first, then the outer one."""
    a, b, c, d, e, f = inner
    (x, y), across, down = _moved((e, f), outer), _turned((a, b), outer), _turned((c, d), outer)
    return (*across, *down, x, y)


def _turned(point: _Point, matrix: _Matrix) -> _Point:
    a, b, c, d, _, _ = matrix
    return a * point[0] + c * point[1], b * point[0] + d * point[1]


def _moved(point: _Point, matrix: _Matrix) -> _Point:
    x, y = _turned(point, matrix)
    return x + matrix[4], y + matrix[5]
