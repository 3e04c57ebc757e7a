"""Values of rows as JSON values, for answers to people and for comparisons."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal


def plain(value: object) -> object:
    """Return a value as JSON knows it: decimals as numbers, dates in ISO form."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value
