"""Files of the warehouse on their way in: planned under the locks of their partitions, then written all at once.

Owns the order in which things are put in place: the intent that names the files, then each file. A file whose rows do
not change is not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.paths import Partition
from warehouse.publish.manifest import ensure_manifest
from warehouse.publish.run_log import Run, TouchedFile, intent_file
from warehouse.publish.schema_contract import enforce_contract
from warehouse.schema import Table
from warehouse.storage.store import Store


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing did to one table of a partition; partition is None for a dimension table."""

    table: str
    partition: Partition | None
    rows_before: int
    rows_after: int
    written: bool


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """The new content of a file, and whether it has to be written."""

    path: str
    content: pa.Table
    change: Change


def prepare(store: Store) -> None:
    """Enforce the schema contract and make the manifest, before a lock of a partition is held."""
    enforce_contract(store)
    ensure_manifest(store)


@contextmanager
def locked(store: Store, partitions: Iterable[Partition]) -> Iterator[None]:
    """Hold the locks of partitions; every writer takes them in the same order, so that no two wait for each other."""
    with ExitStack() as locks:
        for partition in sorted(partitions):
            locks.enter_context(store.lock(partition.lock))
        yield


def plan_file(
    table: Table, partition: Partition | None, path: str, stored: tuple[pa.Table, bool], content: pa.Table
) -> PlannedFile:
    """Return a file with its new content; `stored` is what `read_rows` returned for it."""
    before, current = stored
    written = not (current and content.equals(before))
    return PlannedFile(path, content, Change(table.name, partition, len(before), len(content), written))


def write_planned(store: Store, files: Sequence[PlannedFile], run: Run) -> None:
    """Put the intent in place, then the planned files in their order. Only under the locks."""
    for file in files:
        store.remove_partial(file.path)
    written = [file for file in files if file.change.written]
    touched = [
        TouchedFile.model_construct(
            table=change.table,
            jurisdiction=change.partition.jurisdiction,
            year=change.partition.year,
            rows_before=change.rows_before,
            rows_after=change.rows_after,
        )
        for change in (file.change for file in written)
        if change.partition
    ]
    intent = [intent_file(run, touched)] if touched else []
    store.write_all([*intent, *((file.path, parquet_bytes(file.content)) for file in written)])


def parquet_bytes(content: pa.Table) -> bytes:
    """Return the bytes of a Parquet file with these rows: equal rows in equal order give equal bytes.

    Compressed with Snappy, not with zstd as in releases: a partition's columns are so small that zstd saves nothing
    overall, and takes three times as long because of its constant cost for each column.
    """
    out = pa.BufferOutputStream()
    pq.write_table(content, out, compression="snappy")
    data: bytes = out.getvalue().to_pybytes()
    return data
