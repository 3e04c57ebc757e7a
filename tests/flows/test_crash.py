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
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extractors.portals.sample.server import SamplePortal
from tests.flows.place import Place, make_place, warehouse_files

REPOSITORY = Path(__file__).parents[2]
YEARS = (2018, 2021)
"""Among them a page, an attachment, and a report with its correction."""
MOMENTS = 6
CRAWL = """
import sys
from pathlib import Path
from tests.flows.place import make_place

place = make_place(Path(sys.argv[1]), sys.argv[2])
print("ready", flush=True)
place.crawl(*map(int, sys.argv[3:]))
"""
TIMES = {"first_seen", "last_checked", "last_changed"}


@dataclass(frozen=True, slots=True)
class Uninterrupted:
    """A place crawled by a process that nobody killed, and the seconds that it took."""

    place: Place
    seconds: float


@contextmanager
def _crawl(place: Place) -> Iterator[subprocess.Popen[str]]:
    """A process that has imported everything and begins to crawl now."""
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


@pytest.mark.parametrize("sixth", range(MOMENTS))
def test_a_crawl_that_is_killed_and_run_again_ends_as_one_that_was_not(
    sixth: int, uninterrupted: Uninterrupted, place: Place
) -> None:
    fraction = (sixth + random.Random(f"moment {sixth}").random()) / MOMENTS
    with _crawl(place) as process:
        time.sleep(fraction * uninterrupted.seconds)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() in (-signal.SIGKILL, 0)
    _assert_readers_see_whole_reports(place, uninterrupted.place)

    assert place.crawl(*YEARS).failures == []
    assert place.captures() == uninterrupted.place.captures()
    assert place.verdicts() == uninterrupted.place.verdicts()
    assert _contents(place) == _contents(uninterrupted.place)
    unexpected = [path for path in place.warehouse.rglob("*") if path.is_file() and path.name.startswith(".")]
    assert unexpected == []

    files = place.files()
    assert place.crawl(*YEARS).partitions == set()
    assert place.files() == files


def _assert_readers_see_whole_reports(place: Place, whole: Place) -> None:
    """What is published when the crawl dies equals what will be published in the end, report by report."""
    if not place.files():
        return
    reports = {str(row[0]) for row in place.ask("SELECT report_id FROM reports")}
    for table in ("disclosures", "requests", "proceedings", "indicators", "statements", "findings"):
        rows = {row for row in map(str, whole.ask(f"FROM {table}")) if any(report in row for report in reports)}
        shown = {row for row in map(str, place.ask(f"FROM {table}")) if any(report in row for report in reports)}
        assert shown == rows


def _contents(place: Place) -> dict[str, pa.Table]:
    """Every file of the warehouse as rows, without the columns that say when it was fetched."""
    contents = {}
    for path in warehouse_files(place.warehouse):
        with pq.ParquetFile(place.warehouse / path) as file:
            table = file.read()
        contents[path] = table.select([name for name in table.column_names if name not in TIMES])
    return contents
