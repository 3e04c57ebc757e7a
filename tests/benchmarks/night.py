"""An unchanged national night: time against bare requests for the same pages, and whether memory grows with portals.

Each portal has 40 entries; half of the portals send validators and answer 304, the others send the same bytes again.
`python -m tests.benchmarks.night 3200` takes the whole country; `make bench` takes a twentieth of it.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

import requests

from extractors.archive.archive import Archive
from extractors.portals.portal import Portal, write_portal
from flows.documents.capture import Capture
from flows.ledger.records import ListEntry, Verdict
from flows.nightly.run import crawl_night, crawl_one
from flows.runs.result import RunResult
from flows.settings import Settings
from flows.steps.coverage import record_coverage
from flows.steps.fetch import open_fetcher
from flows.steps.lifecycle import AT_ONCE
from flows.steps.listed_reports import read_lists
from flows.workers.threads import in_threads
from flows.workspace import known_portals, open_workspace
from tests.benchmarks.others.portals import AGENCIES, page, portal
from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.page_server import serve_pages
from transforms.parser_version import parser_version
from warehouse.publish.run_log import UNATTRIBUTED
from warehouse.storage.store import open_store

_PORTALS, _ROUNDS = 160, 3


Made = TypeVar("Made")


class Night(NamedTuple):
    """What a night took: seconds of wall time and of CPU, resident megabytes after a tenth of the portals, after the
    last one and after the tables of the whole warehouse, which come at the end; and what it did."""

    seconds: float
    cpu: float
    early: float
    late: float
    end: float
    result: RunResult


def run(portals: int = _PORTALS) -> Measured:
    """Print how long a night takes in which nothing has changed, and its memory."""
    with tempfile.TemporaryDirectory() as root, serve_pages(page, tagged=is_tagged) as url:
        settings = Settings(data_root=Path(root), allow_private_hosts=frozenset({urlsplit(url).netloc}))
        for number in range(portals):
            write_portal(portal(number, url), settings.data_root / "portals")
        _in_own_process(_fill, settings)
        _in_own_process(_crawl, settings)
        asked = _asked(settings)
        pairs = [(_in_own_process(_ask, asked), _in_own_process(_crawl, settings)) for _ in range(_ROUNDS)]
    for _, night in pairs:
        assert (night.result.counts.found, night.result.counts.read) == (portals * len(AGENCIES), 0), night.result
        _tell("night without changes", night)
    ratio = median(night.seconds / bare for bare, night in pairs)
    memory = median(night.late / night.early for _, night in pairs)
    bare = median(bare for bare, _ in pairs)
    print(f"{'  against bare requests':34}{ratio:10.2f} × {bare:.1f} s; memory {memory:.2f} × after a tenth")  # noqa: T201
    return {"night": ratio, "night_memory": memory}


def is_tagged(path: str) -> bool:
    """Return whether a page comes with a validator: reports of every other portal, as static files do; lists do not."""
    number, _, rest = path.removeprefix("/p").partition("/")
    return rest.startswith("nb/t") and int(number) % 2 == 0


def _in_own_process(work: Callable[..., Made], *given: object) -> Made:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def _fill(settings: Settings) -> None:
    """Leave what a first night leaves of the pages, without reading them: `portals` measures that."""
    with open_workspace(settings) as workspace:
        for one in _portals(settings):
            outcome = RunResult()
            with open_fetcher(one, workspace, outcome.counts) as fetcher:
                for report in read_lists(one, fetcher, outcome).announced:
                    page_of_report = fetcher.capture(report.entry.url)
                    assert isinstance(page_of_report, Capture)
                    workspace.ledger.record_verdict(_verdict(report.listed, page_of_report.sha256))
                    workspace.ledger.entries.mark(report.listed, "done")
            record_coverage(one.id, one, workspace, UNATTRIBUTED)


def _verdict(listed: ListEntry, sha256: str) -> Verdict:
    return Verdict(
        report_id=listed.report_id,
        url=listed.url,
        portal=listed.portal,
        jurisdiction=listed.jurisdiction,
        agency=listed.agency,
        year=listed.year,
        sha256=sha256,
        parser_version=parser_version(),
        state="published",
        status="narrative_only",
    )


def _portals(settings: Settings) -> list[Portal]:
    """Return the portals of the simulated country, without those that are shipped."""
    return [one for one in known_portals(settings).values() if one.homepage.startswith("http://127.0.0.1")]


def _crawl(settings: Settings) -> Night:
    """Crawl all portals as a night does, outside the season and when all are due: each is asked for all years."""
    chosen, done, seen = [one.id for one in _portals(settings)], count(1), dict[int, float]()
    now = datetime.now(UTC).replace(month=11) + timedelta(days=366)

    def crawl(*arguments: object) -> RunResult:
        result = crawl_one(settings, *arguments)  # type: ignore[arg-type]
        seen[next(done)] = _resident()
        return result

    began, cpu = time.perf_counter(), time.process_time()
    with in_threads(crawl, AT_ONCE) as begin:
        result = crawl_night(settings, chosen, 0.0, now, begin)
    took = time.perf_counter() - began, time.process_time() - cpu
    return Night(*took, seen[len(chosen) // 10], seen[len(chosen)], _resident(), result)


def _asked(settings: Settings) -> list[list[str]]:
    """Return what a night asks each portal for, by the archive's journal: list pages, what may follow them, reports."""
    asked: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for fetch in Archive(open_store(settings.archive)).fetches(print):
        asked[fetch.portal][fetch.url] = None
    return [[*urls] for urls in asked.values()]


def _ask(asked: Sequence[Sequence[str]]) -> float:
    """Return the seconds that bare requests for the same pages take, in as many threads; each portal is a host."""
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_ask_portal, asked))
    return time.perf_counter() - began


def _ask_portal(urls: Sequence[str]) -> None:
    with requests.Session() as session:
        assert sum(len(session.get(url, timeout=30).content) for url in urls)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _tell(name: str, night: Night) -> None:
    print(  # noqa: T201
        f"{name:34}{night.seconds:10.1f} s    {night.cpu:6.1f} s of CPU; {night.early:.0f} MB after a tenth, "
        f"{night.late:.0f} MB after the last, {night.end:.0f} MB at the end"
    )


if __name__ == "__main__":
    run(*map(int, sys.argv[1:]))
