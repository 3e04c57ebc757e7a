"""The new content of a file once some reports are replaced: pure functions on rows and Arrow tables.

Owns the refusal of rows that do not fit, the order of rows, and when a row counts as unchanged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from nianbao import NianbaoError
from warehouse.publish.row_validation import validate
from warehouse.publish.to_arrow import fit_columns
from warehouse.schema import Row, Table

Key = tuple[object, ...]


class InvalidRow(NianbaoError):
    """A row does not fit its table."""


class StaleFile(NianbaoError):
    """A file's rows lack a column that its table has required since they were written."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that does not fit its table, and why."""

    table: Table
    row: Row
    reason: str

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={self.row.get(name)!r}" for name in self.table.key)
        return f"table {self.table.name}, row {shown}: {self.reason}"


def to_arrow(table: Table, rows: Sequence[Row], reports: Collection[object] | None) -> pa.Table:
    """Return rows as an Arrow table. Raise InvalidRow, naming table, key and reason, for the first that does not fit.

    `reports` holds the identifiers that the rows may have; None for tables whose rows belong to no report.
    """
    new = fit_columns(table, rows)
    if new is None or (reports is not None and not set(new["report_id"].unique().to_pylist()) <= set(reports)):
        fit, refused = partition_valid(table, rows, reports)
        if refused:
            raise InvalidRow(str(refused[0]))
        return pa.Table.from_pylist(fit, schema=table.arrow_schema)
    return new


def partition_valid(
    table: Table, rows: Iterable[Row], reports: Collection[object] | None
) -> tuple[list[Row], list[Refused]]:
    """Return the rows that fit their table, and the others with the reasons; of rows with one key, the first fits."""
    fit: list[Row] = []
    refused: list[Refused] = []
    seen: set[Key] = set()
    for row in rows:
        reasons = validate(table, row)
        if not reasons and _key_of(table, row) in seen:
            reasons.append("another row has the same key")
        if not reasons and reports is not None and row["report_id"] not in reports:
            reasons.append("its report is not among the reports being published")
        if reasons:
            refused.append(Refused(table, row, "; ".join(reasons)))
        else:
            seen.add(_key_of(table, row))
            fit.append(row)
    return fit, refused


def conform(table: Table, stored: pa.Table) -> pa.Table:
    """Return rows read from a file in the table's columns of today, with nulls for columns that the file lacks.

    Raise pyarrow.ArrowInvalid if a value does not fit today's type.
    """
    schema = table.arrow_schema
    if stored.schema.equals(schema):
        return pa.table(stored.columns, schema=schema)
    columns = [
        stored[field.name].cast(field.type) if field.name in stored.column_names else pa.nulls(len(stored), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def replace_reports(table: Table, stored: pa.Table, new: pa.Table, reports: Collection[str]) -> pa.Table:
    """Return the stored rows without those of `reports`, together with the new rows, in the table's order.

    `stored` has today's columns. Raise StaleFile if a row that stays lacks a required value.
    """
    if not len(stored):
        return sort_rows(table, new)
    of_reports = pc.is_in(stored["report_id"], value_set=pa.array(sorted(reports), pa.string()))
    kept = stored.filter(pc.invert(of_reports))
    for column in table.columns:
        if not column.nullable and kept[column.name].null_count:
            raise StaleFile(
                f"rows of {table.name} were written before it required {column.name}: run `nianbao reprocess`"
            )
    return sort_rows(table, pa.concat_tables([kept, keep_unchanged(table, stored.filter(of_reports), new)]))


def keep_unchanged(table: Table, replaced: pa.Table, new: pa.Table) -> pa.Table:
    """Return the new rows; one that differs from the row it replaces only in volatile columns stays as it was."""
    lasting = [column.name for column in table.columns if not column.volatile]
    if len(lasting) == len(table.columns) or not len(replaced):
        return new
    old: dict[Key, dict[str, Any]] = {_key_of(table, row): row for row in replaced.to_pylist()}
    kept = []
    for row in new.to_pylist():
        before = old.get(_key_of(table, row), {})
        unchanged = bool(before) and all(before[name] == row[name] for name in lasting)
        kept.append(before if unchanged else row)
    return pa.Table.from_pylist(kept, schema=new.schema)


def sort_rows(table: Table, data: pa.Table) -> pa.Table:
    """Sort rows by the table's sort columns, then its key, nulls first; keys are unique, so the order is total."""
    if len(data) < 2:
        return data.combine_chunks()
    order = list(dict.fromkeys([*table.sort, *table.key]))
    if any(pa.types.is_list(data.schema.field(name).type) for name in order):
        values = list(zip(*(data[name].to_pylist() for name in order), strict=True))
        positions = sorted(range(len(data)), key=lambda at: [(value is not None, value) for value in values[at]])
        indices = pa.array(positions, pa.int64())
    else:
        indices = pc.sort_indices(data, sort_keys=[(name, "ascending", "at_start") for name in order])
    # One chunk a column, so that the bytes written do not depend on where the rows came from.
    return data.take(indices).combine_chunks()


def _key_of(table: Table, row: Mapping[str, object]) -> Key:
    values = (row.get(name) for name in table.key)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)
