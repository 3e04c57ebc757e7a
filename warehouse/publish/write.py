"""Publishing reports and dimension tables, whole or not at all.

A partition's tables of reports change together under one lock: all new files are written aside, then put in place,
`reports` last. `coverage` publishes the table of that name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa

from warehouse.paths import Partition, dimension_path, partition_path
from warehouse.publish.files import Change, PlannedFile, locked, plan_file, prepare, write_planned
from warehouse.publish.merge import (
    InvalidRow,
    Refused,
    StaleFile,
    keep_unchanged,
    partition_valid,
    replace_owned,
    sort_rows,
    to_arrow,
)
from warehouse.publish.read import Rows, read_reports, read_rows
from warehouse.publish.run_log import UNATTRIBUTED, Run
from warehouse.schema import Row, load_tables, report_tables
from warehouse.storage.store import Store, as_store

__all__ = [
    "Change",
    "InvalidRow",
    "Partition",
    "StaleFile",
    "amend",
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
class _Replacement:
    """Valid rows by table, and the reports that they replace."""

    tables: Mapping[str, pa.Table]
    reports: Collection[str]


def publish(
    where: Store | Path, partition: Partition, rows: Rows | Callable[[], Rows], run: Run = UNATTRIBUTED
) -> list[Change]:
    """Replace reports in a partition: those of `rows["reports"]`, with all their rows in all tables of reports.

    `rows` may be a function that makes them, which is called under the partition's lock. Return one Change for each
    table of reports, `reports` last. Raise InvalidRow before anything is written; StaleFile or DamagedFile if the
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
        prepare(store)
        with locked(store, replacements):
            files = [file for partition, own in replacements.items() for file in _plan(store, partition, own)]
            write_planned(store, files, run)
        changes += [file.change for file in files]
    return changes


def remove(
    where: Store | Path, partition: Partition, reports: Collection[str], run: Run = UNATTRIBUTED
) -> list[Change]:
    """Remove reports from a partition, with all their rows; none need be there. Raise as `publish` does."""
    nothing = {table.name: table.no_rows for table in report_tables()}
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
    prepare(store)
    with locked(store, reports):
        files = []
        for partition, identifiers in reports.items():
            new = _replacement(change(read_reports(store, partition, identifiers)))
            files += _plan(store, partition, _Replacement(new.tables, identifiers))
        write_planned(store, files, run)
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
    prepare(store)
    with store.lock(table.name):
        stored = read_rows(store, table, path)
        file = plan_file(table, None, path, stored, sort_rows(table, keep_unchanged(table, stored[0], new)))
        write_planned(store, [file], UNATTRIBUTED)
    return file.change


def refused_rows(rows: Rows) -> tuple[dict[str, list[Row]], list[Refused]]:
    """Return the rows of one report that fit their tables, and the others with the reasons. Nothing is written."""
    *others, reports_table = report_tables()
    fit: dict[str, list[Row]] = {}
    fit["reports"], refused = partition_valid(reports_table, rows["reports"], None)
    reports = {row["report_id"] for row in fit["reports"]}
    for table in others:
        fit[table.name], further = partition_valid(table, rows.get(table.name, ()), reports)
        refused += further
    return fit, refused


def _replace(
    where: Store | Path, partition: Partition, make: Callable[[Store], _Replacement | None], run: Run
) -> list[Change]:
    """Publish the replacement that `make` returns under the partition's lock, if there is one."""
    store = as_store(where)
    prepare(store)
    with locked(store, [partition]):
        replacement = make(store)
        files = _plan(store, partition, replacement) if replacement else []
        write_planned(store, files, run)
    return [file.change for file in files]


def _replacement(rows: Rows) -> _Replacement:
    """Return the rows to publish, once all are found valid. Raise InvalidRow."""
    tables = report_tables()
    names = [table.name for table in tables]
    if unknown := sorted(set(rows) - set(names)):
        raise ValueError(f"no table of reports is named {', '.join(unknown)}; these are: {', '.join(names)}")
    *others, reports_table = tables
    reports = to_arrow(reports_table, rows.get("reports", ()), None)
    identifiers = frozenset(reports["report_id"].to_pylist())
    fitting = {table.name: to_arrow(table, rows.get(table.name, ()), identifiers) for table in others}
    return _Replacement({**fitting, "reports": reports}, identifiers)


def _plan(store: Store, partition: Partition, replacement: _Replacement) -> list[PlannedFile]:
    """Return the files of a partition as they will be, `reports` last."""
    files = []
    for table in report_tables():
        path = partition_path(table.name, partition)
        stored = read_rows(store, table, path)
        content = replace_owned(table, stored[0], replacement.tables[table.name], replacement.reports)
        files.append(plan_file(table, partition, path, stored, content))
    return files
