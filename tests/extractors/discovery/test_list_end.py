"""Where a list ends, whatever it declares; and what is missing where one of its pages cannot be had."""

from __future__ import annotations

from itertools import product

import pytest

from extractors.discovery.list_end import MAX_PAGES
from tests.support.portals.lying import BEHIND, EMPTY, FAILURES, LyingPortal
from tests.support.portals.server import annual_reports, reports, titles
from tests.support.portals.static import CONTAINER_FIRST, ZERO_BASED, TrsPortal
from tests.support.servers.scripted import Answer

ITEMS = annual_reports(40)
MOST_BEHIND = 6
"""Pages that are asked for behind the last one with entries: a handful, whatever a list declares."""


@pytest.mark.parametrize(("behind", "api"), [*product(BEHIND, [True, False]), *product(EMPTY, [True])])
@pytest.mark.parametrize("declares", [4, 5, 322, 99_999])
def test_list_that_declares_more_pages_than_it_has_is_complete(declares: int, behind: str, api: bool) -> None:
    with LyingPortal(ITEMS, declares=declares, behind=behind, api=api) as portal:
        found = portal.crawl()
        asked = portal.pages_asked()
        url = portal.url + portal.list_path
    assert (found.complete, found.outcome, found.reason) == (True, "ok", None)
    assert reports(found) == titles(ITEMS)
    assert found.note == f"{url} declares {declares} pages, 3 of them contain entries"
    assert asked <= 2 + MOST_BEHIND


@pytest.mark.parametrize(("behind", "api"), [*product(BEHIND[:3], [True, False]), *product(EMPTY, [True])])
def test_list_of_one_page_that_declares_two(behind: str, api: bool) -> None:
    with LyingPortal(ITEMS[:15], declares=2, behind=behind, api=api) as portal:
        found = portal.crawl()
    assert (found.complete, reports(found)) == (True, titles(ITEMS[:15]))
    assert found.note == f"{portal.url}{portal.list_path} declares 2 pages, 1 of them contain entries"


@pytest.mark.parametrize("api", [True, False])
def test_list_that_shows_its_first_page_under_every_number_is_partial(api: bool) -> None:
    """It declares 45 entries, and its answer to every request is the first 15: the others are somewhere."""
    with LyingPortal(ITEMS[:15], declares=3, behind="the first page", api=api) as portal:
        found = portal.crawl()
    assert (found.complete, reports(found)) == (False, titles(ITEMS[:15]))
    assert found.reason == f"{portal.url}{portal.list_path} declares 3 pages, 1 of them contain entries"


@pytest.mark.parametrize("api", [True, False])
@pytest.mark.parametrize("behind", ["404", "no entries", "the first page"])
@pytest.mark.parametrize("declares", [1, 2])
def test_list_that_declares_fewer_pages_than_it_has_is_read_to_its_end(declares: int, behind: str, api: bool) -> None:
    items = annual_reports(75)
    with LyingPortal(items, declares=declares, behind=behind, api=api) as portal:
        found = portal.crawl()
        asked = portal.pages_asked()
    assert (found.complete, reports(found)) == (True, titles(items))
    assert found.note == f"{portal.url}{portal.list_path} declares {declares} pages, 5 of them contain entries"
    assert asked <= 4 + MOST_BEHIND


@pytest.mark.parametrize("api", [True, False])
@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("failing", [(2,), (3,), (2, 3), (3, 4)])
def test_page_that_fails_before_others_costs_itself_alone(failing: tuple[int, ...], failure: str, api: bool) -> None:
    items = annual_reports(75)
    instead = dict.fromkeys(failing, FAILURES[failure])
    with LyingPortal(items, declares=5, instead=instead, api=api) as portal:
        found = portal.crawl()
    kept = [item for at, item in enumerate(items) if at // 15 + 1 not in failing]
    assert (found.complete, found.outcome != "ok", found.note) == (False, True, None)
    assert reports(found) == titles(kept)
    assert found.reason is not None
    assert found.reason.count(portal.url) == len(failing)


@pytest.mark.parametrize("api", [True, False])
@pytest.mark.parametrize("answer", ["404", "410"])
def test_page_that_is_gone_before_others_is_missing(answer: str, api: bool) -> None:
    items = annual_reports(75)
    with LyingPortal(items, declares=5, instead={3: Answer("", int(answer))}, api=api) as portal:
        found = portal.crawl()
    assert (found.complete, found.outcome) == (False, "ok")
    assert reports(found) == titles(items[:30] + items[45:])
    assert found.reason is not None
    assert found.reason.endswith("contains entries, and page 3 before it does not")


@pytest.mark.parametrize("api", [True, False])
def test_last_pages_that_fail_are_no_end(api: bool) -> None:
    failing = dict.fromkeys(range(4, 350), FAILURES["500"])
    with LyingPortal(ITEMS, declares=322, instead=failing, api=api) as portal:
        found = portal.crawl()
        asked = portal.pages_asked()
    assert (found.complete, found.outcome, reports(found)) == (False, "unreachable", titles(ITEMS))
    assert asked <= 2 + MOST_BEHIND


def test_static_page_of_a_few_bytes_is_no_end() -> None:
    """Sites that are asked too often send such stubs, and so do pages that a script builds."""
    stubs = dict.fromkeys(range(4, 6), Answer("<html><body></body></html>"))
    with LyingPortal(ITEMS, declares=5, instead=stubs) as portal:
        found = portal.crawl()
    assert (found.complete, found.outcome, reports(found)) == (False, "shell", titles(ITEMS))


def test_page_behind_those_declared_that_fails_is_no_matter() -> None:
    with LyingPortal(ITEMS, declares=3, behind="500") as portal:
        found = portal.crawl()
    assert (found.complete, found.note, reports(found)) == (True, None, titles(ITEMS))


def test_only_the_last_of_hundreds_has_entries() -> None:
    """Pages that come back empty for an hour: the last one shows that there are more."""
    items = annual_reports(150)
    empty = {number: Answer("", 404) for number in range(2, 10)}
    with LyingPortal(items, declares=10, instead=empty) as portal:
        found = portal.crawl()
    assert (found.complete, reports(found)) == (False, titles(items[:15] + items[135:]))


def test_list_without_end_is_left() -> None:
    items = annual_reports(15 * (MAX_PAGES + 3))
    with LyingPortal(items, declares=2, api=True) as portal:
        found = portal.crawl()
        asked = portal.pages_asked()
    assert (found.complete, asked) == (False, MAX_PAGES - 1)
    assert found.reason == f"{portal.url}{portal.list_path} has more than {MAX_PAGES} pages"


@pytest.mark.parametrize(("pager", "complete"), [(CONTAINER_FIRST, True), (ZERO_BASED, False)])
def test_second_page_whose_number_the_pager_does_not_name(pager: str, complete: bool) -> None:
    """`index_1.html` is gone, `index_2.html` is there, one page fewer than declared: counted from 1, nothing lacks."""
    items = annual_reports(60)
    with TrsPortal(items, pager=pager, base=2, missing=1) as portal:
        found = portal.crawl()
    assert (found.complete, reports(found)) == (complete, titles(items[:45]))
