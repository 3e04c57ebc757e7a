"""A table of the form that a report states in sentences instead → its figures.

Owns the reading of sentences that name a heading and a column of the form (行政复议28件，其中结果维持20件). Figures
that no sentence names stay missing, so such a reading is never complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from transforms.forms.labels import normalise
from transforms.forms.layout import Key, Label, Layout, TableLayout
from transforms.forms.values import Value
from transforms.prose.chapter_text import ChapterText
from transforms.prose.statements import Statement
from transforms.tables.reading import SENTENCES, Figure, Place, TableReading

_UNITS = frozenset({"件", "起", "宗"})


def prose_tables(layout: Layout, chapters: Sequence[ChapterText]) -> dict[str, TableReading]:
    """Return readings of the tables whose columns have headings, from the sentences of their chapters."""
    readings = {}
    for table in layout.tables:
        if any(column.under for block in table.blocks for column in block.columns):
            own = [chapter for chapter in chapters if chapter.section == table.table]
            figures = dict(_figures(table, [statement for chapter in own for statement in chapter.statements]))
            if figures:
                readings[table.table] = TableReading(table, layout.edition, SENTENCES, figures)
    return readings


def _figures(table: TableLayout, statements: Sequence[Statement]) -> Iterator[tuple[Key, Figure]]:
    """Yield a figure for each exact number whose label names a heading, or follows one in the same sentence."""
    columns = [column for block in table.blocks for column in block.columns]
    heading, sentence = "", ""
    figures: dict[Key, Figure | None] = {}
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
            # Stated twice with different numbers, the figure is unknown.
            figures[key] = figure if key not in figures or figures[key] == figure else None
    yield from ((key, figure) for key, figure in figures.items() if figure)


def _heading(words: str, columns: Sequence[Label]) -> str:
    """Return the longest heading in some words (未经复议直接起诉 contains 复议); empty if there is none."""
    named = [column.under for column in columns if column.under and column.under in words]
    return max(named, key=len, default="")


def _column(words: str, columns: Sequence[Label], *, named: bool) -> Label | None:
    """Return the column that some words name; if they name only the heading (`named`), the column of the total."""
    for column in columns:
        if any(label.removeprefix("结果") in words for label in column.labels):
            return column
    total = normalise("总计")
    return next((column for column in columns if total in column.normal), None) if named else None


def _value(statement: Statement) -> Value:
    return Value("number" if statement.value else "zero", statement.value, statement.unit)
