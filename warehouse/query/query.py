"""The warehouse as tables and views in DuckDB, for questions in SQL.

Owns the opening of the files for reading. Must not write to the warehouse, and must not know what the tables mean
beyond their declarations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nianbao import NianbaoError
from warehouse.publish.manifest import known_files
from warehouse.query.views import views
from warehouse.schema import Table, full_schema, load_tables
from warehouse.storage.store import Store, open_store

if TYPE_CHECKING:
    # Where pandas is installed, pyarrow.dataset imports it: a second that only questions should cost.
    from warehouse.query.partition_scan import Progress

# A statement with PIVOT is of the kind MULTI.
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.MULTI, duckdb.StatementType.EXPLAIN}
_CATALOG = ("show", "describe", "schema", "duckdb_", "pg_", "sqlite_", "pragma")
"""What stands in every statement that lists tables and views."""
_CHUNK = 10_000


class QueryError(NianbaoError):
    """A question that cannot be answered, in one line that says why."""


@dataclass(frozen=True, slots=True)
class Result:
    """The answer of a query: names of its columns, and its rows."""

    columns: list[str]
    rows: list[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The answer of a query while DuckDB still computes it; `chunks`, some thousands of rows each, are read once."""

    columns: list[str]
    chunks: Iterator[list[tuple[object, ...]]]


def connect(where: Store | Path, progress: Progress | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB with all tables; a table without files has no rows.

    The views of `views.yml` are made by `ask`, `run` and `write_parquet` for the questions that name them: to
    make all takes longer than all else here.

    Guaranteed by DuckDB itself, whatever SQL is given: no file is read or written by name, inside the warehouse or
    outside, no extension is loaded, no setting is changed again. Rows come through Arrow datasets that can only be
    read. (`read_parquet` would need the folder in `allowed_directories`, and that allows `COPY … TO` there as well.)
    The tables show the partitions that were there when connecting; a question opens only those whose keys its
    conditions on jurisdiction and year leave possible, and tells `progress` of scans of many files. Raises QueryError
    where there is no table.
    """
    from warehouse.query.partition_scan import OneFile, PartitionedTable

    store = open_store(where) if isinstance(where, Path) else where
    partitions = known_files(store)
    filled = {table.name for table in load_tables().values() if not table.partitioned and store.exists(_file(table))}
    if not len(partitions) and not filled:
        place = store.uri("").rstrip("/")
        raise QueryError(f"no tables under {place}: run `nianbao demo`, or `nianbao ingest PATH` for files of yours")
    connection = duckdb.connect(
        ":memory:", config={"enable_external_access": False, "python_enable_replacements": False}
    )
    filesystem, root = store.filesystem
    for table in load_tables().values():
        if table.partitioned:
            named = partitions.filter(pc.equal(partitions["table"], table.name))
            rows = PartitionedTable(table, named, filesystem, root)
            if progress:
                rows.report_to(progress)
            connection.register(table.name, rows)
        else:
            path = f"{root}/{_file(table)}" if root else _file(table)
            own = OneFile(table, path, filesystem) if table.name in filled else full_schema(table).empty_table()
            connection.register(table.name, own)
    connection.execute("SET TimeZone = 'UTC'")
    # DuckDB's own bar goes to standard output, and knows nothing of the files.
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET lock_configuration = true")
    return connection


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> QueryResult:
    """The answer to one reading statement: SELECT, WITH, FROM, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN.

    Raises QueryError in one line for anything else and for every error of DuckDB, those that come up while the chunks
    are read as well; an unknown table gets the list.
    """
    with _told():
        _check(sql)
        _make_views(connection, sql)
        cursor = connection.execute(sql)
        return QueryResult([str(column[0]) for column in cursor.description or ()], _chunks(cursor))


def write_parquet(connection: duckdb.DuckDBPyConnection, sql: str, out: IO[bytes]) -> None:
    """Writes the answer to one reading statement as Parquet, batch by batch. Raises QueryError as `ask` does."""
    with _told():
        _check(sql)
        _make_views(connection, sql)
        relation = connection.sql(sql)
        reader: Any = relation.to_arrow_reader(_CHUNK)
        with pq.ParquetWriter(out, reader.schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch)


def run(connection: duckdb.DuckDBPyConnection, sql: str) -> Result:
    """The whole answer to one reading statement. Raises QueryError as `ask` does."""
    answer = ask(connection, sql)
    return Result(answer.columns, [row for chunk in answer.chunks for row in chunk])


def _check(sql: str) -> None:
    statements = duckdb.extract_statements(sql)
    if len(statements) != 1:
        raise QueryError(f"give one SQL statement, not {len(statements)}")
    if statements[0].type not in _READING:
        raise QueryError("the warehouse is read-only here: give a SELECT, and --output to keep what it says")


def _make_views(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Make the views whose names stand in a question, and those that they read; all where it asks what there is."""
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
    with _told():
        while rows := cursor.fetchmany(_CHUNK):
            yield rows


@contextmanager
def _told() -> Iterator[None]:
    """Errors of DuckDB and Arrow as one line."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException) as error:
        raise QueryError(_one_line(str(error))) from error


def _one_line(message: str) -> str:
    lines = message.strip().split("\n\n")[0].splitlines()
    if re.search(r"Table with name .* does not exist", lines[0]):
        return f"{lines[0]} Tables: {', '.join(load_tables())}; views: {', '.join(views())}"
    return " ".join(line.strip() for line in lines)


def _file(table: Table) -> str:
    return f"{table.name}/data.parquet"
