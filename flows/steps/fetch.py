"""URL or path → capture: bytes in the archive and a line in the ledger.

Owns the joint of session, archive and ledger. Must not read what the bytes say.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from extractors.archive.archive import DamagedCapture, JournalEntry
from extractors.web.client import PoliteClient
from extractors.web.request import Request
from extractors.web.response import Response, ResponseCache
from flows.ledger.records import Address
from flows.runs.result import Counts
from flows.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Capture:
    """One response with a body: what the archive holds under `sha256`, and what the ledger knows of its address."""

    url: str
    body: bytes
    sha256: str
    content_type: str | None
    address: Address


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches for one portal; counts what it fetched and what was new.

    `charset` is that of pages which declare another and are taken for another (a portal file's `encoding`). What
    `memory` holds is not asked for. `outdated` are those requests of them that another crawl has made since: what it
    got goes before.
    """

    workspace: Workspace
    session: PoliteClient
    portal: str
    counts: Counts
    charset: str | None = None
    memory: ResponseCache | None = None
    outdated: set[str] = field(default_factory=set)

    def fetch_page(self, request: Request) -> Response:
        """The response to a request for a page of a list, in UTF-8 where the portal's file names its charset."""
        response = self.fetch(request)
        if self.charset is None:
            return response
        return replace(response, body=response.body.decode(self.charset, "replace").encode("utf-8-sig"))

    def fetch(self, request: Request) -> Response:
        """The response to a request, archived and recorded; where nothing changed, with the archive's body."""
        return self._fetch(request)[0]

    def capture(self, url: str) -> Capture | str:
        """The capture of a URL, or why there is none in one line."""
        response, known = self._fetch(Request(url))
        if not response.body or known.sha256 is None:
            return response.reason or "the server sent an empty body"
        content_type = f"text/html; charset={self.charset}" if self.charset else response.headers.get("content-type")
        return Capture(url, response.body, known.sha256, content_type, known)

    def _fetch(self, request: Request) -> tuple[Response, Address]:
        """The response, and what the ledger knows of its address now."""
        kept = self.memory.get(request.key) if self.memory else None
        known = self.workspace.ledger.address(request.key) if kept else None
        if kept and known and known.last_checked > kept.fetched_at:
            self.outdated.add(request.key)
            kept = self._as_known(kept, known)
        if kept and known and known.last_checked >= kept.fetched_at:
            return kept, known
        response = kept or self._ask(request)
        sha256 = None
        if response.outcome == "ok":
            self.counts.fetched += 1
            sha256, new = self.workspace.archive.put(response.body)
            self.counts.captures += new
        if self.memory:
            self.memory.put(request.key, response)
        # The journal first: whatever the ledger names has its line, also where the process dies in between.
        self.workspace.archive.log(_log_line(request.key, self.portal, response, sha256))
        return response, self.workspace.ledger.record_fetch(request.key, self.portal, response, sha256).address

    def _as_known(self, kept: Response, known: Address) -> Response | None:
        """A kept answer with the last body that came, which is the one that the ledger names; None where it is lost."""
        if not kept.body and known.outcome not in ("ok", "not_modified"):
            return replace(kept, fetched_at=known.last_checked)
        try:
            body = self.workspace.archive.get(known.sha256) if known.sha256 else b""
        except DamagedCapture:
            return None
        headers = kept.headers | ({"content-type": known.content_type} if known.content_type else {})
        came = replace(kept, status=HTTPStatus.OK, outcome="ok", body=body, headers=headers, reason="HTTP 200 OK")
        return replace(came, fetched_at=known.last_checked) if body else None

    def _ask(self, request: Request) -> Response:
        """The response to a request that goes out; where nothing changed, with the archive's body."""
        response = self.session.get(request, self.workspace.ledger.validators(request.key))
        return self._with_body(request, response) if response.outcome == "not_modified" else response

    def _with_body(self, request: Request, response: Response) -> Response:
        """A response without body, filled in from the archive; fetched whole where the archive has lost it."""
        known = self.workspace.ledger.address(request.key)
        try:
            body = self.workspace.archive.get(known.sha256) if known and known.sha256 else b""
        except DamagedCapture:
            return self.session.get(request)
        self.counts.not_modified += 1
        return replace(response, body=body)


def capture_file(workspace: Workspace, path: Path, counts: Counts, shown_as: str | None = None) -> Capture:
    """The capture of a file on disk, under its file: URL or, in a page, the address that it is `shown_as` there.

    Raises OSError where it cannot be read.
    """
    url, body = shown_as or path.resolve().as_uri(), path.read_bytes()
    sha256, new = workspace.archive.put(body)
    counts.captures += new
    response = Response(url, url, None, "ok", body, {}, datetime.now(UTC), "")
    workspace.archive.log(_log_line(url, FILES, response, sha256))
    known = workspace.ledger.record_fetch(url, FILES, response, sha256)
    return Capture(url, body, sha256, None, known.address)


FILES = "files"
"""Stands for the portal of captures that came from disk."""


def _log_line(address: str, portal: str, response: Response, sha256: str | None) -> JournalEntry:
    return JournalEntry(
        url=address,
        final_url=response.final_url,
        fetched_at=response.fetched_at,
        status=response.status,
        outcome=response.outcome,
        headers=response.headers,
        sha256=sha256,
        portal=portal,
    )
