"""A PDF page as it is painted: whole, without its text, its text alone, or without single texts.

Owns what is painted for a comparison, and the size of the pictures. What the pictures tell is for `ink`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import repeat

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from extractors.document import BBox
from extractors.pdf.pdfium import calls
from extractors.pdf.pdfium.calls import Address
from extractors.pdf.pdfium.page_objects import PageObjects

Pixels = NDArray[np.uint8]
"""Rows of grey pixels, 0 for black and 255 for white."""

_MOST_PIXELS = 8_000_000


def scale_of(page: pypdfium2.PdfPage, wanted: float) -> float:
    """Return pixels for a point: as many as wanted, or fewer on a page that is too large."""
    return min(wanted, math.sqrt(_MOST_PIXELS / max(1.0, page.get_width() * page.get_height())))


def painted(page: pypdfium2.PdfPage, scale: float, *, annotations: bool = True) -> Pixels:
    """Return the page as it is shown. Raise PdfiumError if it has no size that can be painted."""
    width, height = (math.ceil(side * scale) for side in page.get_size())
    pixels = np.full((max(height, 1), max(width, 1)), 255, dtype=np.uint8)
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, pixels.ctypes.data, width)
    if not bitmap:
        raise pypdfium2.PdfiumError("the page has no size")
    flags = pdfium.FPDF_GRAYSCALE | (pdfium.FPDF_ANNOT if annotations else 0)
    pdfium.FPDF_RenderPageBitmap(bitmap, page.raw, 0, 0, width, height, 0, flags)
    pdfium.FPDFBitmap_Destroy(bitmap)
    return pixels


def without(page: pypdfium2.PdfPage, scale: float, left_out: Iterable[Address]) -> Pixels:
    """Return the page as it would be shown without some of its objects."""
    hidden = list(left_out)
    list(map(calls.set_active, hidden, repeat(0)))
    pixels = painted(page, scale)
    list(map(calls.set_active, hidden, repeat(1)))
    return pixels


def text_alone(page: pypdfium2.PdfPage, scale: float, objects: PageObjects) -> Pixels:
    """Return the page with nothing but its text, all of it black. The objects stay so: this picture is the last one."""
    for drawn in objects.not_text:
        calls.set_active(drawn, False)
    for text, _ in objects.texts:
        calls.set_fill_colour(text, 0, 0, 0, 255)
        calls.set_render_mode(text, pdfium.FPDF_TEXTRENDERMODE_FILL)
    return painted(page, scale, annotations=False)


def region(pixels: Pixels, box: BBox, scale: float) -> Pixels:
    """Return what a picture shows in a box, at least one pixel; a view, no copy."""
    height, width = pixels.shape
    left = min(max(math.floor(box[0] * scale), 0), width - 1)
    top = min(max(math.floor(box[1] * scale), 0), height - 1)
    right, bottom = math.ceil(box[2] * scale), math.ceil(box[3] * scale)
    return pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
