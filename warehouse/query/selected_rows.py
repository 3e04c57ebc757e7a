"""The rows of a selection, read from a warehouse or from a release of one.

Owns the conditions and columns that Arrow is asked for. Only files that the selection leaves are opened, and of a
release's files only the row groups whose statistics leave them. Rows come by year and jurisdiction, and then in the
table's declared order.
"""

from __future__ import annotations

import operator
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.query.files import place_of
from warehouse.query.query import as_query_error
from warehouse.query.selected_files import SelectedFile, selected_files
from warehouse.query.selection import Selection, is_wild
from warehouse.schema import PARTITION_KEYS, full_schema
from warehouse.storage.store import Store

Expression = Any
"""A condition of Arrow; pyarrow has no types."""
_TOGETHER = 256
"""Files of one scan: an open scan keeps the footers of its files."""
_JURISDICTION, _YEAR = PARTITION_KEYS
_LAST = chr(sys.maxunicode)
"""Sorts after every character of a text."""


def read_selection(store: Store, selection: Selection, encoded: Collection[str] = ()) -> pa.Table:
    """Return the rows of a selection, with dictionaries for the texts of the columns named in `encoded`.

    Raise QueryError for a jurisdiction or code that is unknown here, and for a file that cannot be read.
    """
    # Arrow compares no dictionary with a wildcard, nor with the statistics of a row group.
    encoded = set(encoded) - set(selection.conditions) - set(PARTITION_KEYS)
    with as_query_error():
        scans = _scans(store, selected_files(store, selection), selection, encoded)
        return pa.concat_tables([scan.to_table() for scan in scans])


def scan_selection(store: Store, selection: Selection) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the columns of a selection, and its rows while they are read: memory holds some row groups of them.

    Raise QueryError as `read_selection` does, also while the batches are read.
    """
    scans = _scans(store, selected_files(store, selection), selection, ())
    first = next(scans)
    return first.projected_schema, _batches(chain([first], scans))


def _batches(scans: Iterable[Any]) -> Iterator[pa.RecordBatch]:
    with as_query_error():
        for scan in scans:
            yield from scan.to_batches()


def _scans(
    store: Store, files: Sequence[SelectedFile], selection: Selection, encoded: Collection[str]
) -> Iterator[Any]:
    """Yield scanners of files, in their order; one without files if there are none."""
    # pyarrow.dataset imports pandas: a second that only reading should cost.
    import pyarrow.dataset as ds

    filesystem, _ = store.filesystem
    form = ds.ParquetFileFormat(dictionary_columns=encoded)
    schema = _schema(selection, encoded)
    for start in range(0, max(len(files), 1), _TOGETHER):
        fragments = [
            form.make_fragment(place_of(store, file.path), filesystem, partition_expression=_known(file))
            for file in files[start : start + _TOGETHER]
        ]
        dataset = ds.FileSystemDataset(fragments, schema, form, filesystem)
        yield dataset.scanner(columns=_projection(selection), filter=_condition(selection))


def _schema(selection: Selection, encoded: Collection[str]) -> pa.Schema:
    return pa.schema(
        [
            field.with_type(pa.dictionary(pa.int32(), field.type)) if field.name in encoded else field
            for field in full_schema(selection.table)
        ]
    )


def _known(file: SelectedFile) -> Expression:
    """Return what holds for all rows of a file."""
    keys = {_YEAR: file.year, _JURISDICTION: file.jurisdiction}
    return _all([pc.field(name) == value for name, value in keys.items() if value is not None])


def _projection(selection: Selection) -> dict[str, Expression]:
    columns = {name: pc.field(name) for name in selection.columns}
    if selection.reconciled and "value" in columns:
        declared = full_schema(selection.table).field("value").type
        columns["value"] = pc.coalesce(columns["value"], pc.field("implied").cast(declared))
    return columns


def _condition(selection: Selection) -> Expression:
    """Return the condition that holds for the rows of a selection alone."""
    wanted: dict[str, Sequence[str | int] | None] = {
        **selection.conditions,
        _JURISDICTION: selection.jurisdictions,
        _YEAR: selection.years,
    }
    schema = full_schema(selection.table)
    return _all([_one_of(schema.field(name), values) for name, values in wanted.items() if values is not None])


def _one_of(column: pa.Field, values: Sequence[str | int]) -> Expression:
    """Return the condition that a column has one of some values, or a text that one of the wildcards stands for."""
    field = pc.field(column.name)
    wild = [value for value in values if isinstance(value, str) and is_wild(value)]
    plain = pa.array([value for value in values if value not in wild], column.type)
    return reduce(operator.or_, [_like(field, word) for word in wild], field.isin(plain))


def _like(field: Expression, word: str) -> Expression:
    """Return the condition that a text is what a wildcard stands for, with bounds by which row groups are skipped."""
    pattern = re.sub(r"[%_\\]", r"\\\g<0>", word).replace("*", "%").replace("?", "_")
    first = re.split(r"[*?]", word)[0]
    return (field >= first) & (field < first + _LAST) & pc.match_like(field, pattern)


def _all(conditions: Sequence[Expression]) -> Expression:
    return reduce(operator.and_, conditions, pc.scalar(True))
