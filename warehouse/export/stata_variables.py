"""Columns as variables of Stata, as pandas takes them.

Owns what becomes of values that Stata does not have: a number of more digits than a double keeps is rounded, and a NUL
in a text is replaced, each with a note. Null is missing in numbers, days and codes, and empty in texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.export.texts import as_text, digits_of
from warehouse.schema import Column

DIGITS = 15
"""Digits of a decimal number that a double always keeps."""
_LONG = 2_147_483_620
"""The largest whole number of Stata's type long; beyond it only doubles are left."""
_RESERVED = ("end",)
"""Names of our columns that Stata keeps for itself."""


@dataclass(frozen=True, slots=True)
class Variable:
    """The values of a column, the labels of its numbers, and a note on what is not as it was; empty if all is."""

    values: pd.Series[Any]
    labels: dict[float, str]
    note: str = ""


def variable_name(column: Column) -> str:
    """Return the name of a column in Stata."""
    return f"_{column.name}" if column.name in _RESERVED else column.name


def variable_of(column: Column, values: pa.ChunkedArray, words: Mapping[str, str]) -> Variable:
    """Return a column as a variable; `words`: code → label."""
    kind = column.type.partition("(")[0]
    if column.values:
        return _coded(column, values, words)
    if kind in ("string", "list"):
        return _text(column, values)
    if kind in ("int32", "int64", "decimal"):
        return _number(column, values)
    if kind == "bool":
        return Variable(values.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get), {})
    if kind == "date":
        return Variable(values.cast(pa.timestamp("s")).to_pandas(), {})
    if kind == "timestamp":
        return Variable(pc.floor_temporal(values, unit="millisecond").cast(pa.timestamp("ms")).to_pandas(), {})
    return Variable(values.to_pandas(), {})


def _coded(column: Column, codes: pa.ChunkedArray, words: Mapping[str, str]) -> Variable:
    """Return codes as their places in the declaration, from 1; what is not declared comes after them."""
    found = pc.unique(codes).drop_null().to_pylist()
    order = [*column.values, *sorted(set(found) - set(column.values))]
    places = pc.add(pc.index_in(codes, value_set=pa.array(order, pa.string())), 1)
    numbers = places.to_pandas(types_mapper={pa.int32(): pd.Int32Dtype()}.get)
    return Variable(numbers, {place: words.get(code, code) for place, code in enumerate(order, 1)})


def _text(column: Column, values: pa.ChunkedArray) -> Variable:
    texts = pa.chunked_array([as_text(chunk) for chunk in values.chunks], pa.string())
    ended = pc.sum(pc.match_substring(texts, "\0")).as_py() or 0
    whole = pc.replace_substring(texts, "\0", "\N{REPLACEMENT CHARACTER}").fill_null("")
    note = (
        f"{ended:,} texts of {column.name} have \N{REPLACEMENT CHARACTER} in place of a NUL, at which Stata ends a text"
    )
    return Variable(
        whole.to_pandas(types_mapper={pa.string(): pd.StringDtype("python")}.get), {}, note if ended else ""
    )


def _number(column: Column, values: pa.ChunkedArray) -> Variable:
    bounds = [abs(bound) for bound in pc.min_max(values).as_py().values() if bound is not None]
    if pa.types.is_integer(values.type) and max(bounds, default=0) <= _LONG:
        whole = values.cast(pa.int64()).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        return Variable(whole, {})
    # Through text: Arrow multiplies a decimal's digits by a power of ten, which rounds a second time.
    doubles = values.cast(pa.string()).cast(pa.float64()).to_pandas()
    rounded = sum(digits_of(value) > DIGITS for value in values.drop_null().to_pylist())
    note = f"{rounded:,} numbers of {column.name} have more than {DIGITS} digits, and Stata rounds them"
    return Variable(doubles, {}, note if rounded else "")
