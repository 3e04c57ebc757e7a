"""Values as text, for formats that have no place for them as they are: lists, and what only SQL gives.

Owns the text of each.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pyarrow as pa

_SINGLE = (
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_date,
    pa.types.is_timestamp,
)


def is_single(kind: pa.DataType) -> bool:
    """Return whether the values of a type are single numbers, truths, days or times, which formats know.

    >>> is_single(pa.int64()), is_single(pa.list_(pa.int64())), is_single(pa.string())
    (True, False, False)
    """
    return any(is_of(kind) for is_of in _SINGLE)


def digits_of(number: int | Decimal) -> int:
    """Return how many digits a number has, without zeros before and after them.

    >>> digits_of(Decimal("-1200.5000")), digits_of(10**20), digits_of(0)
    (5, 1, 0)
    """
    return len(format(Decimal(number).copy_abs(), "f").replace(".", "").strip("0"))


def as_text(column: pa.Array) -> pa.Array:
    """Return the values of a column as text: a list as JSON.

    >>> as_text(pa.array([["甲", "乙"], [], None])).to_pylist()
    ['["甲", "乙"]', '[]', None]
    """
    if pa.types.is_string(column.type):
        return column
    if pa.types.is_large_string(column.type) or pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    return pa.array(map(_text_of, column.to_pylist()), pa.string())


def _text_of(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (list, tuple, dict)):
        return _ENCODER.encode(value)
    return value.hex(" ") if isinstance(value, bytes) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else str(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_plain)
