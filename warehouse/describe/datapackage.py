"""A description of data files for programs: a Frictionless Data Package, generated from the declarations.

Owns `DataFile`, `Package` and the mapping of declared types to those of Table Schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from nianbao import Declaration, read_declaration
from warehouse.schema import Column, Table, full_columns, load_tables

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
    "list": "array",
}


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

    `path` is relative to the description's folder, with forward slashes; `sha256` is hexadecimal.
    """

    path: str
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
    """Return `datapackage.json` for a folder of files: a tabular resource a table, with keys, references, units, codes.

    To be written with `json.dumps(…, ensure_ascii=False, indent=2)`. `created` has a time zone; `release` is the
    release's name, its day. Source: https://datapackage.org/standard/data-package/ (2.0; also valid as 1.0).
    """
    return {
        **package_heading(),
        "version": semantic_version(release),
        "created": created.isoformat(),
        "resources": [_resource(load_tables()[name], own, files) for name, own in sorted(files.items()) if own],
    }


def _resource(table: Table, own: Sequence[DataFile], files: Files) -> dict[str, object]:
    return {
        "name": table.name,
        "title": table.zh,
        "description": table.en,
        "type": "table",
        "profile": "tabular-data-resource",
        "path": [file.path for file in own],
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        # `bytes` and `hash` of the standard are for one file; a table has several.
        "files": [
            {"path": file.path, "bytes": file.size, "hash": f"sha256:{file.sha256}", "rows": file.rows} for file in own
        ],
        "schema": table_schema(table, files),
    }


def table_schema(table: Table, present: Iterable[str]) -> dict[str, object]:
    """Return the Table Schema of a table; references to tables that are not `present` are left out.

    In the standard, a key with a column that may be null or holds lists is not a primary key: it becomes `uniqueKeys`.
    """
    schema: dict[str, object] = {"fields": [table_field(column) for column in full_columns(table)], "missingValues": []}
    keys = [column for column in table.columns if column.name in table.key]
    plain = all(not column.nullable and not column.type.startswith("list") for column in keys)
    schema |= {"primaryKey": list(table.key)} if plain else {"uniqueKeys": [list(table.key)]}
    foreign = [key for column in full_columns(table) for key in _foreign_key(table, column, set(present))]
    return schema | ({"foreignKeys": foreign} if foreign else {})


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
    for name, value in {"unit": column.unit, "unitField": column.unit_in}.items():
        if value:
            field[name] = value
    return field


def _foreign_key(table: Table, column: Column, present: set[str]) -> list[dict[str, object]]:
    if not column.references:
        return []
    name, _, target = column.references.partition(".")
    if name not in present:
        return []
    # In the standard, a reference to the table itself names no resource.
    return [
        {"fields": [column.name], "reference": {"resource": "" if name == table.name else name, "fields": [target]}}
    ]
