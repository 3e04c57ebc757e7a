"""Which files of a warehouse, or of a release of one, hold the rows of a selection.

Owns the choice: by path in a warehouse, by year in a release. No file of figures is opened for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.paths import Partition, parse_path, partition_path
from warehouse.publish.manifest import known_files
from warehouse.query.codebook import check_codes
from warehouse.query.files import dimension_files, is_release, place_of, released_files, released_year
from warehouse.query.selection import Selection, is_wild, matching, no_such
from warehouse.schema import PARTITION_KEYS, load_tables
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

    Raise QueryError for a jurisdiction that stands for no division that is known here, and for a code that is not
    listed in the codebook.
    """
    table = selection.table
    check_codes(store, selection)
    if not table.partitioned:
        files = [SelectedFile(path) for path in dimension_files(store, table)]
    elif is_release(store):
        files = [SelectedFile(path, released_year(table, path)) for path in released_files(store, table)]
    else:
        files = _partition_files(store, selection)
    _check_jurisdictions(store, selection, {file.jurisdiction for file in files if file.jurisdiction})
    years = selection.years
    return [file for file in files if years is None or file.year is None or file.year in years]


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
        codes = matching(words, files[_JURISDICTION].unique().to_pylist())
        files = files.filter(pc.is_in(files[_JURISDICTION], pa.array(sorted(codes), pa.string())))
    return [Partition(*keys) for keys in zip(*(files[key].to_pylist() for key in PARTITION_KEYS), strict=True)]


def _check_jurisdictions(store: Store, selection: Selection, found: Collection[str]) -> None:
    """Raise QueryError for a word that stands neither for a declared division nor for one that rows have."""
    missing = _unmatched(selection.jurisdictions or (), found)
    if missing and (missing := _unmatched(missing, _declared(store))):
        reporting = _reporting(store)
        if missing := _unmatched(missing, reporting):
            raise no_such("jurisdiction", missing[0], sorted(reporting), _MOST)


def _unmatched(words: Sequence[str], codes: Collection[str]) -> list[str]:
    known = set(codes)
    return [word for word in words if word not in known and not (is_wild(word) and matching([word], known))]


def _declared(store: Store) -> set[str]:
    """Return the codes of the table of divisions."""
    return _codes(store, dimension_files(store, load_tables()["jurisdictions"]))


def _reporting(store: Store) -> set[str]:
    """Return the codes that rows have."""
    if is_release(store):
        return _codes(store, released_files(store, load_tables()["reports"]))
    return set(known_files(store)[_JURISDICTION].unique().to_pylist())


def _codes(store: Store, paths: Iterable[str]) -> set[str]:
    filesystem, _ = store.filesystem
    codes: set[str] = set()
    for path in paths:
        with filesystem.open_input_file(place_of(store, path)) as file, pq.ParquetFile(file) as parquet:
            codes.update(parquet.read([_JURISDICTION], use_threads=False)[_JURISDICTION].unique().to_pylist())
    return codes
