"""PDF with a text layer: lines in the file's own order first, ruled tables second.

Owns the two ways to read such a file and the positions of its characters. Must not know what a label means;
files without a text layer, broken or encrypted ones are refused with a reason.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium
from pdfplumber.table import Table

from extractors.document import BBox, Block, Cell, Document, Grid
from extractors.pagination import is_page_number
from extractors.reader import Unreadable

MEDIA_TYPES = frozenset({"application/pdf"})


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:  # noqa: ARG001 (same call for every kind)
    """Two readings: `text_flow` (every line a block with a box a character), then `ruled_grid`.

    Raises Unreadable for a file that is broken, encrypted, or holds no text layer.
    """
    blocks = _flow(body)
    if not any(block.text.strip() for block in blocks):
        raise Unreadable("the PDF has no text layer (a scan?)")
    yield Document(media_type="application/pdf", method="text_flow", parts=tuple(blocks))
    yield Document(media_type="application/pdf", method="ruled_grid", parts=tuple(_ruled(body)))


def _flow(body: bytes) -> list[Block]:
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"the PDF is broken or encrypted ({error})") from error
    blocks: list[Block] = []
    try:
        for index in range(len(document)):
            page = document[index]
            blocks += _lines(page, index + 1)
            page.close()
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"a page of the PDF is broken ({error})") from error
    finally:
        document.close()
    return blocks


def _lines(page: pypdfium2.PdfPage, number: int) -> list[Block]:
    """The lines of one page, in the order of the file, without its page number."""
    height = page.get_height()
    text_page = page.get_textpage()
    characters: list[str] = []
    boxes: list[BBox | None] = []
    for index in range(text_page.count_chars()):
        characters.append(chr(pdfium.FPDFText_GetUnicode(text_page, index)))
        left, bottom, right, top = text_page.get_charbox(index)
        boxes.append((left, height - top, right, height - bottom) if right > left else None)
    text_page.close()
    lines: list[Block] = []
    start = 0
    for line in "".join(characters).splitlines(keepends=True):
        text = line.rstrip("\r\n")
        if text.strip() and not is_page_number(text):
            lines.append(Block(text, page=number, boxes=tuple(boxes[start : start + len(text)])))
        start += len(line)
    return lines


def _ruled(body: bytes) -> Iterator[Block | Grid]:
    """Tables by their ruled lines and the lines of text above, between and below them."""
    number = 0
    with pdfplumber.open(io.BytesIO(body)) as document:
        for page in document.pages:
            tables = sorted(page.find_tables(), key=lambda table: table.bbox[1])
            outside = page
            for table in tables:
                outside = outside.outside_bbox(table.bbox, strict=False)
            lines = [line for line in outside.extract_text_lines() if not is_page_number(line["text"])]
            for table in tables:
                above = [line for line in lines if line["top"] < table.bbox[1]]
                lines = lines[len(above) :]
                yield from _blocks(above, page.page_number)
                yield _grid(table, number, page.page_number)
                number += 1
            yield from _blocks(lines, page.page_number)
            page.close()


def _blocks(lines: list[dict[str, str]], page: int) -> Iterator[Block]:
    return (Block(line["text"], page=page) for line in lines)


def _grid(table: Table, number: int, page: int) -> Grid:
    """Cells of one ruled table; row and column are those of the ruled line at which the cell begins."""
    lefts = sorted({cell[0] for cell in table.cells} | {table.bbox[2]})
    tops = sorted({cell[1] for cell in table.cells} | {table.bbox[3]})
    texts = _texts(table)
    cells = []
    for left, top, right, bottom in table.cells:
        row, column = tops.index(top), lefts.index(left)
        row_span = max(1, sum(top <= other < bottom - 1 for other in tops[:-1]))
        column_span = max(1, sum(left <= other < right - 1 for other in lefts[:-1]))
        text = texts[(left, top, right, bottom)]
        cells.append(Cell(text, row, column, row_span, column_span, page, (left, top, right, bottom)))
    return Grid(number, tuple(cells), page)


def _texts(table: Table) -> dict[BBox, str]:
    texts: dict[BBox, str] = {}
    for row, row_texts in zip(table.rows, table.extract(), strict=True):
        for cell, text in zip(row.cells, row_texts, strict=True):
            if cell is not None:
                texts[cell] = text or ""
    return texts
