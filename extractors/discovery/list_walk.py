"""One list while it is read: its entries so far, and the step to its next page.

Owns which answer counts as a page of the list, and which entries are its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from extractors.dialects.base import Dialect, NamesLists
from extractors.hosts import same_site
from extractors.html.links import Link
from extractors.html.year_headings import year_in
from extractors.web.request import Request
from extractors.web.response import FetchOutcome, Response

FetchPage = Callable[[Request], Response]
Failure = tuple[FetchOutcome, str]
_PAGE_TITLE = re.compile(r"<title[^<>]*+>([^<]*)", re.IGNORECASE)
_YEAR_FOLDER = re.compile(
    r"/[a-z]{0,12}[-_]?(20\d\d)(?:年度?|[-_]?(?:n|nd|nb|ndb|ndbg|niandu|nianbao))?/"
    r"|[?&](?:year|nian|niandu|nd|nf|fbtime)=(20\d\d)(?:&|$)",
    re.IGNORECASE,
)
# /2014/3/25/, /2014/0325/, Hanweb's /art/2014/: the year of publication
_PUBLISHED = re.compile(r"/20\d\d/(?:\d{1,2}|\d{4})/|/art/20\d\d/")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: `title` in full, `published_on` as the list prints it, the page that lists it.

    `under` are the words with a year above or beside the entry, in the title of the page, or in the entry's address.
    """

    url: str
    title: str
    published_on: date | None
    page_url: str
    under: str = ""


@dataclass(slots=True)
class ListWalk:
    """The state of reading one list.

    `url` is that of the list page, after redirects. `own_list` is what the URLs of its own entries begin with, in the
    words of the dialect. `choice` is which of the candidates for a page was right the last time: it is asked first, and
    alone once the choice is `settled`. `notes` are what is odd about a list of which nothing is missing.
    """

    url: str
    entries: dict[str, Entry] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    dialect: str | None = None
    own_list: str = ""
    choice: int = 0
    settled: bool = False
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fail(self, reason: str, outcome: FetchOutcome = "ok") -> None:
        """Record what is missing; `outcome` is that of a page which could not be fetched."""
        self.failures.append((outcome, reason))


@dataclass(slots=True)
class Step:
    """What came of the candidates for one page of a list: the page, or why there is none.

    `ends`: a candidate is gone or has no entries, as behind the end of a list. `is_foreign`: one shows another list's.
    """

    page: Response | None = None
    ends: bool = False
    is_foreign: bool = False
    failure: Failure | None = None


def has_page(response: Response) -> bool:
    """Return whether a request brought a page that can be read."""
    return response.outcome in ("ok", "not_modified") and bool(response.body)


def searchable(response: Response) -> Response:
    """Return the response; one without a body, which states why, if its page is too large to be searched."""
    if not response.is_too_large:
        return response
    return replace(response, outcome="too_large", body=b"", reason="the page is too large to be searched")


def summary_of(failures: list[Failure]) -> tuple[FetchOutcome, str | None]:
    """Return the outcome of the first page that could not be fetched, and all reasons in one line."""
    outcome: FetchOutcome = next((outcome for outcome, _ in failures if outcome != "ok"), "ok")
    return outcome, "; ".join(reason for _, reason in failures) or None


def read_next(walk: ListWalk, dialect: Dialect, fetch: FetchPage, candidates: list[Request]) -> Step:
    """Read the candidate for the next page that brings unseen entries; stop at one that fails.

    After a failure the other candidates are not tried, because that could skip a page in silence. A candidate that is
    gone, or that refuses the method, is no page. Pages name addresses of other sites too: those are not requested.
    """
    step = Step()
    for at, candidate in sorted(enumerate(candidates), key=lambda choice: choice[0] != walk.choice):
        if walk.settled and at != walk.choice:
            break
        if candidate.key in walk.tried or not same_site(candidate.url, walk.url):
            continue
        walk.tried.add(candidate.key)
        response = searchable(fetch(candidate))
        if _is_nothing(candidate, response) or response.status == HTTPStatus.METHOD_NOT_ALLOWED:
            step.ends |= response.status != HTTPStatus.METHOD_NOT_ALLOWED
            continue
        if not has_page(response):
            step.failure = response.outcome, f"{candidate.url}: {response.reason}"
            return step
        rows = dialect.rows(response, walk.url)
        if add_rows(walk, dialect, rows, response):
            walk.choice = at
            step.page = response
            return step
        step.ends |= not rows
        # Several candidates are guesses, and a wrong guess may show anything; one alone is what the pager names.
        if any(row.url not in walk.entries for row in rows):
            step.is_foreign = True
            if len(candidates) == 1:
                step.failure = "ok", f"{candidate.url} shows the entries of another list"
    return step


def _is_nothing(request: Request, response: Response) -> bool:
    """Return whether a page is gone, or a script has nothing to answer, as it may behind the end of a list."""
    asks = request.posted is not None or bool(urlsplit(request.url).query)
    return response.outcome == "gone" or (asks and response.outcome == "shell")


def add_rows(walk: ListWalk, dialect: Dialect, rows: list[Link], page: Response) -> bool:
    """Add the rows of a page with an unseen entry of this list; drop a page of another list, and return False."""
    if not walk.pages:
        walk.own_list = _own_list(rows, dialect, walk.url)
    unseen = (row for row in rows if row.url not in walk.entries)
    if not any(_list_of(dialect, row.url).startswith(walk.own_list) for row in unseen):
        return False
    for row in rows:
        under = row.under or _year_of_page(page) or _year_in_address(row.url)
        walk.entries.setdefault(row.url, Entry(row.url, row.title, row.published_on, page.final_url, under))
    walk.pages.append(page.final_url)
    return True


def _year_of_page(page: Response) -> str:
    named = _PAGE_TITLE.search(page.text)
    return year_in(named[1]) if named else ""


def _year_in_address(url: str) -> str:
    """Return the year that a folder of an address, or its query, is named by; that of publication is none.

    >>> _year_in_address("http://x.cn/zfxxgknb/gknb2013/a.html"), _year_in_address("http://x.cn/art/2014/3/11/art_1.html")
    ('2013', '')
    """
    parts = urlsplit(url)
    named = _YEAR_FOLDER.search(_PUBLISHED.sub("/", unquote(f"{parts.path}?{parts.query}")))
    return (named[1] or named[2]) if named else ""


def _own_list(rows: list[Link], dialect: Dialect, list_url: str) -> str:
    """Return what names the list: its own address if entries are below it, else what most first entries share."""
    own = _list_of(dialect, list_url)
    lists = [_list_of(dialect, row.url) for row in rows]
    if not lists or any(name.startswith(own) for name in lists):
        return own
    return Counter(lists).most_common(1)[0][0]


def _list_of(dialect: Dialect, url: str) -> str:
    return dialect.list_of(url) if isinstance(dialect, NamesLists) else ""
