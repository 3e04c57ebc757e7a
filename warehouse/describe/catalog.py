"""The warehouse's self-description in `_catalog/`, for people, programs and engines that have only the warehouse.

Owns which descriptions it holds: how tables are declared, and which partitions there are. A file is written only if it
differs. (The descriptions in a release also list each of its files.)
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow.compute as pc

from warehouse.describe.datapackage import package_heading, table_field, table_schema
from warehouse.describe.ddl import ddl, engines
from warehouse.describe.dictionary import dictionary
from warehouse.paths import CATALOG_FOLDER, CATALOG_LOCK, RELEASES_FOLDER, SUMS_FILE, dimension_path
from warehouse.publish.manifest import known_files
from warehouse.publish.read import read_rows
from warehouse.schema import PARTITION_KEYS, Table, key_columns, load_tables
from warehouse.storage.store import Store

_PARTITIONS = "partitions.csv"


def write_catalog(store: Store, *, dry: bool) -> list[str]:
    """Write the descriptions that differ from the stored ones, with `dry` none; return the paths of those that differ.

    A warehouse without a table file gets none. Raise DamagedFile if the codebook cannot be read.
    """
    if not filled_tables(store):
        return []
    with store.lock(CATALOG_LOCK):
        described = ((f"{CATALOG_FOLDER}/{name}", text.encode()) for name, text in _descriptions(store).items())
        due = [(path, data) for path, data in described if store.read(path) != data]
        for path, data in [] if dry else due:
            store.remove_partial(path)
            store.write(path, data)
    return [path for path, _ in due]


def filled_tables(store: Store) -> set[str]:
    """Return the tables that have files."""
    partitioned = set(pc.unique(known_files(store)["table"]).to_pylist())
    return partitioned | {name for name in load_tables() if store.exists(dimension_path(name))}


def statements(store: Store, engine: str) -> str:
    """Return the statements that open the warehouse in an engine from where it is now."""
    place = store.uri("")
    return ddl(engine, place if "://" in place else str(Path(place).absolute()), filled_tables(store))


def releases(store: Store) -> list[str]:
    """Return the names of all complete releases, the newest last."""
    complete = (path.split("/") for path in store.names(RELEASES_FOLDER) if path.endswith(f"/{SUMS_FILE}"))
    names = [name for _, name, *_ in complete if not name.startswith(".")]
    return sorted(names, key=lambda name: (name[:10], int(name[11:] or 1)))


def _descriptions(store: Store) -> dict[str, str]:
    """Return name → text. The list of partitions comes before the description of that list."""
    codebook = read_rows(store, load_tables()["codebook"], dimension_path("codebook"))[0].to_pylist()
    described = {"DICTIONARY.md": dictionary(codebook)}
    described |= {f"ddl/{engine}.sql": statements(store, engine) for engine in engines()}
    described[_PARTITIONS] = _partitions(store)
    described["datapackage.json"] = json.dumps(_datapackage(releases(store)), ensure_ascii=False, indent=2) + "\n"
    return described


def _partitioned() -> list[Table]:
    return [table for table in load_tables().values() if table.partitioned]


def _partitions(store: Store) -> str:
    """Return a CSV with a line for each jurisdiction and year, and whether each table has a file for it."""
    tables: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for table, jurisdiction, year in zip(*(column.to_pylist() for column in known_files(store).columns), strict=True):
        tables[jurisdiction, year].add(table)
    names = [table.name for table in _partitioned()]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*PARTITION_KEYS, *names])
    writer.writerows([*keys, *(str(name in own).lower() for name in names)] for keys, own in sorted(tables.items()))
    return text.getvalue()


def _datapackage(released: Sequence[str]) -> Mapping[str, object]:
    """Return a Data Package of the list of partitions, with the tables' schemas as an extra property.

    The standard forbids paths that lead out of the package's folder, and cannot express keys in a path: so the tables
    cannot be its resources. Source: https://datapackage.org/standard/data-resource/#path-or-data (2.0).
    """
    return {
        **package_heading(),
        "resources": [_list_of_partitions()],
        "tables": [_table(table) for table in load_tables().values()],
        "releases": [f"{RELEASES_FOLDER}/{name}/datapackage.json" for name in released],
    }


def _list_of_partitions() -> dict[str, object]:
    tables = [
        {"name": table.name, "type": "boolean", "title": table.zh, "constraints": {"required": True}}
        for table in _partitioned()
    ]
    return {
        "name": "partitions",
        "description": "which tables have a file for a jurisdiction and year",
        "type": "table",
        "profile": "tabular-data-resource",
        "path": _PARTITIONS,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [*map(table_field, key_columns()), *tables], "primaryKey": list(PARTITION_KEYS)},
    }


def _table(table: Table) -> dict[str, object]:
    """Return a table: the paths of its files from the warehouse's root, and its columns with those in the path."""
    keys = "/".join(f"{key}={{{key}}}" for key in PARTITION_KEYS)
    return {
        "name": table.name,
        "title": table.zh,
        "description": table.en,
        "path": f"{table.name}/{keys}/data.parquet" if table.partitioned else dimension_path(table.name),
        "schema": table_schema(table),
    }
