"""The types that a column may be declared with, and the Arrow type of each."""

from __future__ import annotations

import re
from functools import cache

import pyarrow as pa

DECIMAL = re.compile(r"decimal\(([1-9]\d?),(\d{1,2})\)")
LIST = re.compile(r"list\((.+)\)")
DECIMAL_DIGITS = 38
"""Digits of the longest decimal that Arrow converts."""
_SCALARS = {
    "string": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


@cache
def arrow_type(name: str) -> pa.DataType:
    """Return the Arrow type of a declared type; raise ValueError if there is none.

    >>> arrow_type("list(double)")
    ListType(list<item: double>)
    >>> arrow_type("decimal(20,4)")
    Decimal128Type(decimal128(20, 4))
    """
    if name in _SCALARS:
        return _SCALARS[name]
    if match := DECIMAL.fullmatch(name):
        precision, scale = int(match[1]), int(match[2])
        if scale <= precision <= DECIMAL_DIGITS:
            return pa.decimal128(precision, scale)
    if (match := LIST.fullmatch(name)) and match[1] in _SCALARS:
        return pa.list_(_SCALARS[match[1]])
    known = ", ".join([*_SCALARS, "decimal(p,s)", "list(x)"])
    raise ValueError(f"unknown type {name}; known are {known}")


def widens(before: str, now: str) -> bool:
    """Return whether every value of one declared type is the same value in another.

    >>> widens("int32", "int64"), widens("int64", "int32"), widens("decimal(20,4)", "decimal(22,5)")
    (True, False, True)
    """
    if before == now or (before, now) == ("int32", "int64"):
        return True
    old_item, new_item = LIST.fullmatch(before), LIST.fullmatch(now)
    if old_item and new_item:
        return widens(old_item[1], new_item[1])
    old, new = DECIMAL.fullmatch(before), DECIMAL.fullmatch(now)
    if old is None or new is None:
        return False
    old_scale, new_scale = int(old[2]), int(new[2])
    return new_scale >= old_scale and int(new[1]) - new_scale >= int(old[1]) - old_scale
