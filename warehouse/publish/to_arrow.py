"""Rows that all fit their table → Arrow, a column at a time.

Owns the quick way to see that nothing is wrong with any row. Must not say what is wrong: `schema.validate` does,
row by row, and where this module is in doubt it is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain
from operator import itemgetter

import pyarrow as pa

from warehouse.arrow_types import DECIMAL_DIGITS
from warehouse.schema import Column, Row, Table

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
    "timestamp": lambda values: all(map(_is_moment, values)),  # type: ignore[arg-type]
    "decimal": lambda values: all(map(_is_short, values)),  # type: ignore[arg-type]
}
"""What Arrow does not refuse by itself among values of the right Python type."""


def fit_columns(table: Table, rows: Sequence[Row]) -> pa.Table | None:
    """The rows as an Arrow table; None where one does not fit or shares its key with another, or might."""
    if not rows:
        return table.no_rows
    schema = table.arrow_schema
    columns = _columns(table, rows)
    try:
        if columns is None or not all(map(_fits, table.columns, columns)) or not _is_key(table, columns):
            return None
        return pa.Table.from_arrays(
            [pa.array(*typed) for typed in zip(columns, schema.types, strict=True)], schema=schema
        )
    except (pa.ArrowException, UnicodeError, OverflowError):
        return None


def _is_moment(value: datetime) -> bool:
    """Whether a timestamp has a time zone; raises OverflowError where it is no year of UTC."""
    return value.utcoffset() is not None and value.astimezone(UTC) is not None


def _is_short(value: Decimal) -> bool:
    """Whether Arrow converts a decimal exactly or refuses it; it takes 1.1E-76 for zero."""
    _, digits, exponent = value.as_tuple()
    return value.is_finite() and len(digits) <= DECIMAL_DIGITS and int(exponent) >= -DECIMAL_DIGITS


def _columns(table: Table, rows: Sequence[Row]) -> list[Sequence[object]] | None:
    """The values of each column; None where a row has a value of no column."""
    names = [column.name for column in table.columns]
    if set(map(len, rows)) == {len(names)}:
        try:
            return [list(map(itemgetter(name), rows)) for name in names]
        except KeyError:
            return None
    known = set(names)
    if not all(known.issuperset(row) for row in rows):
        return None
    return [[row.get(name) for row in rows] for name in names]


def _is_key(table: Table, columns: Sequence[Sequence[object]]) -> bool:
    by_name = {column.name: values for column, values in zip(table.columns, columns, strict=True)}
    key = [map(tuple, by_name[name]) if _is_list(table, name) else by_name[name] for name in table.key]  # type: ignore[arg-type]
    return len(set(zip(*key, strict=True))) == len(columns[0])


def _is_list(table: Table, name: str) -> bool:
    return bool(pa.types.is_list(table.arrow_schema.field(name).type))


def _fits(column: Column, values: Sequence[object]) -> bool:
    types = set(map(type, values))
    if type(None) in types:
        if not column.nullable:
            return False
        values = [value for value in values if value is not None]
        types.discard(type(None))
    kind, _, inner = column.type.partition("(")
    if not types <= _TYPES[kind] or (column.values and not column.codes.issuperset(values)):
        return False
    if kind == "list":
        kind = inner.removesuffix(")")
        values = list(chain.from_iterable(values))  # type: ignore[arg-type]
        if not set(map(type, values)) <= _TYPES[kind]:
            return False
    check = _GOOD.get(kind)
    return check is None or check(values)
