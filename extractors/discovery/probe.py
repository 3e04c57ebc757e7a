"""What can be seen of a portal from outside: its name, robots.txt, its list pages and what they list.

Owns the one look that `nianbao portal probe` and `add` take. Nothing is stored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from extractors.discovery.fetch_once import FetchOnce
from extractors.discovery.list_reader import read_list_pages
from extractors.discovery.list_search import find_list_pages
from extractors.discovery.site import PageElsewhere
from extractors.html.soup import attribute
from extractors.portals.portal import AUTO
from extractors.web.client import PoliteClient
from extractors.web.request import Request
from extractors.web.response import FetchOutcome

# What templates leave unfilled (PORTALS §2.7).
_PLACEHOLDERS = frozenset({"网站名称", "站点名称", "政府网站名称"})
_SEPARATORS = re.compile(r"\s*[-_|—–·:：]+\s*|\s{2,}")
_BODY = re.compile("(?:政府|管委会|管理委员会|网|局|厅|办)$")


@dataclass(frozen=True, slots=True)
class ProbedListPage:
    """A list page and its list, read to the end: `reports` counts annual reports by year, `entries` everything.

    `reason` is what of the list is missing, `note` what is odd about a list that was read to its end.
    """

    url: str
    dialect: str | None
    trail: tuple[str, ...]
    pages_read: int
    pages_declared: int | None
    entries: int
    reports: dict[int, int]
    reason: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Probe:
    """What one look at a portal found; `refused` is why robots.txt forbids the homepage, `delay` what it asks for.

    `asked` counts the requests. `elsewhere` are pages of other sites that may be list pages, and were not asked for.
    """

    homepage: str
    name: str | None
    refused: str | None
    delay: float
    list_pages: tuple[ProbedListPage, ...]
    outcome: FetchOutcome
    reason: str | None
    asked: int
    elsewhere: tuple[PageElsewhere, ...]


YearOf = Callable[[str, str], int | None]
"""The year of the annual report that a title names, under words with a year; None if it is no report."""


def probe(
    homepage: str,
    client: PoliteClient,
    year_of: YearOf,
    list_pages: Sequence[str] = (),
    allow_hosts: Collection[str] = (),
) -> Probe:
    """Look at a portal: find its list pages from the homepage, unless `list_pages` names them, and read their lists.

    `year_of` gives the year of an annual report by its title and the words above it, None for what is none.
    `allow_hosts` are hosts elsewhere of the same government. `delay` is in seconds.
    """
    fetch = FetchOnce(client.get)
    rules = client.rules(homepage)
    forbidden = rules.refuses(homepage)
    home = fetch(Request(homepage))
    outcome, reason = home.outcome, None
    elsewhere: tuple[PageElsewhere, ...] = ()
    if list_pages:
        pages = [_read(url, (), None, fetch, year_of) for url in list_pages]
    else:
        search = find_list_pages(
            homepage, AUTO, fetch, lambda title, under: year_of(title, under) is not None, allow_hosts
        )
        pages = [_read(page.url, page.trail, page.pages, fetch, year_of) for page in search.found]
        outcome, reason, elsewhere = search.outcome, search.reason, search.elsewhere
    name, refused = site_name(home.soup), forbidden[1] if forbidden else None
    return Probe(homepage, name, refused, rules.crawl_delay, tuple(pages), outcome, reason, fetch.count, elsewhere)


def _read(url: str, trail: tuple[str, ...], declared: int | None, fetch: FetchOnce, year_of: YearOf) -> ProbedListPage:
    """Read the list of one list page to its end."""
    read = read_list_pages([url], AUTO, fetch)
    years = Counter(year for entry in read.entries if (year := year_of(entry.title, entry.under)) is not None)
    dialect = read.dialects[0] if read.dialects else None
    by_year = dict(sorted(years.items(), reverse=True))
    counts = len(read.pages), declared, len(read.entries), by_year
    return ProbedListPage(url, dialect, trail, *counts, read.reason, read.note)


def site_name(homepage: BeautifulSoup) -> str | None:
    """Return the name of a website by the `SiteName` of its homepage, else by its title; None if it has neither.

    >>> from extractors.html.soup import parse_soup
    >>> site_name(parse_soup('<meta name="SiteName" content="网站名称"><title>首页 - 甲子县人民政府</title>'))
    '甲子县人民政府'
    """
    named = ["".join(attribute(meta, "content").split()) for meta in homepage.select("meta[name=sitename i]")]
    title = " ".join(homepage.title.get_text().split()) if homepage.title else ""
    parts = [part for part in _SEPARATORS.split(title) if part and part != "首页"]
    ending = [part for part in parts if _BODY.search(part)]
    return next((name for name in (*named, *ending, *parts) if name and name not in _PLACEHOLDERS), None)


def portal_id(homepage: str) -> str:
    """Return the id of a portal by its address: the host without www. and .gov.cn, and the folder that it is in.

    >>> portal_id("http://www.weihai.gov.cn/"), portal_id("https://xxgk.x.gov.cn/jzx/index.html")
    ('weihai', 'xxgk-x-jzx')
    >>> portal_id("http://127.0.0.1:8080/")
    '127-0-0-1-8080'
    """
    parts = urlsplit(homepage)
    host = (parts.hostname or "").removeprefix("www.").removesuffix(".gov.cn")
    folder = parts.path.rpartition("/")[0]
    words = re.findall(r"[a-z0-9]+", f"{host} {parts.port or ''} {folder}".lower())
    return "-".join(words)
