"""The warehouse as tables and views in DuckDB, for queries in SQL.

Owns the opening of the files for reading. It never writes to the warehouse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import duckdb
import pyarrow as pa

from nianbao import NianbaoError
from warehouse.paths import dimension_path
from warehouse.query.files import ADDRESS, has_tables
from warehouse.query.tables import Tables
from warehouse.query.views import views
from warehouse.schema import load_tables
from warehouse.storage.store import Store, as_store

if TYPE_CHECKING:
    from warehouse.query.partition_scan import Progress

# A statement with PIVOT is of the kind MULTI.
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.MULTI, duckdb.StatementType.EXPLAIN}
_CATALOG = ("show", "describe", "schema", "duckdb_", "pg_", "sqlite_", "pragma")
"""One of these is part of every statement that lists tables and views."""
_CHUNK = 10_000
_of_connection: WeakKeyDictionary[duckdb.DuckDBPyConnection, Tables] = WeakKeyDictionary()
"""The tables of each connection that is still used."""


class QueryError(NianbaoError):
    """A query that cannot be answered; the message is one line with the reason."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a query: the names of its columns, and its rows."""

    columns: list[str]
    rows: list[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The result of a query while DuckDB still computes it; `chunks`, thousands of rows each, can be read once."""

    columns: list[str]
    chunks: Iterator[list[tuple[object, ...]]]


def connect(
    where: Store | Path, progress: Progress | None = None, settings: Mapping[str, str | int] | None = None
) -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB with all tables of a warehouse or release; a table without files has no rows.

    `ask`, `run` and `write_parquet` make the tables and views that a query names, as they are then: to make all of them
    takes longer than everything else here.

    DuckDB itself guarantees, whatever SQL it gets: no file is written, and none is read by name but those that the
    tables of a query consist of; no extension is loaded, and no setting is changed again. Rows come through Arrow
    datasets, and for questions about the whole country from the newest release, through files that can only be read.

    A query about single divisions opens only the partitions that its conditions on
    jurisdiction and year leave possible; scans of many files are reported to `progress`. `settings` of DuckDB bound
    what a query may cost. Raise QueryError if there is no table.
    """
    store = as_store(where)
    if not has_tables(store):
        raise no_tables(store)
    connection = duckdb.connect(":memory:", config={**(settings or {}), "python_enable_replacements": False})
    connection.execute(f"SET allowed_directories = ['{ADDRESS}']")
    connection.execute("SET enable_external_access = false")  # after which the folder of temporary files is fixed
    connection.execute("SET TimeZone = 'UTC'")
    # DuckDB's own progress bar goes to standard output, and does not count files. In Jupyter without ipywidgets it is
    # off, and DuckDB refuses every word about it.
    if connection.execute("SELECT current_setting('enable_progress_bar')").fetchone() == (True,):
        connection.execute("SET enable_progress_bar = false")
    connection.execute("SET lock_configuration = true")
    _of_connection[connection] = Tables(store, progress)
    return connection


def filled_tables(store: Store) -> tuple[pa.Table, list[str]]:
    """Return the files of partitions, and which tables of one file there are. Raise QueryError if there is no table."""
    from warehouse.publish.manifest import known_files

    partitions = known_files(store)
    dimensions = [name for name, table in load_tables().items() if not table.partitioned]
    filled = [name for name in dimensions if store.exists(dimension_path(name))]
    if not len(partitions) and not filled:
        raise no_tables(store)
    return partitions, filled


def no_tables(store: Store) -> QueryError:
    """Return the error for a place that holds no table, with the remedy."""
    place = store.uri("").rstrip("/")
    return QueryError(f"no tables under {place}: run `nianbao demo`, or `nianbao ingest PATH` for your own files")


def ask(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object] | None = None) -> QueryResult:
    """Run one reading statement: SELECT, WITH, FROM, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN.

    `values` stand where the statement has `$name`. Raise QueryError for anything else and for every error of DuckDB,
    also while the chunks are read; the error for an unknown table lists all tables.
    """
    with as_query_error():
        _check(sql)
        _make_relations(connection, sql)
        cursor = connection.execute(sql, values)
        return QueryResult([str(column[0]) for column in cursor.description or ()], _chunks(cursor))


def write_parquet(connection: duckdb.DuckDBPyConnection, sql: str, out: IO[bytes]) -> None:
    """Write the result of one reading statement as Parquet, batch by batch. Raise QueryError as `ask` does."""
    schema, batches = arrow_batches(connection, sql)
    with as_query_error():
        write_batches(schema, batches, out)


def write_batches(schema: pa.Schema, batches: Iterable[pa.RecordBatch], out: IO[bytes]) -> None:
    """Write rows as Parquet. Raise pyarrow.ArrowException for a column that Parquet cannot hold."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def arrow_batches(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the columns of one reading statement's result, and its rows while DuckDB still computes them.

    Raise QueryError as `ask` does, also while the batches are read.
    """
    with as_query_error():
        _check(sql)
        _make_relations(connection, sql)
        reader: Any = connection.sql(sql).to_arrow_reader(_CHUNK)
        return reader.schema, _batches(reader)


def run(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object] | None = None) -> Result:
    """Return the whole result of one reading statement. Take and raise what `ask` does."""
    result = ask(connection, sql, values)
    return Result(result.columns, [row for chunk in result.chunks for row in chunk])


def _check(sql: str) -> None:
    statements = duckdb.extract_statements(sql)
    if len(statements) != 1:
        raise QueryError(f"give one SQL statement, not {len(statements)}")
    if statements[0].type not in _READING:
        raise QueryError("the warehouse is read-only here: give a SELECT, and --output to save its result")


def _make_relations(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Make the tables and views that a query names, and those that they read; all of them if it lists some."""
    text = sql.casefold()
    every = any(word in text for word in _CATALOG)
    wanted: list[str] = []
    for name, select in reversed([*views().items()]):
        if every or name in text:
            wanted.append(f'CREATE TEMP VIEW IF NOT EXISTS "{name}" AS {select}')
            text += select.casefold()
    named = [name for name in load_tables() if every or name in text]
    _of_connection[connection].make(connection, named, sql)
    for statement in reversed(wanted):
        connection.execute(statement)


def _chunks(cursor: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[object, ...]]]:
    with as_query_error():
        while rows := cursor.fetchmany(_CHUNK):
            yield rows


def _batches(reader: Any) -> Iterator[pa.RecordBatch]:
    with as_query_error():
        yield from reader


@contextmanager
def as_query_error() -> Iterator[None]:
    """Raise errors of DuckDB, of Arrow and of files as QueryError in one line."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise QueryError(_one_line(str(error))) from error


def _one_line(message: str) -> str:
    lines = message.strip().split("\n\n")[0].splitlines()
    if re.search(r"Table with name .* does not exist", lines[0]):
        return f"{lines[0]} Tables: {', '.join(load_tables())}; views: {', '.join(views())}"
    return " ".join(line.strip() for line in lines)
