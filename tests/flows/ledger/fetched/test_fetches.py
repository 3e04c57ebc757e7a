"""Fetches that are written together: each once, whoever writes beside them, and nothing half known after a kill."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.archive.archive import Archive, JournalEntry
from flows.ledger.fetched.fetches import MOST
from flows.ledger.ledger import Ledger
from flows.ledger.records import Address, after_fetch
from tests.support.paths import REPOSITORY
from warehouse.storage.store import open_store

FIRST = datetime(2025, 3, 31, 2, 0, tzinfo=UTC)
URL = "http://x.gov.cn/nb/t1.html"


def fetch(second: int, sha256: str | None = "aa", url: str = URL, outcome: str = "ok") -> JournalEntry:
    headers = {"etag": f'"{second}"', "content-type": f"text/html; charset={second}"}
    at = FIRST + timedelta(seconds=second)
    return JournalEntry(url, url, at, 200, outcome, headers, sha256, f"p{second}")  # type: ignore[arg-type]


ANSWERS = st.sampled_from([("aa", "ok"), ("bb", "ok"), (None, "unreachable"), ("cc", "unreachable")])
BEFORE = st.sampled_from([None, fetch(0, "00"), fetch(0, None, outcome="gone")])


@given(before=BEFORE, first=ANSWERS, second=ANSWERS)
def test_a_fetch_that_is_written_late_counts_as_if_it_had_come_in_time(
    before: JournalEntry | None, first: tuple[str | None, str], second: tuple[str | None, str]
) -> None:
    known = after_fetch(None, before) if before else None
    earlier, later = (fetch(at, answer[0], outcome=answer[1]) for at, answer in ((1, first), (2, second)))

    def after(fetches: Sequence[JournalEntry]) -> Address | None:
        state = known
        for one in fetches:
            state = after_fetch(state, one)
        return state

    assert after([earlier, later]) == after([later, earlier])


def test_a_batch_is_written_by_number_and_by_time(database_url: str) -> None:
    with Ledger(database_url) as ledger, Ledger(database_url) as other:
        for number in range(MOST):
            ledger.fetches.record(fetch(number, url=f"{URL}?{number}"), None)
        assert other.address(f"{URL}?0") is not None
        ledger.fetches.record(fetch(0), None)
        deadline = time.monotonic() + 30
        while other.address(URL) is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_what_waits_is_known_to_this_process_and_written_at_its_end(database_url: str) -> None:
    with Ledger(database_url) as ledger:
        known = ledger.fetches.record(fetch(0), None)
        assert ledger.address(URL) == known
        assert ledger.fetches.record(fetch(1, "bb"), None).last_changed == FIRST + timedelta(seconds=1)
        assert ledger.pages([URL, "http://x.gov.cn/"])[URL].address == ledger.address(URL)
        assert ledger.addresses("p1").keys() == {URL}
        ledger.fetches.record(fetch(2, "cc"), None)
    with Ledger(database_url) as again:
        last = again.address(URL)
        assert last is not None
        assert (last.sha256, last.first_seen, last.validators and last.validators.etag) == ("cc", FIRST, '"2"')


def test_a_failure_to_write_is_raised_and_the_next_attempt_writes_each_line_once(tmp_path: Path) -> None:
    lines: list[JournalEntry] = []
    failures = [OSError("the disk is full")]

    def journal(fetches: Sequence[JournalEntry]) -> None:
        if failures:
            raise failures.pop()
        lines.extend(fetches)

    with Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", journal) as ledger:
        ledger.fetches.record(fetch(0), None)
        if failures:  # else the writer met it first
            with pytest.raises(OSError, match="the disk is full"):
                ledger.fetches.flush()
        ledger.fetches.record(fetch(1, "bb"), None)
        ledger.fetches.flush()
        assert lines == [fetch(0), fetch(1, "bb")]
        assert ledger.addresses("p1")[URL].sha256 == "bb"


MOMENTS = 30
EACH_RUN = (3, 17)
PAGES = 600
WORK = f"""
import sys, time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from extractors.archive.archive import Archive, JournalEntry
from flows.ledger.ledger import Ledger
from warehouse.storage.store import open_store

archive = Archive(open_store(sys.argv[1] + "/archive"))
with Ledger("sqlite:///" + sys.argv[1] + "/ledger.sqlite", archive.log) as ledger, ThreadPoolExecutor(4) as pool:
    def ask(number):
        url = f"http://x.gov.cn/{{number}}"
        known = ledger.address(url)
        if known is None:
            sha256, _ = archive.put(f"<html>{{number}}</html>".encode() * 200)
            ledger.fetches.record(JournalEntry(url, url, datetime.now(UTC), 200, "ok", {{}}, sha256, "x"), known)
            time.sleep(0.002)
    print("ready", flush=True)
    list(pool.map(ask, range({PAGES})))
"""


def _work(root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, str(root)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize(
    "moment", [pytest.param(at, marks=() if at in EACH_RUN else pytest.mark.long) for at in range(MOMENTS)]
)
def test_what_a_kill_cuts_off_is_asked_for_again_and_nothing_is_believed_that_is_not_there(
    moment: int, tmp_path: Path
) -> None:
    with _work(tmp_path) as process:
        time.sleep(random.Random(f"moment {moment}").random() * PAGES * 0.002 / 2)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() in (-signal.SIGKILL, 0)
    _assert_evidence_is_there(tmp_path)
    with _work(tmp_path) as process:
        assert process.wait() == 0
    assert len(_assert_evidence_is_there(tmp_path)) == PAGES


def _assert_evidence_is_there(root: Path) -> set[str]:
    """Return the bodies that the ledger names: each is whole in the archive, and the journal tells how it came."""
    archive, torn = Archive(open_store(str(root / "archive"))), list[str]()
    with Ledger(f"sqlite:///{root / 'ledger.sqlite'}") as ledger:
        named = set(ledger.captures())
    logged = {one.sha256 for one in archive.fetches(torn.append)}
    assert len(torn) <= 1
    assert named <= logged <= set(archive.captures())
    assert all(archive.get(sha256) for sha256 in named)
    return named
