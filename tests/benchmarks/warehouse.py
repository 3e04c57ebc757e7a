"""A warehouse of the whole country: 3,200 jurisdictions × 5 years with 10 reports in each.

Publishing against one bulk write of the same rows that promises nothing; its readers against DuckDB that is given the
right files by hand. The reports are one of the sample portal's with other figures; the ten of a partition come again
after `_CONTENTS` partitions.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, product
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from tests.benchmarks.goals import Measured
from tests.benchmarks.measure import Memory, compare
from tests.benchmarks.sample import sample_rows
from warehouse.paths import Partition, partition_path
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.read import Rows
from warehouse.publish.write import publish, publish_many
from warehouse.query import query
from warehouse.release.release import write_release
from warehouse.schema import Row, Table, full_schema, load_tables
from warehouse.storage.store import Folder

_CODES = [f"CN-{100000 + number}" for number in range(3200)]
_YEARS = range(2020, 2025)
_REPORTS, _CONTENTS = 10, 32
_ONE_BY_ONE = 40
_SERIES = "SELECT year, outcome, sum(value) FROM {} WHERE jurisdiction = '{}' AND applicant = 'total' GROUP BY ALL"
_NATION = "SELECT year, outcome, sum(value) FROM {} WHERE applicant = 'total' GROUP BY year, outcome"
_ASKED = random.Random(20).sample(_CODES, 20)

Contents = Sequence[Rows]


def run() -> Measured:
    """Print how long publishing takes and what it takes of disk and memory, then the same of questions."""
    root = Path(tempfile.mkdtemp())
    try:
        contents = _contents()
        _publish_one_by_one(root, contents)
        _publish_all(root, contents)
        _release(root)
        _ask(root)
    finally:
        shutil.rmtree(root)
    return {}


def _contents() -> list[Rows]:
    """Rows of ten reports, as many times as there are different partitions."""
    template, numbers = sample_rows(), random.Random(10)
    return [
        {
            table: [
                {**row, "report_id": f"{content:08x}{report:08x}", **_figure(row, numbers)}
                for report in range(_REPORTS)
                for row in rows
            ]
            for table, rows in template.items()
        }
        for content in range(_CONTENTS)
    ]


def _figure(row: Row, numbers: random.Random) -> dict[str, object]:
    if not isinstance(row.get("value"), int):
        return {}
    value = numbers.choice((0, 0, 0, 1, 2, numbers.randrange(10_000)))
    return {"value": value, "raw": str(value)}


def _filled(contents: Contents, partitions: Sequence[Partition], memory: Memory) -> Iterator[tuple[Partition, Rows]]:
    for partition, rows in zip(partitions, cycle(contents)):
        memory.look()
        yield partition, rows


def _publish_one_by_one(root: Path, contents: Contents) -> None:
    partitions = [Partition(code, _YEARS[0]) for code in _CODES[:_ONE_BY_ONE]]

    def publish_each() -> None:
        shutil.rmtree(root / "single", ignore_errors=True)
        for partition, rows in zip(partitions, cycle(contents)):
            publish(root / "single", partition, rows)

    name = f"publish {_ONE_BY_ONE} partitions one by one"
    compare(name, publish_each, partial(_write_dataset, root / "bulk", partitions, contents), "pyarrow write_dataset")


def _publish_all(root: Path, contents: Contents) -> None:
    partitions = [Partition(code, year) for year, code in product(_YEARS, _CODES)]
    reports, memory = len(partitions) * _REPORTS, Memory(len(partitions))
    compare(
        f"publish {reports:,} reports",
        lambda: publish_many(root / "ours", _filled(contents, partitions, memory)),
        partial(_write_dataset, root / "bulk", partitions, contents),
        "pyarrow write_dataset",
        rounds=1,
    )
    memory.tell("publishing")
    ours, bulk = (_size(root / name) / reports for name in ("ours", "bulk"))
    print(f"{'bytes a report':34}{ours:10,.0f} B    {ours / bulk:6.2f} × pyarrow write_dataset ({bulk:,.0f} B)")  # noqa: T201
    shutil.rmtree(root / "bulk")


def _size(root: Path) -> int:
    return sum(file.stat().st_size for file in root.rglob("*.parquet"))


def _write_dataset(root: Path, partitions: Sequence[Partition], contents: Contents) -> None:
    """Write the same rows, each table in one call."""
    shutil.rmtree(root, ignore_errors=True)
    for name, rows in contents[0].items():
        table = load_tables()[name]
        if rows:
            ds.write_dataset(
                (batch for part in zip(partitions, cycle(contents)) for batch in _batches(table, *part)),
                root / name,
                schema=full_schema(table),
                format="parquet",
                partitioning=["jurisdiction", "year"],
                partitioning_flavor="hive",
                max_partitions=len(partitions),
            )


def _batches(table: Table, partition: Partition, rows: Rows) -> list[pa.RecordBatch]:
    data = pa.Table.from_pylist(list(rows[table.name]), schema=table.arrow_schema)
    keys = [pa.repeat(partition.jurisdiction, len(data)), pa.repeat(pa.scalar(partition.year, pa.int32()), len(data))]
    batches: list[pa.RecordBatch] = pa.table([*keys, *data.columns], schema=full_schema(table)).to_batches()
    return batches


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
