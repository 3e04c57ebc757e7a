"""Grids → figures: each number by the labels of its row and its column.

Owns the matching of tables whose cells have positions. Never counts numbers in order: a cell without both labels is a
problem, not a figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from extractors.document import Cell, Grid
from transforms.forms.labels import normalise
from transforms.forms.layout import NO_LABEL, Key, Label, LabelBlock, TableLayout
from transforms.forms.values import parse_value
from transforms.tables.reading import Figure, Place, Problem, TableReading


@dataclass(frozen=True, slots=True)
class _LabelledCell:
    """A cell with the key that the labels of its row and column give it."""

    key: Key
    cell: Cell
    grid: int
    unit: str | None


@dataclass(frozen=True, slots=True)
class _LabelledRow:
    """A row of a grid with its label; its figures begin at `first_column`."""

    block: LabelBlock
    label: Label
    row: int
    first_column: int


class GridView:
    """A grid by rows, with the normalised text of each cell."""

    def __init__(self, grid: Grid) -> None:
        self.number = grid.number
        self.places = grid.matrix()
        self.names = {id(cell): normalise(cell.text) for cell in grid.cells}
        self.rows = [list({id(cell): cell for cell in cells if cell is not None}.values()) for cells in self.places]

    def name(self, cell: Cell) -> str:
        """Return a cell's text in normal form."""
        return self.names[id(cell)]


def match_grids(grids: Sequence[GridView], layout: TableLayout, edition: str, method: str) -> TableReading:
    """Read one table of the form from all grids of a document."""
    cells: list[_LabelledCell] = []
    problems: list[Problem] = []
    for view in grids:
        blocks = [block for block in layout.blocks if _has_columns(view, block)]
        lines: list[_LabelledRow] = []
        for block in blocks:
            headers = _headers(view, block)
            own = list(_label_lines(view, block))
            for line in own:
                cells += _label_cells(view, line, headers[line.row], layout, problems)
            lines += own
        problems += _unknown_rows(view, {line.row for line in lines})
    figures, clashes = _figures(cells)
    return TableReading(layout, edition, method, figures, (*problems, *clashes))


def _has_columns(view: GridView, block: LabelBlock) -> bool:
    """Return whether a grid prints half of a block's column labels: 其他 and 总计 alone occur in many tables."""
    printed = {id(label) for name in set(view.names.values()) for _, label in block.column_index.find(name)}
    return 2 * len(printed) >= len(block.columns)


def _label_lines(view: GridView, block: LabelBlock) -> Iterator[_LabelledRow]:
    """Yield the rows of figures with their labels; for a block without row labels, the row below each header."""
    if not block.rows:
        yield from (_LabelledRow(block, NO_LABEL, row, 0) for row in _rows_under_headers(view, block))
        return
    first_header = _first_header_column(view, block)
    for row, cells in enumerate(view.rows):
        scored = [
            (score, cell.column, _heading_row(view, row, label), label)
            for cell in cells
            if cell.column < first_header
            for score, label in block.row_index.find(view.name(cell))
        ]
        # Of equal scores the rightmost: labels of groups stand left of the row's own.
        score, column, _, label = max(scored, key=lambda candidate: candidate[:3], default=(0.0, 0, 0, None))
        if score and label is not None:
            yield _LabelledRow(block, label, row, column + 1)


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


def _label_cells(
    view: GridView, line: _LabelledRow, headers: Sequence[Label | None], layout: TableLayout, problems: list[Problem]
) -> list[_LabelledCell]:
    """Return the cells of one row with their keys; a number without a known header is a problem.

    If, in addition, columns of the form lack a cell, the row has lost cells before its label, and no cell is returned.
    """
    cells: list[_LabelledCell] = []
    stray: list[str] = []
    short = False
    for column, (cell, header) in enumerate(zip(view.places[line.row], headers, strict=True)):
        label = header if column >= line.first_column else None
        short |= label is not None and cell is None
        if cell is None or cell.row != line.row or cell.column < line.first_column:
            continue
        if label is not None:
            key = layout.cells[id(line.block), id(line.label), id(label)]
            cells.append(_LabelledCell(key, cell, view.number, label.unit or line.label.unit))
        elif parse_value(cell.text).number is not None:
            stray.append(cell.text)
    problems += [Problem("unknown_column", " ".join((*line.label.labels[:1], text))) for text in stray]
    return [] if short and stray else cells


def _unknown_rows(view: GridView, known: set[int]) -> Iterator[Problem]:
    """Yield the rows with numbers, within the table or just below it, whose label the form does not have."""
    if not known:
        return
    row = min(known)
    while row < len(view.rows):
        own = [cell for cell in view.rows[row] if cell.row == row]
        numbered = any(parse_value(cell.text).number is not None for cell in own)
        if row > max(known) and not numbered and any(cell.text.strip() for cell in own):
            return
        if numbered and row not in known:
            yield Problem("unknown_row", " ".join(cell.text for cell in own))
        row += 1


def _headers(view: GridView, block: LabelBlock) -> list[list[Label | None]]:
    """Return, for each row and column, the label of the column: the nearest header above that the block knows.

    A label that needs a heading (`under`) counts only below it; the nearest heading decides.
    """
    width = len(view.places[0])
    seen: list[dict[str, int]] = [{} for _ in range(width)]
    headers: list[list[Label | None]] = [[None] * width]
    for row, cells in enumerate(view.places[:-1]):
        labels = list(headers[-1])
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


def _figures(cells: Sequence[_LabelledCell]) -> tuple[dict[Key, Figure], list[Problem]]:
    """Return one figure per key; two different numbers for one key, or one number for two keys, are problems."""
    figures: dict[Key, Figure] = {}
    problems: list[Problem] = []
    owners: dict[tuple[int, int, int], Key] = {}
    for labelled in cells:
        figure = _figure(labelled)
        place = (labelled.grid, labelled.cell.row, labelled.cell.column)
        if owners.setdefault(place, labelled.key) != labelled.key and figure.value.number is not None:
            problems.append(Problem("cell_claimed_twice", labelled.cell.text, (owners[place], labelled.key)))
        earlier = figures.get(labelled.key)
        if earlier is None or earlier.value.state == "blank":
            figures[labelled.key] = figure
        elif figure.value.state != "blank" and figure.value != earlier.value:
            problems.append(Problem("figure_printed_twice", f"{earlier.raw}; {figure.raw}", (labelled.key,)))
    return figures, problems


def _figure(labelled: _LabelledCell) -> Figure:
    cell = labelled.cell
    place = Place(cell.page, labelled.grid, cell.row, cell.column, cell.bbox, cell.confidence)
    return Figure(labelled.key, cell.raw, parse_value(cell.text), place, labelled.unit)
