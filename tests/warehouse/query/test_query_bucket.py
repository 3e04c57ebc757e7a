"""The same questions to a warehouse in an object store: fsspec's own in memory, and an S3 server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.warehouse.example_answers import ANSWERS, WENDENG, publish_examples
from warehouse.query.examples import example_questions
from warehouse.query.query import connect, run
from warehouse.storage.store import Bucket, Folder


@pytest.fixture(params=["memory", "s3"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Bucket:
    """Return what a folder holds, object by object."""
    place = request.getfixturevalue("s3").url if request.param == "s3" else f"memory://{tmp_path.name}"
    publish_examples(tmp_path)
    bucket = Bucket(f"{place}/here")
    for path in Folder(tmp_path).names(""):
        bucket.write(path, (tmp_path / path).read_bytes())
    return bucket


def test_ready_questions_and_views_have_the_same_answers(bucket: Bucket) -> None:
    with connect(bucket) as connection:
        for number, rows in ANSWERS.items():
            assert run(connection, example_questions()[number].sql).rows == rows, number
        sql = f"SELECT year, received__total FROM requests_wide WHERE jurisdiction = '{WENDENG}' ORDER BY ALL"
        assert run(connection, sql).rows == [(2022, 20), (2024, 7), (2024, None)]
