"""OFD (GB/T 33190): read as the PDF of the same pages, with the same readings in the same order.

Owns nothing but that: `ofd` draws the pages, `formats/pdf` reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from extractors.document import Document
from extractors.formats import pdf
from extractors.ofd.pages import pdf_of

_MEDIA_TYPE = "application/ofd"
MEDIA_TYPES = frozenset({_MEDIA_TYPE})


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:
    """Yield the readings of a PDF: `text_flow`, `ruled_grid` or `aligned_grid`; pictures of pages by `ocr`.

    Raises Unreadable for a file that is damaged, encrypted, beyond the limits or without text.
    """
    for document in pdf.read(pdf_of(body), content_type):
        yield replace(document, media_type=_MEDIA_TYPE)
