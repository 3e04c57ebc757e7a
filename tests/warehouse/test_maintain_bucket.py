"""Releases and maintenance of a warehouse in a bucket of an S3 server."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from io import BytesIO

import pyarrow.parquet as pq
import pytest

from tests.support.servers.s3 import S3
from tests.support.warehouse.rows import HERE, report, request
from tests.support.warehouse.run_files import all_paths
from warehouse.maintain import remove_leftovers, rewrite_outdated_files, update_manifest
from warehouse.paths import Partition, partition_path
from warehouse.publish.manifest import known_partitions
from warehouse.publish.write import publish
from warehouse.query.query import connect, run
from warehouse.release.release import write_release
from warehouse.release.staging import incomplete_releases
from warehouse.storage.bucket import Bucket

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def bucket(s3: S3) -> Bucket:
    bucket = Bucket(s3.url)
    for year in (2023, 2024):
        publish(bucket, Partition("CN-371003", year), {"reports": [report("a")], "requests": [request("a")]})
    return bucket


def nothing(done: int, total: int) -> None:
    pass


def test_a_release_is_complete_and_matches_its_checksums(s3: S3, bucket: Bucket) -> None:
    before = bucket.names("")
    release = write_release(bucket, NOON, nothing)
    last = [one.key for one in s3.requests() if one.key.startswith("_releases/")][-1]
    assert last == f"_releases/{release.name}/SHA256SUMS"
    sums = bucket.read(last)
    assert sums is not None
    told = {path: digest for digest, path in (line.split("  ") for line in sums.decode().splitlines())}
    files = {path.removeprefix(f"_releases/{release.name}/"): bucket.read(path) for path in bucket.names("_releases")}
    del files["SHA256SUMS"]
    assert told == {path: hashlib.sha256(data or b"").hexdigest() for path, data in files.items()}
    assert release.rows["requests"] == 2
    assert [path for path in bucket.names("") if not path.startswith("_releases/")] == before
    assert s3.uploads() == []


def test_a_release_that_fails_leaves_nothing(s3: S3, bucket: Bucket) -> None:
    before = bucket.names("")
    s3.requests()

    def fail(done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_release(bucket, NOON, fail)
    asked = [one for one in s3.requests() if "year=2024.parquet" in one.key and "_releases" in one.key]
    assert {one.method for one in asked} <= {"UPLOAD", "ABORT"}
    assert asked
    assert bucket.names("") == before
    assert s3.uploads() == []


def test_maintenance_removes_incomplete_releases_adds_publications_and_rewrites_files(s3: S3, bucket: Bucket) -> None:
    whole = write_release(bucket, NOON, nothing)
    bucket.write("_releases/2026-11-22/requests/year=2024.parquet", b"PAR1 and no more")
    path = partition_path("requests", HERE)
    data = bucket.read(path)
    assert data is not None
    older = BytesIO()
    pq.write_table(pq.read_table(BytesIO(data)).drop_columns(["implied"]), older)
    bucket.write(path, older.getvalue())

    assert incomplete_releases(bucket) == ["_releases/2026-11-22"]
    assert len(remove_leftovers(bucket, dry=False).done) == 1
    assert update_manifest(bucket, dry=False).done == ["2 publications added"]
    step = rewrite_outdated_files(bucket, nothing, dry=False)
    assert (step.done, step.damaged) == (["1 files of requests rewritten"], [])

    assert incomplete_releases(bucket) == []
    assert bucket.read(path) == data
    assert rewrite_outdated_files(bucket, nothing, dry=False).done == []
    others = {"_manifest/partitions.parquet", "_runs/no-run.json", "_schema.json"}
    published = {one.path for one in known_partitions(bucket)} | others
    assert {one for one in all_paths(bucket) if not one.startswith(f"_releases/{whole.name}/")} == published
    with connect(bucket) as connection:
        assert run(connection, "SELECT count(*) FROM requests").rows == [(2,)]
