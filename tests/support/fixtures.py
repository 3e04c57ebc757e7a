"""The sample portal on loopback, data roots crawled from it, and one demonstration for the whole session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.runs.result import RunResult
from tests.support.portals.county import County
from tests.support.processes.command import Done, nianbao
from tests.support.sample_portal.server import SamplePortal
from tests.support.servers.scripted import RecordedRequest
from tests.support.warehouse.place import FileState, Place, make_place, warehouse_files


@dataclass(frozen=True, slots=True)
class Crawled:
    """A place after one whole crawl, what that crawl reported, and what the portal was asked."""

    place: Place
    outcome: RunResult
    requests: list[RecordedRequest]


@dataclass(frozen=True, slots=True)
class Demo:
    """`nianbao demo` twice in an empty folder; `files` is the warehouse after the first run."""

    folder: Path
    first: Done
    second: Done
    files: dict[str, FileState]

    @property
    def root(self) -> Path:
        return self.folder / "data" / "demo"


@pytest.fixture(scope="session")
def portal() -> Iterator[SamplePortal]:
    """Serve the portal that tests share which do not change what lies on it."""
    with SamplePortal() as server:
        yield server


@pytest.fixture
def own_portal() -> Iterator[SamplePortal]:
    """Serve a portal that a test may change."""
    with SamplePortal() as server:
        yield server


@pytest.fixture
def county() -> Iterator[County]:
    """Serve an empty portal of a county, to which a test adds reports."""
    with County() as server:
        yield server


@pytest.fixture
def place(portal: SamplePortal, tmp_path: Path) -> Place:
    """Return an empty data root for the sample portal."""
    return make_place(tmp_path / "data", portal.url)


@pytest.fixture(scope="session")
def crawled(portal: SamplePortal, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """Everything on the portal, crawled once; tests read it and change nothing."""
    place = make_place(tmp_path_factory.mktemp("crawled"), portal.url)
    before = len(portal.requests)
    outcome = place.crawl()
    return Crawled(place, outcome, portal.requests[before:])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run the demonstration twice."""
    folder = tmp_path_factory.mktemp("demo")
    first = nianbao("demo", folder=folder, NIANBAO_WAREHOUSE_URL=str(folder / "real"))
    files = warehouse_files(folder / "data" / "demo" / "warehouse")
    second = nianbao("demo", folder=folder)
    return Demo(folder, first, second, files)
