"""Rows on their way into a file of any format, with texts that spreadsheets, XML and CSV stumble over."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pyarrow as pa
from hypothesis import strategies as st

from tests.support.warehouse.rows import HERE, values_of
from warehouse.export.content import Content
from warehouse.export.export import formats
from warehouse.query.labels import Language
from warehouse.schema import Column, Row, Table, full_columns, full_schema, load_tables, schema_of

TABLES = ("reports", "requests", "disclosures", "statements", "findings", "coverage", "jurisdictions")
"""Together they have columns of every declared type."""
_PIECES = [
    *"=+-@＝＋－＠'\"\t\r\n,;\0\x01\x0b\x1f\x7f\x85\xa0\u2028\u202e\u3000\ufeff\ufffe\uffff#",
    "年",
    "😀",
    "א",
    " ",
]
_PIECES += ["_x0041_", "_x", "0041_", "\r\n", "1", "NA", "null", "#REF!", "</t>", "&amp;"]
texts = st.text(max_size=8) | st.lists(st.sampled_from(_PIECES), max_size=6).map("".join)


def _values(column: Column) -> st.SearchStrategy[object]:
    if column.name in ("jurisdiction", "year"):
        return st.just(getattr(HERE, column.name))
    if column.type == "list(string)":
        items = st.lists(texts, max_size=3)
        return st.none() | items if column.nullable else items
    if column.type != "string" or column.values:
        return values_of(column)
    return st.none() | texts if column.nullable else texts


def tables_of_rows(name: str) -> st.SearchStrategy[pa.Table]:
    """Any rows of a table, in any order."""
    table = load_tables()[name]
    rows = st.fixed_dictionaries({column.name: _values(column) for column in full_columns(table)})
    return st.lists(rows, max_size=5).map(lambda of_all: pa.Table.from_pylist(of_all, schema=full_schema(table)))


def content_of(name: str, rows: pa.Table, language: Language | None = None, sources: Sequence[Row] = ()) -> Content:
    """Return rows as an export gets them, in batches of two."""
    table: Table = load_tables()[name]
    reports = pa.Table.from_pylist(list(sources), schema=full_schema(load_tables()["reports"]))
    declared_columns = {column.name: column for column in full_columns(table)}
    columns = tuple(declared_columns[name] for name in rows.schema.names)
    declared = schema_of(columns)
    batches = (pa.RecordBatch.from_arrays(batch.columns, schema=declared) for batch in rows.to_batches(max_chunksize=2))
    return Content(table, columns, batches, language, lambda ids: (reports.schema, iter(reports.to_batches())))


def written(form: str, content: Content) -> tuple[bytes, Sequence[str]]:
    """Return a file, and what is said of it."""
    out = BytesIO()
    notes = formats()[form].write(content, out)
    return out.getvalue(), notes
