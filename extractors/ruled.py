"""Ruled tables of a PDF, and the lines of text around them.

Owns which ruled lines make a table and the places of its cells. Must not know what a label means;
files without a text layer never come here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pdfplumber
from pdfminer.psexceptions import PSException
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from extractors.document import BBox, Block, Cell, Grid
from extractors.page_breaks import aligned
from extractors.pagination import is_page_number
from extractors.reader import Unreadable

# What pdfplumber and the pdfminer below it run into where a damaged file says nonsense that PDFium reads over.
_DAMAGE = (
    PdfminerException,
    MalformedPDFException,
    PSException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_Lines = list[dict[str, Any]]


def ruled_parts(body: bytes) -> tuple[Block | Grid, ...]:
    """Tables by their ruled lines and the lines of text above, between and below them, in reading order.

    A table that runs over pages is one grid a page, all of the same columns.
    Raises Unreadable for a file that is damaged.
    """
    parts: list[Block | Grid] = []
    try:
        with pdfplumber.open(io.BytesIO(body)) as document:
            for page in document.pages:
                number = sum(isinstance(part, Grid) for part in parts)
                parts += _page_parts(page, number)
                page.close()
    except _DAMAGE as error:
        raise Unreadable(f"the PDF is damaged: its ruled tables cannot be read ({error!r:.80})") from error
    return tuple(aligned(parts))


def _page_parts(page: pdfplumber.page.Page, number: int) -> Iterator[Block | Grid]:
    """Lines and grids of one page from its top down; `number` is that of its first grid."""
    corner = _corner(page)
    # Ruled lines around a single column frame prose, or the page.
    tables = [table for table in page.find_tables() if len({cell[0] for cell in table.cells}) > 1]
    tables.sort(key=lambda table: table.bbox[1])
    outside = page
    for table in tables:
        outside = outside.outside_bbox(table.bbox, strict=False)
    lines: _Lines = [line for line in outside.extract_text_lines() if not is_page_number(line["text"])]
    for table in tables:
        yield from _blocks([line for line in lines if line["top"] < table.bbox[1]], page.page_number)
        lines = [line for line in lines if line["top"] >= table.bbox[1]]
        yield _grid(table, number, page.page_number, corner)
        number += 1
    yield from _blocks(lines, page.page_number)


def _blocks(lines: _Lines, page: int) -> Iterator[Block]:
    return (Block(line["text"], page=page) for line in lines)


def _corner(page: pdfplumber.page.Page) -> tuple[float, float]:
    """Left and top of the part of the page that is shown, in pdfplumber's coordinates.

    pdfplumber measures from the media box, and (0.11) does not turn the crop box with the page.
    """
    media, crop = page.page_obj.mediabox, page.page_obj.cropbox
    gaps = [max(0.0, gap) for gap in (crop[0] - media[0], crop[1] - media[1], media[2] - crop[2], media[3] - crop[3])]
    turns = page.rotation // 90 % 4
    return page.bbox[0] + gaps[turns], page.bbox[1] + gaps[turns - 1]


def _grid(table: Table, number: int, page: int, corner: Sequence[float]) -> Grid:
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
        box = (left - corner[0], top - corner[1], right - corner[0], bottom - corner[1])
        cells.append(Cell(text, row, column, row_span, column_span, page, box))
    return Grid(number, tuple(cells), page)


def _texts(table: Table) -> dict[BBox, str]:
    texts: dict[BBox, str] = {}
    for row, row_texts in zip(table.rows, table.extract(), strict=True):
        for cell, text in zip(row.cells, row_texts, strict=True):
            if cell is not None:
                texts[cell] = text or ""
    return texts
