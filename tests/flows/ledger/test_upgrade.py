"""A ledger that commit 014a183 made, opened by today's program: nothing is lost, and processes may race for it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import alembic.op
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, NullPool, create_engine, event, inspect, select, text

from extractors.archive.archive import Archive
from flows.ledger import database, migrations
from flows.ledger.backfill_plans import PlanStep
from flows.ledger.database import UnusableDatabase, open_database
from flows.ledger.gaps import YearGaps
from flows.ledger.ledger import Ledger
from flows.ledger.migrations.versions.r0001_baseline import BASELINE
from flows.ledger.records import RunRecord
from flows.ledger.reprocess_runs import SavedBatch, SavedResult
from flows.ledger.tables import HEAD, metadata
from flows.ledger.upgrade import open_upgraded
from tests.support.paths import REPOSITORY
from warehouse.storage.store import open_store

FIXTURE = (Path(__file__).parent / "ledger_014a183.sql").read_text("utf-8")
PAGE = "http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html"
PLAN = "5b5e0c9f2f5f4f07a2a6f2c6a9f3b111"
TABLES = {
    "placements": "assigned_jurisdictions",
    "yielded": "baselines",
    "lacks": "gaps",
    "reports": "verdicts",
    "turns": "rate_limits",
    "plans": "backfill_plans",
    "plan_steps": "backfill_steps",
    "answers": "saved_responses",
    "rereadings": "reprocess_runs",
    "reread_batches": "reprocess_batches",
}
COLUMNS = {
    "listings": {"columns": "list_pages", "tried": "full_crawl_attempted", "swept": "full_crawl_completed"},
    "reports": {"told": "reports_in_document"},
    "plans": {"asked": "request", "told": "plan"},
    "rereadings": {"asked": "selection"},
    "reread_batches": {"noted": "saved", "found": "result"},
}
Rows = dict[str, list[dict[str, Any]]]


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def rows_of(url: str, tables: MetaData) -> Rows:
    """Every row of a database, in an order that both databases agree on."""
    with opened(url) as connection:
        return {
            table.name: sorted((_utc({**row}) for row in connection.execute(select(table)).mappings()), key=repr)
            for table in tables.sorted_tables
        }


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Return the rows of the fixture."""
    path = tmp_path_factory.mktemp("014a183") / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIXTURE)
    return rows_of(f"sqlite:///{path}", BASELINE)


@pytest.fixture
def old_url(database_url: str, before: Rows) -> str:
    """Return the URL of a database of either kind as 014a183 left it."""
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True)
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(FIXTURE)
        return database_url
    with opened(database_url) as connection:
        BASELINE.create_all(connection)
        for table in BASELINE.sorted_tables:
            connection.execute(table.insert(), before[table.name])
    return database_url


def test_every_row_is_kept_under_its_new_names(old_url: str, before: Rows) -> None:
    open_upgraded(old_url).dispose()
    after = rows_of(old_url, metadata)
    kept = {TABLES.get(name, name): [_renamed(name, row) for row in rows] for name, rows in before.items()}
    assert all(kept.values()), "the fixture has rows of every kind"
    for row in kept["gaps"]:
        row["kind"], row["what"] = ("year", "") if row["what"] == "year" else ("part", row["what"])
        row["accepted"] = row["since"].year == 1970
    with opened(old_url) as connection:
        assert {*inspect(connection).get_table_names()} == {*kept, "ledger_revision"}
    assert after.keys() == kept.keys()
    for name, rows in kept.items():
        assert after[name] == sorted(map(_utc, rows), key=repr), name


def _renamed(table: str, row: dict[str, Any]) -> dict[str, Any]:
    return {COLUMNS.get(table, {}).get(name, name): value for name, value in row.items()}


def _utc(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row whose moments have a zone, and whose columns are in order."""
    moments = {
        name: value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        for name, value in row.items()
        if isinstance(value, datetime)
    }
    return dict(sorted((row | moments).items()))


def test_what_is_known_of_documents_and_lists_is_answered(old_url: str, before: Rows) -> None:
    with Ledger(old_url) as ledger:
        assert len(ledger.addresses("sample")) == len(before["addresses"]) == 21
        address = ledger.address(PAGE)
        assert address is not None
        assert ledger.validators(PAGE) is not None
        assert ledger.assigned_jurisdiction(PAGE) == "CN-990101"
        assert len(ledger.entries("sample")) == 15
        assert sum(entry.reason is not None for entry in ledger.entries("sample")) == 1
        assert len(ledger.verdicts("sample")) == len(before["reports"])
        (verdict,) = ledger.verdicts_on(PAGE)
        assert ledger.editions(verdict.report_id) == [verdict]
        assert (verdict.sha256, verdict.state, verdict.published_on) == (address.sha256, "published", date(2025, 3, 19))
        assert verdict.reports_in_document == 2
        listing = ledger.listings.get("sample")
        assert listing is not None
        assert (listing.list_pages, listing.complete, listing.finished) == (
            (PAGE.partition("2025")[0],),
            True,
            True,
        )
        (crawl,) = ledger.listings.full_crawls().values()
        assert crawl.attempted == crawl.completed == datetime(2026, 11, 29, 13, 10, 58, 246900, UTC)
        assert len(ledger.baselines.baseline("sample")) == len(before["yielded"]) == 14
        assert len(list(ledger.states())) == 19


def test_gaps_are_waited_for_as_before(old_url: str) -> None:
    first, later = datetime(2026, 11, 20, 8, tzinfo=UTC), datetime(2026, 11, 28, 8, tzinfo=UTC)
    with Ledger(old_url) as ledger:
        known = ledger.gaps.record("sample", 2024, {PAGE, "lists"}, waiting=True)
        assert known == YearGaps({PAGE: first, "lists": later}, first)
        accepted = PAGE.replace("1023", "1022")
        assert ledger.gaps.record("sample", 2023, {accepted, "expected"}, waiting=False).since == {"expected": later}


def test_plans_and_runs_are_resumed(old_url: str, tmp_path: Path) -> None:
    archive = Archive(open_store(tmp_path / "archive"))
    archive.put("<p>年报</p>".encode())
    with Ledger(old_url) as ledger:
        plan = ledger.plans.plan(PLAN)
        assert ledger.plans.unfinished(plan.request) == plan
        assert plan.plan["portals"][0]["portal"] == "sample"
        done, left = ledger.plans.steps(PLAN)
        alarm = {"portal": "sample", "kind": "blocked", "reason": "HTTP 412"}
        at = datetime(2026, 11, 29, 9, 5, tzinfo=UTC)
        assert done == PlanStep("sample", 2024, at, ((PAGE, "HTTP 404 Not Found"),), (alarm,))
        assert left == PlanStep("sample", 2023)
        saved = ledger.saved_responses(PLAN, archive)
        page, gone = saved.get(PAGE), saved.get(f"{PAGE}?2")
        assert page is not None
        assert (page.body.decode(), page.status, page.headers) == ("<p>年报</p>", 200, {"content-type": "text/html"})
        assert gone is not None
        assert (gone.body, gone.outcome) == (b"", "gone")

        (selection,) = (row["selection"] for row in rows_of(old_url, metadata)["reprocess_runs"] if not row["finished"])
        run = ledger.reprocess_runs.unfinished(selection)
        assert run is not None
        assert (run.run_id, run.done) == ("a1", 1)
        assert ledger.reprocess_runs.batches("a1", "sample") == [
            SavedBatch("b2", (PAGE,)),
            SavedBatch("b1", (f"{PAGE}?2",)),
        ]
        result = {"tally": {"documents": 1, "changed": 0}, "changes": [], "read": [PAGE]}
        assert ledger.reprocess_runs.batch("a1", "b2") == SavedResult(result, done=True)
        began, ended = (datetime(2026, 11, 28, hour, tzinfo=UTC) for hour in (2, 3))
        assert ledger.runs.last(3)[-1] == RunRecord("n1", "nightly", began, began, ended, {"found": 14}, [alarm])
        assert [run.run_id for run in ledger.runs.unfinished()] == ["a1"]


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
