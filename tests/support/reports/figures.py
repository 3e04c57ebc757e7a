"""The figures of a report by table and codes, wherever they are: read, as rows, or published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tests.support.warehouse.place import Place
from transforms.forms.layout import code_columns
from transforms.report import Report
from transforms.rows import Row

Figures = dict[tuple[str, ...], Decimal | None]
"""Table and codes → the number; None for a cell without one."""


def figures_of(report: Report) -> Figures:
    """Return every figure that was read of a report."""
    return {
        (table, *key): figure.value.number
        for table, reading in report.matched.readings.items()
        for key, figure in reading.figures.items()
    }


def figures_of_rows(rows: Mapping[str, Sequence[Row]]) -> Figures:
    """Return the figures among the rows of one report."""
    return {
        (table, *(str(row[name]) for name in names)): _number(row["value"])
        for table, names in code_columns().items()
        for row in rows.get(table, ())
    }


def published_figures(place: Place) -> Figures:
    """Return every published figure."""
    return {
        (table, *map(str, key)): _number(value)
        for table, names in code_columns().items()
        for *key, value in place.ask(f"SELECT {', '.join(names)}, value FROM {table}")
    }


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
