"""A description of data files for programs: a Frictionless Data Package, generated from the declarations.

Owns `DataFile`, `Package` and the mapping of declared types to those of Table Schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from nianbao import Declaration, read_declaration
from warehouse.schema import PARTITION_KEYS, Column, Table, full_columns, load_tables

MEDIA_TYPE = "application/vnd.apache.parquet"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TYPES = {
    "string": "string",
    "int32": "integer",
    "int64": "integer",
    "double": "number",
    "decimal": "number",
    "bool": "boolean",
    "date": "date",
    "timestamp": "datetime",
    # Not `array`: pandas, through which frictionless reads Parquet, gives arrays that are no lists of Python.
    "list": "any",
}
_NULLS = {"int32": "<NA>", "int64": "<NA>", "double": "<NA>", "bool": "<NA>", "timestamp": "NaT"}
"""How pandas prints a null, by which frictionless knows it; nulls of the other types are None."""


class Package(Declaration):
    """The contents of `package.yml`: names, description, keywords and licence of the whole."""

    name: str
    zh: str
    en: str
    description: str
    keywords: tuple[str, ...]
    licence: str


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file with all columns of `full_columns`: its path, size in bytes, checksum and number of rows.

    `path` is relative to the description's folder, with forward slashes; `sha256` is hexadecimal. `year` is null for a
    table that is not partitioned.
    """

    path: str
    year: int | None
    size: int
    sha256: str
    rows: int


Files = Mapping[str, Sequence[DataFile]]
"""Table → its files in order; tables without files are left out of the description."""


@cache
def package() -> Package:
    """Return the contents of `package.yml`."""
    return read_declaration(Path(__file__).with_name("package.yml"), Package)


def semantic_version(release: str) -> str:
    """Return the version that the standards require, MAJOR.MINOR.PATCH without leading zeros, for a release's name.

    >>> semantic_version("2026-01-05.2")
    '2026.1.5+2'
    """
    day, _, again = release.partition(".")
    return ".".join(str(int(part)) for part in day.split("-")) + (f"+{again}" if again else "")


def package_heading() -> dict[str, object]:
    """Return the first properties of each of our Data Packages: profile, name, title, description and keywords."""
    facts = package()
    return {
        "$schema": PROFILE,
        "profile": "data-package",
        "name": facts.name,
        "title": facts.en,
        "description": facts.description,
        "keywords": list(facts.keywords),
    }


def datapackage(files: Files, created: datetime, release: str) -> dict[str, object]:
    """Return `datapackage.json` for a folder of files: a tabular resource a file, with keys, references, units, codes.

    To be written with `json.dumps(…, ensure_ascii=False, indent=2)`. `created` has a time zone; `release` is the
    release's name, its day. Source: https://datapackage.org/standard/data-package/ (2.0; also valid as 1.0).

    The standard lets a resource have several files if they can be concatenated, which Parquet files cannot; programs
    read the first one alone.
    """
    return {
        **package_heading(),
        "version": semantic_version(release),
        "created": created.isoformat(),
        "resources": [
            _resource(load_tables()[name], file, files) for name, own in sorted(files.items()) for file in own
        ],
    }


def _resource(table: Table, file: DataFile, files: Files) -> dict[str, object]:
    schema = table_schema(table)
    if foreign := list(_foreign_keys(table, file.year, files)):
        schema["foreignKeys"] = foreign
    return {
        "name": _resource_name(table.name, file.year),
        "title": table.zh if file.year is None else f"{table.zh} {file.year}",
        "description": table.en,
        "type": "table",
        "profile": "tabular-data-resource",
        "path": file.path,
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        # Without the standard's `bytes`: frictionless counts those of text alone, and would report a difference.
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "schema": schema,
    }


def _resource_name(table: str, year: int | None) -> str:
    return table if year is None else f"{table}-{year}"


def table_schema(table: Table) -> dict[str, object]:
    """Return the Table Schema of a table, without its references, which name resources.

    In the standard, a key with a column that may be null or holds lists is not a primary key: it becomes `uniqueKeys`.
    """
    schema: dict[str, object] = {"fields": [table_field(column) for column in full_columns(table)], "missingValues": []}
    keys = [column for column in table.columns if column.name in table.key]
    plain = all(not column.nullable and not column.type.startswith("list") for column in keys)
    return schema | ({"primaryKey": list(table.key)} if plain else {"uniqueKeys": [list(table.key)]})


def table_field(column: Column) -> dict[str, object]:
    """Return a column as a field of a Table Schema."""
    kind = column.type.partition("(")[0]
    field: dict[str, object] = {
        "name": column.name,
        "type": _TYPES[kind],
        "title": column.zh,
        "description": column.en,
        "constraints": {"required": not column.nullable, **({"enum": list(column.values)} if column.values else {})},
        "arrowType": column.type,
    }
    if column.nullable and kind in _NULLS:
        field["missingValues"] = [_NULLS[kind]]
    for name, value in {"unit": column.unit, "unitField": column.unit_in}.items():
        if value:
            field[name] = value
    return field


def _foreign_keys(table: Table, year: int | None, files: Files) -> Iterator[dict[str, object]]:
    """Yield the references to files that are there: to the same year's, with the partition keys, if it has a year.

    Where rows have the partition keys of a row that they refer to, what the keys refer to is said of that row alone:
    programs read the whole other file for each reference.
    """
    referring = {column.name: column.references.split(".") for column in full_columns(table) if column.references}
    keyed = [name for name, (target, _) in referring.items() if load_tables()[target].partitioned]
    for name, (target, column) in referring.items():
        of_year = year if name in keyed else None
        if any(file.year == of_year for file in files.get(target, ())) and not (keyed and name in PARTITION_KEYS):
            keys = PARTITION_KEYS if name in keyed else ()
            # In the standard, a reference to the resource itself has no name.
            resource = "" if target == table.name else _resource_name(target, of_year)
            yield {
                "fields": [*keys, name],
                "reference": {"resource": resource, "fields": [*keys, column]},
            }
