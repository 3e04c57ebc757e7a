"""Which files the warehouse holds, without listing it.

Owns `_manifest/partitions.parquet`, one row a file, in order. Files written since its last update are named by intents
(`run_log`). Each intent is older than the files that it names, so every file is named by the manifest or by an intent.

A file's version is the number of the last intent that names it. While the version stays, so do the rows; the reverse
does not hold: a writer that was killed may leave a new version and old rows.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import groupby
from weakref import WeakSet

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.paths import (
    INTENTS_FOLDER,
    MANIFEST_FILE,
    MANIFEST_LOCK,
    Partition,
    parse_path,
    partition_path,
)
from warehouse.publish.run_log import RunFile, discard_incomplete_intents, intent_number, intents, record_runs
from warehouse.schema import load_tables
from warehouse.storage.store import Store

_with_manifest: WeakSet[Store] = WeakSet()
"""The stores in which this process has found a manifest, or made one."""
_SCHEMA = pa.schema(
    [("table", pa.string()), ("jurisdiction", pa.string()), ("year", pa.int32()), ("version", pa.int64())]
)
_NAMES = _SCHEMA.names[:3]
_LAST = 10_000
"""Comes after all years."""


@dataclass(frozen=True, slots=True, order=True)
class ManifestFile:
    """A file of a partitioned table."""

    table: str
    jurisdiction: str
    year: int

    @property
    def path(self) -> str:
        """Its path."""
        return partition_path(self.table, self.partition)

    @property
    def partition(self) -> Partition:
        """The partition that its rows belong to."""
        return Partition(self.jurisdiction, self.year)


def known_partitions(store: Store) -> list[ManifestFile]:
    """Return every file of a partitioned table, in order. A warehouse without a manifest is listed."""
    return [ManifestFile(*names) for names in _rows(known_files(store))]


def known_files(store: Store) -> pa.Table:
    """Return the same as an Arrow table with the columns table, jurisdiction and year: fast for many files."""
    return file_versions(store).select(_NAMES)


def file_versions(store: Store) -> pa.Table:
    """Return the same with the column version, which no file has had before; in order."""
    # Intents first: one that is added to the manifest in between must not be missed in both.
    named = _named(intents(store))
    manifest = read_manifest(store)
    if manifest is None:
        return _list_files(store)
    return _updated(manifest, named, lambda file: store.exists(file.path))


def ensure_manifest(store: Store) -> None:
    """Make the manifest if there is none, by listing the warehouse once. Not under the lock of a partition.

    Checks once a process: if the manifest were removed meanwhile, readers would list the warehouse until the next
    process makes it.
    """
    if store in _with_manifest:
        return
    if not store.exists(MANIFEST_FILE):
        with store.lock(MANIFEST_LOCK):
            if not store.exists(MANIFEST_FILE):
                store.remove_partial(MANIFEST_FILE)
                store.write(MANIFEST_FILE, manifest_bytes(_list_files(store)))
    _with_manifest.add(store)


def compact_manifest(store: Store) -> None:
    """Add all intents to the manifest and the files of their runs. Not under the lock of a partition.

    An intent whose file is missing is dropped once no writer holds the partition: its own writer has died.
    """
    waiting = store.names(INTENTS_FOLDER)
    if not waiting:
        return
    with store.lock(MANIFEST_LOCK):
        discard_incomplete_intents(store, waiting)
        store.remove_partial(MANIFEST_FILE)
        pending = intents(store)
        manifest = read_manifest(store)
        current = _list_files(store) if manifest is None else manifest
        store.write(MANIFEST_FILE, manifest_bytes(_updated(current, _named(pending), partial(_exists, store))))
        record_runs(store, pending)
        for path in pending:  # the last one last: it names the files of runs, and holds the newest versions
            store.remove(path)


def untracked_files(store: Store) -> list[ManifestFile]:
    """Return the files that neither the manifest nor an intent names, by listing the warehouse.

    They were copied here by hand, or put in place by a writer that slept so long that its intent was dropped.
    """
    listed = _list_files(store)
    return _missing(file_versions(store), [ManifestFile(*names) for names in _rows(listed.select(_NAMES))])


def add_to_manifest(store: Store, files: Collection[ManifestFile]) -> None:
    """Add files to the manifest. Not under the lock of a partition."""
    with store.lock(MANIFEST_LOCK):
        store.remove_partial(MANIFEST_FILE)
        manifest = read_manifest(store)
        current = _list_files(store) if manifest is None else manifest
        added = dict.fromkeys(_missing(current, files), time.time_ns())
        store.write(MANIFEST_FILE, manifest_bytes(_with_files(current, added)))


def _named(pending: Mapping[str, RunFile]) -> dict[ManifestFile, int]:
    """Return the files that intents name, each with the number of the last one.

    Where several do, that number and one for each other: the last to be written is not the one with the last number if
    a clock went back, and the manifest may know that number already from an update that was killed.
    """
    numbers: defaultdict[ManifestFile, list[int]] = defaultdict(list)
    for path, intent in pending.items():
        for file in intent.touched:
            numbers[ManifestFile(file.table, file.jurisdiction, file.year)].append(intent_number(path))
    return {file: max(own) + len(own) - 1 for file, own in numbers.items()}


def _exists(store: Store, file: ManifestFile) -> bool:
    """Return whether there is a file, now or when its writer is done."""
    if store.exists(file.path):
        return True
    with store.lock(file.partition.lock):
        return store.exists(file.path)


def _updated(manifest: pa.Table, named: Mapping[ManifestFile, int], exists: Callable[[ManifestFile], bool]) -> pa.Table:
    """Return the manifest with the versions of the named files, of new ones if they exist."""
    if not named:
        return manifest
    missing = set(_missing(manifest, named))
    return _with_files(
        manifest, {file: version for file, version in named.items() if file not in missing or exists(file)}
    )


def _missing(manifest: pa.Table, named: Collection[ManifestFile]) -> list[ManifestFile]:
    """Return the named files that are missing from the manifest, in order."""
    own = _table(dict.fromkeys(named, 0)).select(_NAMES)
    there = manifest.select(_NAMES).join(own, _NAMES, join_type="inner", use_threads=False)
    return sorted(set(named) - {ManifestFile(*names) for names in _rows(there)})


def _with_files(manifest: pa.Table, files: Mapping[ManifestFile, int]) -> pa.Table:
    """Return the manifest with these versions of files, in order: what is between them is taken over as it is."""
    pieces, at = [], 0
    for key, own in groupby(sorted(files), lambda file: (file.table, file.jurisdiction)):
        begin = _position(manifest, key, at)
        pieces.append(manifest.slice(at, begin - at))
        at = _position(manifest, (*key, _LAST), begin)
        pieces.append(_table(_as_dict(manifest.slice(begin, at - begin)) | {file: files[file] for file in own}))
    return pa.concat_tables([*pieces, manifest.slice(at)]).combine_chunks()


def _position(manifest: pa.Table, key: tuple[str | int, ...], at: int) -> int:
    """Return where in the manifest a key stands, or would stand, from `at` on."""
    columns = [manifest[name] for name in _NAMES[: len(key)]]
    return bisect_left(
        range(len(manifest)), key, lo=at, key=lambda row: tuple(column[row].as_py() for column in columns)
    )


def _as_dict(files: pa.Table) -> dict[ManifestFile, int]:
    named = map(ManifestFile, *(files[name].to_pylist() for name in _NAMES))
    return dict(zip(named, files["version"].to_pylist(), strict=True))


def _table(files: Mapping[ManifestFile, int]) -> pa.Table:
    """Return files with their versions as a table, in order."""
    ordered = sorted(files)
    names = [[getattr(file, name) for file in ordered] for name in _NAMES]
    columns = [*names, [files[file] for file in ordered]]
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)], _SCHEMA)


def _rows(files: pa.Table) -> Iterable[tuple[str, str, int]]:
    return zip(*(column.to_pylist() for column in files.columns), strict=True)


def _list_files(store: Store) -> pa.Table:
    """List the files of all partitioned tables, as of a new version."""
    tables = (name for name, table in load_tables().items() if table.partitioned)
    listed = _parse_paths(path for name in tables for path in store.names(name))
    return _with_files(_SCHEMA.empty_table(), dict.fromkeys(listed, time.time_ns()))


def _parse_paths(paths: Iterable[str]) -> Iterable[ManifestFile]:
    for table, partition in filter(None, map(parse_path, paths)):
        yield ManifestFile(table, partition.jurisdiction, partition.year)


def read_manifest(store: Store) -> pa.Table | None:
    """Return the files that the manifest names, in order, with their versions; None if it must be made anew."""
    data = store.read(MANIFEST_FILE)
    if data is None:
        return None
    with pq.ParquetFile(pa.BufferReader(data)) as file:
        # Arrow's threads may still hold Python's bytes when the interpreter ends, and then abort the process.
        manifest = file.read(use_threads=False)
    return manifest if manifest.schema.equals(_SCHEMA) else None


def manifest_bytes(files: pa.Table) -> bytes:
    """Return the bytes of a manifest that names these files with their versions."""
    data = BytesIO()
    # Files that were written together have one version, those written after each other versions close together.
    delta = {"version": "DELTA_BINARY_PACKED"}
    pq.write_table(files, data, compression="zstd", use_dictionary=_NAMES, column_encoding=delta)
    return data.getvalue()
