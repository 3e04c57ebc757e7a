"""Frames of a warehouse of 600 divisions × 5 years with 10 reports in each, and of a release of it.

One division's series against `pandas.read_parquet` of just its files, and a year of the whole country from a release
against `pandas.read_parquet` of that file; what pandas is given by hand, `read` finds by itself.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pandas as pd

from tests.benchmarks.others.explorer import YEARS, fill
from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import compare
from warehouse.frames import Warehouse
from warehouse.paths import Partition, partition_path
from warehouse.release.release import write_release
from warehouse.storage.store import Folder

_DIVISIONS = 600
_ROUNDS = 15
_SERIES = "pandas given its files"
_NATION = "pandas given the file"


def run() -> Measured:
    """Print what reading costs, with a warehouse that is open already and with opening it."""
    root = Path(tempfile.mkdtemp())
    try:
        codes = fill(root, _DIVISIONS)
        look_at(root, codes, write_release(Folder(root), datetime(2026, 1, 1, tzinfo=UTC), lambda done, of: None).name)
    finally:
        shutil.rmtree(root)
    return {}


def look_at(root: Path, codes: Sequence[str], release: str) -> None:
    """Measure frames of the warehouse and of its release."""
    warehouse, code, year = Warehouse(root), codes[len(codes) // 2], YEARS[-1]
    frozen = warehouse.release(release)
    files = [str(root / partition_path("requests", Partition(code, one))) for one in YEARS]
    series = partial(pd.read_parquet, files)
    nation = partial(pd.read_parquet, root / "_releases" / release / "requests" / f"year={year}.parquet")
    for name, ours in {
        "read a division": lambda: warehouse.read("requests", jurisdiction=code),
        "open, and read a division": lambda: Warehouse(root).read("requests", jurisdiction=code),
    }.items():
        compare(name, ours, series, _SERIES, _ROUNDS)
    for name, ours in {
        "read a year of a release": lambda: frozen.read("requests", years=year),
        "open, and read a year of it": lambda: warehouse.release(release).read("requests", years=year),
    }.items():
        compare(name, ours, nation, _NATION)
