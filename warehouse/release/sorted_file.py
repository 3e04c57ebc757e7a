"""One sorted Parquet file while it grows: its rows arrive in pieces, and leave memory in row groups.

Owns the size of row groups and the order stated in the footer. The caller adds pieces in the file's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.release.pandas_metadata import pandas_metadata
from warehouse.schema import PARTITION_KEYS, Column, Table, schema_of

GROUP_ROWS = 131_072
GROUP_BYTES = 32 * 2**20
"""A row group is written once it has either size: engines give one to a thread, and it is held in memory.

A column of a group is one page: Arrow's own pages of 20,000 rows make a sum over the country a quarter slower.
"""
_PIECES = 128
"""Pieces after which they are merged into one: each costs some kilobytes on top of its rows."""


def declared_order(table: Table) -> tuple[str, ...]:
    """Return the columns that the rows of a table are sorted by, within a year and over all years.

    >>> from warehouse.schema import load_tables
    >>> declared_order(load_tables()["requests"])
    ('year', 'jurisdiction', 'report_id', 'outcome', 'applicant')
    """
    return (*(reversed(PARTITION_KEYS) if table.partitioned else ()), *table.sort)


class SortedFile:
    """A context manager over a file of rows that are sorted by the columns in `order`, on a binary stream."""

    def __init__(self, columns: Sequence[Column], order: Sequence[str], stream: Any) -> None:
        self.rows = 0
        self._schema = schema_of(columns).with_metadata(pandas_metadata(columns))
        self._waiting: list[pa.Table] = []
        self._rows_waiting = self._bytes_waiting = 0
        ascending = [(name, "ascending") for name in order]
        self._writer = pq.ParquetWriter(
            stream,
            self._schema,
            compression="zstd",
            write_page_index=True,
            data_page_size=GROUP_BYTES,
            max_rows_per_page=GROUP_ROWS,
            sorting_columns=pq.SortingColumn.from_ordering(self._schema, ascending, null_placement="at_start"),
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
