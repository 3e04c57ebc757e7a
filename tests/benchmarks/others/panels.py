"""Panel checks of the whole country, 3,200 divisions × 5 years with 10 reports in each, and of a fifth of it.

The checks against pandas reading the same columns of the largest table alone, and the memory that either country takes.
"""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from flows.maintain.panels import check_panels, choose
from tests.benchmarks.others.explorer import DIVISIONS, fill
from tests.benchmarks.support.goals import Measured
from warehouse.publish.run_log import UNATTRIBUTED
from warehouse.storage.store import Folder

_COLUMNS = ["report_id", "outcome", "applicant", "value", "implied"]
_PART = 5


def run() -> Measured:
    """Print how long the checks take, what they find, and the memory that they need."""
    root = Path(tempfile.mkdtemp())
    try:
        for name, divisions in (("a fifth", DIVISIONS // _PART), ("the country", DIVISIONS)):
            fill(root / name, divisions)
        compare_countries(root / "a fifth", root / "the country")
    finally:
        shutil.rmtree(root)
    return {}


def compare_countries(small: Path, large: Path) -> None:
    """Measure the checks of two warehouses, each in a process of its own."""
    seconds, peak, found = _in_process(_check, large)
    baseline, *_ = _in_process(_read, large)
    print(  # noqa: T201
        f"{'panel checks of the country':34}{seconds * 1000:10.1f} ms   {seconds / baseline:6.2f} × pandas reading its "
        f"requests ({baseline * 1000:.1f} ms), {found:,} findings"
    )
    _, early, _ = _in_process(_check, small)
    print(f"{'memory of panel checks':34}{peak:10.0f} MB   {peak / early:6.2f} × with a fifth ({early:.0f} MB)")  # noqa: T201


def _in_process(function: Callable[[Path], int], warehouse: Path) -> tuple[float, float, int]:
    """Return seconds, peak megabytes and the result of a function of a warehouse, in a new process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (function, warehouse))


def _measured(function: Callable[[Path], int], warehouse: Path) -> tuple[float, float, int]:
    began = time.perf_counter()
    result = function(warehouse)
    took = time.perf_counter() - began
    peak = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if "VmHWM" in line)
    return took, int(peak.split()[1]) / 1024, result


def _check(warehouse: Path) -> int:
    return sum(1 for _ in check_panels(Folder(warehouse), choose(), UNATTRIBUTED, dry=True))


def _read(warehouse: Path) -> int:
    """Read the columns of each file by hand, as a person would who cannot keep all of them in memory."""
    files = sorted(warehouse.glob("requests/*/*/data.parquet"))
    return sum(len(pd.read_parquet(file, columns=_COLUMNS)) for file in files)
