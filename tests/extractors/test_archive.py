"""The archive on a real disc: whole or not at all, verified, and told when damaged."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.archive import Archive, DamagedCapture, Fetch


@settings(deadline=None, max_examples=25)  # every body is flushed to the disc
@given(st.lists(st.binary(max_size=200)))
def test_every_body_comes_back_and_is_new_once(bodies: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        put = [archive.put(body) for body in bodies]
        assert [archive.get(sha256) for sha256, _ in put] == bodies
        assert sum(new for _, new in put) == len(set(bodies))
        assert list(archive.captures()) == sorted({hashlib.sha256(body).hexdigest() for body in bodies})


def test_place_of_a_capture(tmp_path: Path) -> None:
    sha256, _ = Archive(tmp_path).put(b"body")
    assert (tmp_path / "sha256" / sha256[:2] / sha256[2:4] / sha256).read_bytes() == b"body"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [sha256]


def test_damaged_capture_is_refused_and_put_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sha256, _ = archive.put(b"body")
    path = next(path for path in tmp_path.rglob(sha256))
    path.write_bytes(b"bo")
    with pytest.raises(DamagedCapture, match="crawl its portal again"):
        archive.get(sha256)
    assert archive.put(b"body") == (sha256, False)
    assert archive.get(sha256) == b"body"


def test_missing_capture(tmp_path: Path) -> None:
    with pytest.raises(DamagedCapture, match="is missing"):
        Archive(tmp_path).get("0" * 64)


def test_threads_that_put_the_same_body_find_it_new_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        put = list(pool.map(lambda _: archive.put(b"body"), range(32)))
    assert sum(new for _, new in put) == 1


def test_journal_has_a_line_for_each_fetch_of_a_day(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    fetched_at = datetime(2025, 3, 31, 18, 30, tzinfo=UTC)
    fetch = Fetch("http://x.cn/年报", "http://x.cn/b", fetched_at, 200, "ok", {"etag": '"1"'}, "ab" * 32, "x")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(archive.log, [fetch] * 50))
    lines = (tmp_path / "fetches" / "2025-03-31.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 50
    assert json.loads(lines[0]) == {
        "url": "http://x.cn/年报",
        "final_url": "http://x.cn/b",
        "fetched_at": "2025-03-31T18:30:00+00:00",
        "status": 200,
        "outcome": "ok",
        "headers": {"etag": '"1"'},
        "sha256": "ab" * 32,
        "portal": "x",
    }


WRITER = """
import os, sys
from pathlib import Path
from extractors.archive import Archive
archive = Archive(Path(sys.argv[1]))
print("writing", flush=True)
while True:
    archive.put(os.urandom(2_000_000))
"""


@pytest.mark.parametrize("after", [0.0, 0.03, 0.07, 0.11])
def test_killed_writer_leaves_whole_captures_only(tmp_path: Path, after: float) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], cwd=root, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(after)
        writer.kill()
    archive = Archive(tmp_path)
    for sha256 in archive.captures():
        assert len(archive.get(sha256)) == 2_000_000
    assert archive.put(b"body")[1]
