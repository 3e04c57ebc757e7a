"""The warehouse as views in DuckDB, for questions in SQL.

Owns the opening of the files for reading. Must not write, and must not know what the tables mean beyond their
declarations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

from warehouse.schema import Table, arrow_schema, load_tables

_HIVE = pa.schema([("jurisdiction", pa.string()), ("year", pa.int32())])
# A statement with PIVOT is of the kind MULTI.
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.MULTI, duckdb.StatementType.EXPLAIN}


class QueryError(ValueError):
    """A question that cannot be answered, in one line that says why."""


@dataclass(frozen=True, slots=True)
class Result:
    """The answer of a query: names of its columns, and its rows."""

    columns: list[str]
    rows: list[tuple[object, ...]]


def connect(root: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB with one view a table; a table without files is a view without rows.

    Guaranteed by DuckDB itself, whatever SQL is given: no file is read or written by name, inside `root` or outside,
    no extension is loaded, no setting is changed again. Rows come through Arrow datasets that can only be read.
    (`read_parquet` would need `root` in `allowed_directories`, and that allows `COPY … TO` there as well.)
    The views show the files that were there when connecting. Raises QueryError where `root` holds no table.
    """
    datasets = {table.name: _dataset(root.resolve(), table) for table in load_tables().values()}
    if not any(dataset.files for dataset in datasets.values()):
        raise QueryError(f"no tables under {root}: run `nianbao demo`, or `nianbao ingest PATH` for files of yours")
    connection = duckdb.connect(
        ":memory:", config={"enable_external_access": False, "python_enable_replacements": False}
    )
    for name, dataset in datasets.items():
        connection.register(name, dataset)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET lock_configuration = true")
    return connection


def run(connection: duckdb.DuckDBPyConnection, sql: str) -> Result:
    """The answer to one reading statement: SELECT, WITH, FROM, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN.

    Raises QueryError in one line for anything else and for every error of DuckDB; an unknown table gets the list.
    """
    try:
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1:
            raise QueryError(f"give one SQL statement, not {len(statements)}")
        if statements[0].type not in _READING:
            raise QueryError("the warehouse is read-only here: give a SELECT, and redirect the output to keep it")
        cursor = connection.execute(sql)
        return Result([str(column[0]) for column in cursor.description or ()], cursor.fetchall())
    except (duckdb.Error, pa.ArrowException) as error:
        raise QueryError(_one_line(str(error))) from error


def _one_line(message: str) -> str:
    lines = message.strip().split("\n\n")[0].splitlines()
    if re.search(r"Table with name .* does not exist", lines[0]):
        return f"{lines[0]} Tables: {', '.join(load_tables())}"
    return " ".join(line.strip() for line in lines)


def _dataset(root: Path, table: Table) -> ds.FileSystemDataset:
    """The files of a table as one dataset with the declared columns: null where a file of an older form has none.

    The schema is given, so that no file is opened before a query needs it.
    """
    keys = _HIVE if table.partitioned else pa.schema([])
    pattern = "*/*/data.parquet" if table.partitioned else "data.parquet"
    return ds.dataset(
        sorted(path.relative_to(root).as_posix() for path in (root / table.name).glob(pattern)),
        schema=pa.schema([*keys, *arrow_schema(table)]),
        format="parquet",
        # Rooted, so that nothing in the name of `root` itself is taken for a partition key.
        filesystem=SubTreeFileSystem(str(root), LocalFileSystem()),
        partitioning=ds.HivePartitioning(keys, segment_encoding="none"),
    )
