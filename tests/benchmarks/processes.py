"""Reading on one and on two processes, and what memory one worker takes after few and after many documents."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice, pairwise
from pathlib import Path

from extractors.media_type import media_type_of
from flows.documents.parse import Task, parse
from flows.workers.limits import ReadLimits
from flows.workers.pool import Readers
from tests.benchmarks.goals import Measured
from tests.support.sample_portal.catalogue import truth
from tests.support.sample_portal.site import Site
from transforms.report import Context
from transforms.rows import ReportSource

_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_SOURCE = ReportSource("http://example.org/", "0" * 64, "text/html", _MOMENT, _MOMENT, _MOMENT, "benchmark")
_COUNTS, _TIMED = (50, 500, 1_000), 120


def run() -> Measured:
    """Print documents a second on 1 and 2 processes, and a worker's peak memory after few and many documents."""
    one, two = _speed(1), _speed(2)
    print(f"{'read on 1 and 2 processes':34}{one:10.1f}/s   {two / one:6.2f} × with 2 processes ({two:.1f}/s)")  # noqa: T201
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        peaks = pool.apply(_memory)
    for count, peak in zip(_COUNTS[1:], peaks[1:], strict=True):
        print(  # noqa: T201
            f"{f'peak memory after {count} documents':34}{peak:10.0f} MB   {peak / peaks[0]:6.2f} × after {_COUNTS[0]} "
            f"({peaks[0]:.0f} MB)"
        )
    return {}


def _tasks(count: int) -> list[Task]:
    site = Site()
    resources = [resource for report in truth() if (resource := site.get(report.path))]
    context = Context(agency="甲子县人民政府")
    bodies = [resource.body for resource in resources]
    sources = [replace(_SOURCE, media_type=media_type_of(body)) for body in bodies]
    documents = list(zip(bodies, sources, strict=True))
    return [Task(body, None, context, source) for body, source in islice(cycle(documents), count)]


def _speed(workers: int) -> float:
    """Documents a second, the start of the workers left out."""
    tasks = _tasks(_TIMED)
    with Readers(ReadLimits(60, 4096, workers)) as readers:
        for begun in [readers.submit(task) for task in tasks[: 4 * workers]]:
            begun()
        began = time.perf_counter()
        for begun in [readers.submit(task) for task in tasks]:
            begun()
        return _TIMED / (time.perf_counter() - began)


def _memory() -> list[float]:
    """Peak resident megabytes of this process after reading so many documents.

    By Linux's own record: `getrusage` gives a new process the peak of the one that started it.
    """
    peaks = []
    for before, count in pairwise((0, *_COUNTS)):
        for task in _tasks(count - before):
            parse(task)
        peak = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if "VmHWM" in line)
        peaks.append(int(peak.split()[1]) / 1024)
    return peaks
