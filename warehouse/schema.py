"""The tables of the warehouse: their declarations, their Arrow schemas, and whether a row fits.

Owns the reading of `tables/*.yml` and the types that may stand there. Writes nothing and knows no SQL engine.
The partition keys `jurisdiction` and `year` are no columns of a partitioned table's files: its paths carry them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, cached_property, partial
from itertools import chain
from pathlib import Path
from typing import Self

import pyarrow as pa
from pydantic import ValidationError, field_validator, model_validator

from nianbao import Declaration, DeclarationError, describe_faults, read_declaration

Row = Mapping[str, object]
Check = Callable[[object], str | None]

TABLES_FOLDER = Path(__file__).parent / "tables"

_ARROW_SCALARS = {
    "string": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}
_EXACT = 2**53
"""Up to here every whole number is a double."""
DECIMAL_DIGITS = 38
"""Digits of the longest decimal that Arrow converts."""
_DECIMAL = re.compile(r"decimal\(([1-9]\d?),(\d{1,2})\)")
_LIST = re.compile(r"list\((.+)\)")


class Column(Declaration):
    """One column: its type, whether it may be null, its meaning in Chinese and English.

    `values` lists the codes that it may hold; `volatile` marks a value whose change alone is no change of the row.
    `unit` is what its numbers count or measure, `unit_in` the column that holds their unit row by row. `references`
    is the column `table.column` in which each of its values stands.
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
        """The same as `values`, for looking up."""
        return frozenset(self.values)


class SharedColumns(Declaration):
    """Columns of `tables/shared/`, which several tables have."""

    columns: tuple[Column, ...]


class Table(Declaration):
    """One table with all its columns, those of its `includes` at the end."""

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    sort: tuple[str, ...]
    includes: tuple[str, ...] = ()
    columns: tuple[Column, ...]
    partitioned: bool = True

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [column.name for column in self.columns]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"column declared twice: {', '.join(repeated)}")
        if unknown := sorted({*self.key, *self.sort} - set(names)):
            raise ValueError(f"key or sort names no column: {', '.join(unknown)}")
        if unknown := sorted({column.unit_in for column in self.columns if column.unit_in} - set(names)):
            raise ValueError(f"unit_in names no column: {', '.join(unknown)}")
        if self.partitioned and (taken := sorted(set(names) & set(PARTITION_KEYS))):
            raise ValueError(f"the path carries {', '.join(taken)}; remove the column")
        if not self.key or (self.partitioned and "report_id" not in self.key):
            raise ValueError("the key must name columns, and report_id among them where the table is partitioned")
        return self

    @cached_property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema of the table's files; each field carries its descriptions `zh` and `en` as metadata."""
        return _schema_of(self.columns)

    @cached_property
    def no_rows(self) -> pa.Table:
        """What a file without rows holds."""
        return self.arrow_schema.empty_table()


@cache
def load_tables() -> dict[str, Table]:
    """All declared tables by name, in the order of their names.

    Raises DeclarationError, naming the file, where a declaration cannot hold.

    >>> load_tables()["jurisdictions"].key
    ('jurisdiction',)
    """
    tables = {path.stem: read_table(path) for path in sorted(TABLES_FOLDER.glob("*.yml"))}
    known = {f"{name}.{column.name}" for name, table in tables.items() for column in table.columns}
    for name, table in tables.items():
        if missing := sorted({column.references for column in full_columns(table) if column.references} - known):
            raise DeclarationError(f"{TABLES_FOLDER / name}.yml: references names no column: {', '.join(missing)}")
    return tables


def partitioned_tables() -> list[Table]:
    """The tables of each partition, `reports` last: in this order they are written."""
    tables = [table for table in load_tables().values() if table.partitioned]
    return sorted(tables, key=lambda table: table.name == "reports")


@cache
def key_columns() -> tuple[Column, ...]:
    """The partition keys in the order of the path, which carries their values: declared in `shared/keys.yml`."""
    return _shared_columns(TABLES_FOLDER / "shared" / "keys.yml")


def full_columns(table: Table) -> tuple[Column, ...]:
    """The columns that a reader of a table sees: the partition keys where its paths carry them, then its own."""
    return (*key_columns(), *table.columns) if table.partitioned else table.columns


def read_table(path: Path) -> Table:
    """Return the table that a file declares, with its `includes` from the folder `shared` next to it.

    Raise DeclarationError if a file is missing or faulty.
    """
    table = read_declaration(path, Table)
    if table.name != path.stem:
        raise DeclarationError(f"{path}: declares {table.name}; name the file {table.name}.yml")
    shared = [_shared_columns(path.parent / "shared" / f"{group}.yml") for group in table.includes]
    try:
        return Table.model_validate(dict(table) | {"columns": (*table.columns, *chain(*shared))})
    except ValidationError as error:
        raise DeclarationError(f"{path}: {describe_faults(error)}") from error


def _shared_columns(path: Path) -> tuple[Column, ...]:
    return read_declaration(path, SharedColumns).columns


@cache
def arrow_type(name: str) -> pa.DataType:
    """The Arrow type of a declared type; ValueError where there is none.

    >>> arrow_type("list(double)")
    ListType(list<item: double>)
    >>> arrow_type("decimal(20,4)")
    Decimal128Type(decimal128(20, 4))
    """
    if name in _ARROW_SCALARS:
        return _ARROW_SCALARS[name]
    if match := _DECIMAL.fullmatch(name):
        precision, scale = int(match[1]), int(match[2])
        if scale <= precision <= 38:
            return pa.decimal128(precision, scale)
    if (match := _LIST.fullmatch(name)) and match[1] in _ARROW_SCALARS:
        return pa.list_(_ARROW_SCALARS[match[1]])
    known = ", ".join([*_ARROW_SCALARS, "decimal(p,s)", "list(x)"])
    raise ValueError(f"unknown type {name}; known are {known}")


PARTITION_KEYS = tuple(column.name for column in key_columns())


def full_schema(table: Table) -> pa.Schema:
    """The Arrow schema of a table with its partition keys as columns in front, as in files of a release."""
    return _schema_of(full_columns(table))


def _schema_of(columns: Sequence[Column]) -> pa.Schema:
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


def validate(table: Table, row: Row) -> list[str]:
    """The reasons why a row does not fit its table; none where it fits. Nullable columns may be absent.

    >>> validate(load_tables()["jurisdictions"], {"jurisdiction": "CN-371003", "name": 1, "level": "town"})
    ['name must be string, not 1', "level has no code 'town'", 'full_name is missing']
    """
    names = {column.name for column in table.columns}
    reasons = [f"{name} is no column of {table.name}" for name in row if name not in names]
    for column in table.columns:
        value = row.get(column.name)
        if value is None:
            if not column.nullable:
                reasons.append(f"{column.name} is missing")
        elif reason := _check_of(column.type)(value):
            reasons.append(f"{column.name} {reason}")
        elif column.values and value not in column.values:
            reasons.append(f"{column.name} has no code {_quote(value)}")
    return reasons


def _quote(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _check_string(value: object) -> str | None:
    if not isinstance(value, str):
        return f"must be string, not {_quote(value)}"
    try:
        value.encode()
    except UnicodeEncodeError:
        return f"must be valid Unicode, not {_quote(value)}"
    return None


def _check_integer(bits: int, value: object) -> str | None:
    limit = 1 << (bits - 1)
    fits = isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit
    return None if fits else f"must be int{bits}, not {_quote(value)}"


def _check_double(value: object) -> str | None:
    # NaN is refused because it equals nothing, itself included, so that no row with it could be found unchanged.
    if isinstance(value, int):
        fits = not isinstance(value, bool) and abs(value) <= _EXACT
    else:
        fits = isinstance(value, float) and math.isfinite(value)
    return None if fits else f"must be a finite double, not {_quote(value)}"


def _check_bool(value: object) -> str | None:
    return None if isinstance(value, bool) else f"must be bool, not {_quote(value)}"


def _check_date(value: object) -> str | None:
    fits = isinstance(value, date) and not isinstance(value, datetime)
    return None if fits else f"must be date, not {_quote(value)}"


def _check_timestamp(value: object) -> str | None:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        return f"must be a timestamp with a time zone, not {_quote(value)}"
    try:
        value.astimezone(UTC)
    except OverflowError:
        return f"must lie in the years 1 to 9999 of UTC, not {_quote(value)}"
    return None


def _check_decimal(precision: int, scale: int, value: object) -> str | None:
    if not isinstance(value, Decimal) or not value.is_finite():
        return f"must be a finite Decimal, not {_quote(value)}"
    _, digits, exponent = value.as_tuple()
    if len(digits) > DECIMAL_DIGITS or int(exponent) > precision - scale:
        return f"must be written with at most {DECIMAL_DIGITS} digits, not {_quote(value)}"
    text = "".join(map(str, digits)).lstrip("0")
    significant = text.rstrip("0")
    lowest = int(exponent) + len(text) - len(significant)
    if significant and (-lowest > scale or len(significant) + lowest > precision - scale):
        return f"would lose digits of {_quote(value)} in decimal({precision},{scale})"
    return None


def _check_list(item: Check, value: object) -> str | None:
    if not isinstance(value, list | tuple):
        return f"must be a list, not {_quote(value)}"
    return next((f"holds an item that {reason}" for reason in map(item, value) if reason), None)


_CHECKS: dict[str, Check] = {
    "string": _check_string,
    "int32": partial(_check_integer, 32),
    "int64": partial(_check_integer, 64),
    "double": _check_double,
    "bool": _check_bool,
    "date": _check_date,
    "timestamp": _check_timestamp,
}


@cache
def _check_of(type_name: str) -> Check:
    if match := _DECIMAL.fullmatch(type_name):
        return partial(_check_decimal, int(match[1]), int(match[2]))
    if match := _LIST.fullmatch(type_name):
        return partial(_check_list, _CHECKS[match[1]])
    return _CHECKS[type_name]
