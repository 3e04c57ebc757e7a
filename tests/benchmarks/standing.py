"""How far the country is: `nianbao status` and questions to `coverage`, as whole processes.

The country: 3,200 divisions × 18 years with 35 reports and a list in each, 2,016,000 reports. They are generated as a
manifest and a release; one partition in a hundred is published since. The other 57,024 files are not made, as nothing
opens them.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from statistics import median

import pyarrow as pa

from tests.benchmarks.goals import Measured
from tests.benchmarks.measure import Cost, process
from warehouse.paths import MANIFEST_FILE, RELEASE_MANIFEST, RELEASES_FOLDER, SUMS_FILE, Partition
from warehouse.publish.coverage import COVERAGE, publish_coverage
from warehouse.publish.manifest import compact_manifest, manifest_bytes
from warehouse.release.sorted_file import SortedFile, declared_order
from warehouse.schema import Row, full_columns, full_schema, load_tables
from warehouse.storage.store import Folder

_CODES = [f"CN-{110000 + 170 * number}" for number in range(3200)]
_YEARS = range(2008, 2026)
_REPORTS = 35
_STATES = ("published",) * 16 + ("partial", "listed", "failed", "not_published")
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_ROUNDS = 3
_QUESTIONS: Mapping[str, Sequence[str]] = {
    "status": ("status",),
    "status of a province": ("status", "--province", "CN-37"),
    "gaps of a province": ("status", "--gaps", "--province", "CN-37", "--format", "csv"),
    "report_states by state": ("query", "SELECT state, count(*) FROM report_states GROUP BY state"),
    "complete years": ("query", "SELECT count(*), sum(published) FROM complete_years"),
}


def run() -> Measured:
    """Print what each question takes."""
    root = Path(tempfile.mkdtemp())
    try:
        _make(Folder(root / "warehouse"))
        costs = {name: _cost(root, arguments) for name, arguments in _QUESTIONS.items()}
    finally:
        shutil.rmtree(root)
    for name, cost in costs.items():
        print(f"{name:34}{cost.cpu:10.2f} s of CPU {cost.megabytes:6.0f} MB")  # noqa: T201
    status, others = costs.pop("status"), costs.values()
    return {
        "status": status.cpu,
        "status_memory": status.megabytes,
        "coverage": max(cost.cpu for cost in others),
        "coverage_memory": max(cost.megabytes for cost in others),
    }


def _cost(root: Path, arguments: Sequence[str]) -> Cost:
    """Return the medians of some runs of the command."""
    nianbao, env = str(Path(sys.executable).with_name("nianbao")), {"NIANBAO_DATA_ROOT": str(root)}
    costs = [process([nianbao, *arguments], env) for _ in range(_ROUNDS)]
    return Cost(*(median(one) for one in zip(*costs, strict=True)))


def _make(store: Folder) -> None:
    folder, table = f"{RELEASES_FOLDER}/2026-01-01", load_tables()[COVERAGE]
    for year in _YEARS:
        with (
            store.stream(f"{folder}/{COVERAGE}/year={year}.parquet") as stream,
            SortedFile(full_columns(table), declared_order(table), stream) as file,
        ):
            for code in _CODES:
                keys = {"jurisdiction": code, "year": year}
                file.add(pa.Table.from_pylist([{**keys, **row} for row in _rows(code, year)], full_schema(table)))
    files = {"jurisdiction": [code for code in _CODES for _ in _YEARS], "year": [*_YEARS] * len(_CODES)}
    versions = pa.table(
        {
            "table": pa.array([COVERAGE] * len(files["year"]), pa.string()),
            "jurisdiction": pa.array(files["jurisdiction"], pa.string()),
            "year": pa.array(files["year"], pa.int32()),
            "version": pa.array([1] * len(files["year"]), pa.int64()),
        }
    )
    for path in (MANIFEST_FILE, f"{folder}/{RELEASE_MANIFEST}"):
        store.write(path, manifest_bytes(versions))
    store.write(f"{folder}/{SUMS_FILE}", b"")
    every = [Partition(*keys) for keys in product(_CODES, _YEARS)]
    for partition in random.Random(4).sample(every, len(every) // 100):
        publish_coverage(store, partition, _portal(partition.jurisdiction), _made(partition))
    compact_manifest(store)


def _portal(code: str) -> str:
    return f"portal{code[3:7]}"


def _made(partition: Partition) -> Callable[[object], Sequence[Row]]:
    return lambda _: [*_rows(partition.jurisdiction, partition.year)]


def _rows(code: str, year: int) -> Iterator[dict[str, object]]:
    chosen = random.Random(f"{code}{year}").choices(_STATES, k=_REPORTS)
    row = {"portal": _portal(code), "since": _SINCE, "reason": None, "list_complete": True}
    yield {**row, "agency_id": None, "state": "listed", "url": None}
    for report, state in enumerate(chosen):
        url = f"http://www.example.org/{code}/{year}/{report}.html"
        yield {**row, "agency_id": f"{code[3:]}{report:010}", "state": state, "url": url}
