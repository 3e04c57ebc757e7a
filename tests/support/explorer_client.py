"""The explorer's pages on a data root, asked within this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient

from flows.explorer.application import create_application
from flows.explorer.explorer import Explorer, open_explorer
from flows.explorer.guard import Guard
from flows.settings import Settings

HOST = "127.0.0.1:8321"


@contextmanager
def pages_of(root: Path, *, read_only: bool = False, guard: Guard | None = None) -> Iterator[TestClient]:
    """Yield a client for the pages of the data root; what fails within a page is an answer of 500, as at a server."""
    with open_explorer(Settings(data_root=root), read_only) as explorer, client_of(explorer, guard) as client:
        yield client


def client_of(explorer: Explorer, guard: Guard | None = None) -> TestClient:
    application = create_application(explorer, guard or Guard(frozenset({HOST}), None))
    return TestClient(application, base_url=f"http://{HOST}", raise_server_exceptions=False, follow_redirects=False)
