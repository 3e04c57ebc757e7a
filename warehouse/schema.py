"""The tables of the warehouse: their declarations and their Arrow schemas.

Owns the reading of `tables/*.yml`. The partition keys `jurisdiction` and `year` are not columns of a partitioned
table's files: the paths carry them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Literal, Self

import pyarrow as pa
from pydantic import field_validator, model_validator

from nianbao import Declaration, DeclarationError, read_declaration
from warehouse.arrow_types import arrow_type

Row = Mapping[str, object]

TABLES_FOLDER = Path(__file__).parent / "tables"
_REPORT: Literal["report_id"] = "report_id"
_REMEDIES = {_REPORT: "nianbao reprocess", "portal": "nianbao crawl", "check": "nianbao check"}
"""The `owner` of a table's rows → the command that writes them again."""


class Column(Declaration):
    """One column: its type, whether it may be null, its meaning in Chinese and English.

    `values` lists the codes that it may hold. A row in which only `volatile` values differ counts as unchanged.
    `unit` is what its numbers count or measure, `unit_in` the column that holds their unit row by row. `references`
    names the column, as `table.column`, that contains each of its values.
    """

    name: str
    type: str
    nullable: bool = True
    zh: str
    en: str
    values: tuple[str, ...] = ()
    unit: str | None = None
    unit_in: str | None = None
    references: str | None = None
    volatile: bool = False

    @field_validator("type")
    @classmethod
    def _known_type(cls, name: str) -> str:
        arrow_type(name)
        return name

    @model_validator(mode="after")
    def _codes_are_text(self) -> Self:
        if self.values and self.type != "string":
            raise ValueError(f"column {self.name} lists values, so its type must be string")
        return self

    @cached_property
    def codes(self) -> frozenset[object]:
        """The codes in `values` as a set."""
        return frozenset(self.values)


class SharedColumns(Declaration):
    """Columns of `tables/shared/`, which several tables have."""

    columns: tuple[Column, ...]


class Table(Declaration):
    """One table with all its columns, those of its `includes` at the end.

    `owner` names the column of a partitioned table whose value says which rows are replaced together: those of one
    report, with its rows in all other tables of reports, those of one portal, or those of one check.
    """

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    sort: tuple[str, ...]
    includes: tuple[str, ...] = ()
    columns: tuple[Column, ...]
    partitioned: bool = True
    owner: Literal["report_id", "portal", "check"] = _REPORT

    @cached_property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema of the table's files."""
        return schema_of(self.columns)

    @cached_property
    def no_rows(self) -> pa.Table:
        """The content of a file without rows."""
        return self.arrow_schema.empty_table()

    @property
    def remedy(self) -> str:
        """The command that writes the table's rows again."""
        return _REMEDIES[self.owner]


@cache
def load_tables() -> dict[str, Table]:
    """Return all declared tables by name, in the order of their names.

    Raise DeclarationError, naming the file, if a declaration is faulty.

    >>> load_tables()["jurisdictions"].key
    ('jurisdiction',)
    """
    tables = {path.stem: read_table(path) for path in sorted(TABLES_FOLDER.glob("*.yml"))}
    known = {f"{name}.{column.name}" for name, table in tables.items() for column in table.columns}
    for name, table in tables.items():
        if missing := sorted({column.references for column in full_columns(table) if column.references} - known):
            raise DeclarationError(f"{TABLES_FOLDER / name}.yml: references names no column: {', '.join(missing)}")
    return tables


def report_tables() -> list[Table]:
    """Return the tables that hold the rows of reports, in the order in which they are written: `reports` last."""
    tables = [table for table in load_tables().values() if table.partitioned and table.owner == _REPORT]
    return sorted(tables, key=lambda table: table.name == "reports")


def key_columns() -> tuple[Column, ...]:
    """Return the partition keys in the order of the path, which carries their values."""
    return shared_columns("keys")


@cache
def shared_columns(group: str) -> tuple[Column, ...]:
    """Return the columns that several tables have, declared in `shared/<group>.yml`."""
    return _shared_columns(TABLES_FOLDER / "shared" / f"{group}.yml")


def full_columns(table: Table) -> tuple[Column, ...]:
    """Return the columns that a reader of a table sees: the partition keys if its paths carry them, then its own."""
    return (*key_columns(), *table.columns) if table.partitioned else table.columns


def read_table(path: Path) -> Table:
    """Return the table that a file declares, with its `includes` from the folder `shared` next to it.

    Raise DeclarationError if a file is missing or faulty.
    """
    table = read_declaration(path, Table)
    if table.name != path.stem:
        raise DeclarationError(f"{path}: declares {table.name}; name the file {table.name}.yml")
    shared = [_shared_columns(path.parent / "shared" / f"{group}.yml") for group in table.includes]
    whole = table.model_copy(update={"columns": (*table.columns, *chain(*shared))})
    if faults := list(_faults(whole)):
        raise DeclarationError(f"{path}: {'; '.join(faults)}")
    return whole


def _faults(table: Table) -> Iterator[str]:
    """Yield what does not fit together; only once the shared columns are there, as key and sort may name them."""
    names = [column.name for column in table.columns]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        yield f"column declared twice: {', '.join(repeated)}"
    if unknown := sorted({*table.key, *table.sort} - set(names)):
        yield f"key or sort names no column: {', '.join(unknown)}"
    if unknown := sorted({column.unit_in for column in table.columns if column.unit_in} - set(names)):
        yield f"unit_in names no column: {', '.join(unknown)}"
    if table.partitioned and (taken := sorted(set(names) & set(PARTITION_KEYS))):
        yield f"the path carries {', '.join(taken)}; remove the column"
    if not table.key or (table.partitioned and table.owner not in table.key):
        yield f"the key must name columns, including {table.owner} if the table is partitioned"


def _shared_columns(path: Path) -> tuple[Column, ...]:
    return read_declaration(path, SharedColumns).columns


PARTITION_KEYS = tuple(column.name for column in key_columns())


def full_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a table with its partition keys as first columns, as in files of a release."""
    return schema_of(full_columns(table))


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """Return the Arrow schema of columns, with the descriptions `zh` and `en` as metadata of each field."""
    return pa.schema(
        [
            pa.field(
                column.name,
                arrow_type(column.type),
                nullable=column.nullable,
                metadata={"zh": column.zh, "en": column.en},
            )
            for column in columns
        ]
    )
