"""Maintenance of a warehouse: leftovers of interrupted writers, files of older declarations, damaged files.

Owns what is checked and what is repaired. Each function returns what it did, or with `dry` what it would do. Rows stay
as they are.
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
from warehouse.publish import schema_contract
from warehouse.publish.files import parquet_bytes
from warehouse.publish.manifest import add_to_manifest, compact_manifest, known_partitions, untracked_files
from warehouse.publish.merge import sort_rows
from warehouse.publish.read import DamagedFile, read_rows
from warehouse.release.staging import incomplete_releases
from warehouse.schema import Column, Table, load_tables
from warehouse.storage.store import ReleaseStore, Store

Show = Callable[[int, int], None]
"""Called with the number of files that are done, and of all."""
_PARTIAL = re.compile(r"(?:(.+)/)?\.([^/]+)\.[0-9a-f]{16}")


@dataclass(slots=True)
class MaintenanceStep:
    """One step of maintenance: what was done, and what is damaged beyond repair, a line each."""

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
    match = _PARTIAL.fullmatch(path)
    if match is None or path.startswith((f"{RELEASES_FOLDER}/", f"{INTENTS_FOLDER}/")):
        return None
    return f"{match[1]}/{match[2]}" if match[1] else match[2]


def _lock_of(path: str) -> str:
    """Return the name of the lock that writers of a file hold."""
    parsed = parse_path(path)
    if parsed:
        return parsed[1].lock
    if path == SCHEMA_FILE:
        return SCHEMA_LOCK
    folder = path.partition("/")[0]
    if folder == CATALOG_FOLDER:
        return CATALOG_LOCK
    return folder if folder in load_tables() else MANIFEST_LOCK


def update_manifest(store: Store, *, dry: bool) -> MaintenanceStep:
    """Add recent publications and untracked files to the manifest. Lists the whole warehouse."""
    step = MaintenanceStep("manifest")
    pending = [path for path in store.names(INTENTS_FOLDER) if path.endswith(".json")]
    if pending:
        step.done.append(f"{len(pending)} publications added")
        if not dry:
            compact_manifest(store)
    if untracked := untracked_files(store):
        step.done.append(f"{len(untracked)} untracked files added")
        if not dry:
            add_to_manifest(store, untracked)
    return step


@dataclass(frozen=True, slots=True)
class _File:
    """A file that should exist, and the name of the lock that its writers hold."""

    table: Table
    path: str
    lock: str


def rewrite_outdated_files(store: Store, show: Show, *, dry: bool) -> MaintenanceStep:
    """Read every file of the tables; rewrite those whose columns are not their table's columns of today.

    A changed declaration may require a value, a code or an order that stored rows lack: then every file of its table is
    checked. Do nothing if today's declarations break the contract with readers.
    """
    step = MaintenanceStep("files")
    before, now = schema_contract.recorded_contract(store), schema_contract.contract_of(load_tables())
    files = _files(store)
    changed = schema_contract.rewrites_due(before, now) if before else {}
    step.damaged += _objections(store, before or {}, now, [file for file in files if file.table.name in changed])
    if step.damaged:
        return step
    written: Counter[str] = Counter()
    for done, file in enumerate(files):
        show(done, len(files))
        try:
            written[file.table.name] += _rewrite(store, file, thorough=file.table.name in changed, dry=dry)
        except DamagedFile as error:
            step.damaged.append(str(error))
    show(len(files), len(files))
    step.done += [f"{count} files of {name} rewritten" for name, count in sorted(written.items()) if count]
    if files and before != now and not step.damaged:
        step.done.append(f"{SCHEMA_FILE} updated to today's declarations")
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
    store: Store, before: schema_contract.Contract, now: schema_contract.Contract, changed: Sequence[_File]
) -> list[str]:
    """Return why the contract or the stored rows forbid today's declarations, a line each; none if they do not."""
    try:
        schema_contract.refuse_breaches(before, now)
        return [line for file in changed for line in _unfit(store, file)]
    except (schema_contract.SchemaContractError, DamagedFile) as error:
        return [str(error)]


def _rewrite(store: Store, file: _File, *, thorough: bool, dry: bool) -> bool:
    """Rewrite a file that lacks today's columns or (`thorough`) today's order; return whether that was due."""
    with store.lock(file.lock):
        if not store.exists(file.path):
            raise DamagedFile(f"{store.uri(file.path)} is missing: run `{file.table.remedy}`")
        rows, current = read_rows(store, file.table, file.path)
        ordered = sort_rows(file.table, rows) if thorough or not current else rows
        due = not current or not ordered.equals(rows)
        if due and not dry:
            store.remove_partial(file.path)
            store.write(file.path, parquet_bytes(ordered))
    return due


def _unfit(store: Store, file: _File) -> Iterator[str]:
    """Yield a line for each column in which stored rows do not fit today's declaration."""
    rows, _ = read_rows(store, file.table, file.path)
    for column in file.table.columns:
        if count := _misfits(column, rows[column.name]):
            yield f"{store.uri(file.path)}: {count} rows whose {column.name} does not fit today's declaration"


def _misfits(column: Column, values: pa.ChunkedArray) -> int:
    """Return how many values are null in a required column, or not among the column's codes."""
    missing = 0 if column.nullable else values.null_count
    if not column.values:
        return int(missing)
    known = pc.is_in(values, value_set=pa.array(column.values, pa.string()), skip_nulls=False)
    unknown = pc.and_(pc.is_valid(values), pc.invert(known))
    return int(missing) + int(pc.sum(unknown).as_py() or 0)
