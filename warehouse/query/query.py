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

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nianbao import NianbaoError
from warehouse.paths import dimension_path
from warehouse.publish.manifest import known_files
from warehouse.query.views import views
from warehouse.schema import Table, full_schema, load_tables
from warehouse.storage.store import Store, as_store

if TYPE_CHECKING:
    # If pandas is installed, pyarrow.dataset imports it: a second that only queries should cost.
    from warehouse.query.partition_scan import Progress

# A statement with PIVOT is of the kind MULTI.
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.MULTI, duckdb.StatementType.EXPLAIN}
_CATALOG = ("show", "describe", "schema", "duckdb_", "pg_", "sqlite_", "pragma")
"""One of these is part of every statement that lists tables and views."""
_CHUNK = 10_000


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
    """Return an in-memory DuckDB with all tables; a table without files has no rows.

    `ask`, `run` and `write_parquet` create the views of `views.yml` that a query names: to create all of them takes
    longer than everything else here.

    DuckDB itself guarantees, whatever SQL it gets: no file is read or written by name, inside the warehouse or outside,
    no extension is loaded, and no setting is changed again. Rows come through Arrow datasets, which are read-only.
    (`read_parquet` would need the folder in `allowed_directories`, which would also allow `COPY … TO` there.)

    The tables show the partitions that were there when connecting. A query opens only those that its conditions on
    jurisdiction and year leave possible; scans of many files are reported to `progress`. `settings` of DuckDB bound
    what a query may cost. Raise QueryError if there is no table.
    """
    store = as_store(where)
    partitions, filled = filled_tables(store)
    connection = duckdb.connect(":memory:", config={**(settings or {}), "python_enable_replacements": False})
    connection.execute("SET enable_external_access = false")  # after which the folder of temporary files is fixed
    for table in load_tables().values():
        if table.partitioned:
            rows = partition_rows(store, table, partitions, progress)
        else:
            rows = dimension_rows(store, table) if table.name in filled else full_schema(table).empty_table()
        connection.register(table.name, rows)
    connection.execute("SET TimeZone = 'UTC'")
    # DuckDB's own progress bar goes to standard output, and does not count files.
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET lock_configuration = true")
    return connection


def filled_tables(store: Store) -> tuple[pa.Table, list[str]]:
    """Return the files of partitions, and which tables of one file there are. Raise QueryError if there is no table."""
    partitions = known_files(store)
    dimensions = [name for name, table in load_tables().items() if not table.partitioned]
    filled = [name for name in dimensions if store.exists(dimension_path(name))]
    if not len(partitions) and not filled:
        place = store.uri("").rstrip("/")
        raise QueryError(f"no tables under {place}: run `nianbao demo`, or `nianbao ingest PATH` for your own files")
    return partitions, filled


def partition_rows(store: Store, table: Table, partitions: pa.Table, progress: Progress | None = None) -> Any:
    """Return a partitioned table as a dataset; `partitions` holds the files of all tables."""
    from warehouse.query.partition_scan import PartitionedTable

    filesystem, root = store.filesystem
    own = partitions.filter(pc.equal(partitions["table"], table.name))
    rows = PartitionedTable(table, own, filesystem, root)
    if progress:
        rows.report_to(progress)
    return rows


def dimension_rows(store: Store, table: Table) -> Any:
    """Return a table of one file as a dataset."""
    from warehouse.query.partition_scan import OneFile

    filesystem, root = store.filesystem
    path = dimension_path(table.name)
    return OneFile(table, f"{root}/{path}" if root else path, filesystem)


def ask(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object] | None = None) -> QueryResult:
    """Run one reading statement: SELECT, WITH, FROM, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN.

    `values` stand where the statement has `$name`. Raise QueryError for anything else and for every error of DuckDB,
    also while the chunks are read; the error for an unknown table lists all tables.
    """
    with as_query_error():
        _check(sql)
        _create_views(connection, sql)
        cursor = connection.execute(sql, values)
        return QueryResult([str(column[0]) for column in cursor.description or ()], _chunks(cursor))


def write_parquet(connection: duckdb.DuckDBPyConnection, sql: str, out: IO[bytes]) -> None:
    """Write the result of one reading statement as Parquet, batch by batch. Raise QueryError as `ask` does."""
    schema, batches = arrow_batches(connection, sql)
    with as_query_error():
        write_batches(schema, batches, out)


def write_batches(schema: pa.Schema, batches: Iterable[pa.RecordBatch], out: IO[bytes]) -> None:
    """Write rows as Parquet. Raise pyarrow.ArrowException for a column that Parquet cannot hold."""
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def arrow_batches(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the columns of one reading statement's result, and its rows while DuckDB still computes them.

    Raise QueryError as `ask` does, also while the batches are read.
    """
    with as_query_error():
        _check(sql)
        _create_views(connection, sql)
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


def _create_views(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Create the views that a query names, and those that they read; all of them if it lists tables and views."""
    text = sql.casefold()
    every = any(word in text for word in _CATALOG)
    wanted: list[str] = []
    for name, select in reversed([*views().items()]):
        if every or name in text:
            wanted.append(f'CREATE TEMP VIEW IF NOT EXISTS "{name}" AS {select}')
            text += select.casefold()
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
    """Raise errors of DuckDB and Arrow as QueryError in one line."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException) as error:
        raise QueryError(_one_line(str(error))) from error


def _one_line(message: str) -> str:
    lines = message.strip().split("\n\n")[0].splitlines()
    if re.search(r"Table with name .* does not exist", lines[0]):
        return f"{lines[0]} Tables: {', '.join(load_tables())}; views: {', '.join(views())}"
    return " ".join(line.strip() for line in lines)
