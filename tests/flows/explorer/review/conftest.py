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


def copy_of(crawled: Crawled, root: Path) -> Place:
    shutil.copytree(crawled.place.settings.data_root, root)
    write_portal(crawled.place.portal, root / "portals")
    return replace(crawled.place, settings=crawled.place.settings.model_copy(update={"data_root": root}))


@pytest.fixture
def place(crawled: Crawled, tmp_path: Path) -> Place:
    """Return a copy of the crawled sample portal, which a test may change."""
    return copy_of(crawled, tmp_path / "data")


@pytest.fixture(scope="module")
def refusing_desk(crawled: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Yield the desk for tests of what it refuses, after which it is as it was."""
    with desk_of(copy_of(crawled, tmp_path_factory.mktemp("desk") / "data")) as desk:
        yield desk


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    with desk_of(place) as desk:
        yield desk
