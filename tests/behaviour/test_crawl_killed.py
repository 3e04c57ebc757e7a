"""A crawl that is killed with SIGKILL at any moment and run again ends as one that was not."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from extractors.archive.archive import Archive
from flows.ledger.ledger import Ledger
from tests.support.paths import REPOSITORY
from tests.support.sample_portal.server import SamplePortal
from tests.support.warehouse.contents import contents_of, ledger_of
from tests.support.warehouse.place import Place, make_place
from warehouse.storage.store import open_store

YEARS = (2018, 2021)
"""Among them a page, an attachment, and a report with its correction."""
MOMENTS = 50
EACH_RUN = range(4, MOMENTS, 20)
"""Moments that are tried by `make test` too."""
CRAWL = """
import sys
from pathlib import Path
from tests.support.warehouse.place import make_place

place = make_place(Path(sys.argv[1]), sys.argv[2])
print("ready", flush=True)
place.crawl(*map(int, sys.argv[3:]))
"""


@dataclass(frozen=True, slots=True)
class Uninterrupted:
    """A place crawled by a process that nobody killed, and the seconds that it took."""

    place: Place
    seconds: float


@contextmanager
def _crawl(place: Place) -> Iterator[subprocess.Popen[str]]:
    """Return a process that has imported everything and begins to crawl now."""
    command = [sys.executable, "-c", CRAWL, str(place.settings.data_root), place.portal.homepage.rstrip("/")]
    with subprocess.Popen(
        [*command, *map(str, YEARS)], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process


@pytest.fixture(scope="module")
def uninterrupted(portal: SamplePortal, tmp_path_factory: pytest.TempPathFactory) -> Uninterrupted:
    place = make_place(tmp_path_factory.mktemp("uninterrupted"), portal.url)
    with _crawl(place) as process:
        began = time.monotonic()
        assert process.wait() == 0
        return Uninterrupted(place, time.monotonic() - began)


@pytest.mark.parametrize(
    "moment", [pytest.param(at, marks=() if at in EACH_RUN else pytest.mark.long) for at in range(MOMENTS)]
)
def test_a_crawl_that_is_killed_and_run_again_ends_as_one_that_was_not(
    moment: int, uninterrupted: Uninterrupted, place: Place
) -> None:
    fraction = (moment + random.Random(f"moment {moment}").random()) / MOMENTS
    with _crawl(place) as process:
        time.sleep(fraction * uninterrupted.seconds)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() in (-signal.SIGKILL, 0)
    _assert_readers_see_whole_reports(place, uninterrupted.place)
    _assert_evidence_is_there(place)

    assert place.crawl(*YEARS).failures == []
    assert place.captures() == uninterrupted.place.captures()
    assert ledger_of(place) == ledger_of(uninterrupted.place)
    assert contents_of(place) == contents_of(uninterrupted.place)
    _assert_evidence_is_there(place)
    unexpected = [path for path in place.warehouse.rglob("*") if path.is_file() and path.name.startswith(".")]
    assert unexpected == []

    files = place.files()
    assert place.crawl(*YEARS).partitions == set()
    assert place.files() == files
    assert ledger_of(place) == ledger_of(uninterrupted.place)


def _assert_evidence_is_there(place: Place) -> None:
    """Every body that the ledger names is whole in the archive, and the journal tells how it came."""
    archive, torn = Archive(open_store(place.settings.archive)), list[str]()
    with Ledger(place.settings.database) as ledger:
        named = set(ledger.captures())
    logged = {fetch.sha256 for fetch in archive.fetches(torn.append)} - {None}
    assert len(torn) <= 1  # the kernel may stop a killed writer between two pages of the file
    assert named <= logged <= set(archive.captures())
    assert all(archive.get(sha256) for sha256 in named)


def _assert_readers_see_whole_reports(place: Place, whole: Place) -> None:
    """Return what is published when the crawl dies equals what will be published in the end, report by report."""
    if not place.files():
        return
    reports = {str(row[0]) for row in place.ask("SELECT report_id FROM reports")}
    for table in ("disclosures", "requests", "proceedings", "indicators", "statements", "findings"):
        rows = {row for row in map(str, whole.ask(f"FROM {table}")) if any(report in row for report in reports)}
        shown = {row for row in map(str, place.ask(f"FROM {table}")) if any(report in row for report in reports)}
        assert shown == rows
