"""A document as its reader sees it, lines and tables, with what was read as a figure marked.

Owns how much of a document is shown around a mark. Pure: a template prints what this returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extractors.document import Block, Document, Grid
from flows.explorer.evidence.marks import SourcePlace, printed_line

_PARTS = 300
"""Lines and tables that are shown before and behind a mark."""
_ROWS = 150
_COLUMNS = 60
_LONGEST = 3_000


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line: what stands before the mark, what is marked, and what stands behind it."""

    before: str
    marked: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell of a table."""

    text: str
    row_span: int
    column_span: int
    marked: bool


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table, row by row."""

    rows: tuple[tuple[SourceCell, ...], ...]


@dataclass(frozen=True, slots=True)
class SourceText:
    """The stretch of a document around a mark; `cut_before` and `cut_behind` say whether it goes on there."""

    parts: tuple[SourceLine | SourceTable, ...]
    cut_before: bool
    cut_behind: bool


def source_text(document: Document, place: SourcePlace | None) -> SourceText:
    """Return a document around a place; from its beginning if there is none."""
    at = place.part if place and place.part is not None else 0
    first, last = max(at - _PARTS, 0), at + _PARTS
    parts = tuple(
        part
        for number, own in enumerate(document.parts[first:last], start=first)
        for part in _shown(own, number, place)
    )
    return SourceText(parts, first > 0, last < len(document.parts))


def marked_line(text: str, start: int, end: int) -> SourceLine:
    """Return a text with a stretch of it marked, cut to what a person reads around it.

    >>> marked_line("收到申请12件。", 4, 6)
    SourceLine(before='收到申请', marked='12', behind='件。')
    """
    before, behind = text[max(start - _LONGEST, 0) : start], text[end : end + _LONGEST]
    return SourceLine(before, text[start:end], behind)


def _shown(part: Block | Grid, number: int, place: SourcePlace | None) -> Iterator[SourceLine | SourceTable]:
    inside = place is not None and place.part is not None and place.part <= number <= (place.last_part or place.part)
    if isinstance(part, Grid):
        yield _table(part, place.cell if place and inside else None)
        return
    text = printed_line(part)
    if place and inside:
        start = place.start if number == place.part else 0
        yield marked_line(text, start, place.end if number == place.last_part else len(text))
    elif text.strip():
        yield SourceLine(text[:_LONGEST])


def _table(grid: Grid, marked: int | None) -> SourceTable:
    """Return the rows of a grid, around the marked cell if there are many."""
    around = grid.cells[marked].row if marked is not None else 0
    rows: dict[int, list[SourceCell]] = {}
    for number, cell in sorted(enumerate(grid.cells), key=lambda item: (item[1].row, item[1].column)):
        if abs(cell.row - around) <= _ROWS and (cell.column < _COLUMNS or number == marked):
            shown = SourceCell(cell.raw[:_LONGEST], cell.row_span, cell.column_span, number == marked)
            rows.setdefault(cell.row, []).append(shown)
    return SourceTable(tuple(map(tuple, rows.values())))
