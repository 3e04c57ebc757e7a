"""Drawing one ruled table on the pages of a sample PDF, spans and page breaks included.

Owns row heights, where a table is cut, and the lines and texts of its cells. The sheet that it draws on
belongs to `pdf`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from reportlab.pdfgen.canvas import Canvas

from tests.support.sample_portal.tables import Cell, Table
from tests.support.sample_portal.typeface import break_lines, draw_line, text_width

SIZE, LEADING, PADDING = 9.0, 12.0, 3.0
LEAST_HEIGHT = {"disclosures": 22.0, "requests": 28.0, "proceedings": 22.0, "indicators": 20.0}


@dataclass(frozen=True, slots=True)
class Ruling:
    """A table with the edges of its columns (from its left) and the heights of its rows, in points."""

    table: Table
    edges: tuple[float, ...]
    heights: tuple[float, ...]

    def rows_that_fit(self, first: int, room: float) -> int:
        """How many rows from `first` on fit into the room; the header never stands without a row of figures."""
        fitting = sum(1 for depth in accumulate(self.heights[first:]) if depth <= room)
        first_figures = min(cell.row for cell in self.table.cells if cell.kind == "figure")
        return 0 if first == 0 and fitting <= first_figures else fitting

    def lines(self, cell: Cell) -> list[str]:
        """Break the text of a cell to its width."""
        return break_lines(cell.text, self.width(cell) - 2 * PADDING, SIZE)

    def width(self, cell: Cell) -> float:
        """Width of a cell over the columns that it spans."""
        return self.edges[cell.column + cell.column_span] - self.edges[cell.column]


def rule(table: Table, width: float) -> Ruling:
    """Lay a table out over the given width; a row is as high as the highest cell that stands in it alone."""
    share = width / sum(table.widths)
    edges = tuple(share * part for part in accumulate(table.widths, initial=0))
    flat = Ruling(table, edges, ())
    heights = [LEAST_HEIGHT[table.name]] * table.row_count
    for cell in table.cells:
        if cell.row_span == 1:
            heights[cell.row] = max(heights[cell.row], len(flat.lines(cell)) * LEADING + 2 * PADDING)
    return Ruling(table, edges, tuple(heights))


def draw_rows(canvas: Canvas, ruling: Ruling, first: int, last: int, corner: tuple[float, float]) -> float:
    """Draw rows `first` to `last` (exclusive) from the top left corner down; return their height."""
    left, top = corner
    tops = {first + row: top - depth for row, depth in enumerate(accumulate(ruling.heights[first:last], initial=0))}
    for cell in sorted(ruling.table.cells, key=lambda cell: (cell.row, cell.column)):
        begin, end = max(cell.row, first), min(cell.row + cell.row_span, last)
        if begin >= end:
            continue
        x = left + ruling.edges[cell.column]
        canvas.rect(x, tops[end], ruling.width(cell), tops[begin] - tops[end])
        if _holds_text(cell, begin, end):
            _draw_text(canvas, ruling, cell, x, (tops[begin] + tops[end]) / 2)
    return top - tops[last]


def _holds_text(cell: Cell, begin: int, end: int) -> bool:
    """Whether this piece of a cell shows its text: of a cut cell the first piece does, unless it is one row only."""
    if begin == cell.row:
        return end - begin > 1 or cell.row_span == 1
    return begin == cell.row + 1


def _draw_text(canvas: Canvas, ruling: Ruling, cell: Cell, left: float, middle: float) -> None:
    """Draw the lines of a cell around its middle; figures and single lines are centred."""
    lines = ruling.lines(cell)
    baseline = middle + (len(lines) - 1) * LEADING / 2 - SIZE / 3
    for number, line in enumerate(lines):
        indent = (ruling.width(cell) - text_width(line, SIZE)) / 2 if len(lines) == 1 else PADDING
        draw_line(canvas, left + indent, baseline - number * LEADING, line, SIZE)
