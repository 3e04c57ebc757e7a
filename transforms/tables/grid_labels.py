"""The labels of a grid: which of its rows and columns print which label of the form.

Owns what counts as the label of a row and of a column. Never counts: a row or column without words has no label here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from extractors.document import Cell, Grid
from transforms.forms.labels import LabelIndex, normalise
from transforms.forms.layout import NO_LABEL, Label, LabelBlock, TableLayout
from transforms.forms.values import parse_value
from transforms.tables.text.tokens import counts_up

Printed = Mapping[str, Sequence[tuple[float, Label]]]
"""Printed texts in normal form, each with the labels that it may be and how similar it is to them."""


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
    """A grid by rows, with the normalised text of each cell, and which labels of the form are among them."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.number = grid.number
        self.places = grid.matrix()
        self.names = {id(cell): normalise(cell.text) for cell in grid.cells}
        self.rows = [list({id(cell): cell for cell in cells if cell is not None}.values()) for cells in self.places]
        self._own = [[cell for cell in cells if cell.row == row] for row, cells in enumerate(self.rows)]
        self._places_of: defaultdict[str, list[tuple[int, Cell]]] = defaultdict(list)
        for row, cells in enumerate(self.rows):
            for cell in cells:
                self._places_of[self.names[id(cell)]].append((row, cell))
        self._words = [name for name in dict.fromkeys(self.names.values()) if name and not name.isdigit()]
        self._printed: dict[LabelIndex[Label], Printed] = {}
        self._headers: dict[int, list[list[Label | None]]] = {}

    def headers(self, block: LabelBlock, headings: frozenset[str]) -> list[list[Label | None]]:
        """Return the label of each column above each row, as `_headers` finds them."""
        if id(block) not in self._headers:
            self._headers[id(block)] = _headers(self, block, headings)
        return self._headers[id(block)]

    def name(self, cell: Cell) -> str:
        """Return a cell's text in normal form."""
        return self.names[id(cell)]

    def printed(self, index: LabelIndex[Label]) -> Printed:
        """Return the texts of cells, in normal form, that print labels of an index, with these."""
        if index not in self._printed:
            self._printed[index] = {name: found for name in self._words if (found := index.find(name))}
        return self._printed[index]

    def places_of(self, name: str) -> Sequence[tuple[int, Cell]]:
        """Return the rows, from the top, in which cells print a text in normal form, and these cells."""
        return self._places_of.get(name, ())

    def own_cells(self, row: int, first_column: int = 0) -> list[Cell]:
        """Return the cells that begin in a row, from a column on."""
        own = self._own[row]
        return [cell for cell in own if cell.column >= first_column] if first_column else own

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
    printed = {id(label) for found in view.printed(block.column_index).values() for _, label in found}
    return 2 * len(printed) >= len(block.columns)


def _label_lines(view: GridView, block: LabelBlock) -> Iterator[LabelledRow]:
    """Yield the rows of figures with their labels; for a block without row labels, the row below each header."""
    if not block.rows:
        yield from (LabelledRow(view, block, NO_LABEL, row, 0) for row in _rows_under_headers(view, block))
        return
    first_header = _first_header_column(view, block)
    scored: defaultdict[int, list[tuple[float, int, int, Label]]] = defaultdict(list)
    for name, found in view.printed(block.row_index).items():
        for row, cell in view.places_of(name):
            if cell.column < first_header and _is_of_row(cell, row, view):
                scored[row] += [(score, cell.column, _heading_row(view, row, label), label) for score, label in found]
    for row in sorted(scored):
        # Of equal scores the rightmost: labels of groups stand left of the row's own.
        _, column, _, label = max(scored[row], key=itemgetter(0, 1, 2))
        if not _has_words_behind(view, row, column, first_header, label):
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
    return max((at for at, _ in view.places_of(label.heading) if at < row), default=-1)


def _first_header_column(view: GridView, block: LabelBlock) -> int:
    """Return the leftmost column with a label in a header row; the labels of rows stand left of it.

    其他 and 总计 are labels of rows and of columns, so a header row needs several column labels.
    """
    least = min(2, len(block.columns))
    headers: defaultdict[int, list[int]] = defaultdict(list)
    for text in block.column_texts:
        for row, cell in view.places_of(text):
            headers[row].append(cell.column)
    columns = [column for header in headers.values() if len(header) >= least for column in header]
    return min(columns, default=len(view.places[0]) if view.places else 0)


def _rows_under_headers(view: GridView, block: LabelBlock) -> list[int]:
    """Return the rows just below a header: one in a whole table, several if each channel has its own header."""
    headers = {row for text in block.column_texts for row, _ in view.places_of(text)}
    return sorted({row + 1 for row in headers if row + 1 < len(view.rows)} - headers)


def _headers(view: GridView, block: LabelBlock, headings: frozenset[str]) -> list[list[Label | None]]:
    """Return, for each row and column, the label of the column: the nearest header above that the block knows.

    A label that needs a heading (`under`) counts only below it; the nearest heading decides. `headings` of the table's
    blocks end what stands above them.
    """
    width = len(view.places[0])
    printed = view.printed(block.column_index)
    above = {column.heading for column in block.columns if column.heading}
    told = {row for name in {*printed, *above, *headings} for row, _ in view.places_of(name)}
    seen: list[dict[str, int]] = [{} for _ in range(width)]
    headers: list[list[Label | None]] = [[None] * width]
    for row, cells in enumerate(view.places[:-1]):
        if row not in told:
            headers.append(headers[-1])
            continue
        ended = any(view.name(cell) in headings for cell in view.own_cells(row))
        labels: list[Label | None] = [None] * width if ended else list(headers[-1])
        for column, cell in enumerate(cells):
            name = view.name(cell) if cell else ""
            if candidates := printed.get(name):
                labels[column] = _nearest(candidates, seen[column]) or labels[column]
            if name in above:
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
