"""From a portal's homepage to its list pages of annual reports.

Owns the walk over the pages of one site, the likeliest first, and the rule what counts as a list page: a dialect reads
a list from it which contains titles of annual reports. The caller knows those titles.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from extractors.discovery.candidate_links import locations, named_pages, sitemaps_of
from extractors.discovery.fetch_once import FetchOnce
from extractors.discovery.link_scores import (
    LAST_RESORT,
    LIST_PAGE_SCORE,
    REPORTS,
    is_list_page,
    is_named_for_reports,
    is_subsection,
    link_score,
)
from extractors.discovery.list_choice import (
    FoundListPage,
    FoundListPages,
    likeliest_of_each_host,
    of_the_portal,
    why_none,
    without_repeats,
)
from extractors.discovery.list_peek import peek_list
from extractors.discovery.list_reader import read_list_pages
from extractors.discovery.list_walk import Entry, Failure, FetchPage, has_page, searchable
from extractors.discovery.site import PageElsewhere, Site, place_of
from extractors.hosts import is_web_address
from extractors.urls import folder_of
from extractors.web.frames import framed_or_redirect_pages, pages_of_other_sites
from extractors.web.request import Request
from extractors.web.response import FetchOutcome, Response
from extractors.web.robots import MOST_BYTES

MOST_ASKED = 40
"""Requests for pages after which a search ends; a list that is being read is still read."""

_NAMED = REPORTS - 10
_ELSEWHERE = 10
"""What a link loses in score elsewhere on the site: departments have hosts of their own, counties folders."""
_HUB_ELSEWHERE = 35
"""The score of a link to another site that is named like a hub above the list page."""

_MOST_FRAMES = 3
_MOST_SITEMAPS = 6
_LARGEST_SITEMAP = 20_000_000
_MOST_LOCATIONS = 10


IsReport = Callable[[str, str], bool]
"""Whether a title, under words with a year, is that of an annual report."""


@dataclass(order=True, frozen=True, slots=True)
class _Step:
    """A page to look at, ordered so that the likeliest comes first, then the one that was seen first."""

    rank: tuple[int, int]
    url: str = field(compare=False)
    trail: tuple[str, ...] = field(compare=False)

    @property
    def score(self) -> int:
        return -self.rank[0]


def find_list_pages(
    homepage: str, dialect: str, fetch: FetchPage, is_report: IsReport, allow_hosts: Collection[str] = ()
) -> FoundListPages:
    """Return the list pages of annual reports that a homepage leads to, by a dialect or by their fingerprints.

    `is_report` decides whether a title is that of an annual report, or a body's name under words with a year: the
    latter counts only on pages that are named for reports. Pages of other sites are not asked, except those of
    `allow_hosts`. Sitemaps are read if links lead nowhere. A page that cannot be fetched is part of `reason`, never an
    error.
    """
    search = _Search(Site(homepage, allow_hosts), dialect, FetchOnce(fetch), is_report)
    search.look_at_homepage()
    search.follow()
    if not search.found and search.can_continue:
        search.read_sitemaps()
        search.follow()
    return search.result()


class _Search:
    """One search: the pages still to be looked at, and what was found so far."""

    def __init__(self, site: Site, dialect: str, fetch: FetchOnce, is_report: IsReport) -> None:
        self._site = site
        self._dialect = dialect
        self._fetch = fetch
        self._is_report = is_report
        self._steps: list[_Step] = []
        self._seen = {place_of(site.homepage)}
        self._everywhere: set[str] = set()
        self._looked_at: list[str] = []
        self._failures: list[Failure] = []
        self._explanations: list[Failure] = []
        self._by_chance: list[FoundListPage] = []
        self._lists: set[str] = set()
        self._elsewhere: list[PageElsewhere] = []
        self.found: list[FoundListPage] = []

    @property
    def can_continue(self) -> bool:
        """Whether the site answers, if only with a homepage that a script builds, and requests are left."""
        refused = any(outcome not in ("shell", "wrong_page") for outcome, _ in self._explanations)
        return not refused and self._fetch.count < MOST_ASKED

    def look_at_homepage(self) -> None:
        """Look at the homepage; what it links to is in the chrome of all pages."""
        step = _Step((-LAST_RESORT, 0), self._site.homepage, ())
        page = self._visit(step)
        if page is not None:
            self._everywhere = {place_of(url) for _, url in named_pages(page)}
            self._look_at(step, page)

    def follow(self) -> None:
        """Look at the pages that were seen; once a near list page is found, only at those named for reports."""
        while self._steps and self._fetch.count < MOST_ASKED:
            step = heapq.heappop(self._steps)
            if step.score < _NAMED and any(self._site.is_near(found.url) for found in self.found):
                return
            page = self._visit(step)
            if page is None or self._is_root(page):
                continue
            known = self._is_known(step, page)
            self._seen.add(place_of(page.final_url))
            if not known:
                self._look_at(step, page)

    def read_sitemaps(self) -> None:
        """Take up the addresses in the site's sitemaps that are named as list pages and hubs are."""
        robots = self._fetch(Request(urljoin(self._site.homepage, "/robots.txt"), most_bytes=MOST_BYTES))
        left = [*sitemaps_of(robots.text, robots.final_url), urljoin(self._site.homepage, "/sitemap.xml")]
        read: set[str] = set()
        while left and len(read) < _MOST_SITEMAPS:
            address = left.pop(0)
            if address in read or not self._site.includes(address):
                continue
            read.add(address)
            sitemap = self._fetch(Request(address))
            self._looked_at += ["sitemap"] if has_page(sitemap) else []
            named = locations(sitemap.text, sitemap.final_url) if len(sitemap.body) <= _LARGEST_SITEMAP else []
            left += [url for url in named if url.lower().endswith(".xml")]
            likeliest = sorted((url for url in named if link_score("", url)), key=lambda url: -link_score("", url))
            for url in likeliest[:_MOST_LOCATIONS]:
                self._take_up("sitemap", url, link_score("", url), ())

    def result(self) -> FoundListPages:
        """Return what was found, and what may be missing."""
        candidates = self._without_lists(self.found or self._by_chance)
        found = without_repeats(of_the_portal(candidates, self._site), self._reports_of)
        failures = self._failures if found else self._explanations + self._failures
        named = [page for page in self._elsewhere if page.score >= _NAMED]
        elsewhere = likeliest_of_each_host(named if named or found else self._elsewhere)
        reasons = [reason for _, reason in failures]
        if not found:
            reasons.append(why_none(candidates, self._looked_at, elsewhere, self._site))
        outcome: FetchOutcome = next((outcome for outcome, _ in failures), "ok")
        return FoundListPages(found, outcome, "; ".join(reasons) or None, self._fetch.count, elsewhere)

    def _without_lists(self, pages: list[FoundListPage]) -> list[FoundListPage]:
        """Return the list pages without entries that are list pages themselves: the folders of years below a hub."""
        self._lists = {place_of(page.url) for page in pages}
        left = [replace(page, reports=tuple(self._articles(page.reports))) for page in pages]
        return [page for page in left if page.reports]

    def _articles(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Yield the entries that are annual reports, and no lists of them."""
        for entry in entries:
            if self._is_report(entry.title, entry.under) and place_of(entry.url) not in self._lists:
                yield entry

    def _reports_of(self, page: FoundListPage) -> frozenset[str]:
        """Return the addresses of all reports in a list."""
        entries = read_list_pages([page.url], self._dialect, self._fetch).entries
        return frozenset(entry.url for entry in self._articles(entries))

    def _visit(self, step: _Step) -> Response | None:
        """Fetch the page of a step; None if it cannot be fetched, which is recorded unless it is gone."""
        page = searchable(self._fetch(Request(step.url)))
        if has_page(page):
            self._looked_at.append(step.trail[-1] if step.trail else "")
            return page
        self._note_elsewhere(page.final_url, step.trail, step.score)
        failure = page.outcome, f"{step.url}: {page.reason}"
        # A list page that moved leads to the homepage, as do sites asked too often: no sign that there is another.
        if not step.trail or (page.outcome == "wrong_page" and step.score >= _NAMED):
            self._explanations.append(failure)
        elif page.outcome != "gone" and step.score >= _NAMED:
            self._failures.append(failure)
        return None

    def _is_root(self, page: Response) -> bool:
        """Return whether a page led to a homepage, as list pages do that moved (PORTALS §3)."""
        moved = bool(_path_of(page.url)) and not _path_of(page.final_url)
        return moved or place_of(page.final_url) == place_of(self._site.homepage)

    def _is_known(self, step: _Step, page: Response) -> bool:
        """Return whether a redirect led to a page that another link leads to as well."""
        place = place_of(page.final_url)
        return place != place_of(step.url) and "#" not in step.url and place in self._seen

    def _look_at(self, step: _Step, page: Response) -> None:
        """Keep the page if it is a list page, and take up what it leads to."""
        is_home = not step.trail
        is_named = not is_home and (step.score >= _NAMED or is_named_for_reports(page.soup))
        found = None if is_home else self._list_page(step, page, is_named=is_named)
        if found is not None:
            (self.found if is_named else self._by_chance).append(found)
        else:
            for url in framed_or_redirect_pages(page)[:_MOST_FRAMES]:
                self._take_up("frame", url, max(step.score, LAST_RESORT), step.trail)
            for url in pages_of_other_sites(page)[:_MOST_FRAMES] if is_named else ():
                self._take_up("frame", url, step.score, step.trail)
        for words, url in named_pages(page):
            self._take_up(words, url, self._score(words, url, page.final_url, is_named=is_named), step.trail)

    def _list_page(self, step: _Step, page: Response, *, is_named: bool) -> FoundListPage | None:
        """Return the list page that a page is; an API is asked only for pages that are named for reports."""
        peek = peek_list(page, self._dialect, self._fetch if is_named else _nothing_further)
        entries = peek.entries if is_named else [replace(entry, under="") for entry in peek.entries]
        reports = tuple(self._articles(entries))
        if not reports or peek.dialect is None:
            if is_named and peek.reason and peek.outcome != "ok":
                self._failures.append((peek.outcome, peek.reason))
            return None
        fragment = step.url.partition("#")[2]
        url = peek.url if "#" in peek.url or not fragment else f"{peek.url}#{fragment}"
        return FoundListPage(url, peek.dialect, step.trail, reports, peek.pages)

    def _score(self, words: str, url: str, page: str, *, is_named: bool) -> int:
        """Return how likely a link leads to a list page, by its name and by the page that it is on."""
        if self._is_report(words, ""):  # an article, unless it is a folder with the reports of one year
            return REPORTS if is_list_page(url) and folder_of(url) != folder_of(page) else 0
        own = link_score(words, url)
        if is_named and is_subsection(words) and place_of(url) not in self._everywhere:
            own = max(own, REPORTS)
        return own if self._site.is_near(url) or not own else own - _ELSEWHERE

    def _take_up(self, words: str, url: str, score: int, trail: tuple[str, ...]) -> None:
        """Put a page that is likely enough, and on the site, among those to be looked at."""
        place = place_of(url)
        if score < LAST_RESORT or place in self._seen:
            return
        name = " ".join(words.split()) or urlsplit(url).path
        if not self._site.includes(url):
            self._note_elsewhere(url, (*trail, name), score)
            return
        self._seen.add(place)
        heapq.heappush(self._steps, _Step((-min(score, LIST_PAGE_SCORE), len(self._seen)), url, (*trail, name)))

    def _note_elsewhere(self, url: str, trail: tuple[str, ...], score: int) -> None:
        """Note a page of another site that may be the list page, or a hub above it."""
        if trail and score >= _HUB_ELSEWHERE and is_web_address(url) and not self._site.includes(url):
            self._elsewhere.append(PageElsewhere(url, trail, score))


def _path_of(url: str) -> str:
    return urlsplit(url).path.strip("/")


def _nothing_further(request: Request) -> Response:
    """Return no answer: what a page lists is to be read from itself."""
    return Response(request.url, request.url, None, "gone", b"", {}, datetime.now(UTC), "not asked")
