"""A scripted server in a process of its own: the client is what is measured."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from threading import Event

from tests.support.servers.scripted import Answer, RecordedRequest, ScriptedServer

Pages = Callable[[str], bytes | None]
"""The body at a path; None if there is none."""


@contextmanager
def serve_pages(pages: Pages) -> Iterator[str]:
    """Serve pages while the block lasts; yield the address, such as `http://127.0.0.1:8080`."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(pages, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def _serve(pages: Pages, parent: Connection) -> None:
    with _PageServer(pages) as server:
        parent.send(server.url)
        Event().wait()


class _PageServer(ScriptedServer):
    def __init__(self, pages: Pages) -> None:
        super().__init__()
        self._pages = pages

    def answer(self, request: RecordedRequest) -> Answer:
        """Return the page at the requested path, and forget the request: a benchmark makes very many."""
        self.requests.clear()
        body = self._pages(request.target)
        return (
            Answer("404", 404) if body is None else Answer(body, headers={"Content-Type": "text/html; charset=utf-8"})
        )
