"""The rows and columns of a sheet that a person sees, and the places that cells take among them.

Owns hidden rows and columns, merged cells, and widths.
"""

from __future__ import annotations

from itertools import accumulate

from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

_LOWEST, _NARROWEST = 3.0, 0.3
"""Height in points and width in digits up to which nobody sees what a row or a column holds."""
_USUAL_WIDTH = 8.43
Place = tuple[int, int, int, int]
"""Row, column, rows and columns of a cell, counted from 0 among those that are seen."""


class SheetShape:
    """Which rows and columns of a sheet are seen."""

    def __init__(self, sheet: Worksheet, last_row: int, last_column: int) -> None:
        self._spans = {
            (merged.min_row, merged.min_col): (merged.max_row + 1, merged.max_col + 1)
            for merged in sheet.merged_cells.ranges
        }
        self._widths = _widths(sheet, max([last_column + 1, *(right for _, right in self._spans.values())]))
        bottom = max([last_row + 1, *(bottom for bottom, _ in self._spans.values())])
        self._rows = [*accumulate((_is_row_seen(sheet, row) for row in range(1, bottom + 1)), initial=0)]
        self._columns = [*accumulate((width > _NARROWEST for width in self._widths), initial=0)]
        self.height = self._rows[last_row]

    def place(self, row: int, column: int) -> Place | None:
        """Return the place of the cell of a row and a column, counted from 1; None if it is hidden."""
        bottom, right = self._spans.get((row, column), (row + 1, column + 1))
        top, left = self._rows[row - 1], self._columns[column - 1]
        height, width = self._rows[bottom - 1] - top, self._columns[right - 1] - left
        return (top, left, height, width) if height and width and top < self.height else None

    def width(self, row: int, column: int) -> float:
        """Return the width of a cell, in digits."""
        _, right = self._spans.get((row, column), (row + 1, column + 1))
        return sum(self._widths[column - 1 : right - 1])


def _widths(sheet: Worksheet, count: int) -> list[float]:
    """Return the widths of the first columns; 0 for a hidden one."""
    usual = sheet.sheet_format.defaultColWidth or _USUAL_WIDTH
    widths = [float(usual)] * count
    for letter, dimension in sheet.column_dimensions.items():
        first = dimension.min or column_index_from_string(letter)
        for column in range(first, min(dimension.max or first, count) + 1):
            widths[column - 1] = 0.0 if dimension.hidden else float(dimension.width or usual)
    return widths


def _is_row_seen(sheet: Worksheet, row: int) -> bool:
    """Return whether a row is shown, and high enough to hold text."""
    if row not in sheet.row_dimensions:
        return not sheet.sheet_format.zeroHeight
    dimension = sheet.row_dimensions[row]
    return not dimension.hidden and (dimension.height is None or dimension.height > _LOWEST)
