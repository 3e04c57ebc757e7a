"""Data tables of web pages: their cells at the places where their spans put them.

Owns which tables contain data and which only arrange the page, and HTML's own table model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from extractors.document import Cell
from extractors.html.shown import Shown, text_lines
from extractors.html.tree import Element

_CELLS = ("td", "th")
_GROUPS = ("thead", "tbody", "tfoot")
_SPAN = re.compile(r"\s*(\d{1,6})")
_LAYOUT_CELL_LENGTH = 400
_COLUMN_SPAN_LIMIT = 100
_AREA_LIMIT = 2_000_000


@dataclass(slots=True)
class _Row:
    """A row as written: its row group, and the cells with the lines of their text."""

    group: Element
    cells: list[tuple[Element, list[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of data: its cells, and the lines that stand in it outside of all cells (a caption).

    `elements` are those of the page that the cells were read from, one for each.
    """

    cells: tuple[Cell, ...]
    outside: tuple[str, ...]
    elements: tuple[Element, ...]


def data_table(shown: Shown, table: Element) -> DataTable | None:
    """Return the table's cells at the places where their spans put them (HTML's own table model).

    Return None for a table that only arranges the page: it contains another table, a single column, or a cell as long
    as an article.
    """
    if next(table.iterdescendants("table"), None) is not None:
        return None
    rows, outside = _rows(shown, table)
    cells = _place(rows)
    if cells is None or all(cell.column == 0 for cell in cells):
        return None
    if any(len(cell.text) > _LAYOUT_CELL_LENGTH for cell in cells):
        return None
    elements = tuple(element for row in rows for element, _ in row.cells)
    return DataTable(tuple(cells), tuple(text_lines(outside)), elements)


def _rows(shown: Shown, table: Element) -> tuple[list[_Row], list[str]]:
    """Return rows and cells in the order of their opening tags, so that missing or misplaced tags lose none of them.

    The second value is the text of the table outside its cells.
    """
    first, last = shown.place(table)
    marks = [mark for mark in table.iter("tr", *_CELLS, *_GROUPS) if mark in shown.places]
    bounds = [*(shown.places[mark][0] for mark in marks), last]
    rows: list[_Row] = []
    group = table
    outside = shown.texts[first : bounds[0]]
    for mark, (start, end) in zip(marks, pairwise(bounds), strict=True):
        if mark.tag in _CELLS:
            if not rows:
                rows.append(_Row(group))
            rows[-1].cells.append((mark, shown.cell_lines(start, end)))
            continue
        outside += ["\n", *shown.texts[start:end]]
        if mark.tag == "tr":
            rows.append(_Row(group))
        else:
            group = mark
    return rows, outside


def _place(rows: list[_Row]) -> list[Cell] | None:
    """Return the cells in their places; None if spans make the table larger than any table of data is."""
    cells: list[Cell] = []
    free_from: list[int] = []  # for each column, the first row that no cell from above reaches
    for number, (row, end) in enumerate(zip(rows, _group_ends(rows), strict=True)):
        column = 0
        for element, lines in row.cells:
            while column < len(free_from) and free_from[column] > number:
                column += 1
            height, width = _spans(element) if element.keys() else (1, 1)
            below = number + height if 0 < height < end - number else end
            if column + width > len(free_from):
                free_from += [0] * (column + width - len(free_from))
                if len(free_from) * len(rows) > _AREA_LIMIT:
                    return None
            free_from[column] = below
            for reached in range(column + 1, column + width):
                free_from[reached] = max(below, free_from[reached])
            cells.append(Cell("\n".join(lines), number, column, below - number, width))
            column += width
    return cells


def _group_ends(rows: list[_Row]) -> list[int]:
    """Return for each row the number of the first one after its row group."""
    ends = [len(rows)] * len(rows)
    for number in range(len(rows) - 2, -1, -1):
        ends[number] = ends[number + 1] if rows[number].group is rows[number + 1].group else number + 1
    return ends


def _spans(cell: Element) -> tuple[int, int]:
    """Return over how many rows a cell reaches, and how many columns.

    A row span never leaves its row group, and 0 means all that is left of it.
    """
    return _span(cell, "rowspan"), min(max(_span(cell, "colspan"), 1), _COLUMN_SPAN_LIMIT)


def _span(cell: Element, name: str) -> int:
    printed = cell.get(name)
    match = _SPAN.match(printed) if printed else None
    return int(match[1]) if match else 1
