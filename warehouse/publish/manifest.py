"""Which files the warehouse holds, without listing it.

Owns `_manifest/partitions.parquet`, one row a file, in order. Files written since its last update are named by intents
(`run_log`). Each intent is older than the files that it names, so every file is named by the manifest or by an intent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from io import BytesIO
from weakref import WeakSet

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.paths import (
    INTENTS_FOLDER,
    MANIFEST_FILE,
    MANIFEST_LOCK,
    Partition,
    parse_path,
    partition_path,
)
from warehouse.publish.run_log import TouchedFile, discard_incomplete_intents, intents, record_runs
from warehouse.schema import load_tables
from warehouse.storage.store import Store

_with_manifest: WeakSet[Store] = WeakSet()
"""The stores in which this process has found a manifest, or made one."""
_SCHEMA = pa.schema([("table", pa.string()), ("jurisdiction", pa.string()), ("year", pa.int32())])


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
    # Intents first: one that is added to the manifest in between must not be missed in both.
    named = {_manifest_file(file) for intent in intents(store).values() for file in intent.touched}
    manifest = _read(store)
    if manifest is None:
        return _list_files(store)
    return _with_files(manifest, [file for file in _missing(manifest, named) if store.exists(file.path)])


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
                _write(store, _list_files(store))
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
        manifest = _read(store)
        current = _list_files(store) if manifest is None else manifest
        named = {_manifest_file(file) for intent in pending.values() for file in intent.touched}
        added = [file for file in _missing(current, named) if _exists(store, file)]
        if added or manifest is None:
            _write(store, _with_files(current, added))
        record_runs(store, pending.values())
        for path in pending:
            store.remove(path)


def untracked_files(store: Store) -> list[ManifestFile]:
    """Return the files that neither the manifest nor an intent names, by listing the warehouse.

    They were copied here by hand, or put in place by a writer that slept so long that its intent was dropped.
    """
    listed = _list_files(store)
    known = known_partitions(store)
    return _missing(_with_files(_SCHEMA.empty_table(), known), [ManifestFile(*names) for names in _rows(listed)])


def add_to_manifest(store: Store, files: Collection[ManifestFile]) -> None:
    """Add files to the manifest. Not under the lock of a partition."""
    with store.lock(MANIFEST_LOCK):
        store.remove_partial(MANIFEST_FILE)
        manifest = _read(store)
        current = _list_files(store) if manifest is None else manifest
        _write(store, _with_files(current, _missing(current, files)))


def _manifest_file(file: TouchedFile) -> ManifestFile:
    return ManifestFile(file.table, file.jurisdiction, file.year)


def _exists(store: Store, file: ManifestFile) -> bool:
    """Return whether there is a file, now or when its writer is done."""
    if store.exists(file.path):
        return True
    with store.lock(file.partition.lock):
        return store.exists(file.path)


def _missing(manifest: pa.Table, named: Collection[ManifestFile]) -> list[ManifestFile]:
    """Return the named files that are missing from the manifest, in order."""
    if not named:
        return []
    own = _with_files(_SCHEMA.empty_table(), named)
    known = set(_keys(manifest).filter(pc.is_in(_keys(manifest), value_set=_keys(own).combine_chunks())).to_pylist())
    return [file for file in sorted(named) if "/".join(map(str, astuple(file))) not in known]


def _keys(files: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(files["table"], files["jurisdiction"], files["year"].cast(pa.string()), "/")


def _with_files(manifest: pa.Table, files: Collection[ManifestFile]) -> pa.Table:
    if not files:
        return manifest
    columns = zip(*map(astuple, files), strict=True)
    added = pa.table([pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)], _SCHEMA)
    return pa.concat_tables([manifest, added]).sort_by([(name, "ascending") for name in _SCHEMA.names])


def _rows(files: pa.Table) -> Iterable[tuple[str, str, int]]:
    return zip(*(column.to_pylist() for column in files.columns), strict=True)


def _list_files(store: Store) -> pa.Table:
    """List the files of all partitioned tables."""
    tables = (name for name, table in load_tables().items() if table.partitioned)
    return _with_files(_SCHEMA.empty_table(), list(_parse_paths(path for name in tables for path in store.names(name))))


def _parse_paths(paths: Iterable[str]) -> Iterable[ManifestFile]:
    for table, partition in filter(None, map(parse_path, paths)):
        yield ManifestFile(table, partition.jurisdiction, partition.year)


def _read(store: Store) -> pa.Table | None:
    data = store.read(MANIFEST_FILE)
    if data is None:
        return None
    with pq.ParquetFile(pa.BufferReader(data)) as file:
        # Arrow's threads may still hold Python's bytes when the interpreter ends, and then abort the process.
        return file.read(use_threads=False)


def _write(store: Store, manifest: pa.Table) -> None:
    data = BytesIO()
    pq.write_table(manifest, data, compression="zstd")
    store.write(MANIFEST_FILE, data.getvalue())
