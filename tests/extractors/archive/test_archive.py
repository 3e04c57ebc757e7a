"""The archive on a real disk and in an object store: whole or not at all, verified, and damage is reported."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import fsspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.archive.archive import Archive, DamagedCapture, JournalEntry
from tests.support.examples import examples
from tests.support.paths import REPOSITORY
from warehouse.storage.folder import Folder
from warehouse.storage.store import open_store

FETCHED = datetime(2025, 3, 31, 18, 30, tzinfo=UTC)
FETCH = JournalEntry("http://x.cn/年报", "http://x.cn/b", FETCHED, 200, "ok", {"etag": '"1"'}, "ab" * 32, "x")


@pytest.fixture(params=["folder", "file", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield a folder, its URL, and an object store."""
    if request.param != "memory":
        yield ("file://" if request.param == "file" else "") + str(tmp_path / "archive")
        return
    yield f"memory://{uuid.uuid4().hex}/archive"
    fsspec.filesystem("memory").store.clear()


def no_line(place: str) -> None:
    raise AssertionError(place)


@settings(deadline=None, max_examples=examples(8))  # every body is written to the disk
@given(st.lists(st.binary(max_size=200)))
def test_every_body_comes_back_and_is_new_once(bodies: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _assert_come_back(Archive(open_store(Path(folder))), bodies)


@settings(deadline=None, max_examples=examples(8))
@given(st.lists(st.binary(max_size=200)))
def test_every_body_comes_back_from_an_object_store(bodies: list[bytes]) -> None:
    _assert_come_back(Archive(open_store(f"memory://{uuid.uuid4().hex}")), bodies)
    fsspec.filesystem("memory").store.clear()


def _assert_come_back(archive: Archive, bodies: list[bytes]) -> None:
    put = [archive.put(body) for body in bodies]
    assert [archive.get(sha256) for sha256, _ in put] == bodies
    assert sum(new for _, new in put) == len(set(bodies))
    assert list(archive.captures()) == sorted({hashlib.sha256(body).hexdigest() for body in bodies})


def test_place_of_a_capture(tmp_path: Path) -> None:
    sha256, _ = Archive(open_store(tmp_path)).put(b"body")
    assert (tmp_path / "sha256" / sha256[:2] / sha256[2:4] / sha256).read_bytes() == b"body"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [sha256]


def test_damaged_capture_is_refused_and_put_again(place: str) -> None:
    archive = Archive(open_store(place))
    sha256, _ = archive.put(b"body")
    with fsspec.open(f"{place}/sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}", "wb") as file:
        file.write(b"bo")
    with pytest.raises(DamagedCapture, match="crawl its portal again"):
        archive.get(sha256)
    assert archive.put(b"body") == (sha256, False)
    assert archive.get(sha256) == b"body"


def test_captures_are_flushed_at_any_time(place: str) -> None:
    archive = Archive(open_store(place))
    archive.flush()
    sha256, _ = archive.put(b"body")
    archive.flush()
    archive.flush()
    assert archive.get(sha256) == b"body"


def test_missing_capture(place: str) -> None:
    with pytest.raises(DamagedCapture, match="is missing"):
        Archive(open_store(place)).get("0" * 64)


def test_empty_archive(place: str) -> None:
    assert list(Archive(open_store(place)).captures()) == []
    assert list(Archive(open_store(place)).fetches(no_line)) == []


def test_threads_that_put_the_same_body_find_it_new_once(place: str) -> None:
    archive = Archive(open_store(place))
    with ThreadPoolExecutor(8) as pool:
        put = list(pool.map(lambda _: archive.put(b"body"), range(32)))
    assert sum(new for _, new in put) == 1


# The journal


def test_line_of_a_fetch(tmp_path: Path) -> None:
    Archive(open_store(tmp_path)).log([FETCH])
    assert json.loads((tmp_path / "fetches" / "2025-03-31.jsonl").read_text("utf-8")) == {
        "url": "http://x.cn/年报",
        "final_url": "http://x.cn/b",
        "fetched_at": "2025-03-31T18:30:00+00:00",
        "status": 200,
        "outcome": "ok",
        "headers": {"etag": '"1"'},
        "sha256": "ab" * 32,
        "portal": "x",
    }


def test_journal_of_threads_and_writers_comes_back_day_by_day(place: str) -> None:
    days = [replace(FETCH, fetched_at=FETCHED + timedelta(days=day), status=day) for day in range(3)]
    writers = [Archive(open_store(place)), Archive(open_store(place))]
    with ThreadPoolExecutor(8) as pool:
        for day in reversed(days):
            list(pool.map(lambda at, day=day: writers[at % 2].log([day]), range(120)))
    archive = Archive(open_store(place))
    assert list(archive.fetches(no_line)) == [day for day in days for _ in range(120)]
    assert list(archive.fetches(no_line, date(2025, 4, 1))) == [day for day in days[1:] for _ in range(120)]


def test_journal_is_read_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Archive(open_store(tmp_path)).log([FETCH])
    monkeypatch.setattr(Folder, "read", lambda *_: pytest.fail("a whole day is read at once"))
    assert list(Archive(open_store(tmp_path)).fetches(no_line)) == [FETCH]


def test_file_of_the_journal_that_vanishes_is_reported(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(place)
    monkeypatch.setattr(store, "names", lambda _: ["fetches/2025-03-31.jsonl"])
    with pytest.raises(DamagedCapture, match=r"2025-03-31\.jsonl vanished"):
        list(Archive(store).fetches(no_line))


@pytest.mark.parametrize("cut", [1, 10, 60, -2])
def test_incomplete_line_hides_no_other(tmp_path: Path, cut: int) -> None:
    Archive(open_store(tmp_path)).log([FETCH])
    journal = tmp_path / "fetches" / "2025-03-31.jsonl"
    line = journal.read_bytes()
    torn: list[str] = []
    journal.write_bytes(line + line[:cut])
    assert list(Archive(open_store(tmp_path)).fetches(torn.append)) == [FETCH]
    after = Archive(open_store(tmp_path))
    after.log([FETCH])
    after.log([FETCH])
    assert list(after.fetches(torn.append)) == [FETCH] * 3
    assert torn == [f"{journal}, line 2"] * 2


# A writer that dies


WRITER = """
import os, sys
from pathlib import Path
from extractors.archive.archive import Archive
from warehouse.storage.folder import Folder
from warehouse.storage.store import open_store
archive = Archive(open_store(Path(sys.argv[1])))
print("writing", flush=True)
while True:
    archive.put(os.urandom(2_000_000))
"""


@pytest.mark.parametrize("after", [0.0, 0.03, 0.07, 0.11])
def test_killed_writer_leaves_whole_captures_only(tmp_path: Path, after: float) -> None:
    root = REPOSITORY
    with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], cwd=root, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(after)
        writer.kill()
    archive = Archive(open_store(tmp_path))
    for sha256 in archive.captures():
        assert len(archive.get(sha256)) == 2_000_000
    assert archive.put(b"body")[1]
