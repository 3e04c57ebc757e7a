"""One Chromium and one explorer on a copy of the demonstration, for all tests of pages in the browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.support.browser import Browser, chromium
from tests.support.explorer_server import ExplorerServer, explorer_server
from tests.support.explorer_walk import Visited, walk
from tests.support.fixtures import Demo


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def server(browser: Browser, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExplorerServer]:
    """Serve the demonstration; nobody may change it. Without a browser nothing is started."""
    root = tmp_path_factory.mktemp("explored") / "data"
    shutil.copytree(demo.root, root)
    with explorer_server(root) as running:
        yield running


@pytest.fixture(scope="session", params=[2, pytest.param(8, marks=pytest.mark.long)])
def pages(request: pytest.FixtureRequest, server: ExplorerServer) -> list[Visited]:
    """All pages that links lead to; of those that are many, some."""

    def get(address: str) -> tuple[int, str, bytes]:
        answer = server.ask(address.removeprefix(server.address.rstrip("/")))
        return answer.status, answer.headers.get("content-type", ""), answer.body

    starts = (f"{server.address}{language}/" for language in ("zh", "en"))
    return [one for one in walk(get, starts, most_of_a_kind=request.param) if one.is_page]
