"""Publishing: the only place that writes the files of the warehouse.

A partition's tables change together under one lock: all new files are written aside, then put in place, `reports`
last. A file whose rows do not change is not touched. Must not decide what a row means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.files import locked, remove_leftovers, replace, write_aside
from warehouse.merge import InvalidRow, StaleFile, arrange, check_rows, conform, replace_reports, settle
from warehouse.schema import Row, Table, arrow_schema, load_tables

__all__ = [
    "Change",
    "DamagedFile",
    "InvalidRow",
    "Partition",
    "Rows",
    "StaleFile",
    "amend",
    "partition_file",
    "publish",
    "stored_rows",
    "write_dimension",
]

Rows = Mapping[str, Sequence[Row]]
"""Table → rows of some reports."""
LOCKS_FOLDER = "_locks"
_JURISDICTION = re.compile(r"[A-Z]{2}-\d{6}")


class DamagedFile(ValueError):
    """A file of the warehouse cannot be read."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A jurisdiction and a year reported on; ValueError where they could not stand in a path.

    >>> Partition("371003", 2024)
    Traceback (most recent call last):
    ...
    ValueError: jurisdiction '371003' is not of the form CN-371003
    """

    jurisdiction: str
    year: int

    def __post_init__(self) -> None:
        if not _JURISDICTION.fullmatch(self.jurisdiction):
            raise ValueError(f"jurisdiction {self.jurisdiction!r} is not of the form CN-371003")
        if not 1000 <= self.year <= 9999:
            raise ValueError(f"year {self.year} has not four digits")


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

    path: Path
    content: pa.Table
    change: Change


def publish(root: Path, partition: Partition, rows: Rows) -> list[Change]:
    """Replace reports in a partition: those of `rows["reports"]`, with all their rows in all partitioned tables.

    Returns one Change a partitioned table, `reports` last. Raises InvalidRow before anything is written; StaleFile
    or DamagedFile where what is there cannot be kept. A crash leaves each table's file old or new, and `reports` old
    unless all are new; publishing the same reports again completes it.
    """
    tables = _partitioned_tables()
    reports = _check(tables, rows)
    with locked(_lock(root, partition)):
        plans = [_plan(root, partition, table, rows.get(table.name, ()), reports) for table in tables]
        _carry_out(plans)
    return [plan.change for plan in plans]


def amend(root: Path, partition: Partition, reports: Collection[str], change: Callable[[Rows], Rows]) -> list[Change]:
    """Replace published reports by what `change` makes of their rows; nothing is lost that others publish meanwhile.

    Does nothing where the partition holds none of the reports. Raises as `publish` does.
    """
    tables = _partitioned_tables()
    with locked(_lock(root, partition)):
        rows = stored_rows(root, partition, reports)
        if not rows["reports"]:
            return []
        changed = change(rows)
        kept = _check(tables, changed)
        plans = [_plan(root, partition, table, changed.get(table.name, ()), kept) for table in tables]
        _carry_out(plans)
    return [plan.change for plan in plans]


def stored_rows(root: Path, partition: Partition, reports: Collection[str]) -> Rows:
    """Table → rows of published reports; empty where the partition holds none. Raises DamagedFile."""
    wanted = pa.array(sorted(reports), pa.string())
    found: dict[str, Sequence[Row]] = {}
    for table in _partitioned_tables():
        rows, _ = _read(table, partition_file(root, table.name, partition))
        found[table.name] = rows.filter(pc.is_in(rows["report_id"], value_set=wanted)).to_pylist()
    return found


def write_dimension(root: Path, table_name: str, rows: Sequence[Row]) -> Change:
    """Replace all rows of a table that is not partitioned. Raises InvalidRow before anything is written."""
    table = load_tables().get(table_name)
    if table is None or table.partitioned:
        known = ", ".join(name for name, known in load_tables().items() if not known.partitioned)
        raise ValueError(f"{table_name} is no dimension table; these are: {known}")
    check_rows(table, rows, None)
    path = root / table.name / "data.parquet"
    with locked(root / LOCKS_FOLDER / f"{table.name}.lock"):
        stored, current = _read(table, path)
        plan = _compare(table, None, path, stored, current, arrange(table, settle(table, stored, rows)))
        _carry_out([plan])
    return plan.change


def partition_file(root: Path, table_name: str, partition: Partition) -> Path:
    """Where the rows of a table and partition are: Hive style, so that every engine finds the keys in the path."""
    return root / table_name / f"jurisdiction={partition.jurisdiction}" / f"year={partition.year}" / "data.parquet"


def _lock(root: Path, partition: Partition) -> Path:
    return root / LOCKS_FOLDER / f"{partition.jurisdiction}-{partition.year}.lock"


def _partitioned_tables() -> list[Table]:
    tables = [table for table in load_tables().values() if table.partitioned]
    return sorted(tables, key=lambda table: table.name == "reports")


def _check(tables: Sequence[Table], rows: Rows) -> set[str]:
    """The identifiers of the reports being published, once all rows have been found to fit."""
    names = [table.name for table in tables]
    if unknown := sorted(set(rows) - set(names)):
        raise ValueError(f"no partitioned table is named {', '.join(unknown)}; these are: {', '.join(names)}")
    *others, reports_table = tables
    check_rows(reports_table, rows.get("reports", ()), None)
    reports = {str(row["report_id"]) for row in rows.get("reports", ())}
    for table in others:
        check_rows(table, rows.get(table.name, ()), reports)
    return reports


def _plan(root: Path, partition: Partition, table: Table, rows: Sequence[Row], reports: set[str]) -> _Plan:
    path = partition_file(root, table.name, partition)
    stored, current = _read(table, path)
    return _compare(table, partition, path, stored, current, replace_reports(table, stored, rows, reports))


def _read(table: Table, path: Path) -> tuple[pa.Table, bool]:
    """The rows of a file in today's columns, and whether the file itself has today's columns already."""
    schema = arrow_schema(table)
    if not path.exists():
        return schema.empty_table(), True
    try:
        # Not read_table: that would take the keys in the path for columns.
        with pq.ParquetFile(path) as file:
            stored = file.read()
        return conform(table, stored), bool(stored.schema.equals(schema))
    except (pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())
        raise DamagedFile(f"{path} cannot be read ({reason}); move it away and run `nianbao reprocess`") from error


def _compare(
    table: Table, partition: Partition | None, path: Path, stored: pa.Table, current: bool, content: pa.Table
) -> _Plan:
    written = not (current and content.equals(stored))
    return _Plan(path, content, Change(table.name, partition, len(stored), len(content), written))


def _carry_out(plans: Sequence[_Plan]) -> None:
    """Write the planned files aside, all of them before the first is put in place. Only under the lock."""
    for plan in plans:
        remove_leftovers(plan.path)
    waiting: list[tuple[Path, Path]] = []
    try:
        for plan in plans:
            if plan.change.written:
                waiting.append((_write_aside(plan), plan.path))
        while waiting:
            replace(*waiting[0])
            waiting.pop(0)
    finally:
        for aside, _ in waiting:
            aside.unlink(missing_ok=True)


def _write_aside(plan: _Plan) -> Path:
    return write_aside(plan.path, lambda handle: pq.write_table(plan.content, handle, compression="zstd"))
