"""Rows that all fit their table → Arrow, a column at a time.

Owns the fast check that nothing is wrong with any row. It does not find the reasons: if this module is in doubt,
`row_validation.validate` examines row by row.
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
"""Checks for values of the right Python type that Arrow does not refuse itself."""


def fit_columns(table: Table, rows: Sequence[Row]) -> pa.Table | None:
    """Return the rows as an Arrow table; None if one does not fit or shares its key with another, or might."""
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
    """Return whether a timestamp has a time zone; raise OverflowError if it lies outside the years of UTC."""
    return value.utcoffset() is not None and value.astimezone(UTC) is not None


def _is_short(value: Decimal) -> bool:
    """Return whether Arrow converts a decimal exactly or refuses it; a longer one such as 1.1E-76 becomes zero."""
    _, digits, exponent = value.as_tuple()
    return value.is_finite() and len(digits) <= DECIMAL_DIGITS and int(exponent) >= -DECIMAL_DIGITS


def _columns(table: Table, rows: Sequence[Row]) -> list[Sequence[object]] | None:
    """Return the values of each column; None if a row has a value for an unknown column."""
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
    if type(None) in types and not column.nullable:
        return False
    types.discard(type(None))
    kind, _, inner = column.type.partition("(")
    if not types <= _TYPES[kind] or (column.values and not set(values) - {None} <= column.codes):
        return False
    if kind == "list":
        kind = inner.removesuffix(")")
        values = list(chain.from_iterable(filter(None, values)))  # type: ignore[arg-type]
        if not set(map(type, values)) <= _TYPES[kind]:
            return False
    check = _GOOD.get(kind)
    return check is None or not types or check([value for value in values if value is not None])
