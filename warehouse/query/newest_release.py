"""The newest release of a warehouse as a copy of most of its partitions, for questions about the whole country.

Owns when a release is believed: its own list of versions says which partitions still have the rows that it copied. One
that is incomplete, damaged or of other columns than today's is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.paths import RELEASE_MANIFEST, RELEASES_FOLDER, SUMS_FILE, Partition, partition_path
from warehouse.query.files import place_of
from warehouse.schema import Table, full_schema
from warehouse.storage.store import Store

_NAME = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.(\d+))?")
_DIFFERENCE = """
SELECT jurisdiction, year FROM {one} ANTI JOIN {other} USING ("table", jurisdiction, year, version)
WHERE "table" = $1 ORDER BY year, jurisdiction
"""


@dataclass(frozen=True, slots=True)
class Release:
    """A release: its folder, the paths of its files, and the versions of the partitions that it holds."""

    folder: str
    paths: frozenset[str]
    held: pa.Table


@dataclass(frozen=True, slots=True)
class Overlay:
    """A table as files of a release, without the partitions `outdated`, and the files `since` in their place."""

    released: Sequence[str]
    outdated: Sequence[tuple[str, int]]
    since: Sequence[str]


def newest_release(store: Store) -> Release | None:
    """Return the newest complete release of a warehouse; None if there is none, or one without versions."""
    names: dict[str, set[str]] = {}
    for path in store.names(RELEASES_FOLDER):
        name, _, within = path.removeprefix(f"{RELEASES_FOLDER}/").partition("/")
        names.setdefault(name, set()).add(within)
    complete = [name for name, within in names.items() if _NAME.fullmatch(name) and SUMS_FILE in within]
    if not complete:
        return None
    folder = f"{RELEASES_FOLDER}/{max(complete, key=_age)}"
    held = _held(store.read(f"{folder}/{RELEASE_MANIFEST}"))
    return None if held is None else Release(folder, frozenset(names[folder.rpartition("/")[2]]), held)


def _age(name: str) -> tuple[str, int]:
    """Return what orders the names of releases: 2026-01-01.10 is later than 2026-01-01.2."""
    day, _, number = name.partition(".")
    return day, int(number or 1)


def _held(data: bytes | None) -> pa.Table | None:
    try:
        with pq.ParquetFile(pa.BufferReader(data or b"")) as file:
            return file.read(use_threads=False)
    except (pa.ArrowException, OSError):
        return None


def overlay(
    connection: duckdb.DuckDBPyConnection, store: Store, table: Table, release: Release, known: pa.Table
) -> Overlay | None:
    """Return how a release gives a table's rows as they are now; None if it has none, or none that can be believed.

    `known` has the files of today with their versions.
    """
    if not release.held.schema.equals(known.schema):
        return None
    with connection.cursor() as cursor:
        cursor.register("held", release.held)
        cursor.register("known", known)
        outdated = cursor.execute(_DIFFERENCE.format(one="held", other="known"), [table.name]).fetchall()
        since = cursor.execute(_DIFFERENCE.format(one="known", other="held"), [table.name]).fetchall()
        years = cursor.execute('SELECT DISTINCT year FROM held WHERE "table" = $1 ORDER BY 1', [table.name]).fetchall()
    names = [f"{table.name}/year={year}.parquet" for (year,) in years]
    released = [f"{release.folder}/{name}" for name in names]
    if not names or not release.paths.issuperset(names) or not _are_of_today(store, table, released):
        return None
    return Overlay(released, outdated, [partition_path(table.name, Partition(*keys)) for keys in since])


def _are_of_today(store: Store, table: Table, paths: Iterable[str]) -> bool:
    """Return whether files can be opened and have today's columns."""
    filesystem, _ = store.filesystem
    try:
        return all(
            pq.read_schema(place_of(store, path), filesystem=filesystem).equals(full_schema(table)) for path in paths
        )
    except (pa.ArrowException, OSError):
        return False
