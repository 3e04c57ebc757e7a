"""Publishing against pyarrow's `write_dataset` of the same rows, which is given them at once and promises nothing.

Both get rows as Python objects and make the same files in an empty folder; emptying it is not counted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import compare
from tests.benchmarks.support.sample import Contents, contents_of
from warehouse.paths import Partition
from warehouse.publish.read import Rows
from warehouse.publish.write import publish, publish_many
from warehouse.schema import Table, full_schema, load_tables
from warehouse.storage.store import Folder

_REPORTS, _CONTENTS = 10, 32
_ONE_BY_ONE, _BULK = 40, 320


Write = Callable[[Path, Sequence[Partition], Contents], None]


def run() -> Measured:
    """Print and return publishing ÷ `write_dataset`, one by one and in bulk; print the bytes of a report."""
    partitions = [Partition(f"CN-{100000 + number}", 2020) for number in range(_BULK)]
    contents = contents_of(_CONTENTS, _REPORTS)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        single = _compare("one by one", publish_each, root, partitions[:_ONE_BY_ONE], contents)
        bulk = _compare("in bulk", publish_all, root, partitions, contents)
        ours, theirs = root / "ours", root / "theirs"
        publish_all(ours, partitions, contents)
        write_dataset(theirs, partitions, contents)
        own, other = (_size(place) / _BULK / _REPORTS for place in (ours, theirs))
    print(f"{'bytes a report':34}{own:10,.0f} B    {own / other:6.2f} × pyarrow write_dataset ({other:,.0f} B)")  # noqa: T201
    return {"publish_single": single, "publish_bulk": bulk}


def _compare(name: str, ours: Write, root: Path, partitions: Sequence[Partition], contents: Contents) -> float:
    def into_new_folder(write: Write) -> None:
        write(Path(tempfile.mkdtemp(dir=root)), partitions, contents)

    name = f"publish {len(partitions)} partitions {name}"
    return compare(name, partial(into_new_folder, ours), partial(into_new_folder, write_dataset), "write_dataset")


def publish_each(root: Path, partitions: Sequence[Partition], contents: Contents) -> None:
    """Publish each partition by itself, as a run does: with one store."""
    store = Folder(root)
    for partition, rows in zip(partitions, cycle(contents)):
        publish(store, partition, rows)


def publish_all(root: Path, partitions: Sequence[Partition], contents: Contents) -> None:
    """Publish all partitions at once."""
    publish_many(root, zip(partitions, cycle(contents)))


def write_dataset(root: Path, partitions: Sequence[Partition], contents: Contents) -> None:
    """Write the same rows, each table in one call."""
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


def _size(root: Path) -> int:
    return sum(file.stat().st_size for file in root.rglob("*.parquet"))
