"""A real HTTP server on loopback that answers by a script and remembers what it was asked."""

from __future__ import annotations

import ssl
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from extractors.web.client import PoliteClient
from extractors.web.policy import Politeness
from extractors.web.request import Request
from extractors.web.response import Response, Validators


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it; names in `headers` are lower-case."""

    path: str
    headers: dict[str, str]
    at: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send: `body` in pieces, `pause` seconds before each; `content_length` where the header lies."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pieces: int = 1
    pause: float = 0.0
    content_length: int | None = None


Script = Callable[[Asked], Answer]


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class _Server(ThreadingHTTPServer):
    """A server that says nothing of clients who refuse its certificate."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ssl.SSLError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Loopback:
    """Serves while its `with` block lasts; paths without a script answer 404."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self.asked: list[Asked] = []
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.authority = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.authority}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, *answers: Answer) -> None:
        """Answer requests for `path` with one after the other, the last one for ever."""
        left = list(answers)
        self.scripts[path] = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def speak_tls(self, context: ssl.SSLContext) -> None:
        """Answer over https from now on; the handshake is part of the first reading, in the thread of the request."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://{self.authority}"

    def paths(self) -> list[str]:
        """What was asked for, without robots.txt."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def politeness(self, **changes: object) -> Politeness:
        """A politeness that may ask this server, without pauses worth waiting for."""
        quick: dict[str, object] = {
            "user_agent": "nianbao/test (+mailto:contact@example.org)",
            "delay": 0.0,
            "backoff": 0.001,
            "timeout": 5.0,
            "total_time": 5.0,
            "allow_private_hosts": frozenset({self.authority}),
        }
        return Politeness(**(quick | changes))  # type: ignore[arg-type]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # the body goes out after the head, and would wait 40 ms

            def do_GET(self) -> None:
                asked = Asked(
                    self.path, {name.lower(): value for name, value in self.headers.items()}, time.monotonic()
                )
                loopback.asked.append(asked)
                _send(self, loopback.scripts.get(self.path, _absent)(asked))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        return Handler


def fetch(server: Loopback, path: str, validators: Validators | None = None, **changes: object) -> Response:
    """One response of a session of its own, with `changes` to the quick politeness."""
    with PoliteClient(server.politeness(**changes)) as session:
        return session.get(Request(server.url + path), validators)


def _absent(_: Asked) -> Answer:
    return Answer(404)


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    try:
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(answer.content_length or len(answer.body)))
        handler.end_headers()
        size = max(1, -(-len(answer.body) // answer.pieces))
        for start in range(0, len(answer.body), size):
            time.sleep(answer.pause)
            handler.wfile.write(answer.body[start : start + size])
            handler.wfile.flush()
        handler.close_connection = answer.content_length is not None
    except ConnectionError:  # the client had enough
        handler.close_connection = True
