"""One request to the application within this process, without a server.

Owns the messages of ASGI that this takes.
"""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Scope

HOST = "export"
"""The name by which the application is addressed."""


async def get(application: ASGIApp, path: str, query: str = "") -> tuple[int, bytes]:
    """Return status and content of the answer to a path, with what is asked behind its `?`."""
    status, content, asked = 0, bytearray(), False

    async def receive() -> Message:
        nonlocal asked
        if asked:  # the visitor stays: the application ends this wait when it has answered
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            content.extend(message.get("body", b""))

    await application(_scope(path, query), receive, send)
    return status, bytes(content)


def _scope(path: str, query: str) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": quote(path).encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", HOST.encode())],
        "client": None,
        "server": (HOST, 80),
    }
