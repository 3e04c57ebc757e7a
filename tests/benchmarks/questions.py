"""`nianbao query` as a whole process, and a sum over the whole country since a release.

The country: 120 divisions × 5 years with 35 reports in each partition, as 2,000,000 reports in 57,600 partitions have.
A release of it is made, then one partition in a hundred is published anew. The baseline is one sorted file of the
same rows, without what a warehouse promises.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import duckdb

from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import compare, compare_cpu
from tests.benchmarks.support.sample import sample_rows
from warehouse.frames import Warehouse
from warehouse.paths import Partition
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.read import Rows
from warehouse.publish.write import publish_many
from warehouse.query import query
from warehouse.release.release import write_release
from warehouse.storage.store import Folder

_PARTITIONS = [Partition(f"CN-{100000 + number}", year) for year, number in product(range(2020, 2025), range(120))]
_REPORTS = 35
_TABLES = ("reports", "requests")
"""What is published: other tables are not asked for."""
_NATION = "SELECT year, outcome, sum(value) FROM {} WHERE applicant = 'total' GROUP BY year, outcome ORDER BY ALL"
_IMPORTS = "importing duckdb and pyarrow"
_ONE_FILE = "DuckDB over one sorted file"
_ROUNDS = 15


def run() -> Measured:
    """Print what questions cost against their baselines."""
    root = Path(tempfile.mkdtemp())
    try:
        duckdb.sql("SET enable_progress_bar = false")
        return {**_nation(root / "warehouse", root / "sorted.parquet"), **_processes(root)}
    finally:
        shutil.rmtree(root)


def _nation(warehouse: Path, sorted_file: Path) -> Measured:
    store = Folder(warehouse)
    publish_many(warehouse, _filled(_PARTITIONS, seed=1))
    write_release(store, datetime(2026, 1, 1, tzinfo=UTC), lambda done, of: None)
    publish_many(warehouse, _filled(random.Random(2).sample(_PARTITIONS, len(_PARTITIONS) // 100), seed=3))
    compact_manifest(store)
    partitions = f"read_parquet('{warehouse}/requests/*/*/data.parquet', hive_partitioning = true)"
    duckdb.sql(f"COPY (FROM {partitions} ORDER BY year, jurisdiction) TO '{sorted_file}' (COMPRESSION zstd)")
    frames = Warehouse(warehouse)
    with query.connect(warehouse) as ours, duckdb.connect() as theirs:

        def one_file() -> list[tuple[object, ...]]:
            return theirs.execute(_NATION.format(f"read_parquet('{sorted_file}')")).fetchall()

        def asked() -> list[tuple[object, ...]]:
            return query.run(ours, _NATION.format("requests")).rows

        assert asked() == one_file()
        return {
            "nation_query": compare("national sum by query", asked, one_file, _ONE_FILE, _ROUNDS),
            "nation_frames": compare(
                "national sum by Warehouse",
                lambda: frames.sql(_NATION.format("requests")),
                one_file,
                _ONE_FILE,
                _ROUNDS,
            ),
        }


def _filled(partitions: list[Partition], seed: int) -> Iterator[tuple[Partition, Rows]]:
    template, numbers = sample_rows(), random.Random(seed)
    for partition in partitions:
        names = [f"{partition.jurisdiction[3:]}{report:010}-{partition.year}" for report in range(_REPORTS)]
        yield (
            partition,
            {
                table: [
                    {**row, "report_id": name} | ({"value": numbers.randrange(99)} if table == "requests" else {})
                    for name in names
                    for row in template[table]
                ]
                for table in _TABLES
            },
        )


def _processes(root: Path) -> Measured:
    """Measure the command on the warehouse of the sum."""
    nianbao, baseline = (
        [str(Path(sys.executable).with_name("nianbao"))],
        [sys.executable, "-c", "import duckdb, pyarrow"],
    )
    env = {"NIANBAO_DATA_ROOT": str(root)}
    asked = {"query_nothing": "SELECT 1", "query_count": "SELECT count(*) FROM reports"}
    return {
        goal: compare_cpu(f'query "{sql}"', [*nianbao, "query", sql], baseline, _IMPORTS, env)
        for goal, sql in asked.items()
    }
