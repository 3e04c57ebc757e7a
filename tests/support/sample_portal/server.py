"""The sample portal as a real HTTP server on loopback.

Owns the HTTP side: conditional requests, HEAD, the article that fails twice, and a record of what was asked. Must
not be reachable from other machines, and must not decide what lies on the portal.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.support.sample_portal.catalogue import find_report
from tests.support.sample_portal.figures import Figures
from tests.support.sample_portal.site import Resource, Site

FAILING_REPORT = ("甲子县", 2022)
FAILURES = 2
"""How often the article of FAILING_REPORT answers 500 before it works, counted from the start of the server."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request that the portal answered; `time` is when it arrived, in seconds of `time.monotonic`."""

    method: str
    path: str
    status: int
    time: float


class SamplePortal:
    """The portal, served on 127.0.0.1 from entering the context to leaving it; port 0 takes a free one."""

    def __init__(self, port: int = 0) -> None:
        self.requests: list[RecordedRequest] = []
        self._site = Site()
        self._is_down = False
        self._answers: Counter[str] = Counter()
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", port), _Handler, self)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Address of the portal without a closing slash, such as `http://127.0.0.1:8080`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def change(self, county: str, year: int) -> Figures:
        """Alter one figure of an HTML report at its address, with a new ETag; return the new figures.

        Raises LookupError where the portal has no such report, ValueError where it is a PDF.
        """
        return self._site.change(county, year)

    def down(self, is_down: bool) -> None:
        """Make every request answer 503, or work again."""
        self._is_down = is_down

    def answer(self, path: str) -> tuple[HTTPStatus, Resource | None]:
        """Status and resource for a path, before conditions are looked at."""
        if self._is_down:
            return HTTPStatus.SERVICE_UNAVAILABLE, None
        with self._lock:
            self._answers[path] += 1
            is_failing = self._answers[path] <= FAILURES and path == find_report(*FAILING_REPORT).path
        if is_failing:
            return HTTPStatus.INTERNAL_SERVER_ERROR, None
        resource = self._site.get(path)
        return (HTTPStatus.OK, resource) if resource else (HTTPStatus.NOT_FOUND, None)


class _Server(ThreadingHTTPServer):
    """A threading server that knows its portal and does not wait for idle clients when it stops."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], portal: SamplePortal) -> None:
        super().__init__(address, handler)
        self.portal = portal


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD."""

    server: _Server

    def do_GET(self) -> None:
        """Answer with the body."""
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        """Answer without the body."""
        self._respond(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""

    def _respond(self, with_body: bool) -> None:
        arrived = time.monotonic()
        path = urlsplit(self.path).path
        status, resource = self.server.portal.answer(path)
        if resource and self._is_unchanged(resource):
            status = HTTPStatus.NOT_MODIFIED
        self.server.portal.requests.append(RecordedRequest(self.command, path, int(status), arrived))
        body = resource.body if resource else f"{status.value} {status.phrase}\n".encode()
        self.send_response(status)
        if resource:
            self.send_header("ETag", resource.etag)
            self.send_header("Last-Modified", format_datetime(resource.modified, usegmt=True))
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", resource.content_type if resource else "text/plain")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body and status != HTTPStatus.NOT_MODIFIED:
            self.wfile.write(body)

    def _is_unchanged(self, resource: Resource) -> bool:
        """Whether the client's validators still hold; If-None-Match outranks If-Modified-Since (RFC 9110, 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return tags.strip() == "*" or resource.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        since = _parse_date(self.headers.get("If-Modified-Since"))
        return since is not None and resource.modified <= since


def _parse_date(text: str | None) -> datetime | None:
    """An HTTP date; None where there is none or it cannot be read, which HTTP says to ignore."""
    if text is None:
        return None
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else None
