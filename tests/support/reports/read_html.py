"""A web page given as text, read: its document, its lines, the texts of a grid."""

from __future__ import annotations

from extractors.document import Document, Grid
from extractors.formats.html import read


def document(html: str) -> Document:
    (found,) = read(html.encode())
    assert (found.media_type, found.method) == ("text/html", "markup_grid")
    return found


def texts(found: Grid) -> list[list[str]]:
    return [[cell.text if cell else "?" for cell in row] for row in found.matrix()]


def lines(html: str) -> list[str]:
    return [block.text for block in document(html).blocks()]
