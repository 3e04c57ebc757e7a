"""A scripted server in a process of its own: the client is what is measured."""

from __future__ import annotations

import multiprocessing
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from threading import Event

from tests.support.servers.scripted import Answer, RecordedRequest, ScriptedServer

Pages = Callable[[str], bytes | None]
"""The body at a path; None if there is none."""
Tagged = Callable[[str], bool]
"""Whether the page at a path comes with a validator."""


def nothing_tagged(path: str) -> bool:
    """Return False: no page comes with a validator."""
    return False


@contextmanager
def serve_pages(pages: Pages, tagged: Tagged = nothing_tagged) -> Iterator[str]:
    """Serve pages while the block lasts; yield the address, such as `http://127.0.0.1:8080`."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(pages, tagged, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def _serve(pages: Pages, tagged: Tagged, parent: Connection) -> None:
    with _PageServer(pages, tagged) as server:
        parent.send(server.url)
        Event().wait()


class _PageServer(ScriptedServer):
    def __init__(self, pages: Pages, tagged: Tagged) -> None:
        super().__init__()
        self._pages = pages
        self._tagged = tagged

    def answer(self, request: RecordedRequest) -> Answer:
        """Return the page at the requested path, and forget the request: a benchmark makes very many."""
        self.requests.clear()
        body = self._pages(request.target)
        if body is None:
            return Answer("404", 404)
        headers = {"Content-Type": "text/html; charset=utf-8"}
        if self._tagged(request.target):
            headers["ETag"] = f'"{zlib.crc32(body):08x}"'
            if request.headers.get("if-none-match") == headers["ETag"]:
                return Answer(status=304, headers=headers)
        return Answer(body, headers=headers)
