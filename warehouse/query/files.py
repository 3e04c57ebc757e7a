"""Where the files of a table are: in a warehouse, or in a release of one.

Owns telling the two apart, and whether there is one.
"""

from __future__ import annotations

from itertools import chain

from warehouse.paths import MANIFEST_FILE, SUMS_FILE, dimension_path
from warehouse.schema import Table, load_tables
from warehouse.storage.store import Store

ADDRESS = "tables:///"
"""How the addresses of files begin that DuckDB itself may read, once `read_only` shows them."""


def has_tables(store: Store) -> bool:
    """Return whether there is a table, by the fewest questions: a manifest, a release's sums, any file."""
    dimensions = (dimension_path(name) for name, table in load_tables().items() if not table.partitioned)
    if any(map(store.exists, chain((MANIFEST_FILE, SUMS_FILE), dimensions))):
        return True
    from warehouse.publish.manifest import known_files

    return len(known_files(store)) > 0


def is_release(store: Store) -> bool:
    """Return whether a store is the folder of a release."""
    return store.exists(SUMS_FILE)


def released_files(store: Store, table: Table) -> list[str]:
    """Return the paths of a table's files in a release, by year."""
    if not table.partitioned:
        return [path for path in (f"{table.name}.parquet",) if store.exists(path)]
    return [path for path in store.names(table.name) if released_year(table, path) is not None]


def released_year(table: Table, path: str) -> int | None:
    """Return the year of a file of a release; None for a table of one file.

    >>> from warehouse.schema import load_tables
    >>> released_year(load_tables()["reports"], "reports/year=2024.parquet")
    2024
    """
    name = path.removeprefix(f"{table.name}/year=").removesuffix(".parquet")
    return int(name) if name.isdecimal() else None


def dimension_files(store: Store, table: Table) -> list[str]:
    """Return the path of the one file of a table that is not partitioned; none if it is not there."""
    if is_release(store):
        return released_files(store, table)
    return [path for path in (dimension_path(table.name),) if store.exists(path)]


def place_of(store: Store, path: str) -> str:
    """Return the path of a file in the store's file system."""
    _, root = store.filesystem
    return f"{root}/{path}" if root else path
