"""Reading on one and on two processes, and what memory one worker takes after few and after many documents."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice, pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

from extractors.media_type import HTML, media_type_of
from flows.documents.parse import Task, parse
from flows.workers.limits import ReadLimits
from flows.workers.pool import Readers
from tests.benchmarks.support.goals import Measured
from tests.support.sample_portal.catalogue import PDF, truth
from tests.support.sample_portal.site import Site
from transforms.report import Context
from transforms.rows import ReportSource

_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_SOURCE = ReportSource("http://example.org/", "0" * 64, "text/html", _MOMENT, _MOMENT, _MOMENT, "benchmark")
_COUNTS, _TIMED, _ROUNDS = (50, 500, 1_000), 120, 3


class Speed(NamedTuple):
    """Documents a second, by the clock, and as if every reader had got a core whenever it wanted one."""

    measured: float
    unhindered: float


def run() -> Measured:
    """Print documents a second on 1 and 2 processes, and a worker's peak memory after few and many documents."""
    measured = {name: _two_to_one(name, kind) for name, kind in {"two_pages": HTML, "two_pdf": PDF}.items()}
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        peaks = pool.apply(_memory)
    for count, peak in zip(_COUNTS[1:], peaks[1:], strict=True):
        print(  # noqa: T201
            f"{f'peak memory after {count} documents':34}{peak:10.0f} MB   {peak / peaks[0]:6.2f} × after {_COUNTS[0]} "
            f"({peaks[0]:.0f} MB)"
        )
    return measured


def _two_to_one(name: str, kind: str) -> float:
    """Print and return how many times as many documents of a kind two processes read: the median of the rounds."""
    tasks = [*islice(cycle(_documents(kind)), _TIMED)]
    pairs = [(_speed(tasks, 1), _speed(tasks, 2)) for _ in range(_ROUNDS)]
    ratio = median(two.measured / one.measured for one, two in pairs)
    unhindered = median(two.unhindered / one.unhindered for one, two in pairs)
    speed = median(one.measured for one, _ in pairs)
    print(f"{name:34}{speed:10.1f}/s   {ratio:6.2f} × with 2 processes ({unhindered:.2f} × without waiting for a core)")  # noqa: T201
    return ratio


def _documents(*kinds: str) -> Iterator[Task]:
    """Yield the reports of the sample portal, of some kinds or all, each once."""
    site, context = Site(), Context(agency="甲子县人民政府")
    for body in [resource.body for report in truth() if (resource := site.get(report.path))]:
        media_type = media_type_of(body)
        if media_type in kinds or not kinds:
            yield Task(body, None, context, replace(_SOURCE, media_type=media_type))


def _speed(tasks: list[Task], workers: int) -> Speed:
    """Return how quickly documents are read, the start of the workers left out."""
    with Readers(ReadLimits(60, 4096, workers)) as readers:
        before = dict(begun() for begun in [readers.begin(_read, task) for task in tasks[: 6 * workers]])
        began = time.perf_counter()
        after = dict(begun() for begun in [readers.begin(_read, task) for task in tasks])
        took = time.perf_counter() - began
    hindered = min(after[reader] - before.get(reader, 0.0) for reader in after)
    return Speed(len(tasks) / took, len(tasks) / (took - hindered))


def _read(task: Task) -> tuple[int, float]:
    """Read a document; return the reader and for how many seconds it has waited for a core, by Linux's own record."""
    assert parse(task).reports
    return os.getpid(), int(Path("/proc/self/schedstat").read_text("ascii").split()[1]) / 1e9


def _memory() -> list[float]:
    """Peak resident megabytes of this process after reading so many documents.

    By Linux's own record: `getrusage` gives a new process the peak of the one that started it.
    """
    peaks, tasks = [], cycle([*_documents()])
    for before, count in pairwise((0, *_COUNTS)):
        for task in islice(tasks, count - before):
            parse(task)
        peak = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if "VmHWM" in line)
        peaks.append(int(peak.split()[1]) / 1024)
    return peaks
