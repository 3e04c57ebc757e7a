"""`make bench`: the benchmarks that have goals, or those named as in `make bench B="crawl ocr"`, then the table.

Each is a process of its own: none finds what another has cached, and its children are not as large as all of them. One
that fails leaves its rows empty, and the exit code 1.
"""

from __future__ import annotations

import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.benchmarks.support.goals import run_benchmark, table

_GOALS = "suite startup reading ocr processes ingest publishing country questions standing crawl night".split()
_OTHERS = [f"others.{name}" for name in "second_reader warehouse frames portals reprocess explorer panels".split()]
"""Benchmarks without a row in the table; they take as long as all others."""
_ALL = "all"


def main(names: list[str]) -> int:
    """Run benchmarks, print the table, and return the exit code."""
    measured: dict[str, float] = {}
    failed = 0
    for name in _GOALS + _OTHERS if names == [_ALL] else names or _GOALS:
        began = time.monotonic()
        try:
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                measured |= process.submit(run_benchmark, name).result()
        except Exception:  # noqa: BLE001 (what others measure is not lost)
            traceback.print_exc()
            failed = 1
        print(f"{'':34}({name}: {time.monotonic() - began:.0f} s)", flush=True)  # noqa: T201
    print("\n".join(("", *table(measured))))  # noqa: T201
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
