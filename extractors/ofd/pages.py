"""An OFD file → the same pages as a PDF, in which every character, line and picture has its place.

Owns that a page whose text is not there, or has no meaning, is none that can be read, unless it shows a picture.
Typefaces are not kept: letters become Courier and squares, which leave ink where the letters did.
"""

from __future__ import annotations

from extractors.characters import is_garbled
from extractors.document import Unreadable
from extractors.ofd.document import pages_of
from extractors.ofd.drawing import Drawn, page_operators
from extractors.ofd.package import open_ofd
from extractors.ofd.pdf_file import PdfFile

_LARGEST_PAGE = 5_000.0
"""Millimetres: PDF has no larger pages."""


def pdf_of(body: bytes) -> bytes:
    """Return an OFD file as a PDF. Raise Unreadable for one that is damaged, encrypted or beyond the limits."""
    pdf, drawn = PdfFile(), Drawn()
    package = open_ofd(body)
    with package.container:
        for number, page in enumerate(pages_of(package), start=1):
            drawn.next_page()
            if not (0 < page.width <= _LARGEST_PAGE and 0 < page.height <= _LARGEST_PAGE):
                raise Unreadable(f"page {number} of the OFD file is {page.width:g} × {page.height:g} mm large")
            pdf.add_page(page.width, page.height, page_operators(page, pdf, drawn))
            if reason := _why_unreadable(drawn):
                raise Unreadable(f"page {number} of the OFD file {reason}")
    return pdf.body()


def _why_unreadable(drawn: Drawn) -> str:
    """Return why a page cannot be read; nothing if it can."""
    text = "".join(drawn.texts)
    if is_garbled(text):
        return "names most of its characters by codes without a meaning"
    return f"is a picture that cannot be read ({drawn.unknown})" if drawn.unknown and not text else ""
