"""The archive read again: what Prefect adds to it, what a second process gains, and the memory of the parent.

Owns an archive of 1,000 documents. Each measurement is a process of its own, so that none finds what another cached.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from statistics import median

from extractors.archive.archive import JournalEntry
from extractors.portals.portal import Portal, write_portal
from flows.ledger.records import ListEntry
from flows.reprocess.processes import in_processes
from flows.reprocess.run import ReprocessResult, reprocess_archive
from flows.reprocess.selection import Selection
from flows.settings import Settings
from flows.workspace import Workspace, open_workspace
from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import Memory
from tests.support.processes.command import clean_environment
from tests.support.reports.html import render_html
from tests.support.sample_portal.figures import make_figures
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import compose
from tests.support.servers.prefect import prefect_server

_COUNTIES = {f"{name}县": f"CN-9901{number:02d}" for number, name in enumerate(("甲子", "乙丑", "丙寅", "丁卯"), 1)}
_BUREAUS = [
    f"{place}{kind}局"
    for place in ("城乡", "地方", "公共", "特别", "综合")
    for kind in ("教育", "民政", "财政", "水利", "统计")
]
_YEARS = range(2015, 2025)
_PDFS = 7
"""One document in so many is a PDF, as among the real reports at hand; the others are pages that Word has made."""
_ROUNDS = 3


def run() -> Measured:
    """Print the wall time with Prefect against that without, on 1 process against 2, and the parent's memory.

    Prefect's part is small next to how much the speed of a shared machine varies, so it is measured alone, too.
    """
    with tempfile.TemporaryDirectory() as root:
        count = _fill(Settings(data_root=Path(root)))
        _measure(root, 2, "", "publish")
        home = Path(root) / "prefect"
        home.mkdir()
        with prefect_server(home) as server:
            ways = ((1, "", "all"), (2, "", "all"), (2, server.api, "all"), (2, "", "none"), (2, server.api, "none"))
            runs = [[_measure(root, workers, api, what) for workers, api, what in ways] for _ in range(_ROUNDS)]
    one, two, seen, idle, idle_seen = (median(times) for times in zip(*runs, strict=True))
    told = f"{one / two:6.2f} × as quick as on 1 process ({one:.1f} s)"
    print(f"{f'read {count} documents again':34}{two:10.1f} s    {told}")  # noqa: T201
    print(f"{'the same, seen by Prefect':34}{seen:10.1f} s    {100 * (seen - two) / seen:6.1f} % of it Prefect's")  # noqa: T201
    alone = idle_seen - idle
    print(f"{'Prefect, with nothing to read':34}{alone:10.1f} s    {100 * alone / (two + alone):6.1f} % of the same")  # noqa: T201
    return {}


def _fill(settings: Settings) -> int:
    """Put the pages of as many reports into an archive and a ledger as if they had been crawled."""
    portal = Portal(
        id="bench",
        name="样例市人民政府",
        jurisdiction="CN-990100",
        homepage="http://127.0.0.1:9/",
        list_pages=("http://127.0.0.1:9/nb/",),
        dialect="generic_list",
        divisions=_COUNTIES,
    )
    write_portal(portal, settings.data_root / "portals")
    count = 0
    with open_workspace(settings) as workspace:
        for county in _COUNTIES:
            for bureau in _BUREAUS:
                for year in _YEARS:
                    _put(workspace, f"{county}{bureau}", year, count)
                    count += 1
    return count


def _put(workspace: Workspace, agency: str, year: int, number: int) -> None:
    kind, day = "html" if number % _PDFS else "pdf", date(year + 1, 3, 1)
    title, url = f"{agency}{year}年政府信息公开工作年度报告", f"http://127.0.0.1:9/nb/{number}.{kind}"
    parts = compose(replace(make_figures(agency[:3], year, seed=number), agency=agency), day)
    body = render_html(title, parts, "word", Random(number)) if kind == "html" else render_pdf(agency, year, parts)
    sha256, _ = workspace.archive.put(body)
    fetch = JournalEntry(url, url, datetime.now(UTC), 200, "ok", {"content-type": ""}, sha256, "bench")
    workspace.ledger.fetches.record(fetch, None)
    entry = ListEntry(url, "bench", url, _COUNTIES[agency[:3]], agency, year, title, day, stage="done")
    workspace.ledger.entries.record_list("bench", [entry], complete=False)


def _measure(root: str, workers: int, api: str, what: str) -> float:
    """Seconds that a process of its own takes to read again, once everything is imported."""
    given = {"NIANBAO_DATA_ROOT": root, "NIANBAO_READ_WORKERS": str(workers), "PREFECT_HOME": f"{root}/prefect"}
    prefect = {"PREFECT_API_URL": api, "PREFECT_LOGGING_LEVEL": "CRITICAL"} if api else {}
    command = [sys.executable, "-m", "tests.benchmarks.others.reprocess", what]
    done = subprocess.run(
        command, env=clean_environment() | given | prefect, stdout=subprocess.PIPE, check=True, encoding="utf-8"
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["reports"] == told["documents"]
    sys.stdout.write("".join(f"{line}\n" for line in done.stdout.splitlines()[:-1] if workers == 2 and not api))
    return float(told["seconds"])


def _once(what: str) -> None:
    """Reprocess in this process, then print its memory, and what it did with the seconds that it took.

    `none`: what another parser has read, and that is nothing.
    """
    publish, older = what == "publish", what == "none"
    if os.environ.get("PREFECT_API_URL"):
        from flows.reprocess.flow import reprocess

        def carry_out() -> ReprocessResult:
            return reprocess(older=older, publish=publish)
    else:

        def carry_out() -> ReprocessResult:
            with in_processes(Settings()) as begin:
                return reprocess_archive(Selection(older=older), Settings(), begin, publish=publish)

    memory = Memory(0)
    with _watched(memory):
        began = time.perf_counter()
        done = carry_out()
        seconds = time.perf_counter() - began
    if not older:
        memory.tell("the parent, publishing" if publish else "the parent")
    print(json.dumps({**done.counts.numbers, "seconds": seconds}))  # noqa: T201


@contextmanager
def _watched(memory: Memory) -> Iterator[None]:
    """Sample the memory of this process while the block runs."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            memory.look()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    _once(sys.argv[1])
