"""A server in a process of its own that answers as fast as Python can: the client is what is measured.

Owns that process. What it serves is given by the function that turns a path into a body.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

Pages = Callable[[str], bytes | None]
"""The body at a path; None where there is none."""


@contextmanager
def served(pages: Pages) -> Iterator[str]:
    """The address, such as `http://127.0.0.1:8080`, of a server that lasts as long as the block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(pages, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.kill()
        process.join()


def _serve(pages: Pages, parent: Connection) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Answers(pages), "127.0.0.1", 0)
        parent.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


class _Answers(asyncio.Protocol):
    """One connection; requests have no body and come one after the other."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._transport: asyncio.WriteTransport
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._received.endswith(b"\r\n\r\n"):
            path = self._received.split(b" ", 2)[1].decode("ascii")
            self._received = b""
            self._transport.write(_answer(self._pages(path)))


def _answer(body: bytes | None) -> bytes:
    status = b"404 Not Found" if body is None else b"200 OK"
    content = b"" if body is None else body
    head = b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(content)) + content
