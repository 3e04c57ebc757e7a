"""The tables that a connection shows: made when a question names them, of the files that there are at that moment.

Owns the choice of what is read: files of partitions for questions about single divisions, the newest release with what
was published since for all others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from warehouse.paths import INTENTS_FOLDER, MANIFEST_FILE
from warehouse.query.files import ADDRESS, dimension_files, is_release, place_of, released_files
from warehouse.schema import Table, full_columns, full_schema, load_tables
from warehouse.storage.store import Store

if TYPE_CHECKING:
    from warehouse.query.newest_release import Overlay, Release

    # pyarrow.dataset takes a tenth of a second to import, and fsspec a part of it: some questions do without.
    from warehouse.query.partition_scan import Progress
    from warehouse.query.read_only import ReadOnlyFiles

_SINGLE = re.compile(r"""(jurisdiction|区划代码)"?\s*(=|in\s*\()\s*['$?]""", re.IGNORECASE)
"""A condition on single divisions: the few files of theirs are read faster than parts of a release's large ones."""
_MOST = 4096
"""Partitions written since a release, up to which it is used: their files are held in memory during a question."""


class Tables:
    """The tables of a warehouse or release on one connection; not for several threads at a time."""

    def __init__(self, store: Store, progress: Progress | None) -> None:
        self._store = store
        self._progress = progress
        self._seen: tuple[list[str], bytes | None] | None = None
        self._made: dict[str, bool] = {}
        """Table → whether it is as questions about single divisions want it."""
        self._known: pa.Table | None = None
        self._release: Release | None = None
        self._files: ReadOnlyFiles | None = None

    def make(self, connection: duckdb.DuckDBPyConnection, names: Collection[str], sql: str) -> None:
        """Make the named tables for a question, as they are now."""
        if not names:
            return
        self._look()
        single = _SINGLE.search(sql) is not None
        for table in (load_tables()[name] for name in names):
            # No intent and no manifest names the one file of a dimension table.
            if not table.partitioned or self._made.get(table.name) != single:
                self._make(connection, table, single=single)
                self._made[table.name] = single

    def _look(self) -> None:
        """Forget what is no longer so: every file that is written is named by an intent first, then by the manifest."""
        seen = self._store.names(INTENTS_FOLDER), self._store.read(MANIFEST_FILE)
        if self._files:
            self._files.begin_question()
        if seen != self._seen:
            self._seen, self._known = seen, None
            self._made.clear()
            if self._files:
                self._files.hide_all()

    def _make(self, connection: duckdb.DuckDBPyConnection, table: Table, *, single: bool) -> None:
        connection.execute(f'DROP VIEW IF EXISTS "{table.name}"')
        if not table.partitioned or self._is_release:
            files = released_files(self._store, table) if table.partitioned else dimension_files(self._store, table)
            connection.register(table.name, whole_files(self._store, table, files))
            return
        if self._known is None:
            from warehouse.publish.manifest import file_versions
            from warehouse.query.newest_release import newest_release

            self._known, self._release = file_versions(self._store), newest_release(self._store)
        if not single and self._release and (found := self._overlay(connection, table, self._release, self._known)):
            connection.execute(f'CREATE TEMP VIEW "{table.name}" AS {_select(table, found)}')
        else:
            connection.register(table.name, partition_rows(self._store, table, self._known, self._progress))

    @cached_property
    def _is_release(self) -> bool:
        return is_release(self._store)

    def _overlay(
        self, connection: duckdb.DuckDBPyConnection, table: Table, release: Release, known: pa.Table
    ) -> Overlay | None:
        from warehouse.query.newest_release import overlay

        found = overlay(connection, self._store, table, release, known)
        if found is None or len(found.since) > _MOST:
            return None
        if self._files is None:
            from warehouse.query.read_only import ReadOnlyFiles

            self._files = ReadOnlyFiles(*self._store.filesystem)
            connection.register_filesystem(self._files)
        self._files.show(found.released, found.since)
        return found


def _select(table: Table, found: Overlay) -> str:
    """Return the SELECT of a table: the release's rows but for outdated partitions, then those published since.

    DuckDB reads the files itself: through Arrow, a sum over the country takes ten times as long. Files of partitions
    may be of older columns.
    """
    outdated = ", ".join(f"('{code}', {year})" for code, year in found.outdated)
    but = f"ANTI JOIN (VALUES {outdated}) AS outdated(jurisdiction, year) USING (jurisdiction, year)"
    parts = [f"FROM read_parquet({_listed(found.released)}, hive_partitioning = false) {but if outdated else ''}"]
    if found.since:
        keys = "hive_partitioning = true, hive_types = {'jurisdiction': VARCHAR, 'year': INTEGER}"
        parts.append(f"FROM read_parquet({_listed(found.since)}, union_by_name = true, {keys})")
    columns = ", ".join(f'"{column.name}"' for column in full_columns(table))
    return f"SELECT {columns} FROM ({' UNION ALL BY NAME '.join(parts)})"


def _listed(paths: Sequence[str]) -> str:
    return "[" + ", ".join(f"'{ADDRESS}{path}'" for path in paths) + "]"


def partition_rows(store: Store, table: Table, partitions: pa.Table, progress: Progress | None = None) -> Any:
    """Return a partitioned table as a dataset; `partitions` holds the files of all tables."""
    import pyarrow.compute as pc

    from warehouse.query.partition_scan import PartitionedTable

    filesystem, root = store.filesystem
    own = partitions.filter(pc.equal(partitions["table"], table.name))
    rows = PartitionedTable(table, own, filesystem, root)
    if progress:
        rows.report_to(progress)
    return rows


def whole_files(store: Store, table: Table, paths: Sequence[str]) -> Any:
    """Return a table of few files as a dataset; without files it has no rows."""
    if not paths:
        return full_schema(table).empty_table()
    from warehouse.query.partition_scan import WholeFiles

    filesystem, _ = store.filesystem
    return WholeFiles(table, [place_of(store, path) for path in paths], filesystem)
