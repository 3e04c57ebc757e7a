"""Releases for researchers to download: a sorted Parquet file for each table and year, described, with checksums.

Owns what a release contains, in which order, and its name. A release is never changed: a second one on the same day has
its own name. Rows are copied as they were published.
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
import pyarrow.compute as pc

from nianbao import NianbaoError
from warehouse.describe.croissant import croissant
from warehouse.describe.datapackage import DataFile, Files, datapackage, package
from warehouse.describe.dictionary import dictionary
from warehouse.paths import (
    RELEASE_MANIFEST,
    RELEASES_FOLDER,
    RELEASES_LOCK,
    SUMS_FILE,
    Partition,
    dimension_path,
    partition_path,
)
from warehouse.publish.manifest import compact_manifest, file_versions, manifest_bytes
from warehouse.publish.read import read_rows
from warehouse.release.sorted_file import SortedFile, declared_order
from warehouse.release.staging import HashingStream, ReleaseWriter, incomplete_releases
from warehouse.schema import PARTITION_KEYS, Table, full_columns, full_schema, load_tables
from warehouse.storage.store import ReleaseStore, Store

_README = Path(__file__).with_name("release.md")
_ORDER = [(name, "ascending") for name in reversed(PARTITION_KEYS)]
Show = Callable[[int, int], None]
"""Called with the number of partitions that are done, and of all."""


class NothingToRelease(NianbaoError):
    """The warehouse holds no report."""


@dataclass(frozen=True, slots=True)
class Release:
    """A written release: its name, its place, its partitions, those with reports, and its Parquet files by table."""

    name: str
    place: str
    partitions: Sequence[Partition]
    reporting: Sequence[Partition]
    files: Files

    @property
    def rows(self) -> dict[str, int]:
        """Table → rows."""
        return {table: sum(file.rows for file in files) for table, files in self.files.items()}

    @property
    def size(self) -> int:
        """Bytes of all Parquet files."""
        return sum(file.size for files in self.files.values() for file in files)


def write_release(store: ReleaseStore, created: datetime, show: Show) -> Release:
    """Write the content of the warehouse as a release, whole or not at all, without stopping readers or writers.

    Each partition is copied as it is at one moment, but not all at the same moment. `created` has a time zone and gives
    the release its name. Memory holds one row group a table. Raise NothingToRelease; DamagedFile for a file that cannot
    be read.
    """
    compact_manifest(store)
    versions = file_versions(store)  # before any rows are read: no file's rows are older than its version
    partitions = _partitions(versions)
    reporting = _partitions(versions.filter(pc.equal(versions["table"], "reports")))
    if not reporting:
        raise NothingToRelease(f"{store.uri('')} holds no report: run `nianbao crawl` or `nianbao ingest` first")
    with store.lock(RELEASES_LOCK):
        for folder in incomplete_releases(store):
            store.remove_folder(folder)
        name = _free_name(store, f"{created:%Y-%m-%d}")
        with ReleaseWriter(store, name) as writer:
            rows = _write_partitions(store, writer, partitions, show) | _write_dimensions(store, writer)
            place = store.uri(f"{RELEASES_FOLDER}/{name}")
            release = Release(name, place, partitions, reporting, _by_table(writer, rows))
            writer.write(RELEASE_MANIFEST, manifest_bytes(versions))
            _describe(store, writer, release, created)
            writer.finish()
    return release


def _free_name(store: Store, day: str) -> str:
    name, number = day, 1
    while store.exists(f"{RELEASES_FOLDER}/{name}/{SUMS_FILE}"):
        number += 1
        name = f"{day}.{number}"
    return name


def _write_partitions(
    store: Store, writer: ReleaseWriter, partitions: Sequence[Partition], show: Show
) -> dict[str, int]:
    """Write one file for each partitioned table and year; return path → number of rows."""
    rows: dict[str, int] = {}
    done = 0
    for year, of_year in groupby(partitions, lambda partition: partition.year):
        with ExitStack() as stack:
            paths = {name: f"{name}/year={year}.parquet" for name, table in load_tables().items() if table.partitioned}
            files = {
                name: stack.enter_context(_sorted_file(load_tables()[name], stack.enter_context(writer.open(path))))
                for name, path in paths.items()
            }
            for partition in of_year:
                show(done, len(partitions))
                done += 1
                for name, content in _snapshot(store, partition).items():
                    files[name].add(content)
        rows |= {paths[name]: file.rows for name, file in files.items()}
    show(done, done)
    return rows


def _sorted_file(table: Table, stream: HashingStream) -> SortedFile:
    return SortedFile(full_columns(table), declared_order(table), stream)


def _snapshot(store: Store, partition: Partition) -> dict[str, pa.Table]:
    """Return all tables of a partition as they are at one moment, in today's columns and with its keys."""
    tables = {name: table for name, table in load_tables().items() if table.partitioned}
    with store.lock(partition.lock):
        stored = {name: read_rows(store, table, partition_path(name, partition))[0] for name, table in tables.items()}
    return {name: _with_keys(tables[name], rows, partition) for name, rows in stored.items()}


def _with_keys(table: Table, rows: pa.Table, partition: Partition) -> pa.Table:
    schema = full_schema(table)
    values = (partition.jurisdiction, partition.year)
    keys = [
        pa.repeat(pa.scalar(value, schema.field(name).type), len(rows))
        for name, value in zip(PARTITION_KEYS, values, strict=True)
    ]
    return pa.table([*keys, *rows.columns], schema=schema)


def _write_dimensions(store: Store, writer: ReleaseWriter) -> dict[str, int]:
    """Write one file for each table that is not partitioned; return path → number of rows."""
    rows = {}
    for table in load_tables().values():
        if not table.partitioned:
            path = f"{table.name}.parquet"
            with writer.open(path) as stream, _sorted_file(table, stream) as file:
                file.add(read_rows(store, table, dimension_path(table.name))[0])
            rows[path] = file.rows
    return rows


def _by_table(writer: ReleaseWriter, rows: Mapping[str, int]) -> Files:
    files: defaultdict[str, list[DataFile]] = defaultdict(list)
    for path, count in rows.items():
        written = writer.sums[path]
        table, _, year = path.removesuffix(".parquet").partition("/year=")
        files[table].append(DataFile(path, int(year) if year else None, written.size, written.sha256, count))
    return files


def _describe(store: Store, writer: ReleaseWriter, release: Release, created: datetime) -> None:
    """Write the descriptions of the release for people and programs."""
    codebook = read_rows(store, load_tables()["codebook"], dimension_path("codebook"))[0].to_pylist()
    writer.write("DICTIONARY.md", dictionary(codebook).encode())
    writer.write("README.md", _readme(release, created).encode())
    for name, description in {
        "datapackage.json": datapackage(release.files, created, release.name),
        "croissant.json": croissant(release.files, created.date(), release.name, release.place),
    }.items():
        writer.write(name, (json.dumps(description, ensure_ascii=False, indent=2) + "\n").encode())


def _readme(release: Release, created: datetime) -> str:
    facts, tables = package(), load_tables()
    years = [partition.year for partition in release.reporting]
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
        jurisdictions=f"{len({partition.jurisdiction for partition in release.reporting}):,}",
        years=f"{min(years)}–{max(years)}",
        tables="\n".join(lines),
        licence=facts.licence,
    )


def _partitions(files: pa.Table) -> list[Partition]:
    """Return the partitions of files in the order of a release."""
    keys = files.group_by(list(PARTITION_KEYS), use_threads=False).aggregate([]).sort_by(_ORDER)
    return [Partition(*key) for key in zip(*(keys[name].to_pylist() for name in PARTITION_KEYS), strict=True)]
