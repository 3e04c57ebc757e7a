"""A desk on a copy of the crawled sample portal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from extractors.portals.portal import write_portal
from tests.support.desk import Desk, desk_of
from tests.support.fixtures import Crawled
from tests.support.warehouse.place import Place


@pytest.fixture
def place(crawled: Crawled, tmp_path: Path) -> Place:
    """Return a copy of the crawled sample portal, which a test may change."""
    shutil.copytree(crawled.place.settings.data_root, tmp_path / "data")
    settings = crawled.place.settings.model_copy(update={"data_root": tmp_path / "data"})
    write_portal(crawled.place.portal, tmp_path / "data" / "portals")
    return replace(crawled.place, settings=settings)


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    with desk_of(place) as desk:
        yield desk
