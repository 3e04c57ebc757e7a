"""The country on 1 to 16 workers: a simulation, whose assumptions are measured here or told by the country's run.

Each worker has a processor of its own and takes the next division when it is free. Reading and publishing run side by
side; the ledger's writings and the update of the manifest wait for their locks, one worker at a time. Sites answer at
once: what waiting for them takes is not part of it.
"""

from __future__ import annotations

import heapq
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from extractors.reader import read_documents
from flows.ledger.ledger import Ledger
from flows.ledger.records import Verdict
from tests.support.sample_portal.catalogue import HTML, PDF, truth
from tests.support.sample_portal.site import Site
from transforms.report import Context, interpret_each, rows_of
from transforms.rows import ReportSource

_WORKERS = (1, 2, 4, 8, 16)
_DIVISIONS, _REPORTS, _PDF_SHARE = 3_200, 625, 0.3
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_SOURCE = ReportSource("http://example.org/", "0" * 64, HTML, _MOMENT, _MOMENT, _MOMENT, "benchmark")


class Costs(NamedTuple):
    """Seconds of CPU: a report's reading from a page or a PDF, its line in the ledger, a division's other work."""

    page: float
    pdf: float
    ledger: float
    publishing: float
    manifest: float

    @property
    def side_by_side(self) -> float:
        """What a division takes without any lock."""
        return _REPORTS * ((1 - _PDF_SHARE) * self.page + _PDF_SHARE * self.pdf) + self.publishing

    @property
    def locked(self) -> tuple[float, float]:
        """What a division takes under the lock of the ledger, and under that of the manifest."""
        return _REPORTS * self.ledger, self.manifest


def tell(publishing: float, manifest: float) -> None:
    """Print the hours of the country by workers; given are a division's seconds of publishing and compacting."""
    costs = Costs(_reading(HTML), _reading(PDF), _ledger(), publishing, manifest)
    milliseconds = ", ".join(f"{name} {cost * 1000:.1f}" for name, cost in costs._asdict().items())
    locked = sum(costs.locked) / (sum(costs.locked) + costs.side_by_side)
    print(  # noqa: T201
        f"simulated: {_DIVISIONS:,} divisions with {_REPORTS} reports, {_PDF_SHARE:.0%} of them PDF; ms of CPU: "
        f"{milliseconds}; {locked:.1%} of it under locks"
    )
    for workers in _WORKERS:
        print(f"{f'country by {workers} workers':34}{hours(costs, workers):10.2f} h")  # noqa: T201


def hours(costs: Costs, workers: int, divisions: int = _DIVISIONS) -> float:
    """Return the hours that so many workers take, if each has a processor.

    >>> costs = Costs(page=0.01, pdf=0.01, ledger=0.0, publishing=0.0, manifest=0.0)
    >>> round(hours(costs, 1, 64) / hours(costs, 16, 64), 1)
    16.0
    """
    free = [0.0] * workers
    unlocked = [0.0] * len(costs.locked)
    for _ in range(divisions):
        now = heapq.heappop(free) + costs.side_by_side
        for lock, held in enumerate(costs.locked):
            unlocked[lock] = now = max(now, unlocked[lock]) + held
        heapq.heappush(free, now)
    return max(free) / 3600


def _reading(media_type: str) -> float:
    """Return the CPU of bytes → rows for one report of the sample portal, on average."""
    site = Site()
    found = (site.get(report.path) for report in truth() if report.media_type == media_type)
    bodies = [resource.body for resource in found if resource]
    _read(bodies[:1])
    began = time.process_time()
    _read(bodies)
    return (time.process_time() - began) / len(bodies)


def _read(bodies: Sequence[bytes]) -> None:
    for body in bodies:
        for report in interpret_each(read_documents(body), Context()):
            rows_of(report, _SOURCE)


def _ledger(count: int = 500) -> float:
    """Return the CPU of recording what became of one report."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(f"sqlite:///{Path(folder) / 'ledger.sqlite'}")
        began = time.process_time()
        for number in range(count):
            url = f"http://example.org/{number}"
            ledger.record_verdict(
                Verdict(f"{number:016x}", url, "portal", "CN-371003", "机关", 2024, "0" * 64, "benchmark", "published")
            )
        return (time.process_time() - began) / count
