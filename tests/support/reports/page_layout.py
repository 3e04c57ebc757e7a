"""Reports laid out on pages: where each line of text and each cell stands, and where page breaks cut tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from random import Random
from typing import Literal

from extractors.document import BBox
from tests.support.sample_portal.pdf import LEADING, MARGIN, TEXT_SIZE, WIDTH
from tests.support.sample_portal.prose import Part
from tests.support.sample_portal.ruling import LEADING as CELL_LEADING
from tests.support.sample_portal.ruling import PADDING, SIZE, Ruling, rule
from tests.support.sample_portal.tables import Cell, Table
from tests.support.sample_portal.typeface import break_lines, text_width

FOOT = MARGIN - 16
"""From the bottom of a page to the end of a table that continues on the next one."""
Cut = Literal["never", "between rows", "headers repeated", "in labels", "in rows"]
Kind = Literal["prose", "label", "figure"]
_HEADER_ROWS = {"requests": 3, "indicators": 1}
_CUT_ROW = 36.0
"""Least height of a row that is cut, in points: a line of text fits on either side."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `top` counts from the top of the page, `column` is that of its cell."""

    text: str
    left: float
    top: float
    size: float
    kind: Kind = "prose"
    column: int = 0

    @property
    def box(self) -> BBox:
        """The box of the line."""
        return self.left, self.top, self.left + text_width(self.text, self.size), self.top + self.size


@dataclass(slots=True)
class Page:
    """Texts in reading order and the boxes of cells, both from the top of the page."""

    height: float
    texts: list[Text] = field(default_factory=list)
    cells: list[BBox] = field(default_factory=list)
    filled: float = MARGIN
    """Where the next part begins, from the top of the page."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a cell, `middle` points below the top of its table."""

    cell: Cell
    text: str
    middle: float


def lay_out(title: str, parts: Sequence[Part], cut: Cut, random: Random, height: float) -> list[Page]:
    """Lay out the pages of a report."""
    pages = [Page(height)]
    _paragraph(pages, title)
    for part in parts:
        if isinstance(part, Table):
            _table(pages, part, cut, random)
        else:
            _paragraph(pages, part.text)
    return pages


def _paragraph(pages: list[Page], text: str) -> None:
    for line in break_lines(text, WIDTH, TEXT_SIZE):
        if pages[-1].filled + LEADING > pages[-1].height - MARGIN:
            pages.append(Page(pages[0].height))
        page = pages[-1]
        page.texts.append(Text(line, MARGIN, page.filled + (LEADING - TEXT_SIZE) / 2, TEXT_SIZE))
        page.filled += LEADING


def _table(pages: list[Page], table: Table, cut: Cut, random: Random) -> None:
    ruling, chosen = _breaks(rule(table, WIDTH), cut, random)
    breaks = _fitting(ruling, chosen, pages[0].height - FOOT - MARGIN - _header_height(ruling))
    lines = [line for cell in table.cells for line in _lines(ruling, cell, cut, breaks)]
    bounds = [0.0, *breaks, sum(ruling.heights)]
    for number, (start, end) in enumerate(pairwise(bounds)):
        header = _header_height(ruling) if number and cut == "headers repeated" else 0.0
        if number or pages[-1].filled + end - start > pages[-1].height - MARGIN:
            pages.append(Page(pages[0].height))
        page = pages[-1]
        if end < bounds[-1]:
            page.filled = max(page.filled, page.height - FOOT - (end - start) - header)
        if header:
            _piece(page, ruling, lines, 0.0, header)
        _piece(page, ruling, lines, start, end)
        page.filled += 0 if end < bounds[-1] else LEADING / 2


def _piece(page: Page, ruling: Ruling, lines: Sequence[_Line], start: float, end: float) -> None:
    """Put what stands between two heights of a table on a page."""
    tops = list(accumulate(ruling.heights, initial=0.0))
    for cell in sorted(ruling.table.cells, key=lambda cell: (cell.row, cell.column)):
        top, bottom = max(tops[cell.row], start), min(tops[cell.row + cell.row_span], end)
        if bottom - top < 1:
            continue
        left, shift = MARGIN + ruling.edges[cell.column], page.filled - start
        page.cells.append((left, top + shift, left + ruling.width(cell), bottom + shift))
        for line in lines:
            if line.cell is cell and start <= line.middle < end:
                indent = (ruling.width(cell) - text_width(line.text, SIZE)) / 2 if cell.kind == "figure" else PADDING
                where = line.middle + shift - SIZE / 2
                page.texts.append(Text(line.text, left + indent, where, SIZE, cell.kind, cell.column))
    page.filled += end - start


def _lines(ruling: Ruling, cell: Cell, cut: Cut, breaks: Sequence[float]) -> Iterator[_Line]:
    """Yield the lines of a cell around its middle; where a row is cut, its labels stand above, its figures below."""
    tops = list(accumulate(ruling.heights, initial=0.0))
    top, bottom = tops[cell.row], tops[cell.row + cell.row_span]
    texts = ruling.lines(cell)
    half = len(texts) * CELL_LEADING / 2
    middle = (top + bottom) / 2
    if cut == "in rows" and cell.row_span == 1 and any(top < place < bottom for place in breaks):
        middle = bottom - PADDING - half if cell.kind == "figure" else top + PADDING + half
    for number, text in enumerate(texts):
        yield _Line(cell, text, _clear(middle - half + (number + 0.5) * CELL_LEADING, breaks))


def _clear(middle: float, breaks: Sequence[float]) -> float:
    """Return a place for a line on which no page breaks: below the break that it would lie on."""
    near = [place for place in breaks if abs(place - middle) < CELL_LEADING / 2]
    return near[0] + CELL_LEADING / 2 if near else middle


def _header_height(ruling: Ruling) -> float:
    return sum(ruling.heights[: _HEADER_ROWS.get(ruling.table.name, 0)])


def _breaks(ruling: Ruling, cut: Cut, random: Random) -> tuple[Ruling, list[float]]:
    """Where pages break in a table, from its top, and the table with room for that."""
    first = _HEADER_ROWS.get(ruling.table.name, 1)
    if cut == "never" or (cut == "headers repeated" and ruling.table.name not in _HEADER_ROWS):
        return ruling, []
    rows = [row for row in range(first, ruling.table.row_count) if cut != "in labels" or _lines_of_row(ruling, row) > 1]
    chosen = sorted(random.sample(rows, min(len(rows), random.choice((1, 1, 2)))))
    if cut in ("between rows", "headers repeated"):
        return ruling, [sum(ruling.heights[:row]) for row in chosen]
    heights = tuple(
        max(height, _CUT_ROW, CELL_LEADING * _lines_of_row(ruling, row) + 20) if row in chosen else height
        for row, height in enumerate(ruling.heights)
    )
    roomy = Ruling(ruling.table, ruling.edges, heights)
    return roomy, [_break_in(roomy, row, cut) for row in chosen]


def _fitting(ruling: Ruling, breaks: Sequence[float], room: float) -> list[float]:
    """Add breaks between rows so that no piece is higher than the room."""
    bottoms = list(accumulate(ruling.heights))
    fitting = [0.0]
    for end in [*breaks, bottoms[-1]]:
        while end - fitting[-1] > room:
            fitting.append(max(bottom for bottom in bottoms if bottom - fitting[-1] <= room))
        fitting.append(end)
    return fitting[1:-1]


def _break_in(ruling: Ruling, row: int, cut: Cut) -> float:
    """Return a place inside a row: between two lines of its label, or between its label and its figures."""
    top, height, count = sum(ruling.heights[:row]), ruling.heights[row], _lines_of_row(ruling, row)
    if cut == "in rows":
        return top + PADDING + count * CELL_LEADING + 1
    return top + height / 2 + (count // 2 - count / 2) * CELL_LEADING


def _lines_of_row(ruling: Ruling, row: int) -> int:
    """Most lines of a label that stands in the row alone."""
    return max(len(ruling.lines(cell)) for cell in ruling.table.row(row) if cell.row_span == 1)
