"""Whether a row fits its table, and every reason if it does not."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, partial

from warehouse.arrow_types import DECIMAL, DECIMAL_DIGITS, LIST
from warehouse.schema import Row, Table

Check = Callable[[object], str | None]
"""Returns why a value does not fit; None if it fits."""
_EXACT = 2**53
"""Up to this number, every whole number is a double."""


def validate(table: Table, row: Row) -> list[str]:
    """Return the reasons why a row does not fit its table; none if it fits. Nullable columns may be absent.

    >>> from warehouse.schema import load_tables
    >>> validate(load_tables()["jurisdictions"], {"jurisdiction": "CN-371003", "name": 1, "level": "town"})
    ['name must be string, not 1', "level has no code 'town'", 'full_name is missing']
    """
    names = {column.name for column in table.columns}
    reasons = [f"{name} is no column of {table.name}" for name in row if name not in names]
    for column in table.columns:
        value = row.get(column.name)
        if value is None:
            if not column.nullable:
                reasons.append(f"{column.name} is missing")
        elif reason := _check_for(column.type)(value):
            reasons.append(f"{column.name} {reason}")
        elif column.values and value not in column.values:
            reasons.append(f"{column.name} has no code {_quote(value)}")
    return reasons


def _quote(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _check_string(value: object) -> str | None:
    if not isinstance(value, str):
        return f"must be string, not {_quote(value)}"
    try:
        value.encode()
    except UnicodeEncodeError:
        return f"must be valid Unicode, not {_quote(value)}"
    return None


def _check_integer(bits: int, value: object) -> str | None:
    limit = 1 << (bits - 1)
    fits = isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit
    return None if fits else f"must be int{bits}, not {_quote(value)}"


def _check_double(value: object) -> str | None:
    # NaN is refused because it equals nothing, not even itself: a row with it would never count as unchanged.
    if isinstance(value, int):
        fits = not isinstance(value, bool) and abs(value) <= _EXACT
    else:
        fits = isinstance(value, float) and math.isfinite(value)
    return None if fits else f"must be a finite double, not {_quote(value)}"


def _check_bool(value: object) -> str | None:
    return None if isinstance(value, bool) else f"must be bool, not {_quote(value)}"


def _check_date(value: object) -> str | None:
    fits = isinstance(value, date) and not isinstance(value, datetime)
    return None if fits else f"must be date, not {_quote(value)}"


def _check_timestamp(value: object) -> str | None:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        return f"must be a timestamp with a time zone, not {_quote(value)}"
    try:
        value.astimezone(UTC)
    except OverflowError:
        return f"must lie in the years 1 to 9999 of UTC, not {_quote(value)}"
    return None


def _check_decimal(precision: int, scale: int, value: object) -> str | None:
    if not isinstance(value, Decimal) or not value.is_finite():
        return f"must be a finite Decimal, not {_quote(value)}"
    _, digits, exponent = value.as_tuple()
    if len(digits) > DECIMAL_DIGITS or int(exponent) > precision - scale:
        return f"must be written with at most {DECIMAL_DIGITS} digits, not {_quote(value)}"
    text = "".join(map(str, digits)).lstrip("0")
    significant = text.rstrip("0")
    lowest = int(exponent) + len(text) - len(significant)
    if significant and (-lowest > scale or len(significant) + lowest > precision - scale):
        return f"would lose digits of {_quote(value)} in decimal({precision},{scale})"
    return None


def _check_list(item: Check, value: object) -> str | None:
    if not isinstance(value, list | tuple):
        return f"must be a list, not {_quote(value)}"
    return next((f"holds an item that {reason}" for reason in map(item, value) if reason), None)


_CHECKS: dict[str, Check] = {
    "string": _check_string,
    "int32": partial(_check_integer, 32),
    "int64": partial(_check_integer, 64),
    "double": _check_double,
    "bool": _check_bool,
    "date": _check_date,
    "timestamp": _check_timestamp,
}


@cache
def _check_for(type_name: str) -> Check:
    if match := DECIMAL.fullmatch(type_name):
        return partial(_check_decimal, int(match[1]), int(match[2]))
    if match := LIST.fullmatch(type_name):
        return partial(_check_list, _CHECKS[match[1]])
    return _CHECKS[type_name]
