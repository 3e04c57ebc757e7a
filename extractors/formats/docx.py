"""Word files (DOCX): paragraphs and tables in reading order.

Owns the order of the steps, the files set into a Word file, and its title. `ink` leaves what a person sees,
`tree` reads lines and tables. Headers and footers are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email import message_from_bytes
from itertools import islice

from extractors.document import Block, Document, Grid, Unreadable
from extractors.formats import html, text
from extractors.html.tree import squeeze
from extractors.media_type import HTML, media_type_of
from extractors.office.libreoffice import convert
from extractors.office.word.chunks import set_in
from extractors.office.word.ink import leave_what_is_seen
from extractors.office.word.numbering import Numbering
from extractors.office.word.package import WordPackage
from extractors.office.word.styles import Element, Styles, W
from extractors.office.word.tree import WordPart, parts_of
from extractors.page_numbers import is_page_number
from extractors.zip_container import open_package

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = frozenset({_MEDIA_TYPE})

_CHUNK = W + "altChunk"
_IDENTIFIER = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RTF = "application/rtf"
_SHORTEST_TITLE = 6
_OPENING_LINES = 20
_DEEPEST = 3
"""Word files within Word files that are opened."""


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:  # noqa: ARG001 (same call for every kind)
    """Yield the one reading of a Word file: blocks and grids in reading order.

    `metadata` holds the `title` of the file's properties where the document prints it, too: templates and copies of
    last year's file carry others. Raises Unreadable for a file that is damaged or holds no text.
    """
    yield _read(body, 0)


def _read(body: bytes, depth: int) -> Document:
    with open_package(body) as opened:
        package = WordPackage(opened)
        root = package.document()
        leave_what_is_seen(root, Styles(package.styles()), Numbering(package.numbering()))
        for chunk in list(root.iter(_CHUNK)):
            set_in(chunk, _chunk(package, chunk, depth + 1))
        title = squeeze(package.title())
    parts = tuple(_numbered(parts_of(root)))
    if not any(isinstance(part, Grid) or part.text.strip() for part in parts):
        raise Unreadable("the Word file holds no text (pictures of pages?)")
    return Document(_MEDIA_TYPE, "document_grid", parts, {"title": title} if _is_printed(title, parts) else {})


def _chunk(package: WordPackage, chunk: Element, depth: int) -> Document | None:
    """Return the first reading of a file that is set into a Word file; None if it is not understood."""
    body = package.embedded(chunk.get(_IDENTIFIER, ""))
    if body is None or depth > _DEEPEST:
        return None
    try:
        return _read_chunk(body, depth)
    except Unreadable:
        return None


def _read_chunk(body: bytes, depth: int) -> Document | None:
    media_type = media_type_of(body)
    if media_type in MEDIA_TYPES:
        return _read(body, depth)
    if media_type == _RTF:
        return _read(convert(body, "rtf", "docx"), depth)
    archived = _archived_page(body)
    if archived is not None or media_type == HTML:
        return next(html.read(archived or body), None)
    return next(text.read(body), None) if media_type in text.MEDIA_TYPES else None


def _archived_page(body: bytes) -> bytes | None:
    """Return the page of a web archive (MHTML); None for what is none."""
    if not body[:200].lstrip().lower().startswith((b"mime-version", b"content-type: multipart")):
        return None
    pages = (part for part in message_from_bytes(body).walk() if part.get_content_type() == HTML)
    page = next((part.get_payload(decode=True) for part in pages), None)
    return page if isinstance(page, bytes) else None


def _numbered(found: Iterator[WordPart]) -> Iterator[Block | Grid]:
    number = 0
    for part in found:
        if not isinstance(part, str):
            yield Grid(number, part)
            number += 1
        elif not is_page_number(part):
            yield Block(part)


def _is_printed(title: str, parts: Sequence[Block | Grid]) -> bool:
    """Return whether the first lines of a document, which may break its title, say the same."""
    lines = islice((part.text for part in parts if isinstance(part, Block)), _OPENING_LINES)
    return len(title) >= _SHORTEST_TITLE and _joined(title) in _joined("".join(lines))


def _joined(text: str) -> str:
    return "".join(text.split())
