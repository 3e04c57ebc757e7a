"""PDF pages with what lies over them: values of form fields, text boxes, strokes, covers.

Owns what of annotations is painted into the page, so that all readers see one page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import pypdfium2.raw as pdfium

_NOTHING_SHOWN = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP, pdfium.FPDF_ANNOT_TEXT})


@contextmanager
def shown_page(document: pypdfium2.PdfDocument, number: int) -> Iterator[pypdfium2.PdfPage]:
    """Yield page `number`, from 0, with its annotations painted into it as far as they are shown."""
    page = document[number]
    try:
        if _has_shown_annotations(page):
            # PDFium makes the appearances that a file leaves to its viewer when it paints the page.
            page.render(scale=0.1).close()
            pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
            page.close()
            page = document[number]
        yield page
    finally:
        page.close()


def _has_shown_annotations(page: pypdfium2.PdfPage) -> bool:
    return any(_kind(page, at) not in _NOTHING_SHOWN for at in range(pdfium.FPDFPage_GetAnnotCount(page.raw)))


def _kind(page: pypdfium2.PdfPage, at: int) -> int:
    annotation = pdfium.FPDFPage_GetAnnot(page.raw, at)
    if not annotation:
        return int(pdfium.FPDF_ANNOT_UNKNOWN)
    kind = int(pdfium.FPDFAnnot_GetSubtype(annotation))
    pdfium.FPDFPage_CloseAnnot(annotation)
    return kind
