"""Documents → the statistics table of a report for 2008 to 2018, and the tables that nobody understood.

Owns the rows of a table that a province or county designed, and the variants of the national table of 2014: its own
words, with row numbers, explanations, or several columns of numbers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from extractors.document import Cell, Grid
from transforms.forms.labels import normalise
from transforms.forms.layout import Key, Label, LabelBlock, Layout, TableLayout, layouts
from transforms.forms.values import UNITS, parse_value
from transforms.local_tables.column_kinds import kind_of
from transforms.local_tables.text_grids import text_grids
from transforms.local_tables.year_column import LabelledTable, labelled_tables
from transforms.tables.document_view import DocumentView
from transforms.tables.grid_labels import GridView
from transforms.tables.grid_match import match_grids
from transforms.tables.match import Matched
from transforms.tables.reading import Figure, Place, Problem, TableReading

LOCAL = "local"
"""Edition of a table that follows no national form."""
TABLE = "indicators"
_LAST_YEAR = 2018
"""Since 2019 the national forms are binding, and have no such table (PORTALS §8)."""
_LEAST_NUMBERS = 3
"""Numbers that make a grid a table of figures; with fewer it is a date, an address or a telephone list."""
_LONGEST_HEADER = 200
_EXPLANATION = re.compile(r"\s*[（(][^（()）]*[）)]\s*$")
_HEADER_UNIT = re.compile(rf"[（(](?:单位[:：]?)?({'|'.join(UNITS)})[）)]")


@dataclass(frozen=True, slots=True)
class _Understood:
    """A table in a grid, and the column of the year's numbers."""

    grid: int
    printed: LabelledTable
    value: int


@dataclass(frozen=True, slots=True)
class _Found:
    """The statistics table of a document, if it has one that we understand, and the grids that we do not.

    `undecided` are those among them whose headers leave open which numbers are the year's.
    """

    reading: TableReading | None
    unread: Mapping[int, Problem]
    undecided: frozenset[int]


def with_indicators(matched: Matched, year: int | None) -> Matched:
    """Return what was read of a file with its statistics table, and a problem for each table that was not understood.

    The first document that has such a table counts: they are in order of cost.
    """
    found = [_read(document, year, matched.readings.values()) for document in matched.documents]
    understood = next((each for each in found if each.reading), None)
    told = understood or next((each for each in found if each.unread), _Found(None, {}, frozenset()))
    form = matched.readings.get(TABLE)
    if form and (_grids(form) & told.undecided or (told.reading and _takes_other_columns(form, told.reading))):
        form = None
    unread = [problem for number, problem in told.unread.items() if form is None or number not in _grids(form)]
    readings = {table: reading for table, reading in matched.readings.items() if table != TABLE}
    # Words of a county's own never displace those of the form.
    local = told.reading if form is None or (told.reading and told.reading.edition != LOCAL) else None
    candidates = [reading for reading in (local, form) if reading]
    if candidates:
        readings[TABLE] = min(candidates, key=lambda reading: reading.rank)
    layout = matched.layout or (_form_of_2014() if candidates and readings[TABLE].edition != LOCAL else None)
    return replace(matched, readings=readings, layout=layout if readings else None, unread=tuple(unread))


def _grids(reading: TableReading) -> set[int | None]:
    return {figure.place.grid for figure in reading.figures.values()}


def _takes_other_columns(form: TableReading, local: TableReading) -> bool:
    """Return whether the form, which knows one column of numbers, took another than the headers of the table name."""
    columns = {(place.grid, place.row): place.column for place in (figure.place for figure in local.figures.values())}
    places = [figure.place for figure in form.figures.values()]
    return any(columns.get((place.grid, place.row), place.column) != place.column for place in places)


def _numbers_read(reading: TableReading) -> str:
    """Return the numbers of a table that was read, in the order of the form, each between blanks."""
    figures = (reading.figures[key].value.number for key in reading.layout.keys if key in reading.figures)
    return _in_sequence(number for number in figures if number is not None)


def _in_sequence(numbers: Iterable[Decimal]) -> str:
    return f" {' '.join(map(str, numbers))} "


def _read(document: DocumentView, year: int | None, readings: Collection[TableReading]) -> _Found:
    """Read the tables of a document that follow no form; `readings` are those of tables that do."""
    first = sum(isinstance(part, Grid) for part in document.parts)
    strange = [
        view.grid
        for view in (*document.grids, *map(GridView, text_grids(document.parts, first)))
        if len(_numbers(view.grid)) >= _LEAST_NUMBERS and not _is_piece(view.grid, readings) and not _is_of_a_form(view)
    ]
    tables = [(grid, labelled_tables(grid, year)) for grid in strange]
    understood = [
        _Understood(grid.number, table, table.value) for grid, own in tables for table in own if table.value is not None
    ]
    national = next(filter(None, (_national_reading(table, document.method) for table in understood)), None)
    local = _local_reading(understood, document.method) if year is not None and year <= _LAST_YEAR else None
    reading = national or local
    read = _grids(reading) if reading else set()
    unread = {
        grid.number: Problem("unread_table", _header(grid, own)) for grid, own in tables if grid.number not in read
    }
    undecided = {grid.number for grid, own in tables if own and all(table.value is None for table in own)}
    return _Found(reading, unread, frozenset(undecided))


def _is_of_a_form(view: GridView) -> bool:
    """Return whether a grid prints two rows of the forms of 2019 or 2021, or half of a block's columns and one more."""
    for block in _blocks_since_2019():
        columns, rows = (
            {id(label) for found in view.printed(index).values() for _, label in found}
            for index in (block.column_index, block.row_index)
        )
        has_columns = 2 * len(columns) >= len(block.columns) > 0
        if len(rows) > 1 or (has_columns and len(rows) + len(columns) > 1):
            return True
    return False


@cache
def _blocks_since_2019() -> tuple[LabelBlock, ...]:
    return tuple(
        block
        for layout in reversed(layouts())
        for table in layout.tables
        if table.table != TABLE
        for block in table.blocks
    )


def _is_piece(grid: Grid, readings: Iterable[TableReading]) -> bool:
    """Return whether a grid has numbers alone, such as the row after a page break, and a table that was read, too."""
    wordless = all(parse_value(cell.text).state != "unreadable" for cell in grid.cells)
    return wordless and any(_in_sequence(_numbers(grid)) in line for line in map(_numbers_read, readings))


def _numbers(grid: Grid) -> list[Decimal]:
    return [number for cell in grid.cells if (number := parse_value(cell.text).number) is not None]


def _header(grid: Grid, tables: Sequence[LabelledTable]) -> str:
    """Return the header of a grid as printed, or the words of its first row that has any."""
    rows = ([cell.text.strip() for cell in grid.cells if cell.row == row] for row in range(grid.shape[0]))
    top = next((" | ".join(filter(None, texts)) for texts in rows if any(texts)), "")
    return (" / ".join(table.header for table in tables) or top)[:_LONGEST_HEADER]


def _national_reading(table: _Understood, method: str) -> TableReading | None:
    """Return the figures of a table under the form of 2014 if it has at least half of that form's rows."""
    layout = _form_of_2014()
    form = layout.tables[0]
    view = GridView(Grid(table.grid, tuple(_form_cells(table, form))))
    readings = match_grids([view], form, layout.edition, method)
    return next((reading for reading in readings if 2 * len(reading.figures) >= len(form.keys)), None)


def _form_of_2014() -> Layout:
    return next(layout for layout in layouts() if any(table.table == TABLE for table in layout.tables))


def _form_cells(table: _Understood, form: TableLayout) -> Iterator[Cell]:
    """Yield the labels and the numbers of the year where they stand, under the header that the form prints."""
    rows = table.printed.rows
    yield Cell(form.blocks[0].columns[0].labels[0], table.printed.first_row - 1, table.value)
    for number, row in enumerate(rows, start=table.printed.first_row):
        for cell in {id(cell): cell for cell in row if cell is not None and cell.row == number}.values():
            if cell.column == table.value:
                yield cell
            elif cell.column in table.printed.labels:
                yield replace(cell, text=_form_label(cell.text, form))


def _form_label(text: str, form: TableLayout) -> str:
    """Return a label as the form prints it: without the explanation that a report puts behind it in brackets."""
    index = form.blocks[0].row_index
    shorter = _EXPLANATION.sub("", text)
    return text if index.find(normalise(text)) or not index.find(normalise(shorter)) else shorter


def _local_reading(tables: Sequence[_Understood], method: str) -> TableReading | None:
    """Return a row of `indicators` for each label of some tables, in order of print."""
    lines = [(table, line) for table in tables for row in table.printed.rows if (line := _line(table, row))]
    if all(parse_value(cell.text).number is None for _, (_, cell) in lines):
        return None
    labels = [
        label.model_copy(update={"codes": {"indicator": f"{LOCAL}.{number}"}})
        for number, (_, (label, _)) in enumerate(lines, start=1)
    ]
    block = LabelBlock(columns=(Label(labels=(), codes={}),), rows=tuple(labels))
    layout = TableLayout(table=TABLE, blocks=(block,))
    figures = [
        _figure(layout.key(label.codes), cell, table.grid, label.unit)
        for label, (table, (_, cell)) in zip(labels, lines, strict=True)
    ]
    return TableReading(layout, LOCAL, method, {figure.key: figure for figure in figures})


def _line(table: _Understood, row: Sequence[Cell | None]) -> tuple[Label, Cell] | None:
    """Return the label, with its unit, and the cell of a row; None for headings, which have neither unit nor number."""
    cell = row[table.value]
    owners = [own for at in table.printed.labels if (own := row[at]) is not None and own.text.strip()]
    words = " ".join(dict.fromkeys(own.text.strip() for own in owners))
    if cell is None or not words or cell in owners or kind_of(words, None) == "label":
        return None
    unit = _unit(table, row)
    if unit is None and parse_value(cell.text).state in ("blank", "dash"):
        return None
    return Label(labels=(words,), codes={}, unit=unit), cell


def _unit(table: _Understood, row: Sequence[Cell | None]) -> str | None:
    """Return the unit printed beside a number, else the one in the header."""
    cell = row[table.printed.unit] if table.printed.unit is not None else None
    declared = _HEADER_UNIT.search(table.printed.header)
    printed = cell.text.strip() if cell is not None else ""
    return printed if parse_value(printed).state == "unreadable" else (declared[1] if declared else None)


def _figure(key: Key, cell: Cell, grid: int, unit: str | None) -> Figure:
    place = Place(cell.page, grid, cell.row, cell.column, cell.bbox, cell.confidence)
    return Figure(key, cell.raw, parse_value(cell.text), place, unit)
