"""The new content of a file once the rows of some reports or portals are replaced: pure functions on rows.

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


def to_arrow(table: Table, rows: Sequence[Row], owners: Collection[object] | None) -> pa.Table:
    """Return rows as an Arrow table. Raise InvalidRow, naming table, key and reason, for the first that does not fit.

    `owners` holds the reports or portals that the rows may belong to; None if they may belong to any.
    """
    new = fit_columns(table, rows)
    if new is None or (owners is not None and not set(new[table.owner].unique().to_pylist()) <= set(owners)):
        fit, refused = partition_valid(table, rows, owners)
        if refused:
            raise InvalidRow(str(refused[0]))
        return pa.Table.from_pylist(fit, schema=table.arrow_schema)
    return new


def partition_valid(
    table: Table, rows: Iterable[Row], owners: Collection[object] | None
) -> tuple[list[Row], list[Refused]]:
    """Return the rows that fit their table, and the others with the reasons; of rows with one key, the first fits."""
    fit: list[Row] = []
    refused: list[Refused] = []
    seen: set[Key] = set()
    for row in rows:
        reasons = validate(table, row)
        if not reasons and _key_of(table, row) in seen:
            reasons.append("another row has the same key")
        if not reasons and owners is not None and row[table.owner] not in owners:
            owner = table.owner.removesuffix("_id")
            reasons.append(f"its {owner} is not among the {owner}s being published")
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


def replace_owned(table: Table, stored: pa.Table, new: pa.Table, owners: Collection[str]) -> pa.Table:
    """Return the stored rows without those of `owners`, together with the new rows, in the table's order.

    `stored` has today's columns. Raise StaleFile if a row that stays lacks a required value.
    """
    if not len(stored):
        return sort_rows(table, new)
    owned = pc.is_in(stored[table.owner], value_set=pa.array(sorted(owners), pa.string()))
    kept = stored.filter(pc.invert(owned))
    for column in table.columns:
        if not column.nullable and kept[column.name].null_count:
            raise StaleFile(f"rows of {table.name} were written before it required {column.name}: run `{table.remedy}`")
    return sort_rows(table, pa.concat_tables([kept, keep_unchanged(table, stored.filter(owned), new)]))


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
    return pa.Table.from_batches([data.combine_chunks().to_batches()[0].take(indices)])


def _key_of(table: Table, row: Mapping[str, object]) -> Key:
    values = (row.get(name) for name in table.key)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)
