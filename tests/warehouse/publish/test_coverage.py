"""Portals write their rows of coverage side by side in one table; none loses or changes those of another."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.histories import PLACES
from tests.support.warehouse.interrupted import Killed, killed_after
from tests.support.warehouse.rows import HERE, MORNING, covered, leftovers, partition_file, published_files, report
from tests.support.warehouse.run_files import read_run
from warehouse.paths import INTENTS_FOLDER, Partition
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.manifest import compact_manifest, known_partitions
from warehouse.publish.merge import InvalidRow
from warehouse.publish.read import DamagedFile
from warehouse.publish.run_log import Run
from warehouse.publish.write import publish, remove
from warehouse.query.query import connect, run
from warehouse.schema import Row, load_tables
from warehouse.storage.store import Folder

PORTALS = ("east", "north", "west")
Turn = tuple[Partition, list[Row]]
"""What a portal is found to have in a partition at one time."""


def stored(root: Path, partition: Partition = HERE) -> list[Row]:
    path = partition_file(root, "coverage", partition)
    return pq.ParquetFile(path).read().to_pylist() if path.exists() else []


@st.composite
def turns(draw: st.DrawFn, portal: str) -> list[Turn]:
    states = load_tables()["coverage"].columns[2].values
    rows = st.builds(
        lambda agency, state, reason, whole: covered(portal, agency, state, reason=reason, list_complete=whole),
        st.none() | st.sampled_from("abc"), st.sampled_from(states), st.none() | st.just("why"), st.booleans(),
    )  # fmt: skip
    of_one_time = st.lists(rows, max_size=4, unique_by=lambda row: row["agency_id"])
    return draw(st.lists(st.tuples(st.sampled_from(PLACES), of_one_time), max_size=5))


def take(root: Path, portal: str, own: Sequence[Turn]) -> dict[Partition, list[Row]]:
    """Write the turns of a portal one after the other; what it should have in the end."""
    last: dict[Partition, list[Row]] = {}
    for partition, rows in own:
        found: list[Row] = []

        def replace(stored: Sequence[Row], found: list[Row] = found, rows: list[Row] = rows) -> list[Row]:
            found += stored
            return rows

        change = publish_coverage(root, partition, portal, replace)
        assert by_key(found) == by_key(last.get(partition, []))
        assert change.written == (by_key(rows) != by_key(found))
        last[partition] = rows
    return last


def by_key(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["portal"], row["agency_id"] is not None, row["agency_id"]))


@settings(max_examples=examples(8), deadline=None)
@given(st.tuples(*map(turns, PORTALS)))
def test_portals_at_the_same_time_replace_only_their_own_rows(shares: tuple[list[Turn], ...]) -> None:
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(len(PORTALS)) as pool:
        root = Path(folder)
        publish(root, HERE, {"reports": [report("a")]})
        before = published_files(root)
        last = list(pool.map(take, [root] * len(PORTALS), PORTALS, shares))
        for partition in PLACES:
            expected = [row for portal in last for row in portal.get(partition, [])]
            assert stored(root, partition) == by_key(expected)
        assert {path: data for path, data in published_files(root).items() if path in before} == before
        assert leftovers(root) == []
        compact_manifest(Folder(root))
        assert {known.path for known in known_partitions(Folder(root))} == set(published_files(root))


@settings(max_examples=examples(4), deadline=None)
@given(st.sampled_from(PORTALS).flatmap(turns), st.lists(st.integers(1, 30), min_size=5, max_size=5))
def test_a_writer_that_is_killed_leaves_the_file_old_or_new(own: list[Turn], deaths: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        killed, calm = Path(folder) / "killed", Path(folder) / "calm"
        for (partition, rows), death in zip(own, deaths, strict=False):
            before = stored(killed, partition)
            with suppress(Killed), killed_after(death):
                publish_coverage(Folder(killed), partition, "east", lambda _, rows=rows: _as(rows, "east"))  # type: ignore[misc]
            assert stored(killed, partition) in (before, by_key(_as(rows, "east")))
            for root in (killed, calm):
                publish_coverage(Folder(root), partition, "east", lambda _, rows=rows: _as(rows, "east"))  # type: ignore[misc]
        compact_manifest(Folder(killed))
        assert published_files(killed) == published_files(calm)
        assert leftovers(killed) == list((killed / INTENTS_FOLDER).glob("*")) == []


def _as(rows: Sequence[Row], portal: str) -> list[Row]:
    return [{**row, "portal": portal} for row in rows]


def test_what_is_as_it_was_is_not_written_and_what_changed_is_in_the_log_of_the_run(tmp_path: Path) -> None:
    rows = [covered("east", None), covered("east", "a", "failed", reason="the file is damaged")]
    first = publish_coverage(tmp_path, HERE, "east", lambda _: rows, Run("first", "1"))
    before = published_files(tmp_path)
    again = publish_coverage(tmp_path, HERE, "east", lambda found: found[::-1], Run("again", "1"))
    nothing = publish_coverage(tmp_path, HERE, "west", lambda found: found, Run("nothing", "1"))
    assert [(one.rows_before, one.rows_after, one.written) for one in (first, again, nothing)] == [
        (0, 2, True), (2, 2, False), (2, 2, False),
    ]  # fmt: skip
    assert published_files(tmp_path) == before
    publish_coverage(tmp_path, HERE, "east", lambda _: rows[:1], Run("last", "1"))
    compact_manifest(Folder(tmp_path))
    runs = [read_run(Folder(tmp_path), name) for name in ("first", "again", "nothing", "last")]
    told = [[(one.table, one.rows_before, one.rows_after) for one in run.touched] if run else None for run in runs]
    assert told == [[("coverage", 0, 2)], None, None, [("coverage", 2, 1)]]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([covered("west", "a")], "portal='west', agency_id='a': its portal is not among the portals being published"),
        ([covered("east", "a"), covered("east", "a")], "another row has the same key"),
        ([covered("east", None), covered("east", None)], "another row has the same key"),
        ([covered("east", "a", "lost")], "state has no code 'lost'"),
        ([covered("east", "a", since=MORNING.replace(tzinfo=None))], "since must be a timestamp with a time zone"),
        ([covered("east", "a", list_complete=None)], "list_complete is missing"),
    ],
)
def test_a_row_that_does_not_fit_leaves_everything_as_it_was(tmp_path: Path, rows: list[Row], reason: str) -> None:
    publish_coverage(tmp_path, HERE, "east", lambda _: [covered("east", "b")])
    before = published_files(tmp_path)
    with pytest.raises(InvalidRow, match=reason):
        publish_coverage(tmp_path, HERE, "east", lambda _: rows)
    assert published_files(tmp_path) == before


def test_a_damaged_file_is_named_with_the_command_that_writes_it_again(tmp_path: Path) -> None:
    publish_coverage(tmp_path, HERE, "east", lambda _: [covered("east", "b")])
    partition_file(tmp_path, "coverage", HERE).write_bytes(b"no parquet")
    with pytest.raises(DamagedFile, match=r"coverage/.* move it away and run `nianbao crawl`"):
        publish_coverage(tmp_path, HERE, "east", lambda _: [])


def test_reports_and_coverage_do_not_touch_each_other(tmp_path: Path) -> None:
    """A partition may have either of them alone, and a warehouse of coverage alone can be asked."""
    publish_coverage(tmp_path, HERE, "east", lambda _: [covered("east", "b", "blocked", since=MORNING)])
    sql = "SELECT jurisdiction, year, state FROM coverage LEFT JOIN reports USING (jurisdiction, year)"
    assert run(connect(tmp_path), sql).rows == [("CN-371003", 2024, "blocked")]
    coverage = published_files(tmp_path)
    publish(tmp_path, HERE, {"reports": [report("a")]})
    remove(tmp_path, HERE, ["a"])
    publish_coverage(tmp_path, PLACES[1], "east", lambda _: [covered("east", "b", since=MORNING + timedelta(1))])
    assert coverage.items() <= published_files(tmp_path).items()
    assert run(connect(tmp_path), "SELECT year, count(*) FROM coverage GROUP BY 1 ORDER BY 1").rows == [
        (2023, 1),
        (2024, 1),
    ]
