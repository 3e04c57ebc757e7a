"""Figures that a PDF page shows without text: small pictures, and outlines of digits.

Owns what may be such a figure by its size, and what is put into the text for it: ILLEGIBLE, for no reader can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from ctypes import cast
from itertools import pairwise

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from extractors.document import BBox
from extractors.pdf.pdfium import calls
from extractors.pdf.pdfium.calls import Address
from extractors.pdf.pdfium.page_objects import (
    PageObjects,
    Placed,
    Point,
    box_of,
    combined,
    corners_of,
    is_rounded,
    matrix_of,
    turns_of,
    upright,
)

_LEAST_PICTURE, _HIGHEST_PICTURE, _WIDEST_PICTURE = 3.0, 40.0, 150.0
_LEAST_OUTLINE, _LARGEST_OUTLINE = 2.5, 16.0
_LEAST_SLANT = 1.0
"""Points by which a slanted line rises, and goes to the side, at least."""
_ONE_COLOUR = 40
"""Grey levels within which a picture is of one colour."""
_FEWEST_SEGMENTS = 3
"""Points, and parts of an outline: less is no digit, more is a drawing."""
_MOST = 400
"""Outlines on a page: more are a drawing, or a page without any text."""


def drawn_figures(page: pypdfium2.PdfPage, objects: PageObjects) -> list[BBox]:
    """Return where a page, as it is shown, has what may be a figure, or a part of one, but is no text."""
    shown = upright(page)
    found = [*_pictures(objects, shown), *_outlines(objects, shown)]
    return found if len(found) <= _MOST else []


def _pictures(objects: PageObjects, shown: Callable[[BBox], BBox]) -> Iterator[BBox]:
    for drawn, outer in objects.pictures:
        place = box_of(drawn, outer)
        box = place and shown(place)
        high = box is not None and _LEAST_PICTURE <= box[3] - box[1] <= _HIGHEST_PICTURE
        if box and high and 2 <= box[2] - box[0] <= _WIDEST_PICTURE and not _is_plain(drawn):
            yield box


def _is_plain(picture: Address) -> bool:
    """Return whether a picture has one colour: it covers what lies under it."""
    raw = pdfium.FPDFImageObj_GetBitmap(cast(picture, pdfium.FPDF_PAGEOBJECT))
    if not raw:
        return False
    # pypdfium2 frees the pixels when nothing refers to them; to free them here would free them twice.
    bitmap = pypdfium2.PdfBitmap.from_raw(raw)
    pixels = bitmap.to_numpy()
    return bool((pixels.max(axis=(0, 1)).astype(int) - pixels.min(axis=(0, 1))).max() < _ONE_COLOUR)


def _outlines(objects: PageObjects, shown: Callable[[BBox], BBox]) -> Iterator[BBox]:
    """Yield the boxes of small paths that are round or aslant, without the spikes that the joints of a stroke have."""
    for drawn, outer in _small(objects.paths):
        shapes = list(corners_of(drawn, combined(matrix_of(drawn), outer)))
        across, up = zip(*(corner for shape in shapes for corner in shape), strict=True)
        box = shown((min(across), min(up), max(across), max(up)))
        fits = all(_LEAST_OUTLINE <= side <= _LARGEST_OUTLINE for side in (box[2] - box[0], box[3] - box[1]))
        if fits and (is_rounded(drawn) or any(map(_has_slant, shapes))):
            yield box


def _small(paths: Sequence[Placed]) -> Iterator[Placed]:
    """Yield the paths of several segments that are about as large as an outline, or larger by a point."""
    counts = map(calls.count_segments, (drawn for drawn, _ in paths))
    several = [path for path, count in zip(paths, counts, strict=True) if count >= _FEWEST_SEGMENTS]
    if not several:
        return
    segments, sizes = calls.segments_of([drawn for drawn, _ in several])
    a, b, c, d = np.repeat(turns_of(several), sizes, axis=0).T
    x, y = calls.points_of(segments).T
    turned = np.array([a * x + c * y, b * x + d * y])
    starts = np.cumsum([0, *sizes[:-1]])
    extents = np.maximum.reduceat(turned, starts, axis=1) - np.minimum.reduceat(turned, starts, axis=1)
    fits = ((extents > _LEAST_OUTLINE - 1) & (extents < _LARGEST_OUTLINE + 1)).all(axis=0)
    yield from (several[at] for at in np.flatnonzero(fits).tolist())


def _has_slant(shape: Sequence[Point]) -> bool:
    """Return whether a shape of several lines has one that is neither level nor upright, as 1, 4 and 7 have."""
    return len(shape) > 2 and any(
        min(abs(right - left), abs(top - bottom)) > _LEAST_SLANT for (left, bottom), (right, top) in pairwise(shape)
    )
