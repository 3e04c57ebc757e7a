"""Which files the warehouse holds, without listing it.

Owns `_manifest/partitions.parquet`, one row a file, in order. What was written since it was brought up to date is
named by intents (`run_log`), each older than the files that it names: so no file can be there which neither of the two
names. Must not know what the files hold.
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
from warehouse.publish.run_log import Touched, discard_half_intents, intents, record
from warehouse.schema import load_tables
from warehouse.storage.store import Store

_begun: WeakSet[Store] = WeakSet()
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
        """Where it is."""
        return partition_path(self.table, self.partition)

    @property
    def partition(self) -> Partition:
        """What it holds rows of."""
        return Partition(self.jurisdiction, self.year)


def known_partitions(store: Store) -> list[ManifestFile]:
    """Every file of a partitioned table, in order. A warehouse that has no manifest yet is listed."""
    return [ManifestFile(*names) for names in _rows(known_files(store))]


def known_files(store: Store) -> pa.Table:
    """The same as an Arrow table with the columns table, jurisdiction and year: quick where there are many."""
    # Before the manifest: an intent that is entered in it meanwhile must not be missed in both.
    named = {ManifestFile(*_key(one)) for intent in intents(store).values() for one in intent.touched}
    manifest = _read(store)
    if manifest is None:
        return _listed(store)
    return _with(manifest, [known for known in _unknown(manifest, named) if store.exists(known.path)])


def begin(store: Store) -> None:
    """Make the manifest where there is none yet, by listing the warehouse once. Not under the lock of a partition.

    Looks once a process: were it removed meanwhile, readers would list the warehouse until it is made again.
    """
    if store in _begun:
        return
    if not store.exists(MANIFEST_FILE):
        with store.lock(MANIFEST_LOCK):
            if not store.exists(MANIFEST_FILE):
                store.remove_partial(MANIFEST_FILE)
                _write(store, _listed(store))
    _begun.add(store)


def compact_manifest(store: Store) -> None:
    """Bring the manifest and the files of runs up to date. Not under the lock of a partition.

    An intent whose file is not there is dropped once nobody writes to the partition: its writer has died before.
    """
    waiting = store.names(INTENTS_FOLDER)
    if not waiting:
        return
    with store.lock(MANIFEST_LOCK):
        discard_half_intents(store, waiting)
        store.remove_partial(MANIFEST_FILE)
        entered = intents(store)
        manifest = _read(store)
        current = _listed(store) if manifest is None else manifest
        named = {ManifestFile(*_key(one)) for intent in entered.values() for one in intent.touched}
        found = [known for known in _unknown(current, named) if _is_there(store, known)]
        if found or manifest is None:
            _write(store, _with(current, found))
        record(store, entered.values())
        for path in entered:
            store.remove(path)


def untracked_files(store: Store) -> list[ManifestFile]:
    """Files that no reader of ours knows of, by listing the warehouse: copied here by hand, or put in place by a writer
    that had slept so long that its intent was taken for a dead one's.
    """
    listed = _listed(store)
    known = known_partitions(store)
    return _unknown(_with(_SCHEMA.empty_table(), known), [ManifestFile(*names) for names in _rows(listed)])


def enter(store: Store, found: Collection[ManifestFile]) -> None:
    """Name files in the manifest. Not under the lock of a partition."""
    with store.lock(MANIFEST_LOCK):
        store.remove_partial(MANIFEST_FILE)
        manifest = _read(store)
        current = _listed(store) if manifest is None else manifest
        _write(store, _with(current, _unknown(current, found)))


def _key(touched: Touched) -> tuple[str, str, int]:
    return touched.table, touched.jurisdiction, touched.year


def _is_there(store: Store, known: ManifestFile) -> bool:
    if store.exists(known.path):
        return True
    with store.lock(known.partition.lock):
        return store.exists(known.path)


def _unknown(manifest: pa.Table, named: Collection[ManifestFile]) -> list[ManifestFile]:
    """Those of the named files that the manifest does not name, in order."""
    if not named:
        return []
    own = _with(_SCHEMA.empty_table(), named)
    known = set(_keys(manifest).filter(pc.is_in(_keys(manifest), value_set=_keys(own).combine_chunks())).to_pylist())
    return [one for one in sorted(named) if "/".join(map(str, astuple(one))) not in known]


def _keys(files: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(files["table"], files["jurisdiction"], files["year"].cast(pa.string()), "/")


def _with(manifest: pa.Table, found: Collection[ManifestFile]) -> pa.Table:
    if not found:
        return manifest
    columns = zip(*map(astuple, found), strict=True)
    added = pa.table([pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)], _SCHEMA)
    return pa.concat_tables([manifest, added]).sort_by([(name, "ascending") for name in _SCHEMA.names])


def _rows(files: pa.Table) -> Iterable[tuple[str, str, int]]:
    return zip(*(column.to_pylist() for column in files.columns), strict=True)


def _listed(store: Store) -> pa.Table:
    """What the warehouse holds, by listing it."""
    tables = (name for name, table in load_tables().items() if table.partitioned)
    return _with(_SCHEMA.empty_table(), list(_parsed(path for name in tables for path in store.names(name))))


def _parsed(paths: Iterable[str]) -> Iterable[ManifestFile]:
    for table, partition in filter(None, map(parse_path, paths)):
        yield ManifestFile(table, partition.jurisdiction, partition.year)


def _read(store: Store) -> pa.Table | None:
    data = store.read(MANIFEST_FILE)
    if data is None:
        return None
    with pq.ParquetFile(BytesIO(data)) as file:
        return file.read()


def _write(store: Store, manifest: pa.Table) -> None:
    data = BytesIO()
    pq.write_table(manifest, data, compression="zstd")
    store.write(MANIFEST_FILE, data.getvalue())
