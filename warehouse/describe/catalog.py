"""What the warehouse tells of itself below `_catalog/`, for people, programs and engines that have nothing but it.

Owns which descriptions lie there, each written only where it differs. They tell how tables are declared and which
partitions there are; a release tells of each of its files. Must not read rows but the codebook's.
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
    """Writes the descriptions that differ from those that are there, or with `dry` none; the paths of these.

    None for a warehouse without a file of a table. Raises DamagedFile where the codebook cannot be read.
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
    """The tables that have files."""
    partitioned = set(pc.unique(known_files(store)["table"]).to_pylist())
    return partitioned | {name for name in load_tables() if store.exists(dimension_path(name))}


def statements(store: Store, engine: str) -> str:
    """The statements that open the warehouse in an engine from where it lies now."""
    place = store.uri("")
    return ddl(engine, place if "://" in place else str(Path(place).absolute()), filled_tables(store))


def releases(store: Store) -> list[str]:
    """The names of all releases that are whole, the newest last."""
    ended = (path.split("/") for path in store.names(RELEASES_FOLDER) if path.endswith(f"/{SUMS_FILE}"))
    names = [name for _, name, *_ in ended if not name.startswith(".")]
    return sorted(names, key=lambda name: (name[:10], int(name[11:] or 1)))


def _descriptions(store: Store) -> dict[str, str]:
    """Name → text. What lists the partitions comes before what tells of the list."""
    codebook = read_rows(store, load_tables()["codebook"], dimension_path("codebook"))[0].to_pylist()
    described = {"DICTIONARY.md": dictionary(codebook)}
    described |= {f"ddl/{engine}.sql": statements(store, engine) for engine in engines()}
    described[_PARTITIONS] = _partitions(store)
    described["datapackage.json"] = json.dumps(_datapackage(releases(store)), ensure_ascii=False, indent=2) + "\n"
    return described


def _partitioned() -> list[Table]:
    return [table for table in load_tables().values() if table.partitioned]


def _partitions(store: Store) -> str:
    """One line a jurisdiction and year, with which tables have a file for it."""
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
    """A Data Package of the list of partitions, with the tables' schemas as a property of its own.

    The standard forbids paths that lead out of the package's folder, and has no word for keys that stand in a path: so
    the tables cannot be its resources. Source: https://datapackage.org/standard/data-resource/#path-or-data (2.0).
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
    """A table: where its files lie from the warehouse's root, and its columns with those that stand in the path."""
    keys = "/".join(f"{key}={{{key}}}" for key in PARTITION_KEYS)
    return {
        "name": table.name,
        "title": table.zh,
        "description": table.en,
        "path": f"{table.name}/{keys}/data.parquet" if table.partitioned else dimension_path(table.name),
        "schema": table_schema(table, ()),
    }
