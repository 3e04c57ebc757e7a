"""Grids → figures: each number by the labels of its row and its column.

Owns the matching of tables whose cells have places. Must not count numbers in order: a cell without both of
its labels gives a problem, never a figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.document import Cell, Grid
from transforms.labels import normalise, similarity
from transforms.layout import Block, Key, Label, TableLayout
from transforms.reading import Figure, Place, Problem, Reading
from transforms.values import parse_value

Matrix = list[list[Cell | None]]


@dataclass(frozen=True, slots=True)
class _Claim:
    """A cell that the labels of `block`, `row` and `column` claim for a key."""

    key: Key
    cell: Cell
    grid: int
    unit: str | None


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of a grid with its label; figures stand from `first_column` on."""

    block: Block
    label: Label
    row: int
    first_column: int


def match_grids(grids: Sequence[Grid], layout: TableLayout, edition: str, method: str) -> Reading:
    """Reads one table of the form out of all grids of a document."""
    claims: list[_Claim] = []
    problems: list[Problem] = []
    for grid in grids:
        matrix = grid.matrix()
        lines = [line for block in layout.blocks for line in _label_lines(matrix, block)]
        for line in lines:
            claims += _claim_line(matrix, grid.number, line, layout, problems)
        problems += _unknown_rows(matrix, {line.row for line in lines})
    figures, clashes = _figures(claims)
    return Reading(layout, edition, method, figures, (*problems, *clashes))


def _label_lines(matrix: Matrix, block: Block) -> Iterator[_Line]:
    """Rows of figures with their labels; for a block without row labels, the first row under its header."""
    if not block.rows:
        row = _first_row_under_header(matrix, block)
        if row is not None:
            yield _Line(block, Label(labels=(), codes={}), row, 0)
        return
    first_header = _first_header_column(matrix, block)
    for row, cells in enumerate(matrix):
        scored = [
            (similarity(normalise(cell.text), text), cell.column, _heading_row(matrix, row, label), label)
            for cell in _once(cells)
            if cell.column < first_header
            for label in block.rows
            for text in label.normal
        ]
        # Of equal ones the rightmost: labels of groups stand left of the row's own.
        score, column, _, label = max(scored, key=lambda found: found[:3], default=(0.0, 0, 0, None))
        if score and label is not None:
            yield _Line(block, label, row, column + 1)


def _heading_row(matrix: Matrix, row: int, label: Label) -> int:
    """Last row above that prints the heading which a label needs; -1 where it needs none or has none."""
    if label.under is None:
        return -1
    heading = normalise(label.under)
    rows = (at for at in reversed(range(row)) if any(normalise(c.text) == heading for c in _once(matrix[at])))
    return next(rows, -1)


def _first_header_column(matrix: Matrix, block: Block) -> int:
    """Leftmost column with a label in a header row: labels of rows stand left of it.

    其他 and 总计 are labels of rows and of columns: hence a header row is one with several column labels.
    """
    wanted = {text for label in block.columns for text in label.normal}
    least = min(2, len(block.columns))
    headers = [[cell for cell in _once(cells) if normalise(cell.text) in wanted] for cells in matrix]
    columns = [cell.column for header in headers if len(header) >= least for cell in header]
    return min(columns, default=len(matrix[0]) if matrix else 0)


def _first_row_under_header(matrix: Matrix, block: Block) -> int | None:
    """Row below the lowest one that holds a column label, where at least all header words were seen above."""
    wanted = {text for label in block.columns for text in label.normal}
    words = {normalise(label.under) for label in block.columns if label.under}
    seen = {normalise(cell.text) for cells in matrix for cell in _once(cells)}
    if not words <= seen:
        return None
    rows = [row for row, cells in enumerate(matrix) if any(normalise(cell.text) in wanted for cell in _once(cells))]
    return rows[-1] + 1 if rows and rows[-1] + 1 < len(matrix) else None


def _once(cells: Sequence[Cell | None]) -> list[Cell]:
    """The cells of a row, each once."""
    return list(dict.fromkeys(cell for cell in cells if cell is not None))


def _claim_line(
    matrix: Matrix, grid: int, line: _Line, layout: TableLayout, problems: list[Problem]
) -> Iterator[_Claim]:
    """Cells of one row with their keys; a number under no known header is a problem."""
    for column, cell in enumerate(matrix[line.row]):
        if cell is None or cell.row != line.row or cell.column < line.first_column:
            continue
        label = _column_label(matrix, line.row, column, line.block)
        if label is not None:
            key = layout.key(line.block.codes, line.label.codes, label.codes)
            yield _Claim(key, cell, grid, label.unit or line.label.unit)
        elif parse_value(cell.text).number is not None:
            problems.append(Problem("unknown_column", " ".join((*line.label.labels[:1], cell.text))))


def _unknown_rows(matrix: Matrix, known: set[int]) -> Iterator[Problem]:
    """Rows with numbers amid the table, or right below it, whose label the form does not have."""
    numbered = {
        row
        for row, cells in enumerate(matrix)
        if any(parse_value(cell.text).number is not None for cell in _once(cells) if cell.row == row)
    }
    last = max(known, default=-1)
    while last + 1 in numbered:
        last += 1
    for row in sorted(numbered - known):
        if min(known, default=row + 1) < row <= last:
            yield Problem("unknown_row", " ".join(cell.text for cell in _once(matrix[row]) if cell.row == row))


def _column_label(matrix: Matrix, row: int, column: int, block: Block) -> Label | None:
    """The column's label: the nearest header above that the block knows, with its own header where it needs one."""
    stack = [
        normalise(cell.text)
        for above in range(row - 1, -1, -1)
        if column < len(matrix[above]) and (cell := matrix[above][column]) is not None
    ]
    for depth, name in enumerate(stack):
        scored = [
            (max(similarity(name, text) for text in label.normal), label)
            for label in block.columns
            if label.under is None or normalise(label.under) in stack[depth + 1 :]
        ]
        best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best[0]:
            return best[1]
    return None


def _figures(claims: Sequence[_Claim]) -> tuple[dict[Key, Figure], list[Problem]]:
    """One figure a key. Two different numbers for one key, or one number for two keys, are problems."""
    figures: dict[Key, Figure] = {}
    problems: list[Problem] = []
    owners: dict[tuple[int, int, int], Key] = {}
    for claim in claims:
        figure = _figure(claim)
        place = (claim.grid, claim.cell.row, claim.cell.column)
        if owners.setdefault(place, claim.key) != claim.key and figure.value.number is not None:
            problems.append(Problem("cell_claimed_twice", claim.cell.text, (owners[place], claim.key)))
        former = figures.get(claim.key)
        if former is None or former.value.state == "blank":
            figures[claim.key] = figure
        elif figure.value.state != "blank" and figure.value != former.value:
            problems.append(Problem("figure_printed_twice", f"{former.raw}; {figure.raw}", (claim.key,)))
    return figures, problems


def _figure(claim: _Claim) -> Figure:
    cell = claim.cell
    place = Place(cell.page, claim.grid, cell.row, cell.column, cell.bbox, cell.confidence)
    return Figure(claim.key, cell.text, parse_value(cell.text), place, claim.unit)
