"""JSON Lines: one object a row, in UTF-8.

Owns how values are written: decimals as numbers with all their digits, days and times in ISO form, a null as null.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, cast

import pyarrow as pa

from warehouse.export.content import Content, shown_rows

NAME = "jsonl"
IS_TEXT = True
MOST_ROWS = None

_encode = json.JSONEncoder(ensure_ascii=False).encode


def write(content: Content, out: IO[bytes]) -> Sequence[str]:
    """Write every row with all columns; nothing is lost."""
    schema, batches = shown_rows(content)
    keys = [f"{_encode(name)}: " for name in schema.names]
    for batch in batches:
        columns = [_encoded(key, column) for key, column in zip(keys, batch.columns, strict=True)]
        out.write("".join(f"{{{', '.join(values)}}}\n" for values in zip(*columns, strict=True)).encode())
    return ()


def _encoded(key: str, column: pa.Array) -> Iterable[str]:
    """Return the members of a column's values.

    >>> from decimal import Decimal
    >>> list(_encoded("a: ", pa.array([Decimal("0.10"), None])))
    ['a: 0.10', 'a: null']
    """
    encode = _encoder(column.type)
    return (key + ("null" if value is None else encode(value)) for value in column.to_pylist())


def _encoder(kind: pa.DataType) -> Callable[[object], str]:
    if pa.types.is_decimal(kind):
        return lambda value: format(cast(Decimal, value), "f")
    if pa.types.is_temporal(kind):
        return lambda value: f'"{cast(date, value).isoformat()}"'
    return _encode
