"""What SQL of a visitor cannot do, and what it may cost, as the processes for questions answer it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pyarrow as pa
import pytest

from flows.explorer.ask import askers as askers_module
from flows.explorer.ask.answer import Answer, Question
from flows.explorer.ask.askers import AT_ONCE, Askers, Busy
from tests.support.warehouse.example_answers import publish_examples
from tests.support.warehouse.rows import published_files
from warehouse.query.examples import example_questions
from warehouse.query.query import QueryError, connect, run

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("asked")
    publish_examples(root)
    return root


@pytest.fixture(scope="module")
def askers() -> Iterator[Askers]:
    opened = Askers()
    yield opened
    opened.close()


def ask(askers: Askers, warehouse: Path, sql: str, rows: int = 1000, megabytes: int = 8, whole: bool = False) -> Answer:
    return askers.ask(Question(str(warehouse), sql, rows, megabytes, whole))


def family() -> int:
    """Memory of this process and all that it started."""
    me = psutil.Process()
    found = 0
    for process in (me, *me.children(recursive=True)):
        try:
            found += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return found


@pytest.mark.parametrize("number", example_questions())
def test_ready_questions_are_answered_as_by_the_command(number: int, askers: Askers, warehouse: Path) -> None:
    sql = example_questions()[number].sql
    found = ask(askers, warehouse, sql)
    with connect(warehouse) as connection:
        expected = run(connection, sql)
    assert found.rows.column_names == expected.columns
    assert [tuple(row.values()) for row in found.rows.to_pylist()] == expected.rows
    assert not found.more


def test_views_in_both_languages_are_there(askers: Askers, warehouse: Path) -> None:
    assert len(ask(askers, warehouse, "SELECT * FROM requests_wide").rows)
    assert len(ask(askers, warehouse, "SELECT 机关 FROM 最新年报").rows)


FORBIDDEN = (
    "COPY reports TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '{folder}/out.parquet'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
    "EXPORT DATABASE '{folder}/out'",
    "IMPORT DATABASE '{folder}'",
    "ATTACH '{folder}/other.duckdb' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH memory",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SELECT * FROM read_csv('{folder}/secret.csv')",
    "SELECT * FROM read_csv_auto('{folder}/*.csv')",
    "SELECT * FROM read_text('{folder}/secret.csv')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('{folder}/secret.csv')",
    "SELECT * FROM read_parquet('{folder}/secret.parquet')",
    "SELECT * FROM parquet_metadata('{folder}/secret.parquet')",
    "SELECT * FROM sniff_csv('{folder}/secret.csv')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM '{folder}/secret.csv'",
    "FROM '/etc/passwd'",
    "FROM 'http://127.0.0.1:9/a.parquet'",
    "SELECT * FROM read_parquet('https://example.org/a.parquet')",
    "SELECT * FROM read_text('s3://bucket/a')",
    "SELECT * FROM query('COPY (SELECT 1) TO ''{folder}/out.csv''')",
    "SELECT getenv('HOME')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM which_secret('s3://x', 's3')",
    "SELECT * FROM enable_logging(storage='file', storage_path='{folder}/log')",
    "SELECT * FROM arrow_scan(1, 2, 3)",
    "SELECT * FROM pandas_scan(1)",
    "CREATE SECRET s (TYPE s3)",
    "SET memory_limit = '100GB'",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET memory_limit",
    "PRAGMA memory_limit = '100GB'",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "CHECKPOINT",
    "VACUUM",
    "CREATE TABLE t AS SELECT 1",
    "CREATE OR REPLACE VIEW reports AS SELECT 1",
    "CREATE MACRO f() AS 1",
    "INSERT INTO reports SELECT * FROM reports",
    "UPDATE reports SET title = ''",
    "DELETE FROM reports",
    "DROP VIEW reports",
    "ALTER TABLE reports ADD COLUMN x INT",
    "TRUNCATE reports",
    "WITH gone AS (DELETE FROM reports RETURNING *) SELECT * FROM gone",
    "WITH new AS (INSERT INTO agencies SELECT * FROM agencies RETURNING *) FROM new",
    "EXPLAIN ANALYZE INSERT INTO agencies SELECT * FROM agencies",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "DEALLOCATE p",
    "BEGIN",
    "USE memory",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY (SELECT 1) TO '{folder}/out.csv'",
    "SELECT 1;/**/SET memory_limit = '100GB'",
    "/* SELECT 1 */ COPY (SELECT 1) TO '{folder}/out.csv'",
    "-- SELECT 1\nCOPY (SELECT 1) TO '{folder}/out.csv'",
    "\u00a0COPY (SELECT 1) TO '{folder}/out.csv'",
    "\ufeffATTACH '{folder}/other.duckdb'",
    "ＣＯＰＹ (SELECT 1) TO '{folder}/out.csv'",
    "SELECT 1\u037e COPY (SELECT 1) TO '{folder}/out.csv'",
    "",
    ";;",
    "-- nothing",
    "SELECT $1",
    "SELECT 1/",
)


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_what_writes_or_reaches_out_is_refused_in_one_line(
    sql: str, askers: Askers, warehouse: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.csv").write_text("a,b\nhidden,1\n", "utf-8")
    before = published_files(warehouse)
    with pytest.raises(QueryError) as refused:
        ask(askers, warehouse, sql.replace("{folder}", str(tmp_path)))
    assert "\n" not in str(refused.value)
    assert "hidden" not in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert published_files(warehouse) == before
    assert ask(askers, warehouse, "SELECT count(*) AS n FROM reports").rows.to_pylist()[0]["n"] > 0


def test_settings_tell_nothing_of_the_machine_and_no_question_leaves_anything(askers: Askers, warehouse: Path) -> None:
    settings = ask(askers, warehouse, "SELECT name, value FROM duckdb_settings()").rows.to_pylist()
    told = {row["name"]: str(row["value"]) for row in settings}
    assert str(Path.home()) not in "".join(told.values())
    assert (told["enable_external_access"], told["lock_configuration"]) == ("false", "true")
    assert told["temp_directory"] == ""
    assert ask(askers, warehouse, "SELECT * FROM duckdb_databases() WHERE path IS NOT NULL").rows.num_rows == 0
    assert ask(askers, warehouse, "SELECT * FROM duckdb_temporary_files()").rows.num_rows == 0


COSTLY = (
    "SELECT repeat('x', 1000000000)",
    "SELECT list(range) FROM range(1000000000)",
    "SELECT count(*) FROM range(1000000000) AS a, range(1000000000) AS b",
    "SELECT string_agg(repeat('x', 100000), '') FROM range(100000)",
    "SELECT * FROM requests AS a, requests AS b, requests AS c, requests AS d, requests AS e, requests AS f "
    "ORDER BY random()",
)
COSTLY_AS_WELL = (
    "SELECT repeat('x', 4000000000)",
    "SELECT len(range(1000000000))",
    "SELECT array_agg(repeat('x', 10000) || range) FROM range(10000000)",
    "SELECT lpad('x', 2000000000, 'y') || lpad('x', 2000000000, 'y')",
)


@pytest.mark.parametrize("sql", [*COSTLY, *(pytest.param(sql, marks=pytest.mark.long) for sql in COSTLY_AS_WELL)])
def test_what_needs_much_memory_is_refused(sql: str, askers: Askers, warehouse: Path) -> None:
    ask(askers, warehouse, "SELECT 1")
    before = psutil.Process().memory_info().rss
    with pytest.raises(QueryError, match=r"memory|ask for less|Out of Range|maximum|too large"):
        ask(askers, warehouse, sql)
    assert psutil.Process().memory_info().rss - before < 50 * MEGABYTE
    assert ask(askers, warehouse, "SELECT 1 AS one").rows.to_pylist() == [{"one": 1}]


ENDLESS = (
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
    "SELECT count(*) FROM range(1000000000000)",
    "EXPLAIN ANALYZE SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b",
)


@pytest.mark.parametrize("sql", ENDLESS)
def test_what_takes_long_is_given_up(
    sql: str, askers: Askers, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(askers_module, "SECONDS", 1.0)
    began = time.monotonic()
    with pytest.raises(QueryError, match=r"more than 1 s: ask for less|memory"):
        ask(askers, warehouse, sql)
    assert time.monotonic() - began < 10
    monkeypatch.undo()  # a process that starts on a busy machine takes more than 1 s
    assert ask(askers, warehouse, "SELECT 1 AS one").rows.to_pylist() == [{"one": 1}]


def test_only_some_are_answered_at_once_and_memory_comes_back(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Askers()
    try:
        ask(own, warehouse, "SELECT 1")
        before = family()
        monkeypatch.setattr(askers_module, "SECONDS", 3.0)
        with ThreadPoolExecutor(AT_ONCE + 4) as threads:
            asked = [threads.submit(ask, own, warehouse, ENDLESS[1]) for _ in range(AT_ONCE + 4)]
            errors = [each.exception() for each in asked]
        assert sum(isinstance(error, Busy) for error in errors) == 4
        assert sum(isinstance(error, QueryError) for error in errors) == AT_ONCE
        monkeypatch.undo()
        assert ask(own, warehouse, "SELECT 1 AS one").rows.to_pylist() == [{"one": 1}]
        assert family() - before < 300 * MEGABYTE
    finally:
        own.close()


def test_a_process_that_dies_is_replaced(askers: Askers, warehouse: Path) -> None:
    ask(askers, warehouse, "SELECT 1")
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(ask, askers, warehouse, ENDLESS[1])
        time.sleep(1)
        for process in psutil.Process(os.getpid()).children(recursive=True):
            if process.cpu_percent(0.2) > 50:
                process.kill()
        assert isinstance(asked.exception(), QueryError)
    assert ask(askers, warehouse, "SELECT 1 AS one").rows.to_pylist() == [{"one": 1}]


def test_the_first_rows_are_enough_for_a_page(askers: Askers, warehouse: Path) -> None:
    found = ask(askers, warehouse, "FROM range(1000000000000)", rows=1000)
    assert (len(found.rows), found.more) == (1000, True)
    assert not ask(askers, warehouse, "FROM range(1000)", rows=1000).more
    assert len(ask(askers, warehouse, "SELECT 1 WHERE false").rows) == 0


def test_long_texts_stay_within_the_room(askers: Askers, warehouse: Path) -> None:
    found = ask(askers, warehouse, "SELECT repeat('x', 100000) AS x FROM range(1000)", megabytes=1)
    assert found.more
    assert 0 < found.rows.nbytes <= MEGABYTE
    with pytest.raises(QueryError, match="larger than"):
        ask(askers, warehouse, "SELECT repeat('x', 10000000) AS x", megabytes=1)


def test_a_file_is_never_cut_short(askers: Askers, warehouse: Path) -> None:
    whole = ask(askers, warehouse, "FROM range(5000)", rows=5000, whole=True)
    assert whole.rows.column("range").to_pylist() == list(range(5000))
    with pytest.raises(QueryError, match="nianbao query --output"):
        ask(askers, warehouse, "FROM range(5001)", rows=5000, whole=True)


def test_kinds_of_values_arrive(askers: Askers, warehouse: Path) -> None:
    sql = "SELECT 9007199254740993::BIGINT AS big, 0.1::DECIMAL(9,4) AS small, NULL::INT AS nothing, [1, NULL] AS many"
    rows = ask(askers, warehouse, sql).rows
    assert rows.schema.field("big").type == pa.int64()
    (row,) = rows.to_pylist()
    assert (row["big"], str(row["small"]), row["nothing"], row["many"]) == (9007199254740993, "0.1000", None, [1, None])


def test_a_warehouse_without_tables_is_a_line(askers: Askers, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="nianbao demo"):
        ask(askers, tmp_path / "none", "SELECT 1")
