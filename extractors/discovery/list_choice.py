"""The columns that a search found: which of them are the portal's, and which say the same again.

Owns that choice. Must not look for columns (`columns` does), nor fetch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from extractors.discovery.list_reader import Entry
from extractors.hosts import host_of
from extractors.web.response import FetchOutcome


@dataclass(frozen=True, slots=True)
class FoundListPage:
    """A column: `trail` is what was followed to it, `reports` are those among the first entries of its list."""

    url: str
    dialect: str
    trail: tuple[str, ...]
    reports: tuple[Entry, ...]
    pages: int | None
    """How many pages the list declares; None where it does not."""


@dataclass(frozen=True, slots=True)
class FoundListPages:
    """The columns of a portal; `reason` tells why there is none, or what could not be had that may be another.

    `outcome` is ok unless a page could not be had: then that of the first. `asked` counts the requests.
    """

    found: list[FoundListPage]
    outcome: FetchOutcome
    reason: str | None
    asked: int


def place_of(url: str) -> str:
    """A page by its address, without what makes no difference: the scheme, the name of an index page.

    >>> place_of("https://x.gov.cn/nb/index.html") == place_of("http://x.gov.cn/nb/") == place_of("http://x.gov.cn/nb")
    True
    """
    address = re.sub(r"(?:/(?:index\.s?html?)?)?(?=$|[?#])", "", url.partition("://")[2], count=1)
    return address.lower() if "?" not in address else address


def without_repeats(
    found: Iterable[FoundListPage], wholly: Callable[[FoundListPage], frozenset[str]]
) -> list[FoundListPage]:
    """The columns without those that list nothing which others do not; `wholly` gives all reports of one.

    First entries are compared; where they are the same and more pages may follow, the whole lists are.
    """
    columns = list({place_of(column.url): column for column in reversed(list(found))}.values())[::-1]
    kept: list[FoundListPage] = []
    listed: set[str] = set()
    for column in sorted(columns, key=lambda column: -len(column.reports)):
        first = {entry.url for entry in column.reports}
        if first <= listed and (column.pages == 1 or wholly(column) <= frozenset().union(*map(wholly, kept))):
            continue
        kept.append(column)
        listed |= first
    return [column for column in columns if column in kept]


def is_near(url: str, homepage: str) -> bool:
    """Whether a page lies on the homepage's own host, and below its folder where it has one.

    >>> is_near("https://x.gov.cn/nb/", "http://www.x.gov.cn/"), is_near("http://jyj.x.gov.cn/nb/", "http://www.x.gov.cn/")
    (True, False)
    >>> is_near("http://www.x.gov.cn/nb/", "http://www.x.gov.cn/jzx/index.html")
    False
    """
    same_host = host_of(url).removeprefix("www.") == host_of(homepage).removeprefix("www.")
    return same_host and urlsplit(url).path.startswith(folder_of_home(homepage))


def folder_of_home(homepage: str) -> str:
    """The folder below which the pages of a portal lie: counties share the host of their province (PORTALS §1).

    >>> folder_of_home("http://www.x.gov.cn"), folder_of_home("http://www.x.gov.cn/jzx/index.html")
    ('/', '/jzx/')
    """
    return urlsplit(homepage).path.rpartition("/")[0] + "/"


def of_the_portal(columns: list[FoundListPage], homepage: str) -> list[FoundListPage]:
    """The columns that are surely the portal's own, the nearest there are.

    Departments have hosts of their own below the site's, whose reports may name no agency. Where the portal is but a
    folder of a host, the columns outside are another government's.
    """
    near = [column for column in columns if is_near(column.url, homepage)]
    return near if near or folder_of_home(homepage) != "/" else columns
