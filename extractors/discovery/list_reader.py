"""From the list pages of a portal to the entries of their lists.

Owns the verdict `complete` or not, once for all dialects; when a list ends is in `list_end`. Which entries are reports
is for `transforms.prose.titles` to decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from extractors.discovery.list_end import read_rest
from extractors.discovery.list_peek import find_list
from extractors.discovery.list_walk import Entry, FetchPage, ListWalk, has_page, searchable, summary_of
from extractors.portals.portal import Portal
from extractors.web.request import Request
from extractors.web.response import FetchOutcome, Response


@dataclass(frozen=True, slots=True)
class Discovery:
    """All entries in the lists of a portal; `reason` is what is missing if it is not complete.

    `note` is what is odd about lists that were read to their ends, such as a count of pages that is wrong. `outcome` is
    ok unless a page could not be fetched: then that of the first which failed. `pages` are the URLs of the answers with
    entries; `dialects` are those of the list pages that could be read.
    """

    entries: list[Entry]
    complete: bool
    outcome: FetchOutcome
    reason: str | None
    pages: list[str]
    dialects: list[str] = field(default_factory=list)
    note: str | None = None


def discover(portal: Portal, fetch: FetchPage) -> Discovery:
    """Return the entries of every list page of `portal`, each URL once.

    `fetch` gives the response to a request; if a page has not changed, it fills in the body from the archive.
    A page that cannot be fetched makes the discovery incomplete, never an error.
    """
    return read_list_pages(portal.list_pages, portal.dialect, fetch)


def read_list_pages(urls: Iterable[str], dialect: str, fetch: FetchPage) -> Discovery:
    """Return the entries of the lists at `urls`, by a dialect or by their fingerprints, as `discover` gives them."""
    walks = [_read_list(url, dialect, fetch) for url in urls]
    entries: dict[str, Entry] = {}
    for entry in (entry for walk in walks for entry in walk.entries.values()):
        entries.setdefault(entry.url, entry)
    failures = [failure for walk in walks for failure in walk.failures]
    outcome, reason = summary_of(failures)
    pages = [page for walk in walks for page in walk.pages]
    used = [walk.dialect for walk in walks if walk.dialect]
    note = "; ".join(note for walk in walks for note in walk.notes) or None
    return Discovery(list(entries.values()), not failures, outcome, reason, pages, used, note)


def _read_list(url: str, dialect: str, fetch: FetchPage) -> ListWalk:
    """Read one list to its end."""
    walk = ListWalk(url)
    page = searchable(fetch(Request(url)))
    if _is_moved(url, page):
        walk.fail(f"{url} leads to the homepage; it moved", "wrong_page")
    elif not has_page(page):
        walk.fail(f"{url}: {page.reason}", page.outcome)
    else:
        start = find_list(walk, page, dialect, fetch)
        if start is not None:
            read_rest(walk, url, start, fetch)
        elif not walk.failures:
            walk.fail(f"{url} lists nothing below its own address; it moved, or its dialect is another")
    return walk


def _is_moved(url: str, page: Response) -> bool:
    """Return whether a list page leads to the homepage, as those that moved do."""
    at_home = urlsplit(url).path.strip("/") and not urlsplit(page.final_url).path.strip("/")
    return bool(at_home) and (has_page(page) or page.outcome == "wrong_page")
