"""Publishing: the only place that writes the tables of the warehouse.

A partition's tables change together under one lock: all new files are written aside, then put in place, `reports`
last. A file whose rows do not change is not touched. Must not decide what a row means.
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
from warehouse.publish import manifest
from warehouse.publish.merge import (
    InvalidRow,
    Refused,
    StaleFile,
    partition_valid,
    replace_reports,
    resolve_keys,
    sort_rows,
    to_arrow,
)
from warehouse.publish.read import Rows, read_reports, read_rows
from warehouse.publish.run_log import UNATTRIBUTED, Run, Touched, announce
from warehouse.publish.schema_contract import enforce_contract
from warehouse.schema import Row, Table, load_tables, partitioned_tables
from warehouse.storage.store import Store, open_store

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
    "write_dimension",
]

_TOGETHER = 64
"""Partitions whose locks are held and whose files are flushed at once: memory does not grow with their number."""


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing did to one table of a partition; partition is None for a dimension table."""

    table: str
    partition: Partition | None
    rows_before: int
    rows_after: int
    written: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a file shall hold, and whether it has to be written for that."""

    path: str
    content: pa.Table
    change: Change


@dataclass(frozen=True, slots=True)
class _Fresh:
    """Rows that fit, table by table with `reports` last, and the reports that they take the place of."""

    tables: Mapping[str, pa.Table]
    reports: Collection[str]


def publish(
    where: Store | Path, partition: Partition, rows: Rows | Callable[[], Rows], run: Run = UNATTRIBUTED
) -> list[Change]:
    """Replace reports in a partition: those of `rows["reports"]`, with all their rows in all partitioned tables.

    `rows` may be what makes them, called while nobody else can write the partition. Returns one Change a partitioned
    table, `reports` last. Raises InvalidRow before anything is written; StaleFile or DamagedFile where what is there
    cannot be kept; BrokenPromise where readers were promised other tables. A crash leaves each table's file old or new,
    and `reports` old unless all are new; publishing the same again completes it.
    """
    if callable(rows):
        return _replace(where, partition, lambda _: _fresh(rows()), run)
    fresh = _fresh(rows)
    return _replace(where, partition, lambda _: fresh, run)


def publish_many(
    where: Store | Path, partitions: Iterable[tuple[Partition, Rows]], run: Run = UNATTRIBUTED
) -> list[Change]:
    """Publish in many partitions, some at a time, each as `publish` does; a partition comes at most once.

    Raises as `publish` does. Of those taken together with a row that does not fit none is published, and none after
    them; those before are.
    """
    store = _opened(where)
    changes: list[Change] = []
    remaining = iter(partitions)
    while some := list(islice(remaining, _TOGETHER)):
        fresh = {partition: _fresh(rows) for partition, rows in some}
        if len(fresh) < len(some):
            raise ValueError("a partition comes twice: give all its rows at once")
        _begin(store)
        with _locked(store, fresh):
            plans = [plan for partition, own in fresh.items() for plan in _plans(store, partition, own)]
            _carry_out(store, plans, run)
        changes += [plan.change for plan in plans]
    return changes


def remove(
    where: Store | Path, partition: Partition, reports: Collection[str], run: Run = UNATTRIBUTED
) -> list[Change]:
    """Take reports out of a partition, with all their rows. Raises as `publish` does; there may be none of them."""
    nothing = {table.name: table.no_rows for table in partitioned_tables()}
    return _replace(where, partition, lambda _: _Fresh(nothing, reports), run)


def amend(
    where: Store | Path,
    partition: Partition,
    reports: Collection[str],
    change: Callable[[Rows], Rows],
    run: Run = UNATTRIBUTED,
) -> list[Change]:
    """Replace published reports by what `change` makes of their rows; nothing is lost that others publish meanwhile.

    Does nothing where the partition holds none of the reports. Raises as `publish` does.
    """

    def amended(store: Store) -> _Fresh | None:
        rows = read_reports(store, partition, reports)
        return _fresh(change(rows)) if rows["reports"] else None

    return _replace(where, partition, amended, run)


def write_dimension(where: Store | Path, table_name: str, rows: Sequence[Row]) -> Change:
    """Replace all rows of a table that is not partitioned. Raises InvalidRow before anything is written."""
    table = load_tables().get(table_name)
    if table is None or table.partitioned:
        known = ", ".join(name for name, known in load_tables().items() if not known.partitioned)
        raise ValueError(f"{table_name} is no dimension table; these are: {known}")
    fresh = to_arrow(table, rows, None)
    path = dimension_path(table.name)
    store = _begin(where)
    with store.lock(table.name):
        stored, current = read_rows(store, table, path)
        plan = _compare(table, None, path, stored, current, sort_rows(table, resolve_keys(table, stored, fresh)))
        _carry_out(store, [plan], UNATTRIBUTED)
    return plan.change


def refused_rows(rows: Rows) -> tuple[dict[str, list[Row]], list[Refused]]:
    """The rows of one report that fit their tables, and the others with the reasons. Nothing is written."""
    *others, reports_table = partitioned_tables()
    fit: dict[str, list[Row]] = {}
    fit["reports"], refused = partition_valid(reports_table, rows["reports"], None)
    reports = {row["report_id"] for row in fit["reports"]}
    for table in others:
        fit[table.name], further = partition_valid(table, rows.get(table.name, ()), reports)
        refused += further
    return fit, refused


def _opened(where: Store | Path) -> Store:
    return open_store(where) if isinstance(where, Path) else where


def _begin(where: Store | Path) -> Store:
    """The store, with its manifest and its promise, before a lock of a partition is held."""
    store = _opened(where)
    enforce_contract(store)
    manifest.begin(store)
    return store


@contextmanager
def _locked(store: Store, partitions: Iterable[Partition]) -> Iterator[None]:
    """The locks of partitions, taken in one order by everybody, so that no two wait for each other."""
    with ExitStack() as locks:
        for partition in sorted(partitions):
            locks.enter_context(store.lock(partition.lock))
        yield


def _replace(
    where: Store | Path, partition: Partition, make: Callable[[Store], _Fresh | None], run: Run
) -> list[Change]:
    """Puts in place what `make` gives under the partition's lock; none is nothing to do."""
    store = _begin(where)
    with _locked(store, [partition]):
        fresh = make(store)
        plans = _plans(store, partition, fresh) if fresh else []
        _carry_out(store, plans, run)
    return [plan.change for plan in plans]


def _fresh(rows: Rows) -> _Fresh:
    """The rows that are being published, once all have been found to fit."""
    tables = partitioned_tables()
    names = [table.name for table in tables]
    if unknown := sorted(set(rows) - set(names)):
        raise ValueError(f"no partitioned table is named {', '.join(unknown)}; these are: {', '.join(names)}")
    *others, reports_table = tables
    reports = to_arrow(reports_table, rows.get("reports", ()), None)
    identifiers = frozenset(reports["report_id"].to_pylist())
    fitting = {table.name: to_arrow(table, rows.get(table.name, ()), identifiers) for table in others}
    return _Fresh({**fitting, "reports": reports}, identifiers)


def _plans(store: Store, partition: Partition, fresh: _Fresh) -> list[_Plan]:
    plans = []
    for table in partitioned_tables():
        path = partition_path(table.name, partition)
        stored, current = read_rows(store, table, path)
        content = replace_reports(table, stored, fresh.tables[table.name], fresh.reports)
        plans.append(_compare(table, partition, path, stored, current, content))
    return plans


def _compare(
    table: Table, partition: Partition | None, path: str, stored: pa.Table, current: bool, content: pa.Table
) -> _Plan:
    written = not (current and content.equals(stored))
    return _Plan(path, content, Change(table.name, partition, len(stored), len(content), written))


def _carry_out(store: Store, plans: Sequence[_Plan], run: Run) -> None:
    """Announce and write the planned files, `reports` last in each partition. Only under the locks."""
    for plan in plans:
        store.remove_partial(plan.path)
    written = [plan for plan in plans if plan.change.written]
    touched = [
        Touched.model_construct(
            table=change.table,
            jurisdiction=change.partition.jurisdiction,
            year=change.partition.year,
            rows_before=change.rows_before,
            rows_after=change.rows_after,
        )
        for change in (plan.change for plan in written)
        if change.partition
    ]
    if touched:
        announce(store, run, touched)
    store.write_all([(plan.path, parquet_bytes(plan.content)) for plan in written])


def parquet_bytes(content: pa.Table) -> bytes:
    """The file that holds these rows: equal rows in equal order give equal bytes.

    Snappy, not zstd as in releases: a column of a partition is so small that zstd saves no byte in all, and takes three
    times as long for a constant cost a column.
    """
    out = pa.BufferOutputStream()
    pq.write_table(content, out, compression="snappy")
    data: bytes = out.getvalue().to_pybytes()
    return data
