"""The labels of a grid: which of its rows and columns print which label of the form.

Owns what counts as the label of a row and of a column. Never counts: a row or column without words has no label here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from extractors.document import Cell, Grid
from transforms.forms.labels import normalise
from transforms.forms.layout import NO_LABEL, Label, LabelBlock, TableLayout
from transforms.forms.values import parse_value
from transforms.tables.text.tokens import counts_up


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A row of a grid with its label; its figures begin at `first_column`."""

    view: GridView
    block: LabelBlock
    label: Label
    row: int
    first_column: int
    lost: str | None = None
    """What is printed in the place of a label that only the order of the form gives."""

    @property
    def cells(self) -> list[Cell]:
        """The cells of its figures from left to right."""
        return self.view.own_cells(self.row, self.first_column)


class GridView:
    """A grid by rows, with the normalised text of each cell."""

    def __init__(self, grid: Grid) -> None:
        self.number = grid.number
        self.places = grid.matrix()
        self.names = {id(cell): normalise(cell.text) for cell in grid.cells}
        self.rows = [list({id(cell): cell for cell in cells if cell is not None}.values()) for cells in self.places]

        self._headers: dict[int, list[list[Label | None]]] = {}

    def headers(self, block: LabelBlock, headings: frozenset[str]) -> list[list[Label | None]]:
        """Return the label of each column above each row, as `_headers` finds them."""
        if id(block) not in self._headers:
            self._headers[id(block)] = _headers(self, block, headings)
        return self._headers[id(block)]

    def name(self, cell: Cell) -> str:
        """Return a cell's text in normal form."""
        return self.names[id(cell)]

    def own_cells(self, row: int, first_column: int = 0) -> list[Cell]:
        """Return the cells that begin in a row, from a column on."""
        return [cell for cell in self.rows[row] if cell.row == row and cell.column >= first_column]

    @cached_property
    def rows_with_numbers(self) -> tuple[int, ...]:
        """The rows, from the top, in which cells begin that are numbers, and more than the numbers of columns."""
        return tuple(row for row in range(len(self.rows)) if self._has_numbers(row))

    def _has_numbers(self, row: int) -> bool:
        values = [parse_value(cell.text) for cell in self.own_cells(row)]
        numbers = [value for value in values if value.number is not None]
        return bool(numbers) and not counts_up(numbers)


def labelled_rows(view: GridView, layout: TableLayout) -> list[LabelledRow]:
    """Return the rows of figures with their labels, from top to bottom."""
    blocks = [block for block in layout.blocks if has_columns(view, block)]
    rows = [line for block in blocks for line in _label_lines(view, block)]
    codes = {code for line in rows for code in line.label.codes.values()}
    # The row that stands for several is, beside one of them, their heading.
    own = [line for line in rows if not codes & set(line.label.stands_for)]
    return sorted(own, key=lambda line: line.row)


def has_columns(view: GridView, block: LabelBlock) -> bool:
    """Return whether a grid prints half of a block's column labels: 其他 and 总计 alone occur in many tables."""
    printed = {id(label) for name in set(view.names.values()) for _, label in block.column_index.find(name)}
    return 2 * len(printed) >= len(block.columns)


def _label_lines(view: GridView, block: LabelBlock) -> Iterator[LabelledRow]:
    """Yield the rows of figures with their labels; for a block without row labels, the row below each header."""
    if not block.rows:
        yield from (LabelledRow(view, block, NO_LABEL, row, 0) for row in _rows_under_headers(view, block))
        return
    first_header = _first_header_column(view, block)
    for row, cells in enumerate(view.rows):
        scored = [
            (score, cell.column, _heading_row(view, row, label), label)
            for cell in cells
            if cell.column < first_header and _is_of_row(cell, row, view)
            for score, label in block.row_index.find(view.name(cell))
        ]
        # Of equal scores the rightmost: labels of groups stand left of the row's own.
        score, column, _, label = max(scored, key=lambda candidate: candidate[:3], default=(0.0, 0, 0, None))
        if score and label is not None and not _has_words_behind(view, row, column, first_header, label):
            yield LabelledRow(view, block, label, row, column + 1)


def _is_of_row(cell: Cell, row: int, view: GridView) -> bool:
    """Return whether a cell belongs to one row alone: one that spans the rows of a group is its heading."""
    return cell.row == row and cell.row_span <= view.own_cells(row)[-1].row_span


def _has_words_behind(view: GridView, row: int, column: int, first_header: int, label: Label) -> bool:
    """Return whether other words stand between a label and the figures: then they are the row's own label.

    A form with units prints these there.
    """
    behind = [cell for cell in view.own_cells(row, column + 1) if cell.column < first_header and view.name(cell)]
    return not label.unit and any(parse_value(cell.text).state == "unreadable" for cell in behind)


def _heading_row(view: GridView, row: int, label: Label) -> int:
    """Return the last row above with the heading that a label needs; -1 if it needs none or there is none."""
    if label.under is None:
        return -1
    heading = label.heading
    rows = (at for at in reversed(range(row)) if any(view.name(cell) == heading for cell in view.rows[at]))
    return next(rows, -1)


def _first_header_column(view: GridView, block: LabelBlock) -> int:
    """Return the leftmost column with a label in a header row; the labels of rows stand left of it.

    其他 and 总计 are labels of rows and of columns, so a header row needs several column labels.
    """
    wanted = {text for label in block.columns for text in label.normal}
    least = min(2, len(block.columns))
    headers = [[cell for cell in cells if view.name(cell) in wanted] for cells in view.rows]
    columns = [cell.column for header in headers if len(header) >= least for cell in header]
    return min(columns, default=len(view.places[0]) if view.places else 0)


def _rows_under_headers(view: GridView, block: LabelBlock) -> list[int]:
    """Return the rows just below a header: one in a whole table, several if each channel has its own header."""
    wanted = {text for label in block.columns for text in label.normal}
    headers = {row for row, cells in enumerate(view.rows) if any(view.name(cell) in wanted for cell in cells)}
    return sorted({row + 1 for row in headers if row + 1 < len(view.rows)} - headers)


def _headers(view: GridView, block: LabelBlock, headings: frozenset[str]) -> list[list[Label | None]]:
    """Return, for each row and column, the label of the column: the nearest header above that the block knows.

    A label that needs a heading (`under`) counts only below it; the nearest heading decides. `headings` of the table's
    blocks end what stands above them.
    """
    width = len(view.places[0])
    seen: list[dict[str, int]] = [{} for _ in range(width)]
    headers: list[list[Label | None]] = [[None] * width]
    for row, cells in enumerate(view.places[:-1]):
        ended = any(view.name(cell) in headings for cell in view.own_cells(row))
        labels: list[Label | None] = [None] * width if ended else list(headers[-1])
        for column, cell in enumerate(cells):
            if cell is None:
                continue
            name = view.name(cell)
            if candidates := block.column_index.find(name):
                labels[column] = _nearest(candidates, seen[column]) or labels[column]
            seen[column][name] = row
        headers.append(labels)
    return headers


def _nearest(candidates: Iterable[tuple[float, Label]], seen: Mapping[str, int]) -> Label | None:
    """Return the label that a header prints, given the rows of the texts above it; None if its heading is missing."""
    fitting = (
        (score, seen.get(heading, -1), label)
        for score, label in candidates
        if not (heading := label.heading) or heading in seen
    )
    return max(fitting, key=itemgetter(0, 1), default=(0.0, 0, None))[2]


def header_text(view: GridView, row: int, column: int, headers: Sequence[Sequence[Label | None]]) -> str:
    """Return what stands over a column in the lowest row above that names any column."""
    for at in reversed(range(row)):
        if any(label is not None and label is not old for label, old in zip(headers[at + 1], headers[at], strict=True)):
            cell = view.places[at][column]
            return cell.text if cell else ""
    return ""
