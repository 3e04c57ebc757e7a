"""The reports of the whole country, published into an empty warehouse by two processes, and a release made of them.

`python -m tests.benchmarks.country 2000000` does all of it. By default a part is done: fewer divisions, each with all
years and as many reports a year. Rows are made before; what takes time is what publishing and compacting take. As other
programs may run here, reports a second are those of a second of CPU; wall time is said beside it.
"""

from __future__ import annotations

import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import cycle
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from tests.benchmarks.support import workers
from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import Memory
from tests.benchmarks.support.sample import Contents, contents_of
from warehouse.paths import Partition
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.run_log import Run
from warehouse.publish.write import publish_many
from warehouse.release.release import write_release
from warehouse.storage.store import Folder

YEARS = range(2008, 2026)
REPORTS = 35
"""Reports of a partition: 2,000,000 in 3,200 divisions and 18 years."""
_PART, _CONTENTS, _PROCESSES, _TENTHS = 60_000, 6, 2, 10
_RUN = Run("country", "benchmark")


class Division(NamedTuple):
    """What publishing one division took: seconds of CPU for its partitions and for compacting, and when it was done."""

    publishing: float
    compacting: float
    done: float


def run() -> Measured:
    """Print what a part of the country takes; return the last tenth's reports a second of CPU ÷ the first tenth's."""
    return {"country": build(_PART)}


def build(reports: int) -> float:
    """Print what so many reports take; return the last tenth's reports a second of CPU ÷ the first tenth's."""
    root = Path(tempfile.mkdtemp(prefix="country-"))
    codes = [f"CN-{100000 + number}" for number in range(max(round(reports / REPORTS / len(YEARS)), _TENTHS))]
    try:
        began = time.time()
        with multiprocessing.get_context("spawn").Pool(_PROCESSES, _warm_up) as pool:
            done = list(pool.imap_unordered(_publish_division, ((root, code) for code in codes)))
        ratio = _tell_speed(began, done)
        workers.tell(mean(one.publishing for one in done), mean(one.compacting for one in done))
        _tell_size(root, _reports(done))
        _release(root, len(codes) * len(YEARS))
    finally:
        shutil.rmtree(root)
    return ratio


@cache
def _contents() -> Contents:
    """Return the rows of some partitions, which come again and again."""
    return contents_of(_CONTENTS, REPORTS)


def _warm_up() -> None:
    """Make the rows, and do once what the first publication of a process does."""
    with tempfile.TemporaryDirectory() as folder:
        _publish_division((Path(folder), "CN-999999"))


def _publish_division(work: tuple[Path, str]) -> Division:
    """Publish all years of a division, then compact the manifest, as a crawl of its portal does."""
    root, code = work
    store, contents = Folder(root), _contents()
    began = time.process_time()
    publish_many(store, zip((Partition(code, year) for year in YEARS), cycle(contents)), _RUN)
    published = time.process_time()
    compact_manifest(store)
    return Division(published - began, time.process_time() - published, time.time())


def _tell_speed(began: float, done: Sequence[Division]) -> float:
    """Print reports a second by tenths; return the last ÷ the first, by CPU."""
    speeds: list[float] = []
    ended = began
    for tenth in range(_TENTHS):
        own = done[tenth * len(done) // _TENTHS : (tenth + 1) * len(done) // _TENTHS]
        publishing, compacting = sum(one.publishing for one in own), sum(one.compacting for one in own)
        reports, last = _reports(own), max(one.done for one in own)
        speeds.append(reports / (publishing + compacting))
        print(  # noqa: T201
            f"{f'country, tenth {tenth + 1}':34}{speeds[-1]:10.1f}/s of CPU, {reports / (last - ended):.1f}/s of time; "
            f"CPU of a division: {publishing / len(own):.2f} s, and {compacting / len(own):.3f} s to compact"
        )
        ended = last
    print(f"{'country':34}{(ended - began) / 3600:10.2f} h     for {_reports(done):,} reports")  # noqa: T201
    return speeds[-1] / speeds[0]


def _reports(divisions: Sequence[Division]) -> int:
    return len(divisions) * len(YEARS) * REPORTS


def _tell_size(root: Path, reports: int) -> None:
    sizes = [file.stat().st_size for file in root.rglob("*.parquet")]
    print(  # noqa: T201
        f"{'size of the country':34}{sum(sizes) / reports:10,.0f} B    a report; {len(sizes):,} files, {sum(sizes):,} B"
    )


def _release(root: Path, partitions: int) -> None:
    began, memory = time.process_time(), Memory(partitions)
    release = write_release(Folder(root), datetime(2026, 1, 1, tzinfo=UTC), lambda done, of: memory.look())
    spent = time.process_time() - began
    memory.tell("releasing the country")
    print(f"{'release of the country':34}{spent:10.1f} s     of CPU, {release.size:,} B")  # noqa: T201


if __name__ == "__main__":
    print(f"{'last tenth':34}{build(int(sys.argv[1])):10.2f} × the first tenth")  # noqa: T201
