"""A document that hangs, crashes or bombs its reader costs one worker and gives a reason; the batch goes on."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from extractors.document import Unreadable
from extractors.media_type import EMPTY
from flows.documents.parse import ParseResult, Task
from flows.workers.limits import ReadLimits
from flows.workers.pool import Readers, ReadersStopped
from tests.support.sample_portal.catalogue import find_report
from tests.support.sample_portal.site import Site
from transforms.report import Context
from transforms.rows import ReportSource

LIMITS = ReadLimits(seconds=5, megabytes=1500, workers=2)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = ReportSource("http://127.0.0.1/", "0" * 64, "text/html", MOMENT, MOMENT, MOMENT, "test")


class Hanging(bytes):
    """Bytes whose first look never ends."""

    def startswith(self, *_: object) -> bool:
        time.sleep(600)
        return False


class Crashing(bytes):
    """Bytes that end the process which looks at them."""

    def startswith(self, *_: object) -> bool:
        os._exit(7)


class Bombing(bytes):
    """Bytes that ask for more memory than there may be."""

    def startswith(self, *_: object) -> bool:
        return not bytearray(4_000_000_000)


class Defective(bytes):
    """Bytes that find a defect in the reader."""

    def startswith(self, *_: object) -> bool:
        raise RuntimeError("two\nlines")


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(LIMITS) as pool:
        yield pool


def task(body: bytes, media_type: str = "text/html") -> Task:
    return Task(body, None, Context(), replace(SOURCE, media_type=media_type))


def good() -> Task:
    resource = Site().get(find_report("甲子县", 2024).path)
    assert resource is not None
    return task(resource.body)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (Hanging, "NIANBAO_READ_SECONDS"),
        (Crashing, "crashed (exit code 7)"),
        (Bombing, "NIANBAO_READ_MEGABYTES"),
        (Defective, "RuntimeError: two lines"),
    ],
)
def test_a_bad_document_gives_a_reason_and_the_next_is_read(
    readers: Readers, kind: Callable[[bytes], bytes], reason: str
) -> None:
    bad, fine = readers.submit(task(kind(b"x"))), readers.submit(good())
    result = bad()
    assert result.reports == ()
    assert reason in result.reason
    assert "\n" not in result.reason
    assert fine().reports
    assert readers.submit(good())().reports


def test_a_copy_of_a_process_reads_within_the_same_limits() -> None:
    """In a process of its own, as a copy may be made of one without threads alone, and inherits all its memory."""
    program = (
        "from tests.flows.workers.test_pool import *\n"
        "from flows.documents.parse import parse; parse(good())\n"
        "for kind in (Hanging, Crashing, Bombing, Defective):\n"
        "    with Readers(replace(LIMITS, workers=1), forked=True) as readers:\n"
        "        print(readers.submit(task(kind(b'x')))().reason, len(readers.submit(good())().reports))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8")
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "reading took more than 5 s (NIANBAO_READ_SECONDS) 1",
        "the reader crashed (exit code 7) 1",
        "reading needs more than 1500 MB of memory (NIANBAO_READ_MEGABYTES) 1",
        "the reader failed: RuntimeError: two lines 1",
    ]


def test_what_comes_back_is_the_report_with_its_rows(readers: Readers) -> None:
    (told,) = readers.submit(good())().reports
    report = find_report("甲子县", 2024)
    assert (told.agency, told.year, told.status) == (report.agency, 2024, "complete")
    read = {(row["outcome"], row["applicant"]): row["raw"] for row in told.rows["requests"]}
    assert read == report.figures.requests


def test_a_document_that_is_no_report_gives_its_reason(readers: Readers) -> None:
    assert readers.submit(task(b"", EMPTY))() == ParseResult(reason="the file is empty")


def refuse(reason: str) -> bytes:
    raise Unreadable(reason)


def fail(reason: str) -> bytes:
    raise LookupError(reason)


def test_any_function_of_a_document_runs_within_the_limits_of_reading(readers: Readers) -> None:
    assert readers.begin(bytes.upper, b"page")() == b"PAGE"
    with pytest.raises(Unreadable, match=r"^the page is empty$"):
        readers.begin(refuse, "the page is empty")()
    with pytest.raises(Unreadable, match=r"^the reader failed: LookupError: two lines$"):
        readers.begin(fail, "two\nlines")()


def test_threads_that_wait_for_readers_are_let_go_when_these_stop() -> None:
    """As after Ctrl-C: neither a document being read nor one that waits is taken for a bad one."""
    stopped, waiting = Readers(ReadLimits(seconds=60, megabytes=1500, workers=1)), []

    def break_off() -> None:
        with stopped:
            waiting.extend([threads.submit(stopped.submit(task(Hanging(b"x")))) for _ in range(2)])
            raise KeyError

    with ThreadPoolExecutor(2) as threads:
        with pytest.raises(KeyError):
            break_off()
        assert [type(one.exception(timeout=5)) for one in waiting] == [ReadersStopped, ReadersStopped]
    with pytest.raises(ReadersStopped):
        stopped.submit(good())


def test_a_daemon_is_told_that_it_can_start_no_readers() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as daemons, pytest.raises(OSError, match="with --no-nanny"):
        daemons.apply(Readers, (LIMITS,))


def test_workers_that_are_starting_when_the_last_document_is_read_say_nothing() -> None:
    """With sixteen of them, five of six such programs printed a traceback when the pool's locks went first."""
    done = subprocess.run([sys.executable, "-m", __name__], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")


if __name__ == "__main__":
    with Readers(ReadLimits(seconds=60, megabytes=4096, workers=16)) as many:
        many.submit(task(b"<p></p>"))()
