"""`make bench`: all benchmarks, or those named as in `make bench B="crawl ocr"`, then the table of the goals."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.benchmarks import (
    country,
    crawl,
    explorer,
    frames,
    ingest,
    night,
    ocr,
    panels,
    portals,
    processes,
    publishing,
    reading,
    reprocess,
    second_reader,
    startup,
    suite,
    warehouse,
)
from tests.benchmarks.goals import Measured, table

_RUNS: dict[str, Callable[[], Measured]] = {
    "startup": startup.run,
    "reading": reading.run,
    "second_reader": second_reader.run,
    "ocr": ocr.run,
    "processes": processes.run,
    "ingest": ingest.run,
    "publishing": publishing.run,
    "country": country.run,
    "warehouse": warehouse.run,
    "frames": frames.run,
    "crawl": crawl.run,
    "portals": portals.run,
    "night": night.run,
    "reprocess": reprocess.run,
    "explorer": explorer.run,
    "panels": panels.run,
    "suite": suite.run,
}

if __name__ == "__main__":
    measured: dict[str, float] = {}
    for name in sys.argv[1:] or _RUNS:
        measured |= _RUNS[name]()
    print("\n".join(("", *table(measured))))  # noqa: T201
