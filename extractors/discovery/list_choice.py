"""The list pages that a search found: which of them are the portal's, and which repeat others.

Owns that choice. `list_search` looks for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from extractors.discovery.list_walk import Entry
from extractors.hosts import host_of
from extractors.web.response import FetchOutcome

_REMEDY = (
    "name the address of its list page, under `list_pages:` in the portal's file or to `nianbao portal add --list-page`"
)


@dataclass(frozen=True, slots=True)
class FoundListPage:
    """A list page: `trail` is what was followed to it, `reports` are those among the first entries of its list."""

    url: str
    dialect: str
    trail: tuple[str, ...]
    reports: tuple[Entry, ...]
    pages: int | None
    """How many pages the list declares; None if it declares none."""


@dataclass(frozen=True, slots=True)
class FoundListPages:
    """The list pages of a portal; `reason` is why there is none, or what could not be fetched that may be another.

    `outcome` is ok unless a page could not be fetched: then that of the first. `asked` counts the requests.
    """

    found: list[FoundListPage]
    outcome: FetchOutcome
    reason: str | None
    asked: int


def place_of(url: str) -> str:
    """Return the address of a page without what makes no difference: the scheme, the name of an index page.

    >>> place_of("https://x.gov.cn/nb/index.html") == place_of("http://x.gov.cn/nb/") == place_of("http://x.gov.cn/nb")
    True
    """
    address = re.sub(r"(?:/(?:index\.s?html?)?)?(?=$|[?#])", "", url.partition("://")[2], count=1)
    return address.lower() if "?" not in address else address


def without_repeats(
    found: Iterable[FoundListPage], reports_of: Callable[[FoundListPage], frozenset[str]]
) -> list[FoundListPage]:
    """Return the list pages without those that list only what others do; `reports_of` gives all reports of one.

    First entries are compared; if they are the same and more pages may follow, the whole lists are.
    """
    distinct = list({place_of(page.url): page for page in reversed(list(found))}.values())[::-1]
    kept: list[FoundListPage] = []
    listed: set[str] = set()
    for page in sorted(distinct, key=lambda page: -len(page.reports)):
        first = {entry.url for entry in page.reports}
        if first <= listed and (page.pages == 1 or reports_of(page) <= frozenset().union(*map(reports_of, kept))):
            continue
        kept.append(page)
        listed |= first
    return [page for page in distinct if page in kept]


def is_near(url: str, homepage: str) -> bool:
    """Return whether a page is on the homepage's own host, and below its folder if it has one.

    >>> is_near("https://x.gov.cn/nb/", "http://www.x.gov.cn/"), is_near("http://jyj.x.gov.cn/nb/", "http://www.x.gov.cn/")
    (True, False)
    >>> is_near("http://www.x.gov.cn/nb/", "http://www.x.gov.cn/jzx/index.html")
    False
    """
    same_host = host_of(url).removeprefix("www.") == host_of(homepage).removeprefix("www.")
    return same_host and urlsplit(url).path.startswith(folder_of_home(homepage))


def folder_of_home(homepage: str) -> str:
    """Return the folder below which the pages of a portal are: counties share the host of their province (PORTALS §1).

    >>> folder_of_home("http://www.x.gov.cn"), folder_of_home("http://www.x.gov.cn/jzx/index.html")
    ('/', '/jzx/')
    """
    return urlsplit(homepage).path.rpartition("/")[0] + "/"


def of_the_portal(found: list[FoundListPage], homepage: str) -> list[FoundListPage]:
    """Return the list pages that are surely the portal's own, the nearest there are.

    Departments have hosts of their own below the site's, whose reports may name no agency. If the portal is but a
    folder of a host, the list pages outside it are another government's.
    """
    near = [page for page in found if is_near(page.url, homepage)]
    return near if near or folder_of_home(homepage) != "/" else found


def why_none(elsewhere: list[FoundListPage], looked_at: list[str], homepage: str) -> str:
    """Return why a portal has no list page, in one line with the remedy.

    `elsewhere` are list pages that are not the portal's; `looked_at` are the names of the pages that were fetched.
    """
    if elsewhere:
        urls = ", ".join(page.url for page in elsewhere)
        return f"outside of {homepage}, perhaps of another government: {urls}; {_REMEDY}"
    if not looked_at:
        return f"the homepage could not be fetched; {_REMEDY}"
    names = " · ".join(dict.fromkeys(name for name in looked_at if name))
    pages = f"{len(looked_at)} pages looked at from {homepage}" + (f" ({names})" if names else "")
    return f"no list of annual reports among {pages}: {_REMEDY}"
