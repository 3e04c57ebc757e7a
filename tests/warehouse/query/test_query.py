from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.rows import HERE, disclosure, partition_file, published_files, report, request, rows_of
from warehouse.publish.write import Partition, publish, write_dimension
from warehouse.query.query import QueryError, connect, run
from warehouse.schema import Row, load_tables, report_tables

THERE = Partition("CN-371004", 2023)


def filled(folder: Path) -> Path:
    """Return a warehouse in a folder whose name is hard on patterns and on SQL."""
    root = folder / "da'ta [1]*"
    publish(root, HERE, {"reports": [report("a")], "requests": [request("a")], "disclosures": [disclosure("a")]})
    publish(root, THERE, {"reports": [report("b")], "requests": [request("b", value=None)]})
    write_dimension(root, "codebook", [{"table": "requests", "column": "outcome", "code": "received"}])
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return filled(tmp_path)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """For questions that change nothing."""
    return connect(filled(tmp_path_factory.mktemp("shared")))


def test_partition_keys_are_text_and_integer(root: Path) -> None:
    result = run(connect(root), "SELECT jurisdiction, year, value FROM requests ORDER BY year")
    assert result.columns == ["jurisdiction", "year", "value"]
    assert result.rows == [("CN-371004", 2023, None), ("CN-371003", 2024, 7)]
    described = {row[0]: row[1] for row in run(connect(root), "DESCRIBE requests").rows}
    assert list(described)[:3] == ["jurisdiction", "year", "report_id"]
    assert (described["jurisdiction"], described["year"]) == ("VARCHAR", "INTEGER")


def test_every_table_is_a_view_with_its_columns_and_types_with_and_without_files(root: Path, tmp_path: Path) -> None:
    sparse = tmp_path / "sparse"
    write_dimension(sparse, "codebook", [{"table": "requests", "column": "outcome", "code": "received"}])
    full, empty = connect(root), connect(sparse)
    for name in load_tables():
        assert run(full, f"DESCRIBE {name}").rows == run(empty, f"DESCRIBE {name}").rows
    types = {str(row[0]): row[1] for row in run(empty, "DESCRIBE disclosures").rows}
    assert (types["value"], types["bbox"], types["year"]) == ("DECIMAL(20,4)", "DOUBLE[]", "INTEGER")
    assert run(empty, "SELECT * FROM reports").rows == []
    assert run(full, 'SELECT "table", code FROM codebook').rows == [("requests", "received")]


@settings(max_examples=examples(8), deadline=None)
@given(
    st.sampled_from(sorted(table.name for table in report_tables())).flatmap(
        lambda name: st.tuples(st.just(name), rows_of(load_tables()[name]))
    )
)
def test_what_is_published_is_what_sql_gives_back_for_every_type(named: tuple[str, Row]) -> None:
    name, row = named
    with tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), HERE, {"reports": [report("r")], name: [row]})
        with connect(Path(folder)) as connection:
            result = run(connection, f"SELECT * EXCLUDE (jurisdiction, year) FROM {name}")
    assert [dict(zip(result.columns, values, strict=True)) for values in result.rows] == [row]


def test_files_of_an_older_form_are_read_with_nulls_and_partial_files_are_not_read(root: Path) -> None:
    path = partition_file(root, "requests", HERE)
    with pq.ParquetFile(path) as file:
        older = file.read().drop_columns(["implied"]).append_column("colour", [["red"]])
    pq.write_table(older, path)
    path.with_name(".data.parquet.0123").write_bytes(b"half a file")
    connection = connect(root)
    assert run(connection, "SELECT report_id, implied FROM requests ORDER BY 1").rows == [("a", None), ("b", None)]
    assert "colour" not in run(connection, "SELECT * FROM requests").columns


def test_only_the_files_of_the_partition_asked_for_are_read(root: Path) -> None:
    partition_file(root, "requests", THERE).write_bytes(b"no parquet")
    connection = connect(root)
    assert run(connection, "SELECT value FROM requests WHERE year = 2024").rows == [(7,)]
    with pytest.raises(QueryError, match=r"requests/jurisdiction=CN-371004/year=2023/data\.parquet") as caught:
        run(connection, "SELECT value FROM requests")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("folder", ["year=abc", "jurisdiction=CN-371004/year=2023", "100%", "a b", "年报"])
def test_the_name_of_the_root_is_not_parsed(tmp_path: Path, folder: str) -> None:
    publish(tmp_path / folder, HERE, {"reports": [report("a")]})
    result = run(connect(tmp_path / folder), "SELECT jurisdiction, year FROM reports")
    assert result.rows == [("CN-371003", 2024)]


def serialized(sql: str) -> str:
    """Return a statement as a SELECT that DuckDB runs from JSON."""
    (row,) = duckdb.connect().execute("SELECT json_serialize_sql(?)", [sql]).fetchall()
    return f"SELECT * FROM json_execute_serialized_sql('{row[0].replace(chr(39), chr(39) * 2)}')"


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{file}'",
        "COPY (SELECT 1) TO '{inside}/x.csv'",
        "COPY requests TO '{inside}/requests' (FORMAT parquet, PARTITION_BY (year))",
        "COPY (SELECT 1) TO '{outside}/x.csv'",
        "WITH a AS (COPY (SELECT 1) TO '{file}') FROM a",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{file}'",
        "SELECT * FROM query('WITH a AS (COPY (SELECT 1) TO ''x.csv'') FROM a')",
        "json: WITH a AS (COPY (SELECT 1) TO '{file}') FROM a",
        "ATTACH '{inside}/x.db'",
        "ATTACH '{outside}/x.db'",
        "EXPORT DATABASE '{inside}/x'",
        "INSERT INTO reports (report_id) VALUES ('x')",
        "DELETE FROM reports",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_text('{outside}/secret.txt')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM read_parquet('{inside}/*/*/*/data.parquet')",
        "SELECT * FROM glob('/etc/*')",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET TimeZone = 'Asia/Shanghai'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM root",
    ],
)
def test_the_connection_itself_touches_no_file_by_name(root: Path, tmp_path: Path, sql: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    before, names = published_files(root), sorted(tmp_path.rglob("*"))
    places = {"inside": root, "outside": tmp_path, "file": partition_file(root, "requests", HERE)}
    filled = sql.format(**{name: str(path).replace("'", "''") for name, path in places.items()})
    if filled.startswith("json: "):
        filled = serialized(filled.removeprefix("json: "))
    connection = connect(root)
    with pytest.raises(duckdb.Error):
        connection.execute(filled).fetchall()
    with pytest.raises(QueryError) as caught:
        run(connection, filled)
    assert "\n" not in str(caught.value)
    assert (published_files(root), sorted(tmp_path.rglob("*"))) == (before, names)


@pytest.mark.parametrize("sql", ["CREATE TABLE x AS SELECT 1", "DROP VIEW reports", "SET threads = 1", "CHECKPOINT"])
def test_statements_that_do_not_read_are_refused_with_advice(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(QueryError, match="read-only here: give a SELECT"):
        run(connection, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "WITH a AS (SELECT 1 AS x) SELECT x FROM a",
        "FROM requests",
        "PIVOT requests ON year USING sum(value) GROUP BY outcome",
        "SHOW TABLES",
        "SUMMARIZE requests",
        "EXPLAIN SELECT * FROM requests",
        "SELECT 'copy' AS \"copy\" FROM requests WHERE raw <> '复制 copy'",
        "VALUES (1), (2);",
    ],
)
def test_reading_statements_of_every_kind_are_answered(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert run(connection, sql).rows


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "SELECT * FROM request",
            "Catalog Error: Table with name request does not exist! Tables: agencies, codebook, coverage",
        ),
        ("SELECT valeu FROM requests", 'Binder Error: Referenced column "valeu" not found .*"value"'),
        ("SELEC 1", 'Parser Error: syntax error at or near "SELEC"'),
        ("SELECT CAST(raw || 'x' AS INTEGER) FROM requests", "Conversion Error: Could not convert"),
        ("SELECT 1; SELECT 2", "give one SQL statement, not 2"),
        ("", "give one SQL statement, not 0"),
        ("-- nothing", "give one SQL statement, not 0"),
    ],
)
def test_errors_are_one_line_with_the_reason(connection: duckdb.DuckDBPyConnection, sql: str, message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        run(connection, sql)
    assert "\n" not in str(caught.value)


def test_a_missing_or_empty_warehouse_names_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "nowhere", tmp_path / "empty"):
        with pytest.raises(QueryError, match="run `nianbao demo`, or `nianbao ingest PATH`"):
            connect(folder)
    assert not (tmp_path / "nowhere").exists()
