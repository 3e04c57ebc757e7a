"""A warehouse of the whole country: 3,200 jurisdictions × 5 years with 10 reports in each.

Its readers against DuckDB that is given the right files by hand. The reports are one of the sample portal's with other
figures; the ten of a partition come again after `_CONTENTS` partitions.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import cycle, product
from pathlib import Path

import duckdb

from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import Memory, compare
from tests.benchmarks.support.sample import Contents, contents_of
from warehouse.paths import Partition, partition_path
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.read import Rows
from warehouse.publish.write import publish_many
from warehouse.query import query
from warehouse.release.release import write_release
from warehouse.storage.store import Folder

_CODES = [f"CN-{100000 + number}" for number in range(3200)]
_YEARS = range(2020, 2025)
_REPORTS, _CONTENTS = 10, 32
_SERIES = "SELECT year, outcome, sum(value) FROM {} WHERE jurisdiction = '{}' AND applicant = 'total' GROUP BY ALL"
_NATION = "SELECT year, outcome, sum(value) FROM {} WHERE applicant = 'total' GROUP BY year, outcome"
_ASKED = random.Random(20).sample(_CODES, 20)


def run() -> Measured:
    """Print what publishing and a release take of memory, and how long questions take."""
    root = Path(tempfile.mkdtemp())
    try:
        _publish_all(root, contents_of(_CONTENTS, _REPORTS))
        _release(root)
        _ask(root)
    finally:
        shutil.rmtree(root)
    return {}


def _filled(contents: Contents, partitions: Sequence[Partition], memory: Memory) -> Iterator[tuple[Partition, Rows]]:
    for partition, rows in zip(partitions, cycle(contents)):
        memory.look()
        yield partition, rows


def _publish_all(root: Path, contents: Contents) -> None:
    partitions = [Partition(code, year) for year, code in product(_YEARS, _CODES)]
    memory = Memory(len(partitions))
    publish_many(root / "ours", _filled(contents, partitions, memory))
    memory.tell("publishing")


def _release(root: Path) -> None:
    """Write a release, and the same table as one sorted file for the questions."""
    store, memory = Folder(root / "ours"), Memory(len(_CODES) * len(_YEARS))
    compact_manifest(store)
    release = write_release(store, datetime(2026, 1, 1, tzinfo=UTC), lambda done, of: memory.look())
    memory.tell("writing a release")
    Path(release.place).rename(root / "release")
    duckdb.sql("SET enable_progress_bar = false")
    duckdb.sql(f"COPY ({_released(root)}) TO '{root}/sorted.parquet' (COMPRESSION zstd)")


def _released(root: Path) -> str:
    return f"FROM read_parquet('{root}/release/requests/*.parquet') ORDER BY year, jurisdiction"


def _ask(root: Path) -> None:
    one_file = f"read_parquet('{root}/sorted.parquet')"
    with query.connect(root / "ours") as ours, duckdb.connect() as theirs:

        def by_hand(sql: str, source: str, code: str = "") -> list[tuple[object, ...]]:
            return theirs.execute(sql.format(source, code)).fetchall()

        compare(
            f"{len(_ASKED)} jurisdictions' series",
            lambda: [query.run(ours, _SERIES.format("requests", code)) for code in _ASKED],
            lambda: [by_hand(_SERIES, _files_of(root / "ours", code), code) for code in _ASKED],
            "DuckDB given their files",
        )
        for name, asked in {
            "national sum over partitions": lambda: query.run(ours, _NATION.format("requests")),
            "national sum over a release": lambda: by_hand(
                _NATION, f"read_parquet('{root}/release/requests/*.parquet')"
            ),
        }.items():
            compare(name, asked, lambda: by_hand(_NATION, one_file), "one sorted file", rounds=3)


def _files_of(root: Path, code: str) -> str:
    paths = [str(root / partition_path("requests", Partition(code, year))) for year in _YEARS]
    return f"read_parquet({paths}, hive_partitioning = true)"
