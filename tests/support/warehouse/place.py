"""A data root with the portal that is crawled into it, and what can be seen of it from outside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from extractors.archive.archive import Archive
from extractors.portals.portal import Portal
from flows.cli.demo import sample_portal
from flows.ledger.records import Assigned
from flows.runs.result import RunResult
from flows.settings import Settings
from flows.steps.ingest import ingest_files
from flows.steps.pipeline import crawl_portal
from flows.steps.publish import publish_dimensions
from flows.workspace import open_workspace
from warehouse.query.query import connect, run
from warehouse.storage.store import open_store

FileState = tuple[int, bytes]
"""Modification time in nanoseconds, and the bytes."""


@dataclass(frozen=True, slots=True)
class Place:
    """One data root; the test that made it serves `portal`."""

    portal: Portal
    settings: Settings

    @property
    def warehouse(self) -> Path:
        return self.settings.data_root / "warehouse"

    def crawl(self, *years: int) -> RunResult:
        """Crawl the portal, as the nightly flow does, for some years or all."""
        with open_workspace(self.settings) as workspace:
            outcome = crawl_portal(self.portal, workspace, set(years) or None)
            publish_dimensions(workspace, [self.portal])
            return outcome

    def ingest(self, *paths: Path, jurisdiction: str | None = None) -> RunResult:
        with open_workspace(self.settings) as workspace:
            return ingest_files(paths, workspace, Assigned(jurisdiction))

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with connect(self.warehouse) as connection:
            return run(connection, sql).rows

    def captures(self) -> list[str]:
        return list(Archive(open_store(self.settings.data_root / "archive")).captures())

    def files(self) -> dict[str, FileState]:
        """Every file of the warehouse that readers see, by its path in it."""
        return warehouse_files(self.warehouse)

    def report_files(self) -> dict[str, FileState]:
        """Every file with rows of reports: not `coverage`, which says what a portal lacks now."""
        return report_files(self.warehouse)

    def verdicts(self) -> list[dict[str, object]]:
        """Return what the ledger says became of each report, without the time of the verdict."""
        with closing(sqlite3.connect(self.settings.data_root / "ledger.sqlite")) as connection:
            connection.row_factory = sqlite3.Row
            rows = connection.execute("SELECT * FROM verdicts ORDER BY url, report_id").fetchall()
        return [{name: row[name] for name in row.keys() if name != "updated"} for row in rows]  # noqa: SIM118


def make_place(root: Path, portal_url: str) -> Place:
    """Return a data root for the sample portal at `portal_url`, with pauses that suit tests."""
    host = urlsplit(portal_url).netloc
    settings = Settings(data_root=root, allow_private_hosts=frozenset({host}), backoff=0.05)
    return Place(sample_portal(portal_url), settings)


def warehouse_files(warehouse: Path) -> dict[str, FileState]:
    """Every `data.parquet` with its time and bytes, by its path below the warehouse."""
    return {
        path.relative_to(warehouse).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(warehouse.rglob("data.parquet"))
    }


def report_files(warehouse: Path) -> dict[str, FileState]:
    """Return the same without the files of `coverage`."""
    return {path: state for path, state in warehouse_files(warehouse).items() if not path.startswith("coverage/")}
