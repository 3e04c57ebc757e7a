"""A warehouse of rows at the edges of what its tables may hold, made from their declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from warehouse.paths import Partition
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.write import publish, write_dimension
from warehouse.schema import PARTITION_KEYS, Column, Row, Table, load_tables, report_tables

CODES = ("CN-110101", "CN-371003", "CN-990101")
HERE = Partition(CODES[0], 2024)
BEFORE = Partition(CODES[1], 2023)
"""Where there is a report without a figure."""
_EXTREMES: Mapping[str, Sequence[object]] = {
    "string": ('年报，"引号"\n第二行\t𠮷', "<NA>", "nan"),
    "int32": (0, 2**31 - 1, -(2**31)),
    "int64": (0, 2**63 - 1, 2**53 + 1),
    "double": (0.0, 1.7976931348623157e308, 0.1),
    "bool": (False, True, True),
    "date": (date(2025, 1, 20), date(9999, 12, 31), date(1, 1, 1)),
    "timestamp": (
        datetime(2025, 3, 1, 2, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
    ),
    "decimal(20,4)": (Decimal(0), Decimal("9999999999999999.9999"), Decimal("-0.0001")),
    "list(string)": ([], ["年报"] * 1000, ["", "<NA>", '"']),
    "list(double)": ([], [0.5] * 1000, [-1.5, 0.1]),
}
"""Type → a value for each row; the first row is null wherever it may be."""


def row_of(table: Table, number: int) -> Row:
    """Return a row, without the partition keys; a reference leads to the row with the same number."""
    return {column.name: _value(table, column, number) for column in table.columns}


def publish_extremes(root: Path) -> None:
    """Publish three rows of each table of reports, of coverage and of each dimension, and a report without figures."""
    publish(root, HERE, {table.name: [row_of(table, number) for number in range(3)] for table in report_tables()})
    publish(root, BEFORE, {"reports": [{**row_of(load_tables()["reports"], 0), "report_id": "before"}]})
    coverage = load_tables()["coverage"]
    for number in range(3):
        row = row_of(coverage, number)
        publish_coverage(root, HERE, str(row[coverage.owner]), lambda _, row=row: [row])  # type: ignore[misc]
    for table in load_tables().values():
        if not table.partitioned:
            write_dimension(root, table.name, [row_of(table, number) for number in range(3)])


def _value(table: Table, column: Column, number: int) -> object:
    if column.nullable and number == 0:
        return None
    target = column.references or f"{table.name}.{column.name}"
    if target == "jurisdictions.jurisdiction":
        return CODES[number]
    if column.values:
        return column.values[number % len(column.values)]
    if column.references or (column.type == "string" and column.name in {*table.key, table.owner, *PARTITION_KEYS}):
        return f"{target}-{number}"
    return _EXTREMES[column.type][number]
