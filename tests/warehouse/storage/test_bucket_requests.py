"""The requests to a bucket: each one counts, and no listing grows with the warehouse."""

from __future__ import annotations

import re

import pytest

from tests.support.servers.s3 import S3
from tests.support.warehouse.rows import HERE, disclosure, report, request
from warehouse.paths import Partition
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.read import read_reports
from warehouse.publish.write import publish
from warehouse.query.query import connect, run
from warehouse.storage.bucket import Bucket

OTHER = Partition("CN-371003", 2023)
ELSEWHERE = "jurisdiction=CN-371003/year=2023/data.parquet"
EXISTING = {"reports": [report("a")], "requests": [request("a")]}
FRESH = {"reports": [report("b")], "requests": [request("b")], "disclosures": [disclosure("b")]}
READ = """
GET disclosures/…
GET findings/…
GET indicators/…
GET proceedings/…
GET requests/…
GET sections/…
GET statements/…
GET reports/…
"""
"""Each table of the partition once, by its own name: it is not known before which of them exist."""
PUBLISH = f"""
PUT _locks/CN-371003-2024.lock
{READ}
PUT _manifest/open/CN-371003-2024.….json
PUT disclosures/…
PUT requests/…
PUT reports/…
DELETE _locks/CN-371003-2024.lock
"""
UNCHANGED = f"""
PUT _locks/CN-371003-2024.lock
{READ}
DELETE _locks/CN-371003-2024.lock
"""
FOLD = """
LIST _manifest/open/
PUT _locks/manifest.lock
LIST _manifest/open/
GET _manifest/open/CN-371003-2024.….json
GET _manifest/partitions.parquet
HEAD disclosures/…
PUT _manifest/partitions.parquet
GET _runs/no-run.….json
PUT _runs/no-run.….json
DELETE _manifest/open/CN-371003-2024.….json
DELETE _locks/manifest.lock
"""
"""Intents are listed, as nothing else names them: first whether there are any, then again under the lock."""
LOOK = """
LIST _manifest/open/
GET _manifest/partitions.parquet
"""
"""Each question looks for news; what a connection is asked first also for the newest release."""
FIRST_QUESTION = f"""
{LOOK}
HEAD SHA256SUMS
{LOOK}
LIST _releases/
"""


def lines(table: str) -> list[str]:
    return [line for line in table.splitlines() if line]


@pytest.fixture
def bucket(s3: S3) -> Bucket:
    """Return a warehouse with this partition and another, without intents, for a process that has written before."""
    bucket = Bucket(s3.url)
    publish(bucket, HERE, EXISTING)
    publish(bucket, OTHER, EXISTING)
    compact_manifest(bucket)
    s3.requests()
    return bucket


def asked(server: S3) -> list[str]:
    """Return requests in their order, without what they have in common."""
    told = "\n".join(map(str, server.requests()))
    return re.sub(r"\d{19}", "…", told.replace("jurisdiction=CN-371003/year=2024/data.parquet", "…")).splitlines()


def test_requests_to_publish_a_report(s3: S3, bucket: Bucket) -> None:
    publish(bucket, HERE, FRESH)
    assert asked(s3) == lines(PUBLISH)
    publish(bucket, HERE, FRESH)
    assert asked(s3) == lines(UNCHANGED)
    compact_manifest(bucket)
    assert asked(s3) == lines(FOLD)
    compact_manifest(bucket)
    assert asked(s3) == lines("LIST _manifest/open/")


def test_requests_to_read_a_partition(s3: S3, bucket: Bucket) -> None:
    read_reports(bucket, HERE, ["a"])
    assert asked(s3) == lines(READ)
    with connect(bucket) as connection:
        assert asked(s3) == lines("HEAD _manifest/partitions.parquet")
        run(connection, "SELECT * FROM requests WHERE jurisdiction = 'CN-371003' AND year = 2024")
        assert asked(s3) == lines(f"{FIRST_QUESTION}\nGET requests/…")
        run(connection, "SELECT sum(value) FROM requests JOIN reports USING (jurisdiction, year, report_id)")
        files = [f"GET {table}/{place}" for table in ("requests", "reports") for place in ("…", ELSEWHERE)]
        assert sorted(asked(s3)) == sorted([*lines(LOOK), *files])


def test_a_process_reads_contract_and_manifest_once(s3: S3, bucket: Bucket) -> None:
    publish(Bucket(s3.url), HERE, FRESH)
    assert asked(s3) == ["GET _schema.json", "HEAD _manifest/partitions.parquet", *lines(PUBLISH)]


def test_no_lost_response_changes_what_is_published(s3: S3, bucket: Bucket) -> None:
    names = [f"r{number:02}" for number in range(1, len(lines(PUBLISH)) + 1)]
    for number, name in enumerate(names, 1):
        s3.lose_answers(number)
        publish(
            bucket, HERE, {"reports": [report(name)], "requests": [request(name)], "disclosures": [disclosure(name)]}
        )
        assert len(s3.requests()) > len(names)
    for number in range(1, 30, 4):
        s3.lose_answers(number)
        compact_manifest(bucket)
    for rows in read_reports(bucket, HERE, names).values():
        assert [row["report_id"] for row in rows] in ([], names)
    assert bucket.names("_locks") == bucket.names("_manifest/open") == []
