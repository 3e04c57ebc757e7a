"""The same questions to a warehouse in an object store: fsspec's own in memory, and a server that speaks S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from tests.warehouse.asked import ANSWERS, WENDENG, publish_asked
from warehouse.query import connect, run
from warehouse.ready import ready_questions
from warehouse.store import Bucket, Folder

S3 = fsspec.get_filesystem_class("s3")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """URL of a server on loopback."""
    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["memory", "s3"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """What a folder holds, object by object."""
    if request.param == "s3":
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "nobody")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("server"))
        # An instance remembers where its server was.
        S3.clear_instance_cache()
        S3().mkdir("questions")
    publish_asked(tmp_path)
    bucket = Bucket(f"{request.param}://questions/here")
    for path in Folder(tmp_path).names(""):
        bucket.write(path, (tmp_path / path).read_bytes())
    yield bucket
    fsspec.filesystem(request.param).rm("questions", recursive=True)
    S3.clear_instance_cache()


def test_ready_questions_and_views_have_the_same_answers(bucket: Bucket) -> None:
    with connect(bucket) as connection:
        for number, rows in ANSWERS.items():
            assert run(connection, ready_questions()[number].sql).rows == rows, number
        sql = f"SELECT year, received__total FROM requests_wide WHERE jurisdiction = '{WENDENG}' ORDER BY ALL"
        assert run(connection, sql).rows == [(2022, 20), (2024, 7), (2024, None)]
