"""A PDF page as it is painted: whole, without its text, its text alone, or without single texts.

Owns what is painted for a comparison, and the size of the pictures. What the pictures tell is for `ink`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from extractors.document import BBox
from extractors.pdf.page_objects import PageObjects

Pixels = NDArray[np.uint8]
"""Rows of grey pixels, 0 for black and 255 for white."""

_MOST_PIXELS = 8_000_000


def scale_of(page: pypdfium2.PdfPage, wanted: float) -> float:
    """Return pixels for a point: as many as wanted, or fewer on a page that is too large."""
    return min(wanted, math.sqrt(_MOST_PIXELS / max(1.0, page.get_width() * page.get_height())))


def painted(page: pypdfium2.PdfPage, scale: float, *, annotations: bool = True) -> Pixels:
    """Return the page as it is shown."""
    with closing(page.render(scale=scale, grayscale=True, draw_annots=annotations)) as bitmap:
        pixels: Pixels = bitmap.to_numpy().copy()
    return pixels.reshape(pixels.shape[:2])


def without(page: pypdfium2.PdfPage, scale: float, left_out: Iterable[Any]) -> Pixels:
    """Return the page as it would be shown without some of its objects."""
    hidden = list(left_out)
    for drawn in hidden:
        pdfium.FPDFPageObj_SetIsActive(drawn, False)
    pixels = painted(page, scale)
    for drawn in hidden:
        pdfium.FPDFPageObj_SetIsActive(drawn, True)
    return pixels


def text_alone(page: pypdfium2.PdfPage, scale: float, objects: PageObjects) -> Pixels:
    """Return the page with nothing but its text, all of it black. The objects stay so: this picture is the last one."""
    for drawn in objects.not_text:
        pdfium.FPDFPageObj_SetIsActive(drawn, False)
    for text, _ in objects.texts:
        pdfium.FPDFPageObj_SetFillColor(text, 0, 0, 0, 255)
        pdfium.FPDFTextObj_SetTextRenderMode(text, pdfium.FPDF_TEXTRENDERMODE_FILL)
    return painted(page, scale, annotations=False)


def region(pixels: Pixels, box: BBox, scale: float) -> Pixels:
    """Return what a picture shows in a box, at least one pixel; a view, no copy."""
    height, width = pixels.shape
    left = min(max(math.floor(box[0] * scale), 0), width - 1)
    top = min(max(math.floor(box[1] * scale), 0), height - 1)
    right, bottom = math.ceil(box[2] * scale), math.ceil(box[3] * scale)
    return pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
