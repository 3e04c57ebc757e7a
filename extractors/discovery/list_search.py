"""From a portal's homepage to its columns of annual reports.

Owns the walk over the pages of one site, the likeliest first, and the rule what counts as a column: a dialect reads a
list from the page which holds titles of annual reports. Must not know those titles, nor fetch by itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from extractors.discovery.candidate_links import links_of, locations, sitemaps_of
from extractors.discovery.link_scores import (
    COLUMN,
    LAST_RESORT,
    REPORTS,
    is_list_page,
    is_named_for_reports,
    is_subsection,
    link_score,
)
from extractors.discovery.list_choice import (
    FoundListPage,
    FoundListPages,
    is_near,
    of_the_portal,
    place_of,
    without_repeats,
)
from extractors.discovery.list_reader import Entry, FetchPage, has_page, peek_list, read_list_pages
from extractors.hosts import same_site
from extractors.html.links import folder_of, framed_or_redirect_pages, parse_page
from extractors.web.request import Request
from extractors.web.response import FetchOutcome, Response

MOST_ASKED = 40
"""Requests for pages after which a walk goes no further; a list that is being read is still read."""

_NAMED = REPORTS - 10
_ELSEWHERE = 10
"""What a lead is worth less elsewhere on the site: departments have hosts of their own, counties folders."""

_MOST_FRAMES = 3
_MOST_SITEMAPS = 6
_LARGEST_SITEMAP = 20_000_000
_MOST_LOCATIONS = 10
_REMEDY = "name the address of its column, under `list_pages:` in the portal's file or to `nianbao portal add --column`"


@dataclass(order=True, frozen=True, slots=True)
class _SearchStep:
    """A page to look at, ordered so that the likeliest comes first, then the one that was seen first."""

    rank: tuple[int, int]
    url: str = field(compare=False)
    trail: tuple[str, ...] = field(compare=False)

    @property
    def worth(self) -> int:
        return -self.rank[0]


class AskedOnce:
    """Asks each request once, and counts."""

    def __init__(self, fetch: FetchPage) -> None:
        self._fetch = fetch
        self._answers: dict[str, Response] = {}

    def __call__(self, request: Request) -> Response:
        """The response to a request, as it was the first time."""
        if request.key not in self._answers:
            self._answers[request.key] = self._fetch(request)
        return self._answers[request.key]

    @property
    def count(self) -> int:
        """How many requests were asked."""
        return len(self._answers)


def find_list_pages(homepage: str, dialect: str, fetch: FetchPage, is_report: Callable[[str], bool]) -> FoundListPages:
    """The columns of annual reports that a homepage leads to, by a dialect or by the fingerprints of their pages.

    `is_report` tells whether a title is that of an annual report. Pages of other sites are never asked. Sitemaps are
    looked at where links lead nowhere. A page that cannot be had is told by `reason`, never an error.
    """
    walk = _Walk(homepage, dialect, AskedOnce(fetch), is_report)
    walk.begin()
    walk.follow()
    if not walk.found and walk.can_go_on:
        walk.read_sitemaps()
        walk.follow()
    return walk.columns()


class _Walk:
    """One search: the pages still to be looked at, and what was found so far."""

    def __init__(self, homepage: str, dialect: str, ask: AskedOnce, is_report: Callable[[str], bool]) -> None:
        self._homepage = homepage
        self._dialect = dialect
        self._ask = ask
        self._is_report = is_report
        self._steps: list[_SearchStep] = []
        self._seen = {place_of(homepage)}
        self._everywhere: set[str] = set()
        self._looked_at: list[str] = []
        self._failures: list[tuple[FetchOutcome, str]] = []
        self._explanations: list[tuple[FetchOutcome, str]] = []
        self._by_chance: list[FoundListPage] = []
        self._lists: set[str] = set()
        self.found: list[FoundListPage] = []

    @property
    def can_go_on(self) -> bool:
        """Whether the site answers, if only with a homepage that a script builds, and requests are left."""
        refused = any(outcome not in ("shell", "wrong_page") for outcome, _ in self._explanations)
        return not refused and self._ask.count < MOST_ASKED

    def begin(self) -> None:
        """Look at the homepage; what it links to stands in the chrome of all pages."""
        step = _SearchStep((-LAST_RESORT, 0), self._homepage, ())
        page = self._page(step)
        if page is not None:
            self._everywhere = {place_of(url) for _, url in links_of(page.body, page.final_url)}
            self._look_at(step, page)

    def follow(self) -> None:
        """Look at the pages that were seen; once a near column is found, only at those named for reports."""
        while self._steps and self._ask.count < MOST_ASKED:
            step = heapq.heappop(self._steps)
            if step.worth < _NAMED and any(is_near(column.url, self._homepage) for column in self.found):
                return
            page = self._page(step)
            if page is not None and not (self._is_root(page.final_url) or self._is_known(step, page)):
                self._look_at(step, page)

    def read_sitemaps(self) -> None:
        """Take up the addresses in the site's sitemaps that are named as columns and hubs are."""
        robots = self._ask(Request(urljoin(self._homepage, "/robots.txt")))
        left = [*sitemaps_of(robots.body, robots.final_url), urljoin(self._homepage, "/sitemap.xml")]
        read: set[str] = set()
        while left and len(read) < _MOST_SITEMAPS:
            address = left.pop(0)
            if address in read or not same_site(address, self._homepage):
                continue
            read.add(address)
            sitemap = self._ask(Request(address))
            self._looked_at += ["sitemap"] if has_page(sitemap) else []
            named = locations(sitemap.body, sitemap.final_url) if len(sitemap.body) <= _LARGEST_SITEMAP else []
            left += [url for url in named if url.lower().endswith(".xml")]
            likeliest = sorted((url for url in named if link_score("", url)), key=lambda url: -link_score("", url))
            for url in likeliest[:_MOST_LOCATIONS]:
                self._take_up("sitemap", url, link_score("", url), ())

    def columns(self) -> FoundListPages:
        """What was found, and what may be missing."""
        candidates = self._without_lists(self.found or self._by_chance)
        found = without_repeats(of_the_portal(candidates, self._homepage), self._wholly)
        failures = self._failures if found else self._explanations + self._failures
        reasons = [reason for _, reason in failures]
        if not found:
            reasons.append(self._nothing(candidates))
        outcome: FetchOutcome = next((outcome for outcome, _ in failures), "ok")
        return FoundListPages(found, outcome, "; ".join(reasons) or None, self._ask.count)

    def _without_lists(self, columns: list[FoundListPage]) -> list[FoundListPage]:
        """The columns without entries that are columns themselves: the folders of years below a hub."""
        self._lists = {place_of(column.url) for column in columns}
        left = [replace(column, reports=tuple(self._articles(column.reports))) for column in columns]
        return [column for column in left if column.reports]

    def _articles(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The entries that are annual reports, and no columns of them."""
        return (one for one in entries if self._is_report(one.title) and place_of(one.url) not in self._lists)

    def _wholly(self, column: FoundListPage) -> frozenset[str]:
        """All reports that a column lists."""
        entries = read_list_pages([column.url], self._dialect, self._ask).entries
        return frozenset(entry.url for entry in self._articles(entries))

    def _nothing(self, candidates: list[FoundListPage]) -> str:
        """Why there is no column, in one line with the remedy."""
        if candidates:
            elsewhere = ", ".join(column.url for column in candidates)
            return f"outside of {self._homepage}, perhaps of another government: {elsewhere}; {_REMEDY}"
        if not self._looked_at:
            return f"the homepage could not be had; {_REMEDY}"
        names = " · ".join(dict.fromkeys(name for name in self._looked_at if name))
        pages = f"{len(self._looked_at)} pages looked at from {self._homepage}" + (f" ({names})" if names else "")
        return f"no list of annual reports among {pages}: {_REMEDY}"

    def _page(self, step: _SearchStep) -> Response | None:
        """The page of a step; None where it cannot be had, which is noted unless it is gone."""
        page = self._ask(Request(step.url))
        if has_page(page):
            self._looked_at.append(step.trail[-1] if step.trail else "")
            return page
        failure = page.outcome, f"{step.url}: {page.reason}"
        # A column that moved leads to the homepage, as do sites that are asked too much: no sign that there is another.
        if not step.trail or (page.outcome == "wrong_page" and step.worth >= _NAMED):
            self._explanations.append(failure)
        elif page.outcome != "gone" and step.worth >= _NAMED:
            self._failures.append(failure)
        return None

    def _is_root(self, url: str) -> bool:
        """Whether a page is but the homepage again; columns that moved lead there (PORTALS §3)."""
        return not urlsplit(url).path.strip("/") or place_of(url) == place_of(self._homepage)

    def _is_known(self, step: _SearchStep, page: Response) -> bool:
        """Whether a redirect led to a page that another link leads to as well."""
        place = place_of(page.final_url)
        known = place != place_of(step.url) and "#" not in step.url and place in self._seen
        self._seen.add(place)
        return known

    def _look_at(self, step: _SearchStep, page: Response) -> None:
        """Keep the page if it is a column, and take up what it leads to."""
        is_home = not step.trail
        is_named = not is_home and (step.worth >= _NAMED or is_named_for_reports(parse_page(page.body)))
        column = self._column(step, page, is_named=is_named) if not (is_home and self._is_root(page.url)) else None
        if column is not None:
            (self.found if is_named else self._by_chance).append(column)
        else:
            for url in framed_or_redirect_pages(page.body, page.final_url)[:_MOST_FRAMES]:
                self._take_up("frame", url, max(step.worth, LAST_RESORT), step.trail)
        for words, url in links_of(page.body, page.final_url):
            self._take_up(words, url, self._worth(words, url, page.final_url, is_named=is_named), step.trail)

    def _column(self, step: _SearchStep, page: Response, *, is_named: bool) -> FoundListPage | None:
        """The column that a page is; an API is asked only for pages that are named for reports."""
        listed = peek_list(page, self._dialect, self._ask if is_named else _nothing_further)
        reports = tuple(self._articles(listed.entries))
        if not reports or listed.dialect is None:
            if is_named and listed.reason and listed.outcome != "ok":
                self._failures.append((listed.outcome, listed.reason))
            return None
        fragment = step.url.partition("#")[2]
        url = listed.url if "#" in listed.url or not fragment else f"{listed.url}#{fragment}"
        return FoundListPage(url, listed.dialect, step.trail, reports, listed.pages)

    def _worth(self, words: str, url: str, page: str, *, is_named: bool) -> int:
        """How likely a link leads to a column, by its name and by the page that it stands on."""
        if self._is_report(words):  # an article, unless it is a folder with the reports of one year
            return REPORTS if is_list_page(url) and folder_of(url) != folder_of(page) else 0
        own = link_score(words, url)
        if is_named and is_subsection(words) and place_of(url) not in self._everywhere:
            own = max(own, REPORTS)
        return own if is_near(url, self._homepage) or not own else own - _ELSEWHERE

    def _take_up(self, words: str, url: str, value: int, trail: tuple[str, ...]) -> None:
        """Put a page that is likely enough, and lies on the site, among those to be looked at."""
        place = place_of(url)
        if value < LAST_RESORT or place in self._seen or not same_site(url, self._homepage):
            return
        self._seen.add(place)
        name = " ".join(words.split()) or urlsplit(url).path
        heapq.heappush(self._steps, _SearchStep((-min(value, COLUMN), len(self._seen)), url, (*trail, name)))


def _nothing_further(request: Request) -> Response:
    """No answer: what a page lists is to be read from itself."""
    return Response(request.url, request.url, None, "gone", b"", {}, datetime.now(UTC), "not asked")
