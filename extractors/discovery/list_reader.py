"""From a portal's columns to the entries of their lists.

Owns the choice of a dialect, the loop over pages, the rule when a list ends, and the verdict `complete` or not,
once for all dialects. Must not decide which entries are reports (`titles` does), nor fetch by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from http import HTTPStatus
from urllib.parse import urlsplit

from extractors.dialects.base import Dialect, NeedsScript, dialects_by_precedence, recognise
from extractors.hosts import same_site
from extractors.html.links import Link, framed_or_redirect_pages
from extractors.portals.portal import AUTO, Portal
from extractors.web.request import Request
from extractors.web.response import FetchOutcome, Response

MAX_PAGES = 500
_MOST_FRAMES = 5

FetchPage = Callable[[Request], Response]


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

    `outcome` is ok unless a page could not be had: then that of the first which failed. `pages` are the URLs of the
    answers that held entries; `dialects` are those of the columns that could be read.
    """

    entries: list[Entry]
    complete: bool
    outcome: FetchOutcome
    reason: str | None
    pages: list[str]
    dialects: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _ListRead:
    """The state of reading one column; `home` is what the URLs of its own entries begin with.

    `choice` is which of the candidates for a page was the right one last time: it is asked first.
    """

    url: str
    entries: dict[str, Entry] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    dialect: str | None = None
    home: str = ""
    choice: int = 0
    failures: list[tuple[FetchOutcome, str]] = field(default_factory=list)

    def fail(self, reason: str, outcome: FetchOutcome = "ok") -> None:
        """Note what is missing; `outcome` is that of a page which could not be had."""
        self.failures.append((outcome, reason))


@dataclass(frozen=True, slots=True)
class _List:
    """A list that was found: the column's own page, or a page shown in it, and the answer with the first entries."""

    dialect: Dialect
    page: Response
    first: Response


def discover(portal: Portal, fetch: FetchPage) -> Discovery:
    """Entries of every column of `portal`, each URL once.

    `fetch` gives the response to a request; where a page has not changed, it fills in the body from the archive.
    A page that cannot be had makes the discovery incomplete, never an error.
    """
    return read_list_pages(portal.list_pages, portal.dialect, fetch)


def read_list_pages(urls: Iterable[str], dialect: str, fetch: FetchPage) -> Discovery:
    """Entries of the columns at `urls`, by a dialect or by their fingerprints, as `discover` gives them."""
    columns = [_read_column(url, dialect, fetch) for url in urls]
    entries: dict[str, Entry] = {}
    for entry in (entry for column in columns for entry in column.entries.values()):
        entries.setdefault(entry.url, entry)
    failures = [failure for column in columns for failure in column.failures]
    outcome, reason = _summary(failures)
    pages = [page for column in columns for page in column.pages]
    used = [column.dialect for column in columns if column.dialect]
    return Discovery(list(entries.values()), not failures, outcome, reason, pages, used)


def _summary(failures: list[tuple[FetchOutcome, str]]) -> tuple[FetchOutcome, str | None]:
    """The outcome of the first page that could not be had, and all reasons in one line."""
    outcome: FetchOutcome = next((outcome for outcome, _ in failures if outcome != "ok"), "ok")
    return outcome, "; ".join(reason for _, reason in failures) or None


@dataclass(frozen=True, slots=True)
class ListPeek:
    """What a page lists at first, or a frame in it: the address of the list, its dialect, the number of its pages.

    `pages` is None where the list does not say; `reason` tells what could not be had, with the `outcome` of that.
    """

    url: str
    entries: list[Entry]
    dialect: str | None
    pages: int | None
    outcome: FetchOutcome
    reason: str | None


def peek_list(page: Response, dialect: str, fetch: FetchPage) -> ListPeek:
    """The first entries of the list that a page is taken for; none where it is no list."""
    column = _ListRead(page.url)
    found = _find_list(column, page, dialect, fetch)
    pages = found.dialect.declared_pages(found.first) if found else None
    outcome, reason = _summary(column.failures)
    return ListPeek(column.url, list(column.entries.values()), column.dialect, pages, outcome, reason)


def _read_column(url: str, dialect: str, fetch: FetchPage) -> _ListRead:
    """Read page after page until one brings nothing new, or as many as the list declares are read."""
    column = _ListRead(url)
    page = fetch(Request(url))
    at_home = urlsplit(url).path.strip("/") and not urlsplit(page.final_url).path.strip("/")
    if at_home and (has_page(page) or page.outcome == "wrong_page"):
        column.fail(f"{url} leads to the homepage; it moved", "wrong_page")
        return column
    if not has_page(page):
        column.fail(f"{url}: {page.reason}", page.outcome)
        return column
    found = _find_list(column, page, dialect, fetch)
    if found is None:
        if not column.failures:
            column.fail(f"{url} lists nothing below its own address; it moved, or its dialect is another")
        return column
    declared = found.dialect.declared_pages(found.first)
    for number in range(2, min(declared or MAX_PAGES, MAX_PAGES) + 1):
        if not _read_next(column, found.dialect, fetch, found.dialect.next_pages(found.page, number)):
            break
    if not column.failures and len(column.pages) < (declared or 0):
        column.fail(f"{url} declares {declared} pages, {len(column.pages)} of them hold entries")
    if not column.failures and declared is None and len(column.pages) >= MAX_PAGES:
        column.fail(f"{url} has more than {MAX_PAGES} pages")
    return column


def _find_list(column: _ListRead, page: Response, dialect: str, fetch: FetchPage) -> _List | None:
    """The list on the page of a column, or on a page of the same host that it shows in its place."""
    found = _begin(column, page, dialect, fetch)
    if found is not None or column.failures:
        return found
    failures: list[tuple[FetchOutcome, str]] = []
    for address in framed_or_redirect_pages(page.body, page.final_url)[:_MOST_FRAMES]:
        found = _try_frame(column, Request(address, referer=page.final_url), dialect, fetch)
        if found is not None:
            return found
        failures += column.failures
        column.failures = []
    column.failures = failures
    return None


def _try_frame(column: _ListRead, request: Request, dialect: str, fetch: FetchPage) -> _List | None:
    """The list in a frame, if there is one; a counter or a weather frame may be gone."""
    frame = fetch(request)
    if has_page(frame):
        return _begin(column, frame, dialect, fetch)
    if frame.outcome != "gone":
        column.fail(f"{request.url}: {frame.reason}", frame.outcome)
    return None


def _begin(column: _ListRead, page: Response, name: str, fetch: FetchPage) -> _List | None:
    """Keep the first entries of a list, by the first dialect that finds any; None where there are none.

    The words of a fingerprint may also stand in the chrome of a page, such as the address of a search.
    """
    column.tried |= {page.url, page.final_url}
    column.url = page.final_url
    for chosen in recognise(page.body, page.final_url) if name == AUTO else [name]:
        dialect = dialects_by_precedence()[chosen]
        column.choice = 0
        whole = _with_script(dialect, page, fetch)
        first = _read_first(column, dialect, whole, fetch)
        if first is not None:
            column.dialect = chosen
            return _List(dialect, whole, first)
        if column.failures:
            return None
    return None


def _read_first(column: _ListRead, dialect: Dialect, page: Response, fetch: FetchPage) -> Response | None:
    """The answer with the first entries: the column's own page, or what it asks for; None where there are none."""
    candidates = dialect.next_pages(page, 1)
    if candidates:
        return _read_next(column, dialect, fetch, candidates)
    return page if _keep_new(column, dialect, page) else None


def _with_script(dialect: Dialect, page: Response, fetch: FetchPage) -> Response:
    """The page with the script that it needs as a part of it; as it is where there is none to be had."""
    request = dialect.script(page) if isinstance(dialect, NeedsScript) else None
    script = fetch(request) if request and same_site(request.url, page.final_url) else None
    if script is None or not has_page(script):
        return page
    return replace(page, body=page.body + b"<script>" + script.body + b"</script>")


def _read_next(column: _ListRead, dialect: Dialect, fetch: FetchPage, candidates: list[Request]) -> Response | None:
    """The candidate for the next page that brought unseen entries; None at one that fails.

    To go on to the second candidate when the first failed would skip a page in silence; one that is gone, or takes
    no such method, is none. Pages name addresses of other sites too: those are not asked.
    """
    for at, candidate in sorted(enumerate(candidates), key=lambda choice: choice[0] != column.choice):
        if candidate.key in column.tried or not same_site(candidate.url, column.url):
            continue
        column.tried.add(candidate.key)
        response = fetch(candidate)
        if response.outcome == "gone" or response.status == HTTPStatus.METHOD_NOT_ALLOWED:
            continue
        if not has_page(response):
            column.fail(f"{candidate.url}: {response.reason}", response.outcome)
            return None
        if _keep_new(column, dialect, response):
            column.choice = at
            return response
        # Several candidates are guesses, and a wrong guess may show anything; one alone is what the pager says.
        if len(candidates) == 1 and any(row.url not in column.entries for row in dialect.rows(response, column.url)):
            column.fail(f"{candidate.url} shows the entries of another column")
    return None


def _keep_new(column: _ListRead, dialect: Dialect, response: Response) -> bool:
    """Keep the rows of a page that holds an unseen entry of this column; a page of another column is dropped."""
    rows = dialect.rows(response, column.url)
    if not column.pages:
        column.home = _home(rows, dialect, column.url)
    if not any(dialect.column_of(row.url).startswith(column.home) and row.url not in column.entries for row in rows):
        return False
    for row in rows:
        column.entries.setdefault(row.url, Entry(row.url, row.title, row.published_on, response.final_url))
    column.pages.append(response.final_url)
    return True


def _home(rows: list[Link], dialect: Dialect, column: str) -> str:
    """What names the column: its own address where entries lie below it, else what most of its first entries share."""
    own = dialect.column_of(column)
    columns = [dialect.column_of(row.url) for row in rows]
    if not columns or any(place.startswith(own) for place in columns):
        return own
    return Counter(columns).most_common(1)[0][0]


def has_page(response: Response) -> bool:
    """Whether a request brought a page that can be read."""
    return response.outcome in ("ok", "not_modified") and bool(response.body)
