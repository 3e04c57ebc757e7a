"""Rows that all fit their table → Arrow, a column at a time.

Owns the quick way to see that nothing is wrong with any row. Must not say what is wrong: `schema.validate` does,
row by row, and where this module is in doubt it is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import chain

import pyarrow as pa

from warehouse.schema import Column, Row, Table, arrow_schema

_TYPES: dict[str, frozenset[type]] = {
    "string": frozenset({str}),
    "int32": frozenset({int}),
    "int64": frozenset({int}),
    "double": frozenset({int, float}),
    "bool": frozenset({bool}),
    "date": frozenset({date}),
    "timestamp": frozenset({datetime}),
    "decimal": frozenset({Decimal}),
    "list": frozenset({list, tuple}),
}
_GOOD: dict[str, Callable[[Sequence[object]], bool]] = {
    "double": lambda values: all(map(math.isfinite, values)),  # type: ignore[arg-type]
    "timestamp": lambda values: all(value.utcoffset() is not None for value in values),  # type: ignore[attr-defined]
    "decimal": lambda values: all(map(Decimal.is_finite, values)),  # type: ignore[arg-type]
}
"""What Arrow does not refuse by itself among values of the right Python type."""


def fitting(table: Table, rows: Sequence[Row]) -> pa.Table | None:
    """The rows as an Arrow table; None where one does not fit or shares its key with another, or might."""
    schema = arrow_schema_of(table)
    if not rows:
        return schema.empty_table()
    names = {column.name for column in table.columns}
    if not all(names.issuperset(shape) for shape in {tuple(row) for row in rows}):
        return None
    values = {column.name: [row.get(column.name) for row in rows] for column in table.columns}
    if not all(_fits(column, values[column.name]) for column in table.columns) or not _is_key(table, values):
        return None
    try:
        return pa.Table.from_arrays([pa.array(values[field.name], field.type) for field in schema], schema=schema)
    except (pa.ArrowException, UnicodeError, OverflowError):
        return None


@cache
def arrow_schema_of(table: Table) -> pa.Schema:
    """The Arrow schema of a table's files, made once."""
    return arrow_schema(table)


def _is_key(table: Table, values: dict[str, list[object]]) -> bool:
    columns: list[Sequence[object]] = [
        [tuple(value) for value in values[name]] if _is_list(table, name) else values[name]  # type: ignore[arg-type]
        for name in table.key
    ]
    return len(set(zip(*columns, strict=True))) == len(columns[0])


def _is_list(table: Table, name: str) -> bool:
    return bool(pa.types.is_list(arrow_schema_of(table).field(name).type))


def _fits(column: Column, values: Sequence[object]) -> bool:
    types = set(map(type, values))
    if type(None) in types:
        if not column.nullable:
            return False
        values = [value for value in values if value is not None]
        types.discard(type(None))
    kind, _, inner = column.type.partition("(")
    if not types <= _TYPES[kind] or (column.values and not _codes(column).issuperset(values)):
        return False
    if kind == "list":
        kind = inner.removesuffix(")")
        values = list(chain.from_iterable(values))  # type: ignore[arg-type]
        if not set(map(type, values)) <= _TYPES[kind]:
            return False
    check = _GOOD.get(kind)
    return check is None or check(values)


@cache
def _codes(column: Column) -> frozenset[object]:
    return frozenset(column.values)
