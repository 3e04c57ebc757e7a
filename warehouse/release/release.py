"""Releases: what a researcher downloads, one sorted Parquet file a table and year, described and with checksums.

Owns what a release holds, in which order, and its name. A release is never changed: the second of a day has a name of
its own. Must not know what figures mean; rows are as their writers left them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from nianbao import NianbaoError
from warehouse.describe.croissant import croissant
from warehouse.describe.datapackage import DataFile, Files, datapackage, package
from warehouse.describe.dictionary import dictionary
from warehouse.paths import RELEASES_FOLDER, SUMS_FILE, Partition, partition_path
from warehouse.publish.manifest import known_partitions
from warehouse.publish.read import read_rows
from warehouse.release.sorted_file import SortedFile
from warehouse.release.staging import ReleaseWriter, half_releases, remove_files
from warehouse.schema import PARTITION_KEYS, Table, full_schema, load_tables
from warehouse.storage.store import Store

LOCK = "release"
_README = Path(__file__).with_name("release.md")
Show = Callable[[int, int], None]
"""Is told how many partitions are done, of how many."""


class NothingToRelease(NianbaoError):
    """The warehouse holds no partition."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release that was written: its name, where it is, what went into it, and its Parquet files by table."""

    name: str
    place: str
    partitions: Sequence[Partition]
    files: Files

    @property
    def rows(self) -> dict[str, int]:
        """Table → rows."""
        return {table: sum(file.rows for file in files) for table, files in self.files.items()}

    @property
    def size(self) -> int:
        """Bytes of all Parquet files."""
        return sum(file.size for files in self.files.values() for file in files)


def write_release(store: Store, created: datetime, show: Show) -> Release:
    """Write what the warehouse holds as a release, there whole or not at all; readers and writers go on meanwhile.

    Each partition is as it was at one moment, not the whole. `created` has a time zone and gives the release its name.
    Memory holds one row group a table. Raises NothingToRelease; DamagedFile for a file that cannot be read.
    """
    partitions = sorted({known.partition for known in known_partitions(store)}, key=_by_year)
    if not partitions:
        raise NothingToRelease(f"{store.uri('')} holds no report: run `nianbao crawl` or `nianbao ingest` first")
    with store.lock(LOCK):
        for half in half_releases(store):
            remove_files(store, half)
        name = _free_name(store, f"{created:%Y-%m-%d}")
        with ReleaseWriter(store, name) as draft:
            rows = _write_partitions(store, draft, partitions, show) | _write_dimensions(store, draft)
            release = Release(name, store.uri(f"{RELEASES_FOLDER}/{name}"), partitions, _by_table(draft, rows))
            _describe(store, draft, release, created)
            draft.finish()
    return release


def _free_name(store: Store, day: str) -> str:
    name, number = day, 1
    while store.exists(f"{RELEASES_FOLDER}/{name}/{SUMS_FILE}"):
        number += 1
        name = f"{day}.{number}"
    return name


def _write_partitions(
    store: Store, draft: ReleaseWriter, partitions: Sequence[Partition], show: Show
) -> dict[str, int]:
    """One file a partitioned table and year; path → rows."""
    rows: dict[str, int] = {}
    done = 0
    for year, of_year in groupby(partitions, lambda partition: partition.year):
        with ExitStack() as stack:
            paths = {name: f"{name}/year={year}.parquet" for name, table in load_tables().items() if table.partitioned}
            files = {
                name: stack.enter_context(SortedFile(load_tables()[name], stack.enter_context(draft.open(path))))
                for name, path in paths.items()
            }
            for partition in of_year:
                show(done, len(partitions))
                done += 1
                for name, found in _snapshot(store, partition).items():
                    files[name].add(found)
        rows |= {paths[name]: file.rows for name, file in files.items()}
    show(done, done)
    return rows


def _snapshot(store: Store, partition: Partition) -> dict[str, pa.Table]:
    """All tables of a partition as they are at one moment, in today's columns and with its keys."""
    tables = {name: table for name, table in load_tables().items() if table.partitioned}
    with store.lock(partition.lock):
        found = {name: read_rows(store, table, partition_path(name, partition))[0] for name, table in tables.items()}
    return {name: _with_keys(tables[name], rows, partition) for name, rows in found.items()}


def _with_keys(table: Table, rows: pa.Table, partition: Partition) -> pa.Table:
    schema = full_schema(table)
    values = (partition.jurisdiction, partition.year)
    keys = [
        pa.repeat(pa.scalar(value, schema.field(name).type), len(rows))
        for name, value in zip(PARTITION_KEYS, values, strict=True)
    ]
    return pa.table([*keys, *rows.columns], schema=schema)


def _write_dimensions(store: Store, draft: ReleaseWriter) -> dict[str, int]:
    """One file a table that is not partitioned; path → rows."""
    rows = {}
    for table in load_tables().values():
        if not table.partitioned:
            path = f"{table.name}.parquet"
            with draft.open(path) as stream, SortedFile(table, stream) as file:
                file.add(read_rows(store, table, f"{table.name}/data.parquet")[0])
            rows[path] = file.rows
    return rows


def _by_table(draft: ReleaseWriter, rows: Mapping[str, int]) -> Files:
    files: defaultdict[str, list[DataFile]] = defaultdict(list)
    for path, count in rows.items():
        found = draft.sums[path]
        table = path.partition("/")[0].removesuffix(".parquet")
        files[table].append(DataFile(path, found.size, found.sha256, count))
    return files


def _describe(store: Store, draft: ReleaseWriter, release: Release, created: datetime) -> None:
    """Write what tells people and programs of the release."""
    codebook = read_rows(store, load_tables()["codebook"], "codebook/data.parquet")[0].to_pylist()
    draft.write("DICTIONARY.md", dictionary(codebook).encode())
    draft.write("README.md", _readme(release, created).encode())
    for name, described in {
        "datapackage.json": datapackage(release.files, created, release.name),
        "croissant.json": croissant(release.files, created.date(), release.name, release.place),
    }.items():
        draft.write(name, (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode())


def _readme(release: Release, created: datetime) -> str:
    facts, tables = package(), load_tables()
    years = [partition.year for partition in release.partitions]
    lines = [
        f"| `{name}` | {sum(file.rows for file in files):,} | {len(files)} | {sum(file.size for file in files):,} "
        f"| {tables[name].en.removeprefix('one row is ')} |"
        for name, files in release.files.items()
    ]
    return _README.read_text("utf-8").format(
        title=facts.en,
        zh=facts.zh,
        name=release.name,
        created=f"{created:%Y-%m-%d %H:%M %Z}",
        partitions=f"{len(release.partitions):,}",
        reports=f"{release.rows['reports']:,}",
        jurisdictions=f"{len({partition.jurisdiction for partition in release.partitions}):,}",
        years=f"{min(years)}–{max(years)}",
        tables="\n".join(lines),
        licence=facts.licence,
    )


def _by_year(partition: Partition) -> tuple[int, str]:
    return partition.year, partition.jurisdiction
