"""Command lines of SQL engines on a warehouse and a release: DuckDB's, ClickHouse's, and datasette's on SQLite."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

from tests.clients.conftest import Published
from tests.support.fixtures import Crawled
from tests.support.processes.clients import run_client
from tests.support.processes.command import nianbao
from tests.support.warehouse.extremes import row_of
from warehouse.query.examples import example_questions
from warehouse.query.query import connect, run
from warehouse.schema import load_tables

REQUESTS = load_tables()["requests"]
VALUES = [row_of(REQUESTS, number)["value"] for number in range(3)]


def write_statements(warehouse: Path, folder: Path) -> Path:
    """Write what `nianbao schema` prints for DuckDB; return the file."""
    done = nianbao("schema", "--engine", "duckdb", folder=folder, NIANBAO_WAREHOUSE_URL=str(warehouse))
    assert done.code == 0, done.err
    path = folder / "tables.sql"
    path.write_text(done.out, "utf-8")
    return path


def test_duckdb_opens_every_table_and_loses_nothing(published: Published, tmp_path: Path) -> None:
    tables = write_statements(published.warehouse, tmp_path)
    counts = " UNION ALL ".join(f"SELECT '{name}' AS name, count(*) AS rows FROM {name}" for name in load_tables())
    done = run_client("duckdb", "-json", "-init", tables, "-c", counts, folder=tmp_path)
    assert done.code == 0, done.err
    stored = {
        name: sum(pq.read_metadata(path).num_rows for path in published.warehouse.glob(f"{name}/**/data.parquet"))
        for name in load_tables()
    }
    assert {one["name"]: one["rows"] for one in json.loads(done.out)} == stored
    assert (stored["reports"], stored["requests"]) == (4, 3)
    columns = "value, implied::text AS implied, len(bbox) AS bbox, raw"
    sql = f"SELECT {columns} FROM 'requests/*.parquet' ORDER BY report_id"
    done = run_client("duckdb", "-json", "-c", sql, folder=published.release)
    rows = json.loads(done.out)
    assert [one["value"] for one in rows] == VALUES
    for number, one in enumerate(rows):
        expected = row_of(REQUESTS, number)
        assert one["raw"] == expected["raw"]
        assert (one["implied"] and Decimal(one["implied"])) == expected["implied"]
    assert [one["bbox"] for one in rows] == [None, 1000, 2]


def test_duckdb_answers_the_ready_questions_as_nianbao_does(crawled: Crawled, tmp_path: Path) -> None:
    tables = write_statements(crawled.place.warehouse, tmp_path)
    questions = [one.sql for one in example_questions().values()]
    (tmp_path / "questions.sql").write_text(";\n".join([*questions, ""]), "utf-8")
    done = run_client("duckdb", "-bail", "-json", "-init", tables, "-f", "questions.sql", folder=tmp_path)
    assert done.code == 0, done.err
    decoder, text, answers = json.JSONDecoder(parse_float=Decimal), done.out.strip(), []
    while text:
        answer, end = decoder.raw_decode(text)
        answers.append([[None if value is None else str(value) for value in row.values()] for row in answer])
        text = text[end:].strip()
    with connect(crawled.place.warehouse) as connection:
        expected = [run(connection, sql).rows for sql in questions]
    assert answers == [[[None if value is None else str(value) for value in row] for row in rows] for rows in expected]


def test_clickhouse_reads_the_release_with_its_types(published: Published) -> None:
    sql = "SELECT value, implied, raw, year FROM file('requests/*.parquet', Parquet) ORDER BY report_id"
    done = run_client(Path(sys.executable).name, "-m", "chdb", sql, "JSONCompact", folder=published.release)
    assert done.code == 0, done.err
    answer = json.loads(done.out)
    assert [one["type"] for one in answer["meta"]] == ["Nullable(Int64)", "Nullable(Decimal(20, 4))", "String", "Int32"]
    assert [None if row[0] is None else int(row[0]) for row in answer["data"]] == VALUES
    assert [row[2] for row in answer["data"]] == [row_of(REQUESTS, number)["raw"] for number in range(3)]


def test_datasette_answers_about_a_table_that_went_to_sqlite(published: Published, tmp_path: Path) -> None:
    asked = nianbao(
        "query", "FROM requests", "--format", "json", folder=tmp_path, NIANBAO_WAREHOUSE_URL=str(published.warehouse)
    )
    assert asked.code == 0, asked.err
    done = run_client("sqlite-utils", "insert", "nianbao.db", "requests", "-", folder=tmp_path, stdin=asked.out)
    assert done.code == 0, done.err
    page = "/nianbao.json?sql=select+value,page,raw,bbox+from+requests+order+by+report_id&_shape=array"
    done = run_client("datasette", "nianbao.db", "--get", page, folder=tmp_path)
    assert done.code == 0, done.err
    rows = json.loads(done.out)
    assert [one["value"] for one in rows] == VALUES
    assert [(one["page"], one["raw"]) for one in rows] == [
        (row_of(REQUESTS, number)["page"], row_of(REQUESTS, number)["raw"]) for number in range(3)
    ]
    assert [one["bbox"] and len(json.loads(one["bbox"])) for one in rows] == [None, 1000, 2]
