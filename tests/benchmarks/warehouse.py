"""How long publishing takes, against one bulk write of the same rows that promises nothing."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

from extractors.portals.sample.catalogue import HTML, truth
from extractors.portals.sample.site import Site
from extractors.reader import readings
from tests.benchmarks.measure import compare
from transforms.report import Context, interpret, rows_of
from transforms.tidy import Row, Source
from warehouse.schema import arrow_schema, load_tables
from warehouse.write import Partition, publish

_PARTITIONS = 40


def run() -> None:
    """Prints publishing of one report into each of some partitions against `write_dataset` of the same rows."""
    report = next(one for one in truth() if one.media_type == HTML and one.year == 2022)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    source = Source("http://example.org/", "0" * 64, HTML, moment, moment, moment, "benchmark")
    page = Site().get(report.path)
    assert page is not None
    rows = rows_of(interpret(readings(page.body), Context()), "CN-990101", source)
    root = Path(tempfile.mkdtemp())
    try:
        compare(
            f"publish {_PARTITIONS} partitions",
            lambda: _publish(root / "ours", rows),
            lambda: _write(root / "bulk", rows),
            "pyarrow write_dataset",
        )
    finally:
        shutil.rmtree(root)


def _partitions() -> list[Partition]:
    return [Partition(f"CN-99{number:04}", 2022) for number in range(_PARTITIONS)]


def _publish(root: Path, rows: dict[str, list[Row]]) -> None:
    shutil.rmtree(root, ignore_errors=True)
    for partition in _partitions():
        publish(root, partition, rows)


def _write(root: Path, rows: dict[str, list[Row]]) -> None:
    shutil.rmtree(root, ignore_errors=True)
    for table, own in rows.items():
        data = pa.Table.from_pylist(list(own), schema=arrow_schema(load_tables()[table]))
        keys = [(p.jurisdiction, p.year) for p in _partitions()]
        parts = [
            data.append_column("jurisdiction", pa.array([code] * len(data), pa.string())).append_column(
                "year", pa.array([year] * len(data), pa.int32())
            )
            for code, year in keys
        ]
        ds.write_dataset(
            pa.concat_tables(parts),
            root / table,
            format="parquet",
            partitioning=["jurisdiction", "year"],
            partitioning_flavor="hive",
        )
