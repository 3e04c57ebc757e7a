"""How long publishing takes, against one bulk write of the same rows that promises nothing."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from functools import partial
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
from warehouse.write import Partition, publish, publish_many

_ONE_BY_ONE, _AT_ONCE = 40, 400


def run() -> None:
    """Prints publishing of one report into each of some partitions, one by one and at once, against a bulk write."""
    report = next(one for one in truth() if one.media_type == HTML and one.year == 2022)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    source = Source("http://example.org/", "0" * 64, HTML, moment, moment, moment, "benchmark")
    page = Site().get(report.path)
    assert page is not None
    rows = rows_of(interpret(readings(page.body), Context()), "CN-990101", source)
    root = Path(tempfile.mkdtemp())
    try:
        for name, publish_all, count in (("one by one", _publish, _ONE_BY_ONE), ("at once", _publish_many, _AT_ONCE)):
            partitions = [Partition(f"CN-99{number:04}", 2022) for number in range(count)]
            compare(
                f"publish {count} partitions {name}",
                partial(publish_all, root / "ours", partitions, rows),
                partial(_write, root / "bulk", partitions, rows),
                "pyarrow write_dataset",
            )
    finally:
        shutil.rmtree(root)


def _publish(root: Path, partitions: list[Partition], rows: dict[str, list[Row]]) -> None:
    shutil.rmtree(root, ignore_errors=True)
    for partition in partitions:
        publish(root, partition, rows)


def _publish_many(root: Path, partitions: list[Partition], rows: dict[str, list[Row]]) -> None:
    shutil.rmtree(root, ignore_errors=True)
    publish_many(root, ((partition, rows) for partition in partitions))


def _write(root: Path, partitions: list[Partition], rows: dict[str, list[Row]]) -> None:
    shutil.rmtree(root, ignore_errors=True)
    for table, own in rows.items():
        data = pa.Table.from_pylist(list(own), schema=arrow_schema(load_tables()[table]))
        parts = [
            data.append_column("jurisdiction", pa.array([one.jurisdiction] * len(data), pa.string())).append_column(
                "year", pa.array([one.year] * len(data), pa.int32())
            )
            for one in partitions
        ]
        ds.write_dataset(
            pa.concat_tables(parts),
            root / table,
            format="parquet",
            partitioning=["jurisdiction", "year"],
            partitioning_flavor="hive",
            max_partitions=len(partitions),
        )
