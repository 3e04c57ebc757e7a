"""How the cells of an answer are printed: null apart from an empty text, numbers as they are, long texts cut."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import pyarrow as pa
import pyarrow.types as pat

from flows.runs.json_values import plain

_LONGEST = 1000
"""Characters of a cell that are shown; a download has all."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell, and what it is."""

    text: str
    kind: Literal["null", "number", "true", "false", "text"]


def printed(value: object) -> Cell:
    """Return a value as it is shown.

    >>> printed(None).kind, printed(True).kind, printed("")
    ('null', 'true', Cell(text='', kind='text'))
    >>> printed(Decimal("12.5000")), printed(["甲", 1])
    (Cell(text='12.5', kind='number'), Cell(text='["甲", 1]', kind='text'))
    """
    match value:
        case None:
            return Cell("", "null")
        case bool():
            return Cell("", "true" if value else "false")
        case int() | float() | Decimal():
            return Cell(_number(value), "number")
        case bytes():
            return Cell(_cut(value[:_LONGEST].hex(" ")), "text")
        case datetime():
            return Cell(value.isoformat(" ", "seconds"), "text")
        case date():
            return Cell(value.isoformat(), "text")
        case list() | tuple() | dict():
            return Cell(_cut(json.dumps(plain(value), ensure_ascii=False, default=str)), "text")
        case _:
            return Cell(_cut(str(value)), "text")


def numeric(field: pa.Field) -> bool:
    """Return whether a column holds numbers, which stand at the right."""
    return bool(pat.is_integer(field.type) or pat.is_floating(field.type) or pat.is_decimal(field.type))


def _number(value: int | float | Decimal) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
