"""PDFium's functions that are asked for every character and every object of a page.

Owns how they are called: a handle is its address, an integer; results go to the rows of an array; many calls are one
`map`. pypdfium2's own declarations make Python objects of every handle, which takes longer than PDFium's answers do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from ctypes import PYFUNCTYPE, c_char_p, c_double, c_int, c_uint, c_void_p, cast
from itertools import chain, repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

Call = Callable[..., Any]
Address = int
"""Of a page, of its text, of one of its objects; 0 for none."""


def address_of(handle: Any) -> Address:
    """Return the address of a handle, or of a function, of pypdfium2."""
    return cast(handle, c_void_p).value or 0


def _declared(name: str, result: type, *arguments: type) -> Call:
    """Return a function of PDFium that takes addresses. It is brief: Python's lock need not be given away for it."""
    return PYFUNCTYPE(result, *arguments)(address_of(getattr(pdfium, name)))


count_objects = _declared("FPDFPage_CountObjects", c_int, c_void_p)
object_at = _declared("FPDFPage_GetObject", c_void_p, c_void_p, c_int)
count_inner_objects = _declared("FPDFFormObj_CountObjects", c_int, c_void_p)
inner_object_at = _declared("FPDFFormObj_GetObject", c_void_p, c_void_p, c_uint)
kind_of = _declared("FPDFPageObj_GetType", c_int, c_void_p)
set_active = _declared("FPDFPageObj_SetIsActive", c_int, c_void_p, c_int)
set_fill_colour = _declared("FPDFPageObj_SetFillColor", c_int, c_void_p, c_uint, c_uint, c_uint, c_uint)
count_marks = _declared("FPDFPageObj_CountMarks", c_int, c_void_p)
mark_at = _declared("FPDFPageObj_GetMark", c_void_p, c_void_p, c_uint)
kind_of_parameter = _declared("FPDFPageObjMark_GetParamValueType", c_int, c_void_p, c_char_p)
render_mode = _declared("FPDFTextObj_GetTextRenderMode", c_int, c_void_p)
set_render_mode = _declared("FPDFTextObj_SetTextRenderMode", c_int, c_void_p, c_int)
_matrix = _declared("FPDFPageObj_GetMatrix", c_int, c_void_p, c_void_p)
_bounds = _declared("FPDFPageObj_GetBounds", c_int, c_void_p, *[c_void_p] * 4)

count_segments = _declared("FPDFPath_CountSegments", c_int, c_void_p)
segment_at = _declared("FPDFPath_GetPathSegment", c_void_p, c_void_p, c_int)
kind_of_segment = _declared("FPDFPathSegment_GetType", c_int, c_void_p)
closes = _declared("FPDFPathSegment_GetClose", c_int, c_void_p)
draw_mode = _declared("FPDFPath_GetDrawMode", c_int, c_void_p, c_void_p, c_void_p)
_font_size_at = _declared("FPDFText_GetFontSize", c_double, c_void_p, c_int)
_point = _declared("FPDFPathSegment_GetPoint", c_int, c_void_p, c_void_p, c_void_p)

count_characters = _declared("FPDFText_CountChars", c_int, c_void_p)
code_at = _declared("FPDFText_GetUnicode", c_uint, c_void_p, c_int)
is_hyphen = _declared("FPDFText_IsHyphen", c_int, c_void_p, c_int)
text_at = _declared("FPDFText_GetTextObject", c_void_p, c_void_p, c_int)
colour_at = _declared("FPDFText_GetFillColor", c_int, c_void_p, c_int, *[c_void_p] * 4)
_origin_at = _declared("FPDFText_GetCharOrigin", c_int, c_void_p, c_int, c_void_p, c_void_p)
_matrix_at = _declared("FPDFText_GetMatrix", c_int, c_void_p, c_int, c_void_p)
_box_at = _declared("FPDFText_GetCharBox", c_int, c_void_p, c_int, *[c_void_p] * 4)


def each(call: Call, handle: Address, count: int) -> list[int]:
    """Return what a call answers for a handle and each number from 0."""
    return list(map(call, repeat(handle), range(count)))


def columns_of(array: NDArray[Any]) -> list[range]:
    """Return the addresses of the fields of an array, column by column."""
    (rows, columns), across = array.shape, array.itemsize
    start, down = array.ctypes.data, across * columns
    return [range(begin, begin + rows * down, down) for begin in range(start, start + down, across)]


def character_boxes(text: Address, count: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return left, bottom, right and top of the characters of a page, a row each, and which of them have a place."""
    boxes = np.zeros((count, 4))
    left, bottom, right, top = columns_of(boxes)
    given = list(map(_box_at, repeat(text), range(count), left, right, bottom, top))
    return boxes, np.array(given, dtype=bool) & (boxes[:, 2] > boxes[:, 0])


def prints_of(text: Address, numbers: Sequence[int]) -> Iterator[tuple[float, list[float], list[float]]]:
    """Return size, place and matrix of some characters of a page."""
    places, matrices = np.zeros((len(numbers), 2)), np.zeros((len(numbers), 6), dtype=np.float32)
    list(map(_origin_at, repeat(text), numbers, *columns_of(places)))
    list(map(_matrix_at, repeat(text), numbers, columns_of(matrices)[0]))
    return zip(map(_font_size_at, repeat(text), numbers), places.tolist(), matrices.tolist(), strict=True)


def matrices_of(objects: Sequence[Address]) -> NDArray[np.float64]:
    """Return how objects are scaled, turned and moved: a, b, c, d, e and f, a row each."""
    found = np.tile(np.array([1, 0, 0, 1, 0, 0], dtype=np.float32), (len(objects), 1))
    list(map(_matrix, objects, columns_of(found)[0]))
    return found.astype(np.float64)


def bounds_of(drawn: Address) -> list[float] | None:
    """Return left, bottom, right and top of an object; None if it has no place."""
    sides = np.zeros((1, 4), dtype=np.float32)
    return sides[0].tolist() if _bounds(drawn, *(column[0] for column in columns_of(sides))) else None


def segments_of(paths: Sequence[Address]) -> tuple[list[Address], list[int]]:
    """Return the segments of all paths, and how many each path has."""
    counts = list(map(count_segments, paths))
    owners, numbers = chain.from_iterable(map(repeat, paths, counts)), chain.from_iterable(map(range, counts))
    return list(map(segment_at, owners, numbers)), counts


def points_of(segments: Sequence[Address]) -> NDArray[np.float64]:
    """Return where the segments of paths end, a row each."""
    found = np.zeros((len(segments), 2), dtype=np.float32)
    list(map(_point, segments, *columns_of(found)))
    return found.astype(np.float64)


def levels_of(call: Call, *arguments: int, count: int = 4) -> tuple[int, ...]:
    """Return the whole numbers that a call gives."""
    levels = (c_uint * count)()
    start = address_of(levels)
    call(*arguments, *range(start, start + 4 * count, 4))
    return tuple(levels)
