"""A table of the official form as it is printed: rows of cells that span rows and columns, each figure with its key.

Owns the geometry of the printed form, and of its figures one below the other, as years side by side need them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from transforms.forms.layout import Key, Label, LabelBlock, TableLayout
from transforms.forms.printed_words import Codes, Tile, tiles

Kind = Literal["heading", "corner", "column", "row", "unit", "figure"]


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell of the printed form: words with the codes that they stand for, or the place of a figure."""

    kind: Kind
    words: str = ""
    codes: Codes = field(default_factory=dict)
    key: Key | None = None
    rows: int = 1
    columns: int = 1


FormRow = tuple[FormCell, ...]
"""The cells that begin in a row, from left to right."""


@dataclass(frozen=True, slots=True)
class PrintedBlock:
    """A part of a table with its own header."""

    header: tuple[FormRow, ...]
    body: tuple[FormRow, ...]


def printed_table(layout: TableLayout, present: Collection[Key]) -> list[PrintedBlock]:
    """Return a table as the form prints it, for a report that has the figures `present`.

    Of rows that stand for each other, those are printed that the report has, else those of the form.
    """
    shown = _shown(layout, present)
    figures = max(len(block.columns) for block in layout.blocks)
    return [_printed_block(layout, block, _rows_of(layout, block, shown), figures) for block in layout.blocks]


def listed_table(layout: TableLayout, present: Collection[Key], only: Codes) -> list[PrintedBlock]:
    """Return the figures of a table one below the other, each with the words that the form prints over and beside it.

    With `only`, these are the figures of the columns with its codes, which are then not told in every row.
    """
    shown = _shown(layout, present)
    return [_listed_block(layout, block, _rows_of(layout, block, shown), only) for block in layout.blocks]


def _shown(layout: TableLayout, present: Collection[Key]) -> set[Key]:
    return set(present) | set(layout.missing(set(present)))


def _rows_of(layout: TableLayout, block: LabelBlock, shown: Collection[Key]) -> list[Label]:
    return [
        row
        for row in block.rows
        if any(layout.key(block.codes, row.codes, column.codes) in shown for column in block.columns)
    ]


def _printed_block(layout: TableLayout, block: LabelBlock, rows: Sequence[Label], figures: int) -> PrintedBlock:
    """Return a block in a table that has `figures` columns of figures."""
    words = block.printed
    beside, between = (tiles(_told(rows), heads) for heads in (words.beside, words.between))
    left = _levels(beside) + (words.units is not None)
    body: list[FormRow] = [] if block.rows else [_figures(layout, block, {}, figures)]
    for at, row in enumerate(rows):
        body += _headings(between, at, left + figures)
        units = [] if words.units is None else [FormCell("unit", row.unit or "")]
        body.append((*_labels(beside, at), *units, *_figures(layout, block, row.codes, figures)))
    header = [(FormCell("heading", block.heading, block.codes, columns=left + figures),)] if block.heading else []
    return PrintedBlock((*header, *_column_labels(block, left, figures)), tuple(body))


def _column_labels(block: LabelBlock, left: int, figures: int) -> list[FormRow]:
    """Return the rows of column labels, with the corner over the `left` columns that the labels of rows take."""
    words, above = block.printed, tiles(_told(block.columns), block.printed.above)
    levels = _levels(above)
    units = [] if words.units is None else [FormCell("corner", words.units, rows=levels)]
    corner = [FormCell("corner", words.corner, rows=levels, columns=left - len(units)), *units] if left else []
    rows = []
    for level in range(levels):
        own = sorted((tile for tile in above if tile.level == level), key=lambda tile: tile.first)
        cells = [
            FormCell("column", tile.words, tile.codes, rows=tile.depth, columns=_width(block, tile, figures))
            for tile in own
        ]
        rows.append((*(corner if level == 0 else ()), *cells))
    return rows


def _width(block: LabelBlock, tile: Tile, figures: int) -> int:
    """Return how many columns a label or head of columns takes: the last column of a block fills the table."""
    is_last = tile.first + tile.count == len(block.columns)
    return tile.count + (figures - len(block.columns) if is_last else 0)


def _figures(layout: TableLayout, block: LabelBlock, codes: Codes, figures: int) -> FormRow:
    keys = [layout.key(block.codes, codes, column.codes) for column in block.columns]
    wider = figures - len(keys)
    return (
        *(FormCell("figure", key=key) for key in keys[:-1]),
        FormCell("figure", key=keys[-1], columns=1 + wider),
    )


def _listed_block(layout: TableLayout, block: LabelBlock, rows: Sequence[Label], only: Codes) -> PrintedBlock:
    columns = [column for column in block.columns if only.items() <= column.codes.items()]
    if block.rows and any(column.codes.keys() - only.keys() for column in columns):
        return _listed_block_of_rows_and_columns(layout, block, rows, columns)
    labels = rows if block.rows else columns
    told = tiles(_told(labels), block.printed.beside if block.rows else block.printed.above)
    between = tiles(_told(labels), block.printed.between)
    body: list[FormRow] = []
    for at, label in enumerate(labels):
        body += _headings(between, at, _levels(told) + 1)
        body.append((*_labels(told, at), FormCell("figure", key=layout.key(block.codes, label.codes, only))))
    return PrintedBlock(_heading(block, _levels(told) + 1), tuple(body))


def _listed_block_of_rows_and_columns(
    layout: TableLayout, block: LabelBlock, rows: Sequence[Label], columns: Sequence[Label]
) -> PrintedBlock:
    body = []
    for row in rows:
        for at, column in enumerate(columns):
            label = [FormCell("row", row.labels[0], row.codes, rows=len(columns))] if at == 0 else []
            figure = FormCell("figure", key=layout.key(block.codes, row.codes, column.codes))
            body.append((*label, FormCell("row", column.labels[0], column.codes), figure))
    return PrintedBlock(_heading(block, 3), tuple(body))


def _heading(block: LabelBlock, width: int) -> tuple[FormRow, ...]:
    return ((FormCell("heading", block.heading, block.codes, columns=width),),) if block.heading else ()


def _headings(between: Iterable[Tile], at: int, width: int) -> list[FormRow]:
    """Return the heads that stand in rows of their own before a row."""
    own = [tile for tile in between if tile.first == at and not tile.is_label]
    return [(FormCell("heading", tile.words, tile.codes, columns=width),) for tile in own]


def _labels(beside: Iterable[Tile], at: int) -> list[FormCell]:
    """Return the labels and heads that begin at a row."""
    own = [tile for tile in beside if tile.first == at]
    return [FormCell("row", tile.words, tile.codes, rows=tile.count, columns=tile.depth) for tile in own]


def _told(labels: Iterable[Label]) -> list[tuple[str, Codes]]:
    return [(label.labels[0] if label.labels else "", label.codes) for label in labels]


def _levels(told: Iterable[Tile]) -> int:
    return max((tile.level + tile.depth for tile in told), default=0)
