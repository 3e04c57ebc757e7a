"""A warehouse of rows at the edges of what tables may hold, and its release as a user has it after a download."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.warehouse.extremes import publish_extremes
from warehouse.describe.catalog import write_catalog
from warehouse.release.release import write_release
from warehouse.storage.store import Folder


@dataclass(frozen=True, slots=True)
class Published:
    """The folders of a described warehouse and of its release, which lies elsewhere than it was written."""

    warehouse: Path
    release: Path


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Publish the extremes and release them; tests change nothing of either."""
    warehouse, download = tmp_path_factory.mktemp("extremes"), tmp_path_factory.mktemp("download")
    publish_extremes(warehouse)
    store = Folder(warehouse)
    release = write_release(store, datetime(2026, 11, 21, tzinfo=UTC), lambda done, total: None)
    write_catalog(store, dry=False)
    return Published(warehouse, Path(shutil.move(release.place, download / "release")))
