"""A table of the form that a report tells in sentences instead → its figures.

Owns the reading of sentences that name a heading and a column of the form (行政复议28件，其中结果维持20件). Must not
fill what no sentence names: such a reading is never complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from transforms.forms.labels import normalise
from transforms.forms.layout import Key, Label, Layout, TableLayout
from transforms.forms.values import Value
from transforms.prose.statements import Statement
from transforms.tables.reading import SENTENCES, Figure, Place, TableReading

_UNITS = frozenset({"件", "起", "宗"})


def prose_tables(layout: Layout, statements: dict[str, list[Statement]]) -> dict[str, TableReading]:
    """Readings of the tables whose columns stand under headings, out of the sentences of their sections."""
    found = {}
    for table in layout.tables:
        if any(column.under for block in table.blocks for column in block.columns):
            figures = dict(_figures(table, statements.get(table.table, [])))
            if figures:
                found[table.table] = TableReading(table, layout.edition, SENTENCES, figures)
    return found


def _figures(table: TableLayout, statements: Sequence[Statement]) -> Iterator[tuple[Key, Figure]]:
    """A figure for each exact number whose words name a heading, or follow one that does in the same sentence."""
    columns = [column for block in table.blocks for column in block.columns]
    heading, sentence = "", ""
    told: dict[Key, Figure | None] = {}
    for statement in statements:
        named = _heading(statement.label, columns)
        heading = named or (heading if statement.sentence == sentence else "")
        sentence = statement.sentence
        if statement.unit not in _UNITS or statement.approximate or not heading:
            continue
        column = _column(statement.label, [column for column in columns if column.under == heading], named=bool(named))
        if column:
            key = table.key(column.codes)
            figure = Figure(key, f"{statement.value}{statement.unit}", _value(statement), Place())
            # Told twice with different numbers, it is not known.
            told[key] = figure if key not in told or told[key] == figure else None
    yield from ((key, figure) for key, figure in told.items() if figure)


def _heading(words: str, columns: Sequence[Label]) -> str:
    """The heading that some words name; the longest, for 未经复议直接起诉 holds 复议."""
    named = [column.under for column in columns if column.under and column.under in words]
    return max(named, key=len, default="")


def _column(words: str, columns: Sequence[Label], *, named: bool) -> Label | None:
    """The column that some words name; that of the total where they name the heading and no column."""
    for column in columns:
        if any(label.removeprefix("结果") in words for label in column.labels):
            return column
    total = normalise("总计")
    return next((column for column in columns if total in column.normal), None) if named else None


def _value(statement: Statement) -> Value:
    return Value("number" if statement.value else "zero", statement.value, statement.unit)
