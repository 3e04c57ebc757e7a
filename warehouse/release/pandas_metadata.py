"""What the footer of a release's file tells pandas: types that keep null and integer apart.

Owns the pandas type of each declared type. Without it, pandas reads integers with nulls as floats; so do programs that
read Parquet through it, such as frictionless and mlcroissant.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from warehouse.schema import Column

_NAMES = {
    "string": ("unicode", "str"),
    "int32": ("int32", "int32"),
    "int64": ("int64", "int64"),
    "double": ("float64", "float64"),
    "decimal": ("decimal", "object"),
    "bool": ("bool", "bool"),
    "date": ("date", "object"),
    "timestamp": ("datetimetz", "datetime64[us]"),
}
"""Declared type → its names in pandas: of the values, and of the type that holds them."""
_NULLABLE = {"int32": "Int32", "int64": "Int64", "double": "Float64", "bool": "boolean"}
"""Declared type → the pandas type that holds null beside its values."""


def pandas_metadata(columns: Sequence[Column]) -> dict[bytes, bytes]:
    """Return the metadata of an Arrow schema by which pandas chooses its types.

    Source: https://pandas.pydata.org/docs/development/developer.html
    """
    described = {
        "index_columns": [],
        "column_indexes": [],
        "columns": [_described(column) for column in columns],
        "pandas_version": "2.0.0",
    }
    return {b"pandas": json.dumps(described).encode()}


def _described(column: Column) -> dict[str, object]:
    kind, _, arguments = column.type.rstrip(")").partition("(")
    values, holder = (f"list[{_NAMES[arguments][0]}]", "object") if kind == "list" else _NAMES[kind]
    return {
        "name": column.name,
        "field_name": column.name,
        "pandas_type": values,
        "numpy_type": _NULLABLE.get(kind, holder) if column.nullable else holder,
        "metadata": _details(kind, arguments),
    }


def _details(kind: str, arguments: str) -> dict[str, object] | None:
    if kind == "timestamp":
        return {"timezone": "UTC"}
    if kind == "decimal":
        precision, scale = arguments.split(",")
        return {"precision": int(precision), "scale": int(scale)}
    return None
