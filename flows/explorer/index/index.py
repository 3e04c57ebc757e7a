"""The index in DuckDB: made once of the whole warehouse, then refreshed by the partitions that were written since.

Owns the file `explorer-<…>.duckdb` in the data root, and the only connection that writes to it. Where that file cannot
be had (another explorer holds it, or the folder may not be written), the index is in memory.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from flows.explorer.index.tables import DIMENSIONS, INDEXED, select_from, version
from warehouse.paths import Partition, dimension_path
from warehouse.publish.changes import Changes, Marks, changes_since
from warehouse.publish.manifest import known_files
from warehouse.query.partition_scan import Progress
from warehouse.query.query import dimension_rows, partition_rows
from warehouse.schema import PARTITION_KEYS, full_schema, load_tables
from warehouse.storage.store import Store

_FRESH = 2.0
"""Seconds for which the index counts as that of now: pages of one visit need not look again."""


class Index:
    """What pages ask of the whole warehouse. Threads may ask at the same time; one of them refreshes."""

    def __init__(self, store: Store, folder: Path, progress: Progress | None = None) -> None:
        self._store = store
        self._progress = progress
        self._refreshing = threading.Lock()
        self._looked = 0.0
        self._connection = _open(folder / f"explorer-{hashlib.sha256(store.uri('').encode()).hexdigest()[:8]}.duckdb")
        if not _is_of_today(self._connection):
            _make_empty(self._connection)
        self.refresh()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def frame(self, sql: str, values: Mapping[str, object] | None = None) -> pd.DataFrame:
        """Return the answer to a question in SQL about the index, as it is now.

        `values` stand where the SQL has `$name`: nothing of a request is ever part of the SQL itself.
        """
        self.refresh_if_old()
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, dict(values or {})).df()

    def refresh_if_old(self) -> None:
        """Refresh the index unless that was done a moment ago, or another thread does it."""
        if time.monotonic() - self._looked > _FRESH and self._refreshing.acquire(blocking=False):
            self._refreshing.release()
            self.refresh()

    def refresh(self) -> None:
        """Bring the index up to date with the warehouse."""
        with self._refreshing:
            marks = dict(self._connection.execute("SELECT path, mark FROM marks").fetchall())
            changes = changes_since(self._store, marks)
            known = known_files(self._store)
            if not marks or changes.marks != marks or changes.partitions:
                self._read(known, changes, first=not marks)
            self._looked = time.monotonic()

    def _read(self, known: pa.Table, changes: Changes, *, first: bool) -> None:
        """Read partitions again, in one transaction: pages see the old index until it ends."""
        with self._connection.cursor() as cursor:
            cursor.execute("BEGIN")
            _drop_rows(cursor, known, changes.partitions)
            chosen = known if first else _only(known, changes.partitions)
            for name, sources in INDEXED.items():
                for source, sql in sources.items():
                    rows = partition_rows(self._store, load_tables()[source], chosen, self._progress)
                    cursor.register("source", rows)
                    cursor.execute(f'INSERT INTO "{name}" BY NAME {select_from(sql, "source")}')
                    cursor.unregister("source")
            _copy_dimensions(cursor, self._store)
            _save_marks(cursor, changes.marks)
            cursor.execute("COMMIT")


def _open(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to the index's file, or to memory."""
    config: dict[str, str | bool | int | float | list[str]] = {"python_enable_replacements": False}
    with suppress(duckdb.IOException, OSError):
        return duckdb.connect(str(path), config=config)
    return duckdb.connect(":memory:", config=config)


def _is_of_today(connection: duckdb.DuckDBPyConnection) -> bool:
    with suppress(duckdb.CatalogException):
        return connection.execute("SELECT version FROM made_by").fetchall() == [(version(),)]
    return False


def _make_empty(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the index without rows."""
    connection.execute("CREATE OR REPLACE TABLE marks (path VARCHAR, mark VARCHAR)")
    for name, sources in INDEXED.items():
        source, sql = next(iter(sources.items()))
        connection.register("source", full_schema(load_tables()[source]).empty_table())
        connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS {select_from(sql, "source")} LIMIT 0')
        connection.unregister("source")
    connection.execute("CREATE OR REPLACE TABLE made_by AS SELECT $1 AS version", [version()])


def _drop_rows(cursor: duckdb.DuckDBPyConnection, known: pa.Table, partitions: Collection[Partition]) -> None:
    """Delete the rows of partitions that are read again, and of those whose file is gone."""
    cursor.register("again", _keys(partitions))
    cursor.register("known", known)
    for name, sources in INDEXED.items():
        tables = ", ".join(f"'{source}'" for source in sources)
        cursor.execute(
            f"""DELETE FROM "{name}" WHERE (jurisdiction, year) IN (SELECT (jurisdiction, year) FROM again)
            OR (jurisdiction, year) NOT IN (SELECT (jurisdiction, year) FROM known WHERE "table" IN ({tables}))"""
        )
    cursor.unregister("again")
    cursor.unregister("known")


def _only(known: pa.Table, partitions: Collection[Partition]) -> pa.Table:
    """Return the files of some partitions."""
    return known.join(_keys(partitions), keys=list(PARTITION_KEYS), join_type="left semi")


def _keys(partitions: Collection[Partition]) -> pa.Table:
    """Return partitions as a table of their keys."""
    return pa.table(
        {
            "jurisdiction": pa.array([partition.jurisdiction for partition in partitions], pa.string()),
            "year": pa.array([partition.year for partition in partitions], pa.int32()),
        }
    )


def _copy_dimensions(cursor: duckdb.DuckDBPyConnection, store: Store) -> None:
    for name in DIMENSIONS:
        table, there = load_tables()[name], store.exists(dimension_path(name))
        cursor.register("source", dimension_rows(store, table) if there else full_schema(table).empty_table())
        cursor.execute(f'CREATE OR REPLACE TABLE "{name}" AS FROM source')
        cursor.unregister("source")


def _save_marks(cursor: duckdb.DuckDBPyConnection, marks: Marks) -> None:
    cursor.register(
        "source", pa.table({"path": pa.array(marks, pa.string()), "mark": pa.array(marks.values(), pa.string())})
    )
    cursor.execute("CREATE OR REPLACE TABLE marks AS FROM source")
    cursor.unregister("source")
