"""PDF: lines of the text layer in the file's own order first, tables second; pages that are pictures by OCR.

Owns the order of the readings, and which page has a usable text layer. Characters come from `text_layer`, tables from
`lattice_tables` and `stream_tables`, pictures from `scans`. Broken or encrypted files are refused with a reason.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import pypdfium2

from extractors.characters import is_garbled
from extractors.document import SECOND_READER, Block, Document, Grid, Unreadable
from extractors.page_numbers import without_positioned_page_numbers
from extractors.pdf.lattice_tables import lattice_parts
from extractors.pdf.letters import Hidden
from extractors.pdf.pdfium import calls
from extractors.pdf.pdfium.annotations import shown_page
from extractors.pdf.ruling_lines import Stroke, strokes_of
from extractors.pdf.second_reader import second_parts
from extractors.pdf.stream_tables import stream_parts
from extractors.pdf.text_layer import has_spaced_digits, text_layer
from extractors.scans.pages import PageImage, numbered, scanned_parts

MEDIA_TYPES = frozenset({"application/pdf"})

_DPI = 200  # a digit of 9 points is then 18 pixels high
_MOST_PIXELS = 12_000_000  # A2 at 200 dpi would be 15 million


@dataclass(frozen=True, slots=True)
class _Page:
    """A page: its lines if they say something, and what of it is not simply seen."""

    lines: list[Block]
    hidden: tuple[Hidden, ...]
    shows_something: bool


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:  # noqa: ARG001 (same call for every kind)
    """Yield the readings `text_flow` (every line a block with a box for each character) and `ruled_grid`.

    A page that draws no lines gives `aligned_grid`. Where there are tables, a third reading is that of another reader.
    """
    pages = _pages(body)
    pictures = [number for number, page in enumerate(pages) if page.shows_something and not page.lines]
    scanned = scanned_parts(_rendered(body, pictures)) if pictures else ()
    flow = [line for page in pages for line in page.lines]
    if not flow and not scanned:
        raise Unreadable("the file shows no text")
    if not flow:
        yield Document("application/pdf", "ocr", scanned)
        return
    text_flow = Document("application/pdf", f"text_flow{'+ocr' * bool(scanned)}", _by_page([*flow, *scanned]))
    placed: Document | None = None
    if any(page.hidden for page in pages) or any(has_spaced_digits(line) for line in flow):
        # Digits that may be one number or several, or a page with unseen text: the cells tell, where there are cells.
        placed = _by_places(body, pages, scanned)
    if placed and placed.method.startswith("ruled"):
        yield from (placed, text_flow)
    else:
        yield text_flow
        placed = placed or _by_places(body, pages, scanned)
        yield placed
    if any(isinstance(part, Grid) for part in placed.parts):
        yield _second_reading(body, pages, scanned)


def _second_reading(body: bytes, pages: Sequence[_Page], scanned: Sequence[Block | Grid]) -> Document:
    """Return the reading that another reader gives of the pages with text; it is only there for a comparison."""
    parts = second_parts(body, {at: page.hidden for at, page in enumerate(pages, start=1) if page.lines})
    return Document("application/pdf", SECOND_READER, _by_page([*parts, *scanned]))


def _by_places(body: bytes, pages: Sequence[_Page], scanned: Sequence[Block | Grid]) -> Document:
    """Return the reading by ruled lines, or by columns of text if there are none, with the recognised pages."""
    given = [(number + 1, page.lines) for number, page in enumerate(pages) if page.lines]
    strokes = _strokes(body, [number for number, _ in given])
    parts = lattice_parts((number, lines, strokes[number]) for number, lines in given)
    ruled = any(isinstance(part, Grid) for part in parts)
    method = "ruled_grid" if ruled else "aligned_grid"
    placed = parts if ruled else stream_parts(given)
    return Document("application/pdf", f"{method}{'+ocr' * bool(scanned)}", _by_page([*placed, *scanned]))


def _by_page(parts: Iterable[Block | Grid]) -> tuple[Block | Grid, ...]:
    return numbered(sorted(parts, key=lambda part: part.page or 0))


def _has_text(lines: Sequence[Block]) -> bool:
    text = "".join(line.text for line in lines)
    return bool(text.strip()) and not is_garbled(text)


def _pages(body: bytes) -> list[_Page]:
    try:
        with closing(pypdfium2.PdfDocument(body)) as document:
            pages = [_page(document, number) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"the PDF is broken or encrypted ({error})") from error
    without_numbers = without_positioned_page_numbers([page.lines for page in pages])
    readable = [lines if _has_text(lines) else [] for lines in without_numbers]
    return [replace(page, lines=lines) for page, lines in zip(pages, readable, strict=True)]


def _page(document: pypdfium2.PdfDocument, number: int) -> _Page:
    with shown_page(document, number) as page:
        layer = text_layer(page, number + 1)
        return _Page(layer.lines, layer.hidden, calls.count_objects(calls.address_of(page.raw)) > 0)


def _strokes(body: bytes, numbers: Sequence[int]) -> dict[int, list[Stroke]]:
    """Return the straight lines that some pages draw, by the number of the page from 1."""
    strokes: dict[int, list[Stroke]] = {}
    with closing(pypdfium2.PdfDocument(body)) as document:
        for number in numbers:
            with shown_page(document, number - 1) as page:
                strokes[number] = list(strokes_of(page))
    return strokes


def _rendered(body: bytes, numbers: Sequence[int]) -> Iterator[PageImage]:
    """Yield the pictures of some pages, one by one."""
    try:
        with closing(pypdfium2.PdfDocument(body)) as document:
            for number in numbers:
                with shown_page(document, number) as page:
                    scale = min(_DPI / 72, math.sqrt(_MOST_PIXELS / max(1.0, page.get_width() * page.get_height())))
                    with closing(page.render(scale=scale, grayscale=True)) as bitmap:
                        pixels = bitmap.to_numpy().copy()
                yield PageImage(number + 1, pixels.reshape(pixels.shape[:2]), 1 / scale)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"a page of the PDF cannot be drawn ({error})") from error
