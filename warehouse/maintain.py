"""What keeps a warehouse in order: leftovers of writers that died, files of older declarations, files that are damaged.

Owns what is looked at and what is mended. Each function tells what it did, or with `dry` what it would do. Must not
publish: rows stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.paths import (
    CATALOG_FOLDER,
    CATALOG_LOCK,
    INTENTS_FOLDER,
    MANIFEST_LOCK,
    RELEASES_FOLDER,
    RELEASES_LOCK,
    SCHEMA_FILE,
    SCHEMA_LOCK,
    dimension_path,
    parse_path,
)
from warehouse.publish import manifest, schema_contract
from warehouse.publish.manifest import compact_manifest, known_partitions
from warehouse.publish.merge import sort_rows
from warehouse.publish.read import DamagedFile, read_rows
from warehouse.publish.write import parquet_bytes
from warehouse.release.staging import incomplete_releases
from warehouse.schema import Column, Table, load_tables
from warehouse.storage.store import ReleaseStore, Store

Show = Callable[[int, int], None]
"""Is told how many pieces are done, of how many."""
_ASIDE = re.compile(r"(?:(.+)/)?\.([^/]+)\.[0-9a-f]{16}")


@dataclass(slots=True)
class MaintenanceStep:
    """One thing that was looked after: what was done, and what is damaged beyond mending, a line each."""

    name: str
    done: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


def remove_leftovers(store: ReleaseStore, *, dry: bool) -> MaintenanceStep:
    """Remove partial files and incomplete releases that interrupted writers left. Lists the whole warehouse."""
    step = MaintenanceStep("leftovers")
    for path in dict.fromkeys(filter(None, map(_intended_path, store.names("")))):
        step.done.append(f"{store.uri(path)}: partial file of an interrupted writer")
        if not dry:
            with store.lock(_lock_of(path)):
                store.remove_partial(path)
    if incomplete_releases(store):
        with store.lock(RELEASES_LOCK):
            for folder in incomplete_releases(store):
                step.done.append(f"{store.uri(folder)}: incomplete release")
                if not dry:
                    store.remove_folder(folder)
    return step


def _intended_path(path: str) -> str | None:
    """Return the path that a partial file was to take; None for other files, and within releases."""
    match = _ASIDE.fullmatch(path)
    if match is None or path.startswith((f"{RELEASES_FOLDER}/", f"{INTENTS_FOLDER}/")):
        return None
    return f"{match[1]}/{match[2]}" if match[1] else match[2]


def _lock_of(path: str) -> str:
    """Name of the lock that writers of a file hold."""
    found = parse_path(path)
    if found:
        return found[1].lock
    if path == SCHEMA_FILE:
        return SCHEMA_LOCK
    folder = path.partition("/")[0]
    if folder == CATALOG_FOLDER:
        return CATALOG_LOCK
    return folder if folder in load_tables() else MANIFEST_LOCK


def fold_manifest(store: Store, *, dry: bool) -> MaintenanceStep:
    """Enter what was written since the last time in the manifest and the files of runs. Lists the whole warehouse."""
    step = MaintenanceStep("manifest")
    waiting = [path for path in store.names(INTENTS_FOLDER) if path.endswith(".json")]
    if waiting:
        step.done.append(f"{len(waiting)} publications entered")
        if not dry:
            compact_manifest(store)
    if lost := manifest.untracked_files(store):
        step.done.append(f"{len(lost)} files entered that nobody had named")
        if not dry:
            manifest.enter(store, lost)
    return step


@dataclass(frozen=True, slots=True)
class _File:
    """A file that should be there, and the name of the lock that its writers hold."""

    table: Table
    path: str
    lock: str


def bring_up_to_date(store: Store, show: Show, *, dry: bool) -> MaintenanceStep:
    """Read every file of the tables; write those anew that have other columns than their table has today.

    Settles what a changed declaration owes: that every stored row has the value, the code, the order that is required
    now. Does nothing where today's declarations break what was promised.
    """
    step = MaintenanceStep("files")
    before, now = schema_contract.recorded_contract(store), schema_contract.contract_of(load_tables())
    files = _files(store)
    owed = schema_contract.rewrites_due(before, now) if before else {}
    step.damaged += _objections(store, before or {}, now, [file for file in files if file.table.name in owed])
    if step.damaged:
        return step
    written: Counter[str] = Counter()
    for done, file in enumerate(files):
        show(done, len(files))
        try:
            written[file.table.name] += _renew(store, file, thorough=file.table.name in owed, dry=dry)
        except DamagedFile as error:
            step.damaged.append(str(error))
    show(len(files), len(files))
    step.done += [f"{count} files of {name} written anew" for name, count in sorted(written.items()) if count]
    if files and before != now and not step.damaged:
        step.done.append(f"{SCHEMA_FILE} tells the tables as they are declared today")
        if not dry:
            with store.lock(SCHEMA_LOCK):
                schema_contract.record_contract(store, now)
    return step


def _files(store: Store) -> list[_File]:
    tables = load_tables()
    partitioned = [_File(tables[known.table], known.path, known.partition.lock) for known in known_partitions(store)]
    others = [_File(table, dimension_path(name), name) for name, table in tables.items() if not table.partitioned]
    return [*partitioned, *(file for file in others if store.exists(file.path))]


def _objections(
    store: Store, before: schema_contract.Promise, now: schema_contract.Promise, owing: Sequence[_File]
) -> list[str]:
    """Why stored rows or their readers forbid today's declarations, a line each; none where they do not."""
    try:
        schema_contract.refuse_breaches(before, now)
        return [line for file in owing for line in _unfit(store, file)]
    except (schema_contract.SchemaContractError, DamagedFile) as error:
        return [str(error)]


def _renew(store: Store, file: _File, *, thorough: bool, dry: bool) -> bool:
    """Write a file anew where it has not today's columns, or (`thorough`) today's order; whether that was due."""
    with store.lock(file.lock):
        if not store.exists(file.path):
            raise DamagedFile(f"{store.uri(file.path)} is missing: run `nianbao reprocess`")
        rows, current = read_rows(store, file.table, file.path)
        ordered = sort_rows(file.table, rows) if thorough or not current else rows
        due = not current or not ordered.equals(rows)
        if due and not dry:
            store.remove_partial(file.path)
            store.write(file.path, parquet_bytes(ordered))
    return due


def _unfit(store: Store, file: _File) -> Iterator[str]:
    """Stored rows that do not fit their table as it is declared today, a line a column."""
    rows, _ = read_rows(store, file.table, file.path)
    for column in file.table.columns:
        if count := _misfits(column, rows[column.name]):
            yield f"{store.uri(file.path)}: {count} rows whose {column.name} is not as it must be now"


def _misfits(column: Column, values: pa.ChunkedArray) -> int:
    """How many values are null where they must not be, or no code of the column."""
    missing = 0 if column.nullable else values.null_count
    if not column.values:
        return int(missing)
    known = pc.is_in(values, value_set=pa.array(column.values, pa.string()), skip_nulls=False)
    unknown = pc.and_(pc.is_valid(values), pc.invert(known))
    return int(missing) + int(pc.sum(unknown).as_py() or 0)
