"""The newest release and what was published since, read together: the same answers as from partitions alone."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.warehouse.rows import report, request
from warehouse.frames import Warehouse
from warehouse.paths import INTENTS_FOLDER, RELEASE_MANIFEST, Partition
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.write import publish, remove, write_dimension
from warehouse.query.query import connect, run
from warehouse.release.release import write_release
from warehouse.schema import load_tables
from warehouse.storage.store import Bucket, Folder, ReleaseStore

PARTITIONS = [Partition(code, year) for code in ("CN-370683", "CN-371003", "CN-371082") for year in (2023, 2024)]
DAY = datetime(2026, 1, 1, tzinfo=UTC)
NATION = "SELECT year, outcome, sum(value), count(*) FROM requests {} GROUP BY ALL ORDER BY ALL"
ROWS = "SELECT * FROM requests {} ORDER BY ALL"
JOINED = """SELECT title, sum(value) FROM reports JOIN requests USING (report_id, jurisdiction, year) {}
GROUP BY ALL ORDER BY ALL"""
ONE_BY_ONE = "WHERE jurisdiction IN ('CN-110000', 'CN-370683', 'CN-371003', 'CN-371082')"
"""All divisions by name: what asks for single divisions is answered by their own files."""

Step = Callable[[ReleaseStore], object]


def publishing(partition: Partition, value: int) -> Step:
    names = [f"{partition.lock}-{number}" for number in range(1 + value % 2)]
    rows = {"reports": [report(name) for name in names], "requests": [request(name, value=value) for name in names]}
    return lambda store: publish(store, partition, rows)


def removing(partition: Partition) -> Step:
    return lambda store: remove(store, partition, [f"{partition.lock}-{number}" for number in range(2)])


def releasing(store: ReleaseStore) -> None:
    if len(store.names("reports")):
        write_release(store, DAY, lambda done, of: None)


def answers(place: ReleaseStore, sql: str) -> list[list[tuple[object, ...]]]:
    """Return what is answered with the release, and what partitions alone answer."""
    with connect(place) as connection:
        return [run(connection, sql.format(where)).rows for where in ("", ONE_BY_ONE)]


def is_from_release(place: ReleaseStore, where: str = "") -> bool:
    with connect(place) as connection:
        return "READ_PARQUET" in str(run(connection, f"EXPLAIN {NATION.format(where)}").rows)


steps = st.one_of(
    st.builds(publishing, st.sampled_from(PARTITIONS), st.integers(0, 9)),
    st.builds(removing, st.sampled_from(PARTITIONS)),
    st.just(releasing),
    st.just(compact_manifest),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(steps, min_size=2, max_size=14))
def test_whatever_was_published_removed_and_released_partitions_alone_say_the_same(done: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Folder(Path(folder))
        publishing(PARTITIONS[0], 3)(store)
        with connect(store) as kept:
            for step in done:
                step(store)
                with_release, alone = answers(store, ROWS)
                assert with_release == alone
                assert run(kept, ROWS.format("")).rows == alone


@pytest.fixture(params=["folder", "memory", "s3"])
def released(request: pytest.FixtureRequest, tmp_path: Path) -> ReleaseStore:
    """Return a warehouse with a release of all partitions."""
    store: ReleaseStore = Folder(tmp_path)
    if request.param != "folder":
        place = request.getfixturevalue("s3").url if request.param == "s3" else f"memory://{tmp_path.name}"
        store = Bucket(f"{place}/here")
    for value, partition in enumerate(PARTITIONS):
        publishing(partition, value)(store)
    releasing(store)
    return store


def test_what_was_published_since_is_read_in_every_kind_of_store(released: ReleaseStore) -> None:
    assert is_from_release(released)
    publishing(PARTITIONS[1], 100)(released)
    publishing(Partition("CN-110000", 2025), 1000)(released)
    for sql in (NATION, ROWS, JOINED):
        with_release, alone = answers(released, sql)
        assert with_release == alone
    assert is_from_release(released)
    with connect(released) as connection:
        assert run(connection, "SELECT max(value) FROM requests").rows == [(1000,)]
        publishing(PARTITIONS[2], 10_000)(released)
        assert run(connection, "SELECT max(value) FROM requests").rows == [(10_000,)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for value, partition in enumerate(PARTITIONS):
        publishing(partition, value)(Folder(tmp_path))
    releasing(Folder(tmp_path))
    return tmp_path


def test_a_file_of_the_same_size_is_read_anew_on_an_open_connection(root: Path) -> None:
    """Nothing but its rows changes: neither DuckDB nor ours may keep what stood there before."""
    with connect(root) as connection:
        for value in range(101, 109, 2):
            publishing(PARTITIONS[1], value)(Folder(root))
            assert run(connection, "SELECT max(value) FROM requests").rows == [(value,)]


@pytest.mark.parametrize("killed", [True, False], ids=["compaction killed", "compacted"])
def test_what_a_clock_calls_earlier_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    """A machine whose clock is years ahead publishes, a release is made, and another corrects the partition."""
    store, partition = Folder(tmp_path), PARTITIONS[0]
    with monkeypatch.context() as ahead:
        ahead.setattr("warehouse.publish.run_log.time.time_ns", lambda: 2_000_000_000_000_000_000)
        publishing(partition, 1)(store)
    (intent,) = store.names(INTENTS_FOLDER)
    content = store.read(intent)
    assert content is not None
    releasing(store)
    if killed:  # after the manifest was written, and before the intents that are in it were removed
        store.write(intent, content)
    publishing(partition, 22)(store)
    for _ in range(2):
        with connect(store) as connection:
            assert run(connection, "SELECT max(value) FROM requests").rows == [(22,)]
        compact_manifest(store)


def test_frames_read_what_was_published_since(root: Path) -> None:
    publishing(PARTITIONS[1], 100)(Folder(root))
    assert Warehouse(root).sql("SELECT max(value) AS most FROM requests")["most"][0] == 100


@pytest.mark.parametrize("name", sorted(name for name, table in load_tables().items() if table.partitioned))
def test_every_table_has_the_same_columns_from_a_release(root: Path, name: str) -> None:
    with connect(root) as connection:
        of_release, of_partitions = (
            run(connection, f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {name} {where})").rows
            for where in ("", "WHERE jurisdiction = 'CN-371003'")
        )
    assert of_release == of_partitions


def test_a_small_table_that_is_made_later_is_seen(root: Path) -> None:
    warehouse = Warehouse(root)
    assert not len(warehouse.sql("FROM codebook"))
    write_dimension(root, "codebook", [{"table": "requests", "column": "outcome", "code": "received"}])
    assert len(warehouse.sql("FROM codebook")) == 1


def test_questions_about_one_division_open_its_own_files(root: Path) -> None:
    assert not is_from_release(Folder(root), "WHERE jurisdiction = 'CN-371003'")
    assert is_from_release(Folder(root), "WHERE jurisdiction LIKE 'CN-37%'")


def _file(root: Path) -> Path:
    return root / "_releases" / "2026-01-01" / "requests" / "year=2024.parquet"


def _cut(root: Path) -> None:
    _file(root).write_bytes(_file(root).read_bytes()[:-100])


def _of_other_columns(root: Path) -> None:
    rows = pq.read_table(_file(root), partitioning=None)
    pq.write_table(rows.drop_columns(["confidence"]), _file(root))


def _manifest(root: Path) -> Path:
    return root / "_releases" / "2026-01-01" / RELEASE_MANIFEST


def _of_another_version(root: Path) -> None:
    pq.write_table(pq.read_table(_manifest(root)).drop_columns(["version"]), _manifest(root))


def _incomplete(root: Path) -> None:
    (root / "_releases" / "2026-01-01" / "SHA256SUMS").unlink()


@pytest.mark.parametrize(
    "spoil",
    [
        _cut,
        _of_other_columns,
        _of_another_version,
        _incomplete,
        lambda root: _file(root).unlink(),
        lambda root: _file(root).write_bytes(b""),
        lambda root: _manifest(root).unlink(),
        lambda root: _manifest(root).write_bytes(b"PAR1"),
        lambda root: shutil.rmtree(root / "_releases"),
    ],
)
def test_a_release_that_cannot_be_believed_is_passed_over(root: Path, spoil: Callable[[Path], object]) -> None:
    spoil(root)
    assert not is_from_release(Folder(root))
    with_release, alone = answers(Folder(root), ROWS)
    assert with_release == alone


def test_the_newest_release_is_the_last_of_its_day(root: Path) -> None:
    store = Folder(root)
    for number in range(2, 12):
        publishing(PARTITIONS[0], number)(store)
        releasing(store)
    shutil.rmtree(root / "_releases" / "2026-01-01.11")
    _cut(root)
    assert is_from_release(store)
    with_release, alone = answers(store, ROWS)
    assert with_release == alone


@pytest.fixture
def asked(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that reads a release."""
    with connect(root) as connection:
        run(connection, NATION.format(""))
        yield connection


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO 'tables:///_releases/2026-01-01/requests/year=2024.parquet'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO 'tables:///requests/x.csv'",
        "ATTACH 'tables:///_releases/x.db'",
        "SELECT * FROM read_text('tables:///_schema.json')",
        "SELECT * FROM read_text('tables:///../x')",
        "FROM 'tables:///_releases/2026-01-01/reports/year=2024.parquet'",
    ],
)
def test_nothing_is_written_and_nothing_but_the_tables_of_the_question_is_read(
    root: Path, asked: duckdb.DuckDBPyConnection, sql: str
) -> None:
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    with pytest.raises(duckdb.Error):
        asked.execute(sql).fetchall()
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before
