"""How a ledger is upgraded: once, whole or not at all, whatever else opens it or goes wrong."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import alembic.op
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, inspect, text

from flows.ledger import database, migrations
from flows.ledger.database import UnusableDatabase, open_database
from flows.ledger.ledger import Ledger
from flows.ledger.migrations.versions.r0001_baseline import BASELINE
from flows.ledger.tables import HEAD, metadata
from flows.ledger.upgrade import open_upgraded
from tests.support.paths import REPOSITORY
from tests.support.warehouse.old_ledger import FIXTURE, Rows, opened, rows_of


def test_a_new_ledger_is_the_same_as_an_upgraded_one(old_url: str) -> None:
    upgraded = open_upgraded(old_url)
    with upgraded.connect() as connection:
        found = _shape(connection)
        metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE ledger_revision")
        connection.commit()
    upgraded.dispose()
    new = open_upgraded(old_url)
    with new.connect() as connection:
        assert _shape(connection) == found
    new.dispose()


def _shape(connection: Connection) -> dict[str, object]:
    """Return the columns, keys and indexes of every table."""
    database = inspect(connection)
    return {
        table: (
            sorted((column["name"], str(column["type"]), column["nullable"], column["default"]) for column in columns),
            database.get_pk_constraint(table)["constrained_columns"],
            sorted((index["name"] or "", index["column_names"]) for index in database.get_indexes(table)),
        )
        for (_, table), columns in database.get_multi_columns().items()
    }


def test_a_ledger_that_is_older_still_gets_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIXTURE)
        for column in ("addresses.content_type", "listings.tried", "listings.swept", "reports.told", "runs.alarms"):
            table, _, name = column.partition(".")
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
        for table in ("lacks", "yielded", "plans", "plan_steps", "answers", "rereadings", "reread_batches"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX ix_reports_portal")
    with Ledger(f"sqlite:///{path}") as ledger:
        assert len(ledger.addresses("sample")) == 21
        assert {verdict.reports_in_document for verdict in ledger.verdicts("sample")} == {1}
        assert ledger.listings.full_crawls() == {}
        assert len(ledger.runs.last(5)) == 3


def test_a_ledger_of_a_later_version_is_refused_and_left_alone(old_url: str) -> None:
    open_upgraded(old_url).dispose()
    with opened(old_url) as connection:
        connection.execute(text("UPDATE ledger_revision SET version_num = '9999'"))
    remedy = "upgraded by a later version of nianbao .*9999.* install that version, or set NIANBAO_LEDGER_URL"
    for _ in range(2):
        with pytest.raises(UnusableDatabase, match=remedy):
            open_upgraded(old_url)


def test_an_upgrade_that_fails_leaves_the_ledger_as_it_was(
    old_url: str, before: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str) -> None:
        raise KeyboardInterrupt(name)

    with monkeypatch.context() as patch:
        patch.setattr(alembic.op, "drop_table", fail)
        with pytest.raises(KeyboardInterrupt, match="lacks"):
            open_upgraded(old_url)
    assert rows_of(old_url, BASELINE) == before
    with Ledger(old_url) as ledger:
        assert len(ledger.addresses("sample")) == 21


def test_many_threads_may_open_a_new_ledger_at_once(database_url: str) -> None:
    assert _addresses_seen_by_threads(database_url) == [0] * 6


def test_many_threads_may_open_an_old_ledger_at_once(old_url: str) -> None:
    assert _addresses_seen_by_threads(old_url) == [21] * 6


def _addresses_seen_by_threads(url: str) -> list[int]:
    start = Barrier(6)

    def count(_: int) -> int:
        start.wait()
        with Ledger(url) as ledger:
            return len(ledger.addresses("sample"))

    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(count, range(6)))


def test_many_processes_may_open_an_old_ledger_at_once(old_url: str) -> None:
    program = (
        "import sys; from flows.ledger.ledger import Ledger; print('ready', flush=True); sys.stdin.readline()\n"
        "with Ledger(sys.argv[1]) as ledger: print(len(ledger.addresses('sample')))"
    )
    command = [sys.executable, "-c", program, old_url]
    workers = [
        subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    answers = [worker.communicate("go\n")[0] for worker in workers]
    assert answers == ["21\n"] * 3


def test_a_ledger_that_is_up_to_date_is_opened_by_one_query_without_alembic(database_url: str) -> None:
    open_upgraded(database_url).dispose()
    statements: list[str] = []

    def note(_: Connection, cursor: object, statement: str, *others: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        open_upgraded(database_url).dispose()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert [statement.split()[0] for statement in statements if "ledger_revision" in statement] == ["SELECT"]
    assert len([statement for statement in statements if not statement.startswith(("select pg_", "show "))]) == 1

    program = (
        "import sys; from flows.ledger.ledger import Ledger\nwith Ledger(sys.argv[1]): print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", program, database_url]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_last_revision_is_the_one_that_tables_names() -> None:
    (folder,) = migrations.__path__
    assert ScriptDirectory(folder).get_heads() == [HEAD]


def test_tables_that_are_not_ours_are_left_alone(database_url: str) -> None:
    engine = open_database(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('of Prefect')")
    engine.dispose()
    with Ledger(database_url) as ledger:
        assert ledger.portals() == []
    with opened(database_url) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "of Prefect"


def test_an_upgrade_that_fails_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE theirs (x)")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnusableDatabase, match=r"ledger\.sqlite cannot be upgraded: database is locked$"):
            open_upgraded(f"sqlite:///{path}")
        other.execute("ROLLBACK")
    open_upgraded(f"sqlite:///{path}").dispose()
