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
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import duckdb
import pyarrow as pa

from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import Cost, process
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
_ROWS = f"""
SELECT code AS jurisdiction, $year::INTEGER AS year,
    CASE WHEN body > 0 THEN code[4:] || lpad((body - 1)::VARCHAR, 10, '0') END AS agency_id,
    'portal' || code[4:7] AS portal,
    CASE WHEN body > 0 THEN $states[1 + (hash(code, body, $year) % len($states))::INTEGER] ELSE 'listed' END AS state,
    $since::TIMESTAMPTZ AS since, NULL::VARCHAR AS reason,
    CASE WHEN body > 0 THEN 'http://www.example.org/' || code || '/' || $year || '/' || body || '.html' END AS url,
    true AS list_complete
FROM (SELECT unnest($codes) AS code), range({_REPORTS + 1}) AS bodies(body)
ORDER BY ALL
"""
_VERSIONS = """
SELECT $name AS "table", jurisdiction, year::INTEGER AS year, 1::BIGINT AS version
FROM (SELECT unnest($codes) AS jurisdiction), (SELECT unnest($years) AS year) ORDER BY ALL
"""
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
        # A process that is started counts the memory of the one that starts it as its own.
        with ProcessPoolExecutor(1, get_context("spawn")) as another:
            another.submit(_make, root / "warehouse").result()
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


def _make(root: Path) -> None:
    store = Folder(root)
    folder, table = f"{RELEASES_FOLDER}/2026-01-01", load_tables()[COVERAGE]
    for year in _YEARS:
        with (
            store.stream(f"{folder}/{COVERAGE}/year={year}.parquet") as stream,
            SortedFile(full_columns(table), declared_order(table), stream) as file,
        ):
            values = {"year": year, "codes": _CODES, "since": _SINCE, "states": _STATES}
            file.add(_answer(_ROWS, values).cast(full_schema(table)))
    versions = _answer(_VERSIONS, {"codes": _CODES, "years": [*_YEARS], "name": COVERAGE})
    for path in (MANIFEST_FILE, f"{folder}/{RELEASE_MANIFEST}"):
        store.write(path, manifest_bytes(versions))
    store.write(f"{folder}/{SUMS_FILE}", b"")
    every = [Partition(*keys) for keys in product(_CODES, _YEARS)]
    for partition in random.Random(4).sample(every, len(every) // 100):
        publish_coverage(store, partition, f"portal{partition.jurisdiction[3:7]}", partial(_made, partition))
    compact_manifest(store)


def _answer(sql: str, values: Mapping[str, object]) -> pa.Table:
    rows = duckdb.sql(sql, params={**values})
    assert rows is not None
    return rows.to_arrow_table()


def _made(partition: Partition, stored: object) -> Sequence[Row]:
    row = {"portal": f"portal{partition.jurisdiction[3:7]}", "since": _SINCE, "reason": None, "list_complete": True}
    lists = {**row, "agency_id": None, "state": "listed", "url": None}
    states = random.Random(partition.lock).choices(_STATES, k=_REPORTS)
    bodies = [f"{partition.jurisdiction[3:]}{report:010}" for report in range(_REPORTS)]
    return [
        lists,
        *({**row, "agency_id": body, "state": one, "url": body} for body, one in zip(bodies, states, strict=True)),
    ]
