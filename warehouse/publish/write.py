"""Publishing: the only place that writes the tables of the warehouse.

A partition's tables change together under one lock: all new files are written aside, then put in place, `reports`
last. A file whose rows do not change is not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.paths import Partition, dimension_path, partition_path
from warehouse.publish.manifest import ensure_manifest
from warehouse.publish.merge import (
    InvalidRow,
    Refused,
    StaleFile,
    keep_unchanged,
    partition_valid,
    replace_reports,
    sort_rows,
    to_arrow,
)
from warehouse.publish.read import Rows, read_reports, read_rows
from warehouse.publish.run_log import UNATTRIBUTED, Run, TouchedFile, write_intent
from warehouse.publish.schema_contract import enforce_contract
from warehouse.schema import Row, Table, load_tables, partitioned_tables
from warehouse.storage.store import Store, as_store

__all__ = [
    "Change",
    "InvalidRow",
    "Partition",
    "StaleFile",
    "amend",
    "parquet_bytes",
    "publish",
    "publish_many",
    "refused_rows",
    "remove",
    "replace_many",
    "write_dimension",
]

_BATCH = 64
"""Partitions that are published together, with all their locks held: memory does not grow with their number."""


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing did to one table of a partition; partition is None for a dimension table."""

    table: str
    partition: Partition | None
    rows_before: int
    rows_after: int
    written: bool


@dataclass(frozen=True, slots=True)
class _PlannedFile:
    """The new content of a file, and whether it has to be written."""

    path: str
    content: pa.Table
    change: Change


@dataclass(frozen=True, slots=True)
class _Replacement:
    """Valid rows by table, and the reports that they replace."""

    tables: Mapping[str, pa.Table]
    reports: Collection[str]


def publish(
    where: Store | Path, partition: Partition, rows: Rows | Callable[[], Rows], run: Run = UNATTRIBUTED
) -> list[Change]:
    """Replace reports in a partition: those of `rows["reports"]`, with all their rows in all partitioned tables.

    `rows` may be a function that makes them, which is called under the partition's lock. Return one Change for each
    partitioned table, `reports` last. Raise InvalidRow before anything is written; StaleFile or DamagedFile if the
    stored rows cannot be kept; SchemaContractError if the declarations break the contract with readers. A crash leaves
    each table's file old or new, and `reports` old unless all are new; publishing the same again completes it.
    """
    if callable(rows):
        return _replace(where, partition, lambda _: _replacement(rows()), run)
    replacement = _replacement(rows)
    return _replace(where, partition, lambda _: replacement, run)


def publish_many(
    where: Store | Path, partitions: Iterable[tuple[Partition, Rows]], run: Run = UNATTRIBUTED
) -> list[Change]:
    """Publish in many partitions, a batch at a time, each as `publish` does; give a partition at most once.

    Raise as `publish` does. If a row does not fit, its batch and all later ones are not published; earlier batches are.
    """
    store = as_store(where)
    changes: list[Change] = []
    remaining = iter(partitions)
    while batch := list(islice(remaining, _BATCH)):
        replacements = {partition: _replacement(rows) for partition, rows in batch}
        if len(replacements) < len(batch):
            raise ValueError("a partition comes twice: give all its rows at once")
        _prepare(store)
        with _locked(store, replacements):
            files = [file for partition, own in replacements.items() for file in _plan(store, partition, own)]
            _write_planned(store, files, run)
        changes += [file.change for file in files]
    return changes


def remove(
    where: Store | Path, partition: Partition, reports: Collection[str], run: Run = UNATTRIBUTED
) -> list[Change]:
    """Remove reports from a partition, with all their rows; none need be there. Raise as `publish` does."""
    nothing = {table.name: table.no_rows for table in partitioned_tables()}
    return _replace(where, partition, lambda _: _Replacement(nothing, reports), run)


def amend(
    where: Store | Path,
    partition: Partition,
    reports: Collection[str],
    change: Callable[[Rows], Rows],
    run: Run = UNATTRIBUTED,
) -> list[Change]:
    """Replace published reports by what `change` returns for their rows, under the lock, so that no update is lost.

    Do nothing if the partition holds none of the reports. Raise as `publish` does.
    """

    def amended(store: Store) -> _Replacement | None:
        rows = read_reports(store, partition, reports)
        return _replacement(change(rows)) if rows["reports"] else None

    return _replace(where, partition, amended, run)


def replace_many(
    where: Store | Path,
    reports: Mapping[Partition, Collection[str]],
    change: Callable[[Rows], Rows],
    run: Run = UNATTRIBUTED,
) -> list[Change]:
    """Replace published reports by what `change` makes of their rows: in all partitions at once, under all their locks.

    What `change` leaves out is removed; it may give reports other identifiers. Raise as `publish` does. After a crash,
    the same again completes it.
    """
    store = as_store(where)
    _prepare(store)
    with _locked(store, reports):
        files = []
        for partition, identifiers in reports.items():
            new = _replacement(change(read_reports(store, partition, identifiers)))
            files += _plan(store, partition, _Replacement(new.tables, identifiers))
        _write_planned(store, files, run)
    return [file.change for file in files]


def write_dimension(where: Store | Path, table_name: str, rows: Sequence[Row]) -> Change:
    """Replace all rows of a table that is not partitioned. Raise InvalidRow before anything is written."""
    table = load_tables().get(table_name)
    if table is None or table.partitioned:
        known = ", ".join(name for name, known in load_tables().items() if not known.partitioned)
        raise ValueError(f"{table_name} is no dimension table; these are: {known}")
    new = to_arrow(table, rows, None)
    path = dimension_path(table.name)
    store = as_store(where)
    _prepare(store)
    with store.lock(table.name):
        stored, current = read_rows(store, table, path)
        file = _compare(table, None, path, stored, current, sort_rows(table, keep_unchanged(table, stored, new)))
        _write_planned(store, [file], UNATTRIBUTED)
    return file.change


def refused_rows(rows: Rows) -> tuple[dict[str, list[Row]], list[Refused]]:
    """Return the rows of one report that fit their tables, and the others with the reasons. Nothing is written."""
    *others, reports_table = partitioned_tables()
    fit: dict[str, list[Row]] = {}
    fit["reports"], refused = partition_valid(reports_table, rows["reports"], None)
    reports = {row["report_id"] for row in fit["reports"]}
    for table in others:
        fit[table.name], further = partition_valid(table, rows.get(table.name, ()), reports)
        refused += further
    return fit, refused


def _prepare(store: Store) -> None:
    """Enforce the schema contract and make the manifest, before a lock of a partition is held."""
    enforce_contract(store)
    ensure_manifest(store)


@contextmanager
def _locked(store: Store, partitions: Iterable[Partition]) -> Iterator[None]:
    """Hold the locks of partitions; every writer takes them in the same order, so that no two wait for each other."""
    with ExitStack() as locks:
        for partition in sorted(partitions):
            locks.enter_context(store.lock(partition.lock))
        yield


def _replace(
    where: Store | Path, partition: Partition, make: Callable[[Store], _Replacement | None], run: Run
) -> list[Change]:
    """Publish the replacement that `make` returns under the partition's lock, if there is one."""
    store = as_store(where)
    _prepare(store)
    with _locked(store, [partition]):
        replacement = make(store)
        files = _plan(store, partition, replacement) if replacement else []
        _write_planned(store, files, run)
    return [file.change for file in files]


def _replacement(rows: Rows) -> _Replacement:
    """Return the rows to publish, once all are found valid. Raise InvalidRow."""
    tables = partitioned_tables()
    names = [table.name for table in tables]
    if unknown := sorted(set(rows) - set(names)):
        raise ValueError(f"no partitioned table is named {', '.join(unknown)}; these are: {', '.join(names)}")
    *others, reports_table = tables
    reports = to_arrow(reports_table, rows.get("reports", ()), None)
    identifiers = frozenset(reports["report_id"].to_pylist())
    fitting = {table.name: to_arrow(table, rows.get(table.name, ()), identifiers) for table in others}
    return _Replacement({**fitting, "reports": reports}, identifiers)


def _plan(store: Store, partition: Partition, replacement: _Replacement) -> list[_PlannedFile]:
    """Return the files of a partition as they will be, `reports` last."""
    files = []
    for table in partitioned_tables():
        path = partition_path(table.name, partition)
        stored, current = read_rows(store, table, path)
        content = replace_reports(table, stored, replacement.tables[table.name], replacement.reports)
        files.append(_compare(table, partition, path, stored, current, content))
    return files


def _compare(
    table: Table, partition: Partition | None, path: str, stored: pa.Table, current: bool, content: pa.Table
) -> _PlannedFile:
    written = not (current and content.equals(stored))
    return _PlannedFile(path, content, Change(table.name, partition, len(stored), len(content), written))


def _write_planned(store: Store, files: Sequence[_PlannedFile], run: Run) -> None:
    """Write the intent, then the planned files, `reports` last in each partition. Only under the locks."""
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
    if touched:
        write_intent(store, run, touched)
    store.write_all([(file.path, parquet_bytes(file.content)) for file in written])


def parquet_bytes(content: pa.Table) -> bytes:
    """Return the bytes of a Parquet file with these rows: equal rows in equal order give equal bytes.

    Compressed with Snappy, not with zstd as in releases: a partition's columns are so small that zstd saves nothing
    overall, and takes three times as long because of its constant cost for each column.
    """
    out = pa.BufferOutputStream()
    pq.write_table(content, out, compression="snappy")
    data: bytes = out.getvalue().to_pybytes()
    return data
