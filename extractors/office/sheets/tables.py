"""One sheet of a spreadsheet: which rows are running text and which are tables.

Owns that division. Opens no files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, product

from extractors.document import Cell

_LONG = 10
"""Signs that a heading amid tables has at least; shorter ones beside nothing are labels of a table's own row."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: the cells that begin in it and hold text or have a border, from left to right."""

    cells: tuple[Cell, ...]

    @property
    def filled(self) -> list[Cell]:
        """The cells that hold text."""
        return [cell for cell in self.cells if cell.text]

    @property
    def width(self) -> int:
        """Columns up to the end of the last cell; 0 for a row that cannot be of a table."""
        return max(cell.column + cell.column_span for cell in self.cells) if len(self.filled) > 1 else 0


def split_rows(rows: Sequence[SheetRow]) -> Iterator[str | tuple[Cell, ...]]:
    """Yield the text of each row of running text and the cells of each table, in reading order."""
    texts = _are_text(rows)
    for is_text, group in groupby(range(len(rows)), key=texts.__getitem__):
        if is_text:
            yield from (cell.text for at in group for cell in rows[at].filled)
        else:
            table = table_of([rows[at] for at in group])
            yield from [table] if table else []


def table_of(rows: Iterable[SheetRow]) -> tuple[Cell, ...]:
    """Return the cells of some rows, empty ones included, counted from the first row and column that hold any."""
    cells = [cell for row in rows for cell in row.cells]
    if not any(cell.text for cell in cells):
        return ()
    top, left = min(cell.row for cell in cells), min(cell.column for cell in cells)
    height = max(cell.row for cell in cells) + 1 - top
    width = max(cell.column + cell.column_span for cell in cells) - left
    found = [
        Cell(
            cell.text,
            cell.row - top,
            cell.column - left,
            min(cell.row_span, top + height - cell.row),
            cell.column_span,
        )
        for cell in cells
    ]
    covered = {place for cell in found for place in _places(cell)}
    blanks = [Cell("", row, column) for row in range(height) for column in range(width) if (row, column) not in covered]
    return tuple(sorted((*found, *blanks), key=lambda cell: (cell.row, cell.column)))


def _places(cell: Cell) -> Iterator[tuple[int, int]]:
    """Return the places that a cell covers."""
    rows, columns = range(cell.row, cell.row + cell.row_span), range(cell.column, cell.column + cell.column_span)
    return product(rows, columns)


def _are_text(rows: Sequence[SheetRow]) -> list[bool]:
    """Return for each row whether it holds a single cell that is not the label of an otherwise blank table row."""
    ends = (max((cell.row + cell.row_span for cell in row.cells), default=0) for row in rows)
    reached = [0, *accumulate(ends, max)]  # for each row, the first one that no cell from above reaches
    widths = [row.width for row in rows]
    above = [0, *accumulate(widths, _nearest)]
    below = [*reversed(list(accumulate(reversed(widths), _nearest)))]
    texts: list[bool] = []
    for at, row in enumerate(rows):
        alone = len(row.cells) == len(row.filled) == 1 and row.cells[0].row >= reached[at]
        follows = above[at] > 0 and bool(rows[at - 1].cells) and not texts[at - 1]
        texts.append(alone and _stands_alone(row.cells[0], below[at] or above[at], follows))
    return texts


def _nearest(former: int, width: int) -> int:
    """Return the width of the row itself where it is of a table, else that of the former such row."""
    return width or former


def _stands_alone(cell: Cell, table: int, follows: bool) -> bool:
    """Return whether a lone cell is text, by the width of the nearest table and whether it follows a table's rows."""
    if cell.column_span > 1 and cell.column + cell.column_span < table:
        return False
    return not follows or len(cell.text) >= _LONG
