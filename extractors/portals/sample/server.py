"""The sample portal on loopback: the pages of `pages/`, with validators and conditional requests.

Owns what `pages.csv` says of each page. Not reachable from other machines.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Page:
    """What the portal answers for one path; `modified` is an HTTP date."""

    body: bytes
    content_type: str
    modified: str

    @property
    def etag(self) -> str:
        """Strong validator made of the bytes, in quotes as HTTP wants it."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


def file_of(path: str) -> str:
    """Return the file below `pages/` that holds the body of a path of the portal."""
    return f"{path}index.html".lstrip("/") if path.endswith("/") else path.lstrip("/")


def load_pages() -> dict[str, Page]:
    """Read every page of the portal, by path."""
    with (_FOLDER / "pages.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["path"]: Page((_FOLDER / "pages" / file_of(row["path"])).read_bytes(), row["type"], row["modified"])
            for row in csv.DictReader(lines)
        }


class SampleServer:
    """Serves the portal on 127.0.0.1 while its `with` block lasts; port 0 takes a free one."""

    def __init__(self, port: int = 0) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, load_pages()))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, pages: dict[str, Page], *connection: Any) -> None:
        self._pages = pages
        super().__init__(*connection)

    def do_GET(self) -> None:
        """Answer with the page, 304 if the client has it, or 404."""
        page = self._pages.get(urlsplit(self.path).path)
        if page is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        is_known = self._is_known(page)
        self.send_response(HTTPStatus.NOT_MODIFIED if is_known else HTTPStatus.OK)
        self.send_header("ETag", page.etag)
        self.send_header("Last-Modified", page.modified)
        if not is_known:
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if not is_known and self.command == "GET":
            self.wfile.write(page.body)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""

    def _is_known(self, page: Page) -> bool:
        """Return whether the client's validators hold; If-None-Match outranks the date (RFC 9110, 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        return page.etag in tags if tags is not None else self.headers.get("If-Modified-Since") == page.modified
