"""Writers to a bucket that crash, sleep or compete, and readers meanwhile."""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from io import BytesIO

import pyarrow.parquet as pq
import pytest

from tests.support.processes.bucket_writers import (
    LOST,
    crash_at_request,
    share_bucket,
    share_stubbornly,
    sleeper,
    writer,
)
from tests.support.processes.writers import CRASHED, FIRST, SECOND, TABLES
from tests.support.servers.s3 import S3
from tests.support.warehouse.rows import HERE, published_files
from tests.support.warehouse.run_files import all_paths, read_run
from warehouse.paths import Partition, partition_path
from warehouse.publish.manifest import compact_manifest, known_partitions, untracked_files
from warehouse.publish.write import publish
from warehouse.query.query import connect, run
from warehouse.storage.bucket import Bucket

MOMENTS = 90
"""More than the moments before and after each request: the last ones end without a crash."""
LEAST = 60
EACH_RUN = (26, 60)

LOCK = "_locks/manifest.lock"
OTHERS = ["_manifest/partitions.parquet", "_runs/no-run.json", "_schema.json"]
"""All objects besides locks, intents and tables."""

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Files, Files]:
    """Return the content before and after."""
    root = tmp_path_factory.mktemp("warehouse")
    publish(root, HERE, FIRST)
    old = published_files(root)
    publish(root, HERE, SECOND)
    return old, published_files(root)


def files_of(bucket: Bucket) -> Files:
    paths = [path for path in bucket.names("") if path.endswith("/data.parquet")]
    # Those of `reports` first, which come last: what they rely on must be there already.
    files = {path: bucket.read(path) for path in sorted(paths, key=lambda path: not path.startswith("reports/"))}
    return {path: data for path, data in files.items() if data is not None}


@pytest.mark.parametrize(
    "moment", [pytest.param(at, marks=() if at in EACH_RUN else pytest.mark.long) for at in range(1, MOMENTS)]
)
def test_a_crash_around_any_request_leaves_old_or_new_objects_and_the_next_run_repairs_the_rest(
    s3: S3, editions: tuple[Files, Files], moment: int
) -> None:
    old, new = editions
    bucket = Bucket(s3.url, 0.3)
    publish(bucket, HERE, FIRST)
    with writer(crash_at_request, s3, moment) as process:
        code = process.join()
    assert code == CRASHED or (moment > LEAST and code == 0)
    assert code == 0 or moment + 1 < MOMENTS
    found = files_of(bucket)
    assert set(old) <= set(found)
    assert all(data in (old.get(path), new[path]) for path, data in found.items())
    (reports,) = (path for path in new if path.startswith("reports/"))
    assert found[reports] == old[reports] or found == new
    assert {known.path for known in known_partitions(bucket)} == set(found)

    publish(bucket, HERE, SECOND)
    compact_manifest(bucket)
    assert files_of(bucket) == new
    assert [known.table for known in known_partitions(bucket)] == TABLES
    told = read_run(bucket, "no-run")
    assert told is not None
    assert {one.table for one in told.touched} == set(TABLES)
    # Who died between entering the last publication and giving the lock back left nothing to enter, but the lock.
    left = [LOCK] if bucket.exists(LOCK) and moment > LEAST else []
    assert [path for path in all_paths(bucket) if path not in new] == [*left, *OTHERS]
    publish(bucket, HERE, FIRST)
    compact_manifest(bucket)
    assert [path for path in all_paths(bucket) if path not in new] == OTHERS


@pytest.mark.parametrize(
    ("writers", "reports", "partitions"), [(3, 18, 3), pytest.param(8, 200, 20, marks=pytest.mark.long)]
)
def test_processes_that_share_partitions_lose_nothing_and_readers_see_whole_files(
    s3: S3, writers: int, reports: int, partitions: int
) -> None:
    bucket = Bucket(s3.url)
    seen = [0]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(writer(share_bucket, s3, one, writers, reports, partitions)) for one in range(writers)
        ]
        while any(one.process.is_alive() for one in processes):
            seen.append(_read_all(bucket, partitions))
            time.sleep(0.3)
        assert [one.join() for one in processes] == [0] * writers
    assert seen == sorted(seen)
    assert any(0 < number < reports for number in seen)
    _assert_everything_is_there(bucket, reports, partitions)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_processes_that_are_stopped_repeatedly_lose_nothing(s3: S3, seed: int) -> None:
    """Stopped for longer than its lease, a writer loses its locks to others, and resumes without knowing it."""
    chance, work, partitions = random.Random(seed), (4, 160), 2
    with ExitStack() as stack:
        processes = [stack.enter_context(writer(share_stubbornly, s3, one, *work, partitions, 0.6)) for one in range(4)]
        while len(alive := [one for one in processes if one.process.is_alive()]) > 1:
            sleeping = chance.choice(alive)
            time.sleep(chance.random() / 5)
            sleeping.stop()
            time.sleep(0.9)
            sleeping.go_on()
        assert [one.join() for one in processes] == [0] * 4
    bucket = Bucket(s3.url)
    lost = bucket.names("lost")
    assert lost
    for path in lost:
        bucket.remove(path)
    compact_manifest(bucket)
    assert untracked_files(bucket) == []
    _assert_everything_is_there(bucket, work[1], partitions)


def _assert_everything_is_there(bucket: Bucket, reports: int, partitions: int) -> None:
    everything = [f"r{number:03}" for number in range(reports)]
    with connect(bucket) as connection:
        for table in ("reports", "requests"):
            rows = run(connection, f"SELECT report_id FROM {table} ORDER BY ALL").rows
            assert [name for (name,) in rows] == everything
    known = known_partitions(bucket)
    assert len(known) == 2 * partitions
    assert set(all_paths(bucket)) == {*(one.path for one in known), *OTHERS}


def test_a_process_that_was_stopped_longer_than_its_lease_writes_nothing(s3: S3) -> None:
    bucket = Bucket(s3.url, 0.3)
    with writer(sleeper, s3, 0.3) as process:
        while not bucket.exists("ready"):
            time.sleep(0.02)
        process.stop()
        with bucket.lock("here"):
            pass
        bucket.write("go", b"")
        process.go_on()
        assert process.join() == LOST
    assert bucket.names("") == ["go", "ready"]


def _read_all(bucket: Bucket, partitions: int) -> int:
    """Return how many reports readers see: each file is complete, and no report lacks its rows of other tables."""
    found = 0
    for number in range(partitions):
        partition = Partition("CN-371003", 2000 + number)
        names = {table: _names(bucket.read(partition_path(table, partition))) for table in ("reports", "requests")}
        assert names["reports"] <= names["requests"]
        found += len(names["reports"])
    return found


def _names(data: bytes | None) -> set[str]:
    if data is None:
        return set()
    with pq.ParquetFile(BytesIO(data)) as file:
        return set(file.read()["report_id"].to_pylist())
