"""The one HTTP server of the tests: on loopback, it answers by script and records what it was asked.

Simulated portals, the sample portal of the tests and the servers of benchmarks are built on it.
"""

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
from urllib.parse import parse_qsl, urlsplit

from extractors.web.client import PoliteClient
from extractors.web.policy import Politeness
from extractors.web.request import Request
from extractors.web.response import Response, Validators


@dataclass(slots=True)
class RecordedRequest:
    """One request as the server saw it: names in `headers` are lower-case, `body` is empty for GET.

    `target` is the path with its query, `time` when the request arrived, in seconds of `time.monotonic`, `status` what
    was answered, 0 before that.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: str
    time: float
    status: int = 0

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send: `body` in pieces, `pause` seconds before each.

    `content_length` is a header that lies. A `raw` body goes out as it stands, without a status line or headers, and
    the connection is closed. What `drips` follows the body for ever, `pause` seconds apart, until the client leaves.
    """

    body: str | bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pieces: int = 1
    pause: float = 0.0
    content_length: int | None = None
    raw: bool = False
    drips: bytes = b""

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else self.body.encode("utf-8")


Script = Callable[[RecordedRequest], "Answer | str | bytes | None"]
"""Answers a request; None means 404, and a body alone is an answer with status 200."""


class ScriptedServer:
    """Serves while its `with` block lasts; paths without a script answer 404."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self.requests: list[RecordedRequest] = []
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

    def serve(self, path: str, *answers: Script | Answer | str | bytes) -> None:
        """Answer requests for `path`, whatever their query, with one answer after the other, the last one for ever.

        A `path` with a query answers requests for exactly that.
        """
        left = list(answers)

        def script(request: RecordedRequest) -> Answer | str | bytes | None:
            answer = left.pop(0) if len(left) > 1 else left[0]
            return answer(request) if callable(answer) else answer

        self.scripts[path] = script

    def answer(self, request: RecordedRequest) -> Answer:
        """Return what the script of the request's path answers."""
        script = self.scripts.get(request.target) or self.scripts.get(request.path)
        given = script(request) if script else None
        if given is None:
            return Answer("404", 404)
        return given if isinstance(given, Answer) else Answer(given)

    def speak_tls(self, context: ssl.SSLContext) -> None:
        """Answer over https from now on; the handshake is part of the first reading, in the thread of the request."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://{self.authority}"

    def targets(self) -> list[str]:
        """Return what was asked for, without robots.txt."""
        return [request.target for request in self.requests if request.path != "/robots.txt"]

    def politeness(self, **changes: object) -> Politeness:
        """Return a politeness that may ask this server, without pauses worth waiting for."""
        quick: dict[str, object] = {
            "user_agent": "nianbao/test",
            "contact": "contact@example.org",
            "delay": 0.0,
            "backoff": 0.001,
            "timeout": 5.0,
            "total_time": 5.0,
            "allow_private_hosts": frozenset({self.authority}),
        }
        return Politeness(**(quick | changes))  # type: ignore[arg-type]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # the body goes out after the head, and would wait 40 ms

            def do_GET(self) -> None:
                arrived = time.monotonic()
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8")
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = RecordedRequest(self.command, self.path, headers, body, arrived)
                server.requests.append(request)
                answer = server.answer(request)
                request.status = answer.status
                _send(self, answer)

            do_HEAD = do_POST = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        return Handler


class _Server(ThreadingHTTPServer):
    """A server that says nothing of clients who refuse its certificate."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ssl.SSLError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def fetch(server: ScriptedServer, path: str, validators: Validators | None = None, **changes: object) -> Response:
    """Fetch one response with a client of its own, with `changes` to the quick politeness."""
    with PoliteClient(server.politeness(**changes)) as client:
        return client.get(Request(server.url + path), validators)


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    try:
        if not answer.raw:
            _send_head(handler, answer)
        if handler.command != "HEAD":
            _send_body(handler, answer)
        handler.close_connection = handler.close_connection or answer.raw or answer.content_length is not None
    except ConnectionError:  # the client had enough
        handler.close_connection = True


def _send_head(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(answer.content_length or len(answer.content)))
    handler.end_headers()


def _send_body(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    size = max(1, -(-len(answer.content) // answer.pieces))
    for start in range(0, len(answer.content), size):
        time.sleep(answer.pause)
        handler.wfile.write(answer.content[start : start + size])
        handler.wfile.flush()
    while answer.drips:
        time.sleep(answer.pause)
        handler.wfile.write(answer.drips)
