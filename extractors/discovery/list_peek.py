"""The list that a page shows, itself or in a frame: its dialect and its first entries.

Owns the choice of a dialect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from extractors.dialects.base import Dialect, NeedsScript, OffersLists, dialects_by_precedence, recognise
from extractors.discovery.list_walk import (
    Entry,
    Failure,
    FetchPage,
    ListWalk,
    add_rows,
    has_page,
    read_next,
    searchable,
    summary_of,
)
from extractors.hosts import same_site
from extractors.portals.portal import AUTO
from extractors.web.frames import framed_or_redirect_pages
from extractors.web.request import Request
from extractors.web.response import FetchOutcome, Response

_MOST_FRAMES = 5


@dataclass(frozen=True, slots=True)
class ListStart:
    """Where a list begins: the list page, or a page shown in it, and the answer with the first entries."""

    dialect: Dialect
    page: Response
    first: Response

    @property
    def declared_pages(self) -> int | None:
        """How many pages the list has; None if it does not state it."""
        return self.dialect.declared_pages(self.first)


@dataclass(frozen=True, slots=True)
class ListPeek:
    """What a page lists first, or a frame in it: the address of the list, its dialect, the number of its pages.

    `pages` is None if the list does not state it; `reason` is what could not be fetched, with the `outcome` of that.
    """

    url: str
    entries: list[Entry]
    dialect: str | None
    pages: int | None
    outcome: FetchOutcome
    reason: str | None


def peek_list(page: Response, dialect: str, fetch: FetchPage) -> ListPeek:
    """Return the first entries of the list that a page seems to be; none if it is no list."""
    walk = ListWalk(page.url)
    start = find_list(walk, page, dialect, fetch)
    outcome, reason = summary_of(walk.failures)
    pages = start.declared_pages if start else None
    return ListPeek(walk.url, list(walk.entries.values()), walk.dialect, pages, outcome, reason)


def find_list(walk: ListWalk, page: Response, dialect: str, fetch: FetchPage) -> ListStart | None:
    """Find the list on a list page, or on a page of the same host that it shows in its place, and read its start.

    Return None if there is none; `walk` has the first entries, or what failed.
    """
    start = _start_at(walk, page, dialect, fetch)
    if start is not None or walk.failures:
        return start
    failures: list[Failure] = []
    for address in framed_or_redirect_pages(page)[:_MOST_FRAMES]:
        start = _start_in_frame(walk, Request(address, referer=page.final_url), dialect, fetch)
        if start is not None:
            return start
        failures += walk.failures
        walk.failures = []
    walk.failures = failures
    return None


def _start_in_frame(walk: ListWalk, request: Request, dialect: str, fetch: FetchPage) -> ListStart | None:
    """Find the list in a frame; a counter or a weather frame may be gone."""
    frame = searchable(fetch(request))
    if has_page(frame):
        return _start_at(walk, frame, dialect, fetch)
    if frame.outcome != "gone":
        walk.fail(f"{request.url}: {frame.reason}", frame.outcome)
    return None


def _start_at(walk: ListWalk, page: Response, name: str, fetch: FetchPage) -> ListStart | None:
    """Read the first entries of a list by the first dialect that finds any; return None if there are none.

    The words of a fingerprint may also be in the chrome of a page, such as the address of a search.
    """
    walk.tried |= {page.url, page.final_url}
    walk.url = page.final_url
    for chosen in recognise(page) if name == AUTO else [name]:
        dialect = dialects_by_precedence()[chosen]
        walk.choice, walk.settled = 0, False
        whole = _with_script(dialect, page, fetch)
        first = _read_first(walk, dialect, whole, fetch)
        if first is not None:
            walk.dialect = chosen
            return ListStart(dialect, whole, first)
        if walk.failures:
            return None
    return None


def _read_first(walk: ListWalk, dialect: Dialect, page: Response, fetch: FetchPage) -> Response | None:
    """Read the answer with the first entries: the list page itself, or what it asks for; return None without any."""
    candidates = dialect.next_pages(page, 1)
    if candidates:
        step = read_next(walk, dialect, fetch, candidates)
        if step.failure:
            walk.fail(step.failure[1], step.failure[0])
        walk.settled = step.page is not None and isinstance(dialect, OffersLists)
        return step.page
    return page if add_rows(walk, dialect, dialect.rows(page, walk.url), page) else None


def _with_script(dialect: Dialect, page: Response, fetch: FetchPage) -> Response:
    """Return the page with the script that it needs as a part of it; unchanged if there is none to fetch."""
    request = dialect.script(page) if isinstance(dialect, NeedsScript) else None
    script = fetch(request) if request and same_site(request.url, page.final_url) else None
    if script is None or not has_page(script):
        return page
    return replace(page, body=page.body + b"<script>" + script.body + b"</script>")
