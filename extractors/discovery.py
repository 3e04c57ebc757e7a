"""From a portal's columns to the entries of their lists.

Owns the loop over pages, the rule when a list ends, and the verdict `complete` or not, once for all
dialects. Must not decide which entries are reports (`titles` does), nor fetch by itself.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, cast

from extractors.links import Link, in_column
from extractors.portal import Portal
from extractors.response import Response

MAX_PAGES = 500

Fetch = Callable[[str], Response]


class Dialect(Protocol):
    """What a module in `dialects/` offers."""

    def rows(self, html: bytes, url: str) -> list[Link]:
        """Links of the list page at `url` that are entries."""

    def next_pages(self, html: bytes, url: str, page_number: int) -> list[str]:
        """URLs that page 2, 3, … may have, by the first page of the list and its URL; the likeliest first."""

    def declared_pages(self, html: bytes) -> int | None:
        """How many pages the list says it has; None where it does not say."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: `title` in full, `published_on` as the list prints it, the page that lists it."""

    url: str
    title: str
    published_on: date | None
    page_url: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """All entries that the lists of a portal hold; `reason` tells what is missing where it is not complete.

    `pages` are the URLs of the list pages that held entries.
    """

    entries: list[Entry]
    complete: bool
    reason: str | None
    pages: list[str]


@dataclass(slots=True)
class _Column:
    """The state of reading one column."""

    entries: dict[str, Entry] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    reason: str | None = None


def discover(portal: Portal, fetch: Fetch) -> Discovery:
    """Entries of every column of `portal`, each URL once.

    `fetch` gives the response for a URL; where a page has not changed, it fills in the body from the archive.
    A page that cannot be had makes the discovery incomplete, never an error.
    """
    dialect = cast(Dialect, importlib.import_module(f"extractors.dialects.{portal.dialect}"))
    columns = [_read_column(url, dialect, fetch) for url in portal.columns]
    entries: dict[str, Entry] = {}
    for entry in (entry for column in columns for entry in column.entries.values()):
        entries.setdefault(entry.url, entry)
    reasons = [column.reason for column in columns if column.reason]
    pages = [page for column in columns for page in column.pages]
    return Discovery(list(entries.values()), not reasons, "; ".join(reasons) or None, pages)


def _read_column(url: str, dialect: Dialect, fetch: Fetch) -> _Column:
    """Read page after page until one brings nothing new, or as many as the first page declares are read."""
    column = _Column()
    first = fetch(url)
    if not _has_page(first):
        column.reason = f"{url}: {first.reason}"
        return column
    if not _keep_new(column, dialect, first, first.final_url):
        column.reason = f"{url} lists nothing below its own address; it moved, or its dialect is another"
        return column
    declared = dialect.declared_pages(first.body)
    column.tried = {url, first.final_url}
    for number in range(2, min(declared or MAX_PAGES, MAX_PAGES) + 1):
        candidates = dialect.next_pages(first.body, first.final_url, number)
        if not _read_next(column, dialect, fetch, candidates, first.final_url):
            break
    if column.reason is None and len(column.pages) < (declared or 0):
        column.reason = f"{url} declares {declared} pages, {len(column.pages)} of them hold entries"
    return column


def _read_next(column: _Column, dialect: Dialect, fetch: Fetch, candidates: list[str], column_url: str) -> bool:
    """Whether one of the candidates for the next page brought unseen entries; stops at one that fails.

    To go on to the second candidate when the first failed would skip a page in silence.
    """
    for candidate in (page for page in candidates if page not in column.tried):
        column.tried.add(candidate)
        response = fetch(candidate)
        if response.outcome == "gone":
            continue
        if not _has_page(response):
            column.reason = f"{candidate}: {response.reason}"
            return False
        if _keep_new(column, dialect, response, column_url):
            return True
    return False


def _keep_new(column: _Column, dialect: Dialect, response: Response, column_url: str) -> bool:
    """Keep the rows of a page that holds an unseen entry of this column; a page of another column is dropped."""
    rows = dialect.rows(response.body, response.final_url)
    if not any(in_column(row.url, column_url) and row.url not in column.entries for row in rows):
        return False
    for row in rows:
        column.entries.setdefault(row.url, Entry(row.url, row.title, row.published_on, response.final_url))
    column.pages.append(response.final_url)
    return True


def _has_page(response: Response) -> bool:
    return response.outcome in ("ok", "not_modified") and bool(response.body)
