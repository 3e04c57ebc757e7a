"""Which files of a warehouse, or of a release of one, hold the rows of a selection.

Owns the choice: by path in a warehouse, by year in a release. No file of figures is opened for it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.paths import SUMS_FILE, Partition, dimension_path, parse_path, partition_path
from warehouse.publish.manifest import known_files
from warehouse.query.selection import Selection, is_wild, matches, no_such
from warehouse.schema import PARTITION_KEYS, Table, load_tables
from warehouse.storage.store import Store

_FEW = 16
"""Codes up to which their folders are listed; for more, and for wildcards, the manifest is read."""
_MOST = 12
"""Codes that an error lists."""
_JURISDICTION, _YEAR = PARTITION_KEYS


@dataclass(frozen=True, slots=True)
class SelectedFile:
    """A file, and the keys that all of its rows have."""

    path: str
    year: int | None = None
    jurisdiction: str | None = None


def selected_files(store: Store, selection: Selection) -> list[SelectedFile]:
    """Return the files that may hold rows of a selection, by year and jurisdiction.

    Raise QueryError for a jurisdiction that stands for no division that is known here.
    """
    table = selection.table
    if is_release(store):
        files = [SelectedFile(path, _released_year(table, path)) for path in released_files(store, table)]
    elif table.partitioned:
        files = _partition_files(store, selection)
    else:
        files = [SelectedFile(path) for path in (dimension_path(table.name),) if store.exists(path)]
    _check_jurisdictions(store, selection, {file.jurisdiction for file in files if file.jurisdiction})
    years = selection.years
    return [file for file in files if years is None or file.year is None or file.year in years]


def is_release(store: Store) -> bool:
    """Return whether a store is the folder of a release."""
    return store.exists(SUMS_FILE)


def released_files(store: Store, table: Table) -> list[str]:
    """Return the paths of a table's files in a release, by year."""
    if not table.partitioned:
        return [path for path in (f"{table.name}.parquet",) if store.exists(path)]
    return [path for path in store.names(table.name) if _released_year(table, path) is not None]


def _partition_files(store: Store, selection: Selection) -> list[SelectedFile]:
    words, table = selection.jurisdictions, selection.table.name
    if words is not None and len(words) <= _FEW and not any(map(is_wild, words)):
        paths = [path for code in dict.fromkeys(words) for path in store.names(f"{table}/jurisdiction={code}")]
        found = [partition for _, partition in filter(None, map(parse_path, paths))]
    else:
        found = _known_partitions(store, table, words)
    ordered = sorted(found, key=lambda one: (one.year, one.jurisdiction))
    return [SelectedFile(partition_path(table, one), one.year, one.jurisdiction) for one in ordered]


def _known_partitions(store: Store, table: str, words: Sequence[str] | None) -> list[Partition]:
    files = known_files(store)
    files = files.filter(pc.equal(files["table"], table))
    if words is not None:
        known = files[_JURISDICTION].unique().to_pylist()
        codes = [code for code in known if any(matches(word, code) for word in words)]
        files = files.filter(pc.is_in(files[_JURISDICTION], pa.array(codes, pa.string())))
    return [Partition(*keys) for keys in zip(*(files[key].to_pylist() for key in PARTITION_KEYS), strict=True)]


def _check_jurisdictions(store: Store, selection: Selection, found: Collection[str]) -> None:
    """Raise QueryError for a word that stands neither for a declared division nor for one that rows have."""
    missing = _unmatched(selection.jurisdictions or (), found)
    if missing and (missing := _unmatched(missing, _declared(store))):
        reporting = _reporting(store)
        if missing := _unmatched(missing, reporting):
            raise no_such("jurisdiction", missing[0], sorted(reporting), _MOST)


def _unmatched(words: Sequence[str], codes: Collection[str]) -> list[str]:
    return [word for word in words if not any(matches(word, code) for code in codes)]


def _declared(store: Store) -> set[str]:
    """Return the codes of the table of divisions."""
    data = store.read("jurisdictions.parquet" if is_release(store) else dimension_path("jurisdictions"))
    return _codes(pa.BufferReader(data)) if data else set()


def _reporting(store: Store) -> set[str]:
    """Return the codes that rows have."""
    if not is_release(store):
        return set(known_files(store)[_JURISDICTION].unique().to_pylist())
    filesystem, root = store.filesystem
    codes: set[str] = set()
    for path in released_files(store, load_tables()["reports"]):
        with filesystem.open_input_file(place_of(root, path)) as file:
            codes |= _codes(file)
    return codes


def _codes(file: object) -> set[str]:
    with pq.ParquetFile(file) as parquet:
        return set(parquet.read([_JURISDICTION], use_threads=False)[_JURISDICTION].unique().to_pylist())


def place_of(root: str, path: str) -> str:
    """Return the path of a store's file in the store's file system, where the store's own path is `root`."""
    return f"{root}/{path}" if root else path


def _released_year(table: Table, path: str) -> int | None:
    """Return the year of a file of a release; None for a table of one file."""
    name = path.removeprefix(f"{table.name}/year=").removesuffix(".parquet")
    return int(name) if name.isdecimal() else None
