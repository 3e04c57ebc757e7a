"""The index in DuckDB: made once of the whole warehouse, then refreshed by the partitions that were written since.

Owns the file `explorer-<…>.duckdb` in the data root, and the only connection that writes to it. Where that file cannot
be had (another explorer holds it, or the folder may not be written), the index is in memory. A damaged one is made
anew.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from flows.explorer.index.derived import PER_PARTITION, WHOLE, derived
from flows.explorer.index.tables import DIMENSIONS, INDEXED, select_from, version
from warehouse.paths import MANIFEST_FILE, RUNS_FOLDER, dimension_path
from warehouse.publish.changes import Changes, Marks, changes_since, marks_of_files
from warehouse.publish.manifest import known_files
from warehouse.query.files import dimension_files
from warehouse.query.partition_scan import Progress
from warehouse.query.tables import partition_rows, whole_files
from warehouse.schema import full_schema, load_tables
from warehouse.storage.store import Store

_FRESH = 2.0
"""Seconds for which the index counts as that of now: pages of one visit need not look again."""
_SPARING = 10
"""Times as long as the last refresh took, for which it counts as well: a large one must not slow every page."""
_MARKS = pa.schema([("path", pa.string()), ("mark", pa.string())])
_READ = {"": "read"}
"""Marks that there was a first reading, also of a warehouse that came without the files of its runs."""
_UNNAMED = (MANIFEST_FILE, *(dimension_path(name) for name in DIMENSIONS))
"""Files that are written without being named by the file of a run."""
_FILES = pa.schema([("table", pa.string()), ("jurisdiction", pa.string()), ("year", pa.int32())])


class Index:
    """What pages ask of the whole warehouse. Threads may ask at the same time; one of them refreshes."""

    def __init__(self, store: Store, folder: Path, progress: Progress | None = None) -> None:
        self._store = store
        self._progress = progress
        self._refreshing = threading.Lock()
        self._looked = self._took = 0.0
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
        fresh = max(_FRESH, _SPARING * self._took)
        if time.monotonic() - self._looked > fresh and self._refreshing.acquire(blocking=False):
            self._refreshing.release()
            self.refresh()

    def refresh(self) -> None:
        """Bring the index up to date with the warehouse."""
        with self._refreshing:
            began = time.monotonic()
            marks = dict(self._connection.execute("SELECT path, mark FROM marks").fetchall())
            changes = changes_since(self._store, marks)
            fresh = {**_READ, **changes.marks, **marks_of_files(self._store, _UNNAMED)}
            if fresh != marks or changes.partitions:
                lost = any(path.startswith(RUNS_FOLDER) for path in marks.keys() - fresh.keys())
                self._read(known_files(self._store), changes, fresh, anew=not marks or lost)
            self._looked = time.monotonic()
            self._took = 0.0 if not marks else self._looked - began

    def _read(self, known: pa.Table, changes: Changes, fresh: Marks, *, anew: bool) -> None:
        """Read partitions again, in one transaction: pages see the old index until it ends."""
        with self._connection.cursor() as cursor:
            cursor.execute("BEGIN")
            if (
                anew
            ):  # also where the file of a run is gone: this is another warehouse, such as one put back from a copy
                # Emptied and not made anew: of a table that its own transaction made empty, DuckDB 2.0 does not see all
                # rows that are inserted into it, from the first full group on.
                for name in (*INDEXED, *PER_PARTITION):
                    cursor.execute(f'DELETE FROM "{name}"')
            chosen = known if anew else _drop_rows(cursor, known, changes)
            for name, sources in INDEXED.items():
                for source, sql in sources.items():
                    rows = partition_rows(self._store, load_tables()[source], chosen, self._progress)
                    _insert(cursor, name, rows, sql)
            _copy_dimensions(cursor, self._store)
            _derive(cursor, chosen)
            _save(cursor, "held", known)
            _save(cursor, "marks", pa.table({"path": [*fresh], "mark": [*fresh.values()]}, _MARKS))
            cursor.execute("COMMIT")


def _open(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to the index's file, made anew if it is damaged; to memory where there can be no file."""
    try:
        return _connect(path)
    except (duckdb.Error, OSError) as error:
        if not _is_unsound(path, error):
            return _in_memory(path, error)
    try:
        path.unlink()
        path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
        return _connect(path)
    except (duckdb.Error, OSError) as error:
        return _in_memory(path, error)


def _connect(path: Path | str) -> duckdb.DuckDBPyConnection:
    """Return a connection. Raise duckdb.Error also for a file that opens, but cannot say what made it."""
    connection = duckdb.connect(str(path), config={"python_enable_replacements": False})
    try:
        _is_of_today(connection)
    except duckdb.Error:
        connection.close()
        raise
    return connection


def _is_unsound(path: Path, error: Exception) -> bool:
    """Return whether a file that cannot be opened is damaged, not held by another process or withheld from this one."""
    return path.is_file() and os.access(path, os.R_OK | os.W_OK) and "Could not set lock" not in str(error)


def _in_memory(path: Path, error: Exception) -> duckdb.DuckDBPyConnection:
    reason = " ".join(str(error).split())
    sys.stderr.write(f"the index is in memory, and made anew at each start: {path} cannot be used ({reason})\n")
    return _connect(":memory:")


def _is_of_today(connection: duckdb.DuckDBPyConnection) -> bool:
    with suppress(duckdb.CatalogException):
        return connection.execute("SELECT version FROM made_by").fetchall() == [(version(),)]
    return False


def _make_empty(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the index without rows."""
    for name, sources in INDEXED.items():
        source, sql = next(iter(sources.items()))
        connection.register("source", full_schema(load_tables()[source]).empty_table())
        connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS {select_from(sql, "source")} LIMIT 0')
        connection.unregister("source")
    for name in DIMENSIONS:
        _save(connection, name, full_schema(load_tables()[name]).empty_table())
    nothing = _FILES.empty_table()
    _save(connection, "marks", _MARKS.empty_table())
    _save(connection, "held", nothing)
    connection.register("again", nothing)
    for name, sql in derived().items():
        connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS {sql}')
    connection.unregister("again")
    connection.execute("CREATE OR REPLACE TABLE made_by AS SELECT $1 AS version", [version()])


def _drop_rows(cursor: duckdb.DuckDBPyConnection, known: pa.Table, changes: Changes) -> pa.Table:
    """Delete the rows of partitions that were written, or whose files are others. Return what is there of them now."""
    cursor.register("written", _keys(changes))
    cursor.register("known", known)
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE dropped AS FROM written
        UNION SELECT jurisdiction, year FROM (FROM held EXCEPT FROM known)
        UNION SELECT jurisdiction, year FROM (FROM known EXCEPT FROM held)"""
    )
    for name in (*INDEXED, *PER_PARTITION):
        cursor.execute(f'DELETE FROM "{name}" WHERE (jurisdiction, year) IN (SELECT (jurisdiction, year) FROM dropped)')
    chosen = cursor.sql("FROM known SEMI JOIN dropped USING (jurisdiction, year)").to_arrow_table()
    cursor.unregister("written")
    cursor.unregister("known")
    return chosen


def _keys(changes: Changes) -> pa.Table:
    """Return the partitions that were written as a table of their keys."""
    partitions = [(partition.jurisdiction, partition.year) for partition in changes.partitions]
    return pa.table(
        {
            "jurisdiction": pa.array([jurisdiction for jurisdiction, _ in partitions], pa.string()),
            "year": pa.array([year for _, year in partitions], pa.int32()),
        }
    )


def _insert(cursor: duckdb.DuckDBPyConnection, name: str, rows: object, sql: str) -> None:
    cursor.register("source", rows)
    cursor.execute(f'INSERT INTO "{name}" BY NAME {select_from(sql, "source")}')
    cursor.unregister("source")


def _copy_dimensions(cursor: duckdb.DuckDBPyConnection, store: Store) -> None:
    for name in DIMENSIONS:
        table = load_tables()[name]
        _save(cursor, name, whole_files(store, table, dimension_files(store, table)))


def _derive(cursor: duckdb.DuckDBPyConnection, chosen: pa.Table) -> None:
    """Make what follows from the rows of partitions that were read, then what follows from everything."""
    cursor.register("again", chosen)
    for name in PER_PARTITION:
        cursor.execute(f'INSERT INTO "{name}" BY NAME {derived()[name]}')
    cursor.unregister("again")
    for name in WHOLE:
        cursor.execute(f'CREATE OR REPLACE TABLE "{name}" AS {derived()[name]}')


def _save(cursor: duckdb.DuckDBPyConnection, name: str, rows: object) -> None:
    """Make a table anew."""
    cursor.register("source", rows)
    cursor.execute(f'CREATE OR REPLACE TABLE "{name}" AS FROM source')
    cursor.unregister("source")
