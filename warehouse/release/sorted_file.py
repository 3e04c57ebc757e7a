"""One Parquet file of a release while it grows: sorted rows arrive in pieces, and leave memory in row groups.

Owns the size of row groups and the order stated in the footer. The caller adds pieces in the file's order.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.release.pandas_metadata import pandas_metadata
from warehouse.schema import PARTITION_KEYS, Table, full_columns, full_schema

GROUP_ROWS = 131_072
GROUP_BYTES = 32 * 2**20
"""A row group is written once it has either size: engines give one to a thread, and it is held in memory."""
_PIECES = 128
"""Pieces after which they are merged into one: each costs some kilobytes on top of its rows."""


class SortedFile:
    """A context manager over a file with all columns of `full_schema`, written to a binary stream."""

    def __init__(self, table: Table, stream: Any) -> None:
        self.rows = 0
        self._schema = full_schema(table).with_metadata(pandas_metadata(full_columns(table)))
        self._waiting: list[pa.Table] = []
        self._rows_waiting = self._bytes_waiting = 0
        order = [(name, "ascending") for name in (*(PARTITION_KEYS if table.partitioned else ()), *table.sort)]
        self._writer = pq.ParquetWriter(
            stream,
            self._schema,
            compression="zstd",
            write_page_index=True,
            sorting_columns=pq.SortingColumn.from_ordering(self._schema, order, null_placement="at_start"),
        )

    def __enter__(self) -> SortedFile:
        return self

    def __exit__(self, kind: object, error: object, at: object) -> None:
        if error is None:
            self._write()
        self._writer.close()

    def add(self, rows: pa.Table) -> None:
        """Append rows that have the file's columns."""
        if not len(rows):
            return
        self.rows += len(rows)
        self._waiting.append(rows)
        if len(self._waiting) == _PIECES:
            self._waiting = [pa.concat_tables(self._waiting).combine_chunks()]
        self._rows_waiting += len(rows)
        self._bytes_waiting += rows.nbytes
        if self._rows_waiting >= GROUP_ROWS or self._bytes_waiting >= GROUP_BYTES:
            self._write()

    def _write(self) -> None:
        rows = pa.concat_tables([self._schema.empty_table(), *self._waiting])
        self._waiting.clear()
        self._rows_waiting = self._bytes_waiting = 0
        if len(rows):
            self._writer.write_table(rows, row_group_size=GROUP_ROWS)
