"""Rows of Arrow as data frames of pandas, with types that keep blanks apart from numbers.

Owns the pandas type of each Arrow type. Whole numbers, numbers, booleans and texts have pandas' nullable types; codes
are ordered categoricals; times have time zones; a list becomes a tuple, which pandas can compare, count and write. A
decimal becomes Float64, which gives back up to 15 digits as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.query.query import as_query_error

_TYPES: Mapping[pa.DataType, pd.api.extensions.ExtensionDtype] = {
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
    pa.float32(): pd.Float32Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype("pyarrow"),
    pa.large_string(): pd.StringDtype("pyarrow"),
}
Codes = Mapping[str, Mapping[str, str]]
"""Column → its codes in order, each with the word that stands for it."""


def to_frame(rows: pa.Table, codes: Codes) -> pd.DataFrame:
    """Return rows as a data frame; the columns of `codes` are ordered categoricals of the words.

    A code that is not among them is a category of its own after them: nothing becomes a blank. Raise QueryError for a
    whole number that does not fit into 64 bits.
    """
    with as_query_error():
        columns = {
            name: _categorical(rows[name], codes[name]) if name in codes else _array(rows[name])
            for name in rows.column_names
        }
    return pd.DataFrame(columns, copy=False)


def in_words(codes: pd.Series[str], words: Mapping[str, str]) -> pd.Series[str]:
    """Return a column of texts with words in place of the codes that have some."""
    encoded = codes.astype("category").cat
    return encoded.rename_categories({**words}).astype(codes.dtype)


def _array(column: pa.ChunkedArray) -> Any:
    """Return a column as an array of pandas."""
    if pa.types.is_list(column.type):
        return _tuples(column)
    plain = _computable(column)
    kind: Any = _type(plain.type)
    return plain.to_pandas() if kind is None else kind.__from_arrow__(plain)


def _type(arrow: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    if pa.types.is_nested(arrow) or pa.types.is_time(arrow) or pa.types.is_binary(arrow):
        return pd.ArrowDtype(arrow)
    return _TYPES.get(arrow)


def _tuples(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Return lists as tuples, and None where there is none."""
    flat = pc.list_flatten(column)
    # Arrow's own to_pylist takes ten times as long; only that tells a blank item from a number that is none.
    items = iter(flat.to_pylist() if flat.null_count or pa.types.is_nested(flat.type) else flat.to_numpy().tolist())
    lengths = pc.fill_null(pc.list_value_length(column), -1).to_numpy().tolist()
    tuples = (tuple(islice(items, length)) if length >= 0 else None for length in lengths)
    return np.fromiter(tuples, object, len(lengths))


def _computable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column with decimals as numbers and dates as times, which pandas computes with."""
    if pa.types.is_date(column.type):
        return column.cast(pa.timestamp("us"))
    if not pa.types.is_decimal(column.type):
        return column
    if not column.type.scale:
        return column.cast(pa.int64())
    return pa.chunked_array([_numbers(chunk) for chunk in column.chunks], pa.float64())


def _numbers(chunk: pa.Decimal128Array) -> pa.DoubleArray:
    """Return the nearest numbers: Arrow's own cast makes 12.299999999999999 of 12.3."""
    whole = pa.decimal128(chunk.type.precision, 0)
    digits = pa.Array.from_buffers(whole, len(chunk), chunk.buffers(), chunk.null_count, chunk.offset)
    return pc.divide(digits.cast(pa.float64()), 10.0**chunk.type.scale)


def _categorical(column: pa.ChunkedArray, codes: Mapping[str, str]) -> pd.Categorical:
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    chunks = column.unify_dictionaries().chunks
    found = chunks[0].dictionary.to_pylist() if chunks else []
    known = [*codes, *sorted({*found} - codes.keys())]
    kind = _kind(tuple(codes.get(code, code) for code in known))
    # One more place, the last, stands for a blank.
    places = np.array([*(known.index(code) for code in found), -1], np.int16)
    parts = [places[chunk.indices.fill_null(len(found)).to_numpy()] for chunk in chunks]
    return pd.Categorical.from_codes(np.concatenate([places[:0], *parts]), dtype=kind)


@cache
def _kind(words: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype([*words], ordered=True)
