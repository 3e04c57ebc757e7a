"""The list pages that a search found: which of them are the portal's, and which repeat others.

Owns that choice. `list_search` looks for them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import yaml

from extractors.discovery.list_walk import Entry
from extractors.discovery.site import PageElsewhere, Site, place_of
from extractors.web.response import FetchOutcome

_REMEDY = (
    "name the address of its list page, under `list_pages:` in the portal's file or to `nianbao portal add --list-page`"
)

_MOST_ELSEWHERE = 5


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

    `outcome` is ok unless a page could not be fetched: then that of the first. `asked` counts the requests. `elsewhere`
    are pages on hosts of other sites that may be list pages, the likeliest of each host.
    """

    found: list[FoundListPage]
    outcome: FetchOutcome
    reason: str | None
    asked: int
    elsewhere: tuple[PageElsewhere, ...]


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


def of_the_portal(found: list[FoundListPage], site: Site) -> list[FoundListPage]:
    """Return the list pages that are surely the portal's own, the nearest there are.

    Departments have hosts of their own below the site's, whose reports may name no agency. If the portal is but a
    folder of a host, the list pages outside it are another government's.
    """
    near = [page for page in found if site.is_near(page.url)]
    return near if near or site.folder != "/" else found


def likeliest_of_each_host(pages: Iterable[PageElsewhere]) -> tuple[PageElsewhere, ...]:
    """Return one page of each host, the likeliest first."""
    of_hosts: dict[str, PageElsewhere] = {}
    for page in sorted(pages, key=lambda page: -page.score):
        of_hosts.setdefault(page.host, page)
    return tuple(of_hosts.values())[:_MOST_ELSEWHERE]


def line_to_add(elsewhere: Iterable[PageElsewhere], allowed: Collection[str]) -> str:
    """Return the line of a portal's file that allows the hosts of these pages beside those that are `allowed` already.

    >>> line_to_add([PageElsewhere("http://zfxxgk.y.gov.cn/nb/", ("年报",), 70)], ["www.y.gov.cn"])
    'allow_hosts: [www.y.gov.cn, zfxxgk.y.gov.cn]'
    """
    hosts = [*allowed, *(page.host for page in elsewhere)]
    return f"allow_hosts: {yaml.safe_dump(hosts, default_flow_style=True, width=sys.maxsize).strip()}"


def why_none(outside: list[FoundListPage], looked_at: list[str], elsewhere: Sequence[PageElsewhere], site: Site) -> str:
    """Return why a portal has no list page, in one line with the remedy.

    `outside` are list pages that are not the portal's; `looked_at` are the names of the pages that were fetched;
    `elsewhere` are pages on other hosts, which were not.
    """
    if outside:
        urls = ", ".join(page.url for page in outside)
        return f"outside of {site.homepage}, perhaps of another government: {urls}; {_REMEDY}"
    if not looked_at:
        return f"the homepage could not be fetched; {_REMEDY}"
    names = " · ".join(dict.fromkeys(name for name in looked_at if name))
    pages = f"{len(looked_at)} pages looked at from {site.homepage}" + (f" ({names})" if names else "")
    if not elsewhere:
        return f"no list of annual reports among {pages}: {_REMEDY}"
    named = ", ".join(f"{page.trail[-1]} {page.url}" for page in elsewhere)
    line = f"put `{line_to_add(elsewhere, site.allow_hosts)}` into the portal's file if they are this government's"
    others = f"other hosts, which were not asked, have {named}: {line}"
    return f"no list of annual reports among {pages}; {others}, or {_REMEDY}"
