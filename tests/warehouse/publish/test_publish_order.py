"""Publishing, amending and removing, in any order and by any number of writers, ends with the same rows."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from itertools import count, repeat
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.histories import WRITERS, History, Step, do, final, histories, together, write
from tests.support.warehouse.interrupted import Killed, killed_after
from tests.support.warehouse.rows import leftovers, published_files
from tests.support.warehouse.run_files import read_run
from warehouse.paths import INTENTS_FOLDER, RUNS_FOLDER, partition_path
from warehouse.publish.manifest import compact_manifest, known_partitions
from warehouse.publish.run_log import UNATTRIBUTED
from warehouse.publish.write import Change, publish_many
from warehouse.storage.store import Folder


@pytest.fixture(scope="module")
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(WRITERS) as pool:
        yield pool


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(WRITERS, multiprocessing.get_context("spawn")) as pool:
        yield pool


@settings(max_examples=5, deadline=None)
@given(history=histories())
def test_any_history_by_any_number_of_writers_ends_as_the_last_editions_published_at_once(
    threads: Executor, history: History
) -> None:
    assert_ends_as_its_last_editions(history, threads)


@pytest.mark.long
@settings(max_examples=250, deadline=None)
@given(history=histories())
def test_any_history_by_any_number_of_processes_ends_as_the_last_editions_published_at_once(
    processes: Executor, history: History
) -> None:
    assert_ends_as_its_last_editions(history, processes)


@settings(max_examples=examples(4), deadline=None)
@given(history=histories(), deaths=st.lists(st.integers(1, 60), min_size=5, max_size=5))
def test_a_history_with_steps_that_were_killed_and_repeated_ends_the_same(history: History, deaths: list[int]) -> None:
    """Without amendments: one that was killed after its last step would be applied twice."""
    steps = [step for step in history.steps if step.kind != "amend"]
    with tempfile.TemporaryDirectory() as folder:
        killed, calm = Path(folder) / "killed", Path(folder) / "calm"
        for step, death in zip(steps, deaths, strict=False):
            with suppress(Killed), killed_after(death):
                do(Folder(killed), step, UNATTRIBUTED)
            for root in (killed, calm):
                do(Folder(root), step, UNATTRIBUTED)
        compact_manifest(Folder(killed))
        assert published_files(killed) == published_files(calm)
        assert leftovers(killed) == []
        assert {known.path for known in known_partitions(Folder(killed))} == set(published_files(killed))


def assert_ends_as_its_last_editions(history: History, pool: Executor) -> None:
    last = final(history.steps)
    ordered = Step("publish", {one: last[one] for one in history.order if one in last}).by_place()
    rows = [(place, together(editions)) for place, editions in ordered.items()]
    with tempfile.TemporaryDirectory() as folder:
        shared, at_once = Path(folder) / "shared", Path(folder) / "once"
        wrote: dict[str, list[Change]] = {}
        for runs in pool.map(write, repeat(shared), count(), history.shares()):
            wrote |= runs
        publish_many(at_once, rows)
        assert with_rows(shared) == with_rows(at_once)
        assert leftovers(shared) == []
        assert not any(change.written for change in publish_many(shared, rows))
        compact_manifest(Folder(shared))
        assert {known.path for known in known_partitions(Folder(shared))} == set(published_files(shared))
        assert list((shared / INTENTS_FOLDER).glob("*")) == []
        assert_files_of_runs_tell_what_was_written(shared, wrote)


def with_rows(root: Path) -> dict[str, bytes]:
    """Return the tables that have rows: one that lost its last row keeps an empty file, which readers see alike."""
    return {name: data for name, data in published_files(root).items() if pq.read_metadata(root / name).num_rows}


def assert_files_of_runs_tell_what_was_written(root: Path, wrote: dict[str, list[Change]]) -> None:
    """Each run names the files that it wrote, with rows before and after; all runs sum up to the stored rows."""
    sums: Counter[str] = Counter()
    for run_id in {path.name.partition(".")[0] for path in (root / RUNS_FOLDER).iterdir()}:
        run = read_run(Folder(root), run_id)
        assert run
        changes = wrote.pop(run_id)
        told = {(one.table, one.partition, one.rows_before, one.rows_after) for one in run.touched}
        assert told == {(one.table, one.partition, one.rows_before, one.rows_after) for one in changes}
        for one in run.touched:
            sums[partition_path(one.table, one.partition)] += one.rows_after - one.rows_before
    assert not any(wrote.values())
    assert sums == {name: pq.read_metadata(root / name).num_rows for name in published_files(root)}
