"""URL or path → capture: bytes in the archive and a line in the ledger.

Owns how client, archive and ledger work together, and what takes the place of a fetch when the archive is read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from extractors.archive.archive import DamagedCapture, JournalEntry
from extractors.portals.portal import Portal
from extractors.web.body import lost_end, may_have_lost_its_end
from extractors.web.client import PoliteClient
from extractors.web.request import Request
from extractors.web.response import Response, ResponseCache, cut_off
from flows.documents.capture import FILES, Capture
from flows.ledger.records import Address, KnownPage
from flows.runs.result import Counts
from flows.workspace import Workspace
from flows.workspace_protocols import Stores


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches for one portal; counts what it fetched and what was new.

    `charset` is the real one of pages that declare another (a portal file's `encoding`). Responses in `cache` are not
    requested again. `outdated` are those of their requests that another crawl has made since: its response counts.
    `known` is what the ledger knew of pages that were looked up together.
    """

    workspace: Workspace
    client: PoliteClient
    portal: str
    counts: Counts
    charset: str | None = None
    cache: ResponseCache | None = None
    outdated: set[str] = field(default_factory=set)
    known: dict[str, KnownPage] = field(default_factory=dict)

    def look_up(self, urls: Iterable[str]) -> None:
        """Ask the ledger for some pages at once."""
        self.known.update(self.workspace.ledger.pages([*dict.fromkeys(urls)]))

    def known_page(self, url: str) -> KnownPage:
        """Return what the ledger knew of a page when it was looked up."""
        if url not in self.known:
            self.look_up([url])
        return self.known[url]

    def fetch_page(self, request: Request) -> Response:
        """Return the response to a request for a list page, in UTF-8 if the portal's file names its charset."""
        response = self.fetch(request)
        if self.charset is None:
            return response
        return replace(response, body=response.body.decode(self.charset, "replace").encode("utf-8-sig"))

    def fetch(self, request: Request) -> Response:
        """Return the response to a request, archived and recorded; if nothing changed, with the archive's body."""
        return self._fetch(request)[0]

    def capture(self, url: str) -> Capture | str:
        """Return the capture of a URL, or in one line why there is none."""
        response, address = self._fetch(Request(url))
        if not response.body or address.sha256 is None:
            return response.reason or "the server sent an empty body"
        content_type = _content_type(self.charset, response.headers.get("content-type"))
        return Capture(url, response.body, address.sha256, content_type, address)

    def _fetch(self, request: Request) -> tuple[Response, Address]:
        """Return the response, and what the ledger knows of its address now."""
        kept = self.cache.get(request.key) if self.cache else None
        looked_up = None if kept else self.known.get(request.key)
        known = looked_up.address if looked_up else self.workspace.ledger.address(request.key)
        if kept and known and known.last_checked > kept.fetched_at:
            self.outdated.add(request.key)
            kept = self._as_known(kept, known)
        if kept and known and known.last_checked >= kept.fetched_at:
            return kept, known
        response = self._with_end(request, kept or self._request(request, known), known)
        archived = None
        if response.outcome == "ok":
            self.counts.fetched += 1
            archived, new = self.workspace.archive.put(response.body)
            self.counts.captures += new
        elif response.received:
            archived, _ = self.workspace.archive.put(response.received)
        if self.cache:
            self.cache.put(request.key, response)
        fetch = _log_line(request.key, self.portal, response, archived)
        return response, self.workspace.ledger.fetches.record(fetch, known)

    def _with_end(self, request: Request, response: Response, known: Address | None) -> Response:
        """Return the response; one that broke off, if its page or file lacks the end that it had before."""
        if known is None or known.sha256 is None or not may_have_lost_its_end(response.body):
            return response
        try:
            mark = lost_end(response.body, self.workspace.archive.get(known.sha256))
        except DamagedCapture:
            return response
        reason = f"{request.url} breaks off: it ends without {mark}, which stood there before"
        return cut_off(response, response.body, reason) if mark else response

    def _as_known(self, kept: Response, known: Address) -> Response | None:
        """Return a kept response with the last body that came, which the ledger names; None if that is lost."""
        if not kept.body and known.outcome not in ("ok", "not_modified"):
            return replace(kept, fetched_at=known.last_checked)
        try:
            body = self.workspace.archive.get(known.sha256) if known.sha256 else b""
        except DamagedCapture:
            return None
        headers = kept.headers | ({"content-type": known.content_type} if known.content_type else {})
        came = replace(kept, status=HTTPStatus.OK, outcome="ok", body=body, headers=headers, reason="HTTP 200 OK")
        return replace(came, fetched_at=known.last_checked) if body else None

    def _request(self, request: Request, known: Address | None) -> Response:
        """Send a request and return the response; if nothing changed, with the archive's body.

        It is fetched whole if the archive has lost that.
        """
        response = self.client.get(request, known.validators if known else None)
        if response.outcome != "not_modified":
            return response
        try:
            body = self.workspace.archive.get(known.sha256) if known and known.sha256 else b""
        except DamagedCapture:
            return self.client.get(request)
        self.counts.not_modified += 1
        return replace(response, body=body)


@contextmanager
def open_fetcher(
    portal: Portal, workspace: Workspace, counts: Counts, cache: ResponseCache | None = None
) -> Iterator[Fetcher]:
    """Open what fetches for a portal, at its rate; responses in `cache` are not requested again."""
    politeness = workspace.settings.politeness(
        portal.delay, legacy_tls=portal.tls is not None, allow_hosts=frozenset(portal.allow_hosts)
    )
    with PoliteClient(politeness, rate_limiter=workspace.ledger.rate_limiter, cache=cache) as client:
        yield Fetcher(workspace, client, portal.id, counts, charset_of(portal), cache)
    workspace.ledger.fetches.flush()


@dataclass(frozen=True, slots=True)
class ArchiveFetcher:
    """Takes the place of a `Fetcher` when documents are read again: it returns what the last fetch of an address got.

    `charset` is the real one of a portal's pages that declare another.
    """

    stores: Stores
    charset: str | None = None

    def capture(self, url: str) -> Capture | str | None:
        """Return the last capture of a URL, in one line why there is none, or None if it was never fetched."""
        known = self.stores.ledger.address(url)
        if known is None:
            return None
        if known.sha256 is None:
            return f"the last attempt to fetch it failed ({known.outcome})"
        try:
            body = self.stores.archive.get(known.sha256)
        except DamagedCapture as error:
            return str(error)
        return Capture(url, body, known.sha256, _content_type(self.charset, known.content_type), known)


def charset_of(portal: Portal) -> str | None:
    """Return the real charset of a portal's pages if they declare another."""
    return portal.encoding.charset if portal.encoding else None


def _content_type(charset: str | None, header: str | None) -> str | None:
    return f"text/html; charset={charset}" if charset else header


def capture_file(workspace: Workspace, path: Path, counts: Counts, shown_as: str | None = None) -> Capture:
    """Return the capture of a file on disk, under its file: URL or, if a page shows it, the URL `shown_as` there.

    Raise OSError if it cannot be read.
    """
    url, body = shown_as or path.resolve().as_uri(), path.read_bytes()
    sha256, new = workspace.archive.put(body)
    counts.captures += new
    response = Response(url, url, None, "ok", body, {}, datetime.now(UTC), "")
    fetch = _log_line(url, FILES, response, sha256)
    return Capture(url, body, sha256, None, workspace.ledger.fetches.record(fetch, workspace.ledger.address(url)))


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
