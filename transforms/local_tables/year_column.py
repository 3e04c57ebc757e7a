"""A grid of labels and numbers → the column whose numbers are those of the year reported on, for the whole body.

Owns the choice between columns of values. Where the headers leave two answers there is none: a number of another year,
or of a part of the body, must never stand for the body's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from extractors.document import Cell, Grid
from transforms.forms.values import parse_value
from transforms.local_tables.column_kinds import Kind, kind_of

_TITLE_ROWS = 5
"""Rows that may stand above the header, with the title of the table and who filled it in."""
_FIGURES: frozenset[Kind] = frozenset({"cumulative", "other_period", "this_year", "whole", "value", "level"})
_LEAST_CONSECUTIVE = 4
"""Rows that are numbered one by one, at least, before a column without a known header counts as their numbering."""

Places = Sequence[Sequence[Cell | None]]
"""The cells of a grid by row and column."""


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """A table, or one of two side by side in a grid: a row has a label, perhaps a unit, and numbers.

    `rows` are those below the header, the first of which is row `first_row` of the grid. `value` is the column of the
    year's numbers; None if the headers do not decide.
    """

    header: str
    rows: Places
    first_row: int
    labels: tuple[int, ...]
    unit: int | None
    value: int | None


def labelled_tables(grid: Grid, year: int | None) -> list[LabelledTable]:
    """Return the tables in a grid; none if no row of it is a header with a column of labels."""
    places = grid.matrix()
    header = next((row for row in range(min(_TITLE_ROWS, len(places))) if _is_header(places[row], year)), None)
    if header is None:
        return []
    first = _first_row(places, header, year)
    texts = [_header_text(places[header:first], column) for column in range(grid.shape[1])]
    kinds = [_kind(text, places[first:], column, year) for column, text in enumerate(texts)]
    return [_table(places, first, texts, kinds, part) for part in _side_by_side(kinds)]


def _is_header(row: Sequence[Cell | None], year: int | None) -> bool:
    kinds = [kind_of(cell.text, year) for cell in _distinct(row)]
    return "label" in kinds and len(kinds) > 1


def _distinct(cells: Sequence[Cell | None]) -> list[Cell]:
    return list({id(cell): cell for cell in cells if cell is not None}.values())


def _first_row(places: Places, header: int, year: int | None) -> int:
    """Return the first row below the header: a header goes on while its cells do, or while no label is beside it."""
    labels = [column for column, cell in enumerate(places[header]) if cell and kind_of(cell.text, year) == "label"]
    for row in range(header + 1, len(places)):
        own = [places[row][column] for column in labels]
        if any(cell is not None and cell.row == row and cell.text.strip() for cell in own):
            return row
    return len(places)


def _header_text(rows: Places, column: int) -> str:
    return "".join(cell.text.strip() for cell in _distinct([row[column] for row in rows]))


def _kind(header: str, rows: Places, column: int, year: int | None) -> Kind:
    """Return the kind of a column; consecutive numbers are the numbering of rows, whatever stands above them."""
    numbers = [number for number in _numbers(rows, column) if number is not None]
    consecutive = all(after - before == 1 for before, after in pairwise(numbers))
    return "code" if len(numbers) >= _LEAST_CONSECUTIVE and consecutive else kind_of(header, year)


def _numbers(rows: Places, column: int) -> list[Decimal | None]:
    return [parse_value(cell.text).number if (cell := row[column]) is not None else None for row in rows]


def _side_by_side(kinds: Sequence[Kind]) -> Iterator[range]:
    """Yield the columns of each table in a grid: another begins where labels follow numbers."""
    start, figures = 0, False
    for column, kind in enumerate(kinds):
        if figures and kind in ("label", "code"):
            yield range(start, column)
            start, figures = column, False
        figures |= kind in _FIGURES
    yield range(start, len(kinds))


def _table(places: Places, first: int, texts: Sequence[str], kinds: Sequence[Kind], columns: range) -> LabelledTable:
    labels = tuple(column for column in columns if kinds[column] == "label")
    figures = [
        column
        for column in columns
        if kinds[column] in _FIGURES and labels and column > labels[0]
        if any(number is not None for number in _numbers(places[first:], column))
    ]
    header = " | ".join(dict.fromkeys(texts[column] for column in columns if texts[column]))
    unit = next((column for column in columns if kinds[column] == "unit"), None)
    return LabelledTable(header, places[first:], first, labels, unit, _year_column(places[first:], figures, kinds))


def _year_column(rows: Places, figures: Sequence[int], kinds: Sequence[Kind]) -> int | None:
    """Return the column of the year's numbers for the whole body; None if the headers leave none or several."""
    of_year = [column for column in figures if kinds[column] == "this_year"]
    if of_year:
        return of_year[0] if len(of_year) == 1 else None
    usable = [column for column in figures if kinds[column] in ("whole", "value", "level")]
    if len(usable) == 1:
        return usable[0]
    wholes = [column for column in usable if kinds[column] == "whole"]
    parts = [column for column in usable if kinds[column] == "level"]
    adds_up = len(wholes) == 1 and len(parts) == len(usable) - 1 and _adds_up(rows, wholes[0], parts)
    return wholes[0] if adds_up else None


def _adds_up(rows: Places, whole: int, parts: Sequence[int]) -> bool:
    """Return whether a column is the sum of others in most rows that have all numbers; some sums are misprinted."""
    lines = zip(_numbers(rows, whole), *(_numbers(rows, part) for part in parts), strict=True)
    whole_lines = [[number for number in line if number is not None] for line in lines if None not in line]
    right = [total == sum(addends) for total, *addends in whole_lines]
    return 2 * right.count(True) > len(whole_lines)
