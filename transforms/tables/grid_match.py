"""Grids → figures: each number by the labels of its row and its column.

Owns the matching of tables whose cells have positions, and which rows are one table where the form's stands there
several times. Never counts numbers in order, unless `label_order` gives a lost label: a cell without both labels is a
problem, not a figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.document import Cell
from transforms.forms.layout import FormLine, Key, Label, TableLayout
from transforms.forms.values import parse_value
from transforms.tables.broken_numbers import with_lines_joined
from transforms.tables.grid_labels import GridView, LabelledRow, header_text, labelled_rows
from transforms.tables.label_order import confirm, is_lost, is_rest, lines_between
from transforms.tables.reading import Figure, Place, Problem, TableReading

_Place = tuple[int, int]
"""The number of a view and a row in it."""


_Cells = list[tuple[Figure, Cell]]
"""Figures with the cells that print them; a cell under two columns is there twice."""


@dataclass(frozen=True, slots=True)
class _ReadRow:
    """A row with its label, its figures, and the numbers in it that no header explains.

    `lost`: what is printed in the place of the labels of columns that only the order of the form gives.
    """

    line: LabelledRow
    cells: _Cells
    lost: Mapping[Key, str]
    problems: Sequence[Problem]


_Rows = Mapping[_Place, _ReadRow]


@dataclass(frozen=True)
class _Stretch:
    """The part of all grids that one printed table may fill: after the one before it, up to the one behind it."""

    views: Sequence[GridView]
    after: _Place
    before: _Place

    def rows_with_numbers(self) -> list[_Place]:
        """Return the rows in it that hold a number."""
        places = ((at, row) for at, view in enumerate(self.views) for row in view.rows_with_numbers)
        return [place for place in places if self.after < place < self.before]


def match_grids(grids: Sequence[GridView], layout: TableLayout, edition: str, method: str) -> list[TableReading]:
    """Read one table of the form from all grids of a document: a reading for each time that it is printed."""
    labelled = {(at, line.row): line for at, view in enumerate(grids) for line in labelled_rows(view, layout)}
    tables = _tables({place: _read_row(line, layout) for place, line in labelled.items()})
    firsts, lasts = [min(table) for table in tables], [max(table) for table in tables]
    bounds = zip([(-1, -1), *lasts[:-1]], [*firsts[1:], (len(grids), 0)], strict=True) if tables else ()
    return [
        _reading(_Stretch(grids, after, before), table, layout, edition, method)
        for table, (after, before) in zip(tables, bounds, strict=True)
    ]


def _tables(printed: _Rows) -> list[dict[_Place, _ReadRow]]:
    """Return the rows of each printed table. A row that is printed again begins another table.

    A few repeated rows, as at the break of a page, are no table of their own.
    """
    tables: list[tuple[dict[_Place, _ReadRow], set[Key]]] = []
    for place in sorted(printed):
        keys = {figure.key for figure, _ in printed[place].cells}
        if not tables or keys & tables[-1][1]:
            tables.append(({}, set()))
        tables[-1][0][place] = printed[place]
        tables[-1][1].update(keys)
    merged: list[tuple[dict[_Place, _ReadRow], set[Key]]] = []
    for rows, keys in tables:
        if merged and 2 * len(keys & merged[-1][1]) < min(len(keys), len(merged[-1][1])):
            merged[-1][0].update(rows)
            merged[-1][1].update(keys)
        else:
            merged.append((rows, keys))
    return [rows for rows, _ in merged]


def _reading(stretch: _Stretch, table: _Rows, layout: TableLayout, edition: str, method: str) -> TableReading:
    rows = {**table, **_lost_rows(stretch, table, layout)}
    ordered = [rows[place] for place in sorted(rows)]
    cells = [cell for row in ordered for cell in row.cells]
    problems = [problem for row in ordered for problem in row.problems]
    problems += _unknown_rows(stretch, rows)
    printed, clashes = _figures(cells)
    figures = with_lines_joined(printed, layout)
    refused, doubts, notes = _by_order(ordered, figures, layout)
    kept = {key: figure for key, figure in figures.items() if key not in refused}
    return TableReading(layout, edition, method, kept, (*problems, *clashes, *doubts), notes=notes)


def _lost_rows(stretch: _Stretch, table: _Rows, layout: TableLayout) -> dict[_Place, _ReadRow]:
    """Return the rows without a label whose place between others leaves one label of the form."""
    open_rows = [place for place in stretch.rows_with_numbers() if place not in table]
    if not open_rows:
        return {}
    numbers = {(id(line.block), id(line.label)): at for at, line in enumerate(layout.lines)}
    keys = {figure.key for row in table.values() for figure, _ in row.cells}
    found: dict[_Place, _ReadRow] = {}
    for above, below in pairwise([None, *sorted(table), None]):
        gap = _gap(open_rows, above, below)
        if not gap:
            continue
        first, last = (
            None if at is None else numbers[id(table[at].line.block), id(table[at].line.label)] for at in (above, below)
        )
        lines = lines_between(
            layout, -1 if first is None else first, len(layout.lines) if last is None else last, len(gap), keys
        )
        rows = [_lost_row(stretch.views[at], row, line, layout) for (at, row), line in zip(gap, lines, strict=False)]
        if None not in rows:
            found |= {place: _read_row(row, layout) for place, row in zip(gap, rows, strict=False) if row}
    return found


def _gap(rows: Sequence[_Place], above: _Place | None, below: _Place | None) -> list[_Place]:
    """Return the rows between two others; above the first or below the last of a table, only those that touch it."""
    if above and below:
        return [place for place in rows if above < place < below]
    gap: list[_Place] = []
    at, row = above or below or (-1, -1)
    step = 1 if above else -1
    while (at, row + step) in rows:
        row += step
        gap.append((at, row))
    return sorted(gap)


def _lost_row(view: GridView, row: int, line: FormLine, layout: TableLayout) -> LabelledRow | None:
    """Return a row as that of a line of the form, if its columns have labels and no words stand for its own."""
    cells = view.own_cells(row)
    figures = cells[-len(line.block.columns) :]
    headers = view.headers(line.block, layout.headings)[row]
    labels = [headers[cell.column] for cell in figures]
    if len(labels) != len(line.block.columns) or any(
        a is not b for a, b in zip(labels, line.block.columns, strict=True)
    ):
        return None
    printed = " ".join(cell.text for cell in cells[: -len(figures)] if cell.row_span <= figures[-1].row_span).strip()
    if not line.block.rows or not is_lost(printed, line.label.normal, layout):
        return None
    words = [text for label in line.block.rows for text in label.normal]
    lost = None if is_rest(printed, line.label.normal, words) else printed
    return LabelledRow(view, line.block, line.label, row, figures[0].column, lost)


def _read_row(line: LabelledRow, layout: TableLayout) -> _ReadRow:
    """Return a row with the keys of its cells; a number without a known header is a problem.

    If, in addition, columns of the form lack a cell, the row has lost cells before its label, and no cell is returned.
    """
    first, view = line.first_column, line.view
    headers = view.headers(line.block, layout.headings)[line.row][first:]
    by_order = {} if all(headers) else _lost_columns(line, layout)
    cells: _Cells = []
    lost: dict[Key, str] = {}
    stray: list[str] = []
    short = False
    for cell, header in zip(view.places[line.row][first:], headers, strict=True):
        short |= header is not None and cell is None
        if cell is None or cell.row != line.row or cell.column < first:
            continue
        label, printed = (header, None) if header else by_order.get(cell.column, (None, None))
        if label is not None:
            figure = _figure(
                layout.cells[id(line.block), id(line.label), id(label)], cell, view, label.unit or line.label.unit
            )
            cells.append((figure, cell))
            if printed is not None:
                lost[figure.key] = printed
        elif parse_value(cell.text).number is not None:
            stray.append(cell.text)
    problems = [Problem("unknown_column", " ".join((*line.label.labels[:1], text))) for text in stray]
    return _ReadRow(line, [], {}, problems) if short and stray else _ReadRow(line, cells, lost, problems)


def _figure(key: Key, cell: Cell, view: GridView, unit: str | None) -> Figure:
    place = Place(cell.page, view.number, cell.row, cell.column, cell.bbox, cell.confidence)
    return Figure(key, cell.raw, parse_value(cell.text), place, unit, cell.look_again)


def _lost_columns(line: LabelledRow, layout: TableLayout) -> dict[int, tuple[Label, str | None]]:
    """Return column → the label that the order of the form gives it, and what is printed instead.

    That is None if what is legible of the label is enough to tell it. Half of the labels must be there, all in their
    places, and the row must have as many cells as the form.
    """
    headers = line.view.headers(line.block, layout.headings)
    cells, columns = line.cells, line.block.columns
    labels = [headers[line.row][cell.column] for cell in cells]
    if len(cells) != len(columns) or not 0 < 2 * sum(label is None for label in labels) <= len(columns):
        return {}
    if any(label is not None and label is not own for label, own in zip(labels, columns, strict=True)):
        return {}
    lost = {
        cell.column: (own, header_text(line.view, line.row, cell.column, headers))
        for cell, label, own in zip(cells, labels, columns, strict=True)
        if label is None
    }
    if not all(is_lost(text, own.normal, layout) for own, text in lost.values()):
        return {}
    words = [text for column in columns for text in column.normal]
    return {at: (own, None if is_rest(text, own.normal, words) else text) for at, (own, text) in lost.items()}


def _unknown_rows(stretch: _Stretch, rows: _Rows) -> Iterator[Problem]:
    """Yield the rows with numbers, within the table or just below it, whose label the form does not have."""
    for at in sorted({at for at, _ in rows}):
        view, known = stretch.views[at], {row for number, row in rows if number == at}
        with_numbers = set(view.rows_with_numbers)
        end = stretch.before[1] if stretch.before[0] == at else len(view.rows)
        for row in range(min(known), end):
            own = view.own_cells(row)
            numbered = row in with_numbers
            if row > max(known) and not numbered and any(cell.text.strip() for cell in own):
                break
            if numbered and row not in known:
                yield Problem("unknown_row", " ".join(cell.text for cell in own))


def _figures(cells: _Cells) -> tuple[dict[Key, Figure], list[Problem]]:
    """Return one figure per key; two different numbers for one key, or one number for two keys, are problems."""
    figures: dict[Key, Figure] = {}
    problems: list[Problem] = []
    owners: dict[int, Key] = {}
    for figure, cell in cells:
        key = figure.key
        if owners.setdefault(id(cell), key) != key and figure.value.number is not None:
            problems.append(Problem("cell_claimed_twice", cell.text, (owners[id(cell)], key)))
        earlier = figures.setdefault(key, figure)
        if earlier is figure:
            continue
        if earlier.value.state == "blank":
            figures[key] = figure
        elif figure.value.state != "blank" and figure.value != earlier.value:
            problems.append(Problem("figure_printed_twice", f"{earlier.raw}; {figure.raw}", (key,)))
    return figures, problems


def _by_order(
    rows: Sequence[_ReadRow], figures: Mapping[Key, Figure], layout: TableLayout
) -> tuple[set[Key], list[Problem], tuple[Problem, ...]]:
    """Return the keys that order gives and no sum confirms, the problems that these leave, and notes on the others."""
    columns = {key: text for row in rows for key, text in row.lost.items()}
    lost_rows = {figure.key: row.line.lost for row in rows if row.line.lost is not None for figure, _ in row.cells}
    if not (columns or lost_rows):
        return set(), [], ()
    numbers = {key: figure.value.number for key, figure in figures.items()}
    refused: set[Key] = set()
    problems: list[Problem] = []
    notes: list[Problem] = []
    for lost, check in ((columns, "unknown_column"), (lost_rows, "unknown_row")):
        verdict = confirm(layout, numbers, frozenset(lost), columns=lost is columns)
        refused |= verdict.refused
        problems += [
            Problem(
                check,
                f"{text} {' '.join(figures[key].raw for key in lost if key in verdict.refused and lost[key] == text)}",
            )
            for text in dict.fromkeys(lost[key] for key in lost if key in verdict.refused)
        ]
        notes += [
            Problem(
                "label_by_order", text, tuple(key for key in lost if key in verdict.confirmed and lost[key] == text)
            )
            for text in dict.fromkeys(lost[key] for key in lost if key in verdict.confirmed)
        ]
    return refused, problems, tuple(notes)
