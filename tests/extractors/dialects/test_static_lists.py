"""Static lists, of TRS and of no known make: pagers, frames, rows by script, and pages that show something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.portals.server import SimulatedPortal, annual_reports, hub_items, reports, titles
from tests.support.portals.static import (
    CONTAINER_FIRST,
    NEWS,
    RECORDS_FIRST,
    ZERO_BASED,
    ZERO_BASED_WITH_COUNT,
    FramedPortal,
    GenericPortal,
    ShellPortal,
    TrsPortal,
    lines,
    written_by_script,
)
from tests.support.servers.scripted import Answer
from transforms.prose.titles import report_title


@pytest.mark.parametrize(
    ("pager", "base"), [(ZERO_BASED, 1), (ZERO_BASED_WITH_COUNT, 1), (CONTAINER_FIRST, 2), (RECORDS_FIRST, 1)]
)
def test_trs_pagers_of_every_kind_beside_a_hub(pager: str, base: int) -> None:
    items = annual_reports(50) + hub_items()
    with TrsPortal(items, pager=pager, base=base) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete, found.reason) == (["trs_static"], True, None)
    assert reports(found) == titles(annual_reports(50))


def test_trs_pages_that_are_declared_and_gone_are_noted() -> None:
    items = annual_reports(180)
    with TrsPortal(items, missing=2) as portal:
        found = portal.crawl()
    assert reports(found) == titles(items[:150])
    assert (found.complete, found.reason) == (True, None)
    assert found.note == f"{portal.url}{portal.list_path} declares 12 pages, 10 of them contain entries"


def test_trs_rows_written_by_script_and_repeated_in_comments() -> None:
    items = annual_reports(40)
    with TrsPortal(items, write=written_by_script) as portal:
        found = portal.crawl()
    assert (found.complete, reports(found)) == (True, titles(items))
    days = {entry.title: entry.published_on for entry in found.entries}
    assert all(days[item.title] == item.day for item in items)


def test_trs_page_of_another_list_is_partial() -> None:
    items = annual_reports(40)
    with TrsPortal(items, foreign=True) as portal:
        found = portal.crawl()
    assert reports(found) == titles(items[:15] + items[30:])
    assert not [entry for entry in found.entries if entry.title == NEWS[-1].title]
    assert found.reason == f"{portal.url}{portal.list_path} declares 3 pages, 2 of them contain entries"


def test_fingerprint_in_the_chrome_of_a_page_does_not_hide_its_list() -> None:
    items = annual_reports(40)
    search = '<form action="/common/search/"></form>'
    with TrsPortal(items, write=lambda shown: search + lines(shown)) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete, reports(found)) == (["trs_static"], True, titles(items))


def test_pictures_and_links_of_one_report_are_told_by_their_titles() -> None:
    whole = annual_reports(1)[0]
    items = [
        replace(whole, number=at, title=f"{whole.title}{form}")
        for at, form in enumerate(["", "（图片版）", "（超链版）"])
    ]
    with TrsPortal(items) as portal:
        found = portal.crawl()
    assert len(found.entries) == len(NEWS[:3]) + 3
    told = {(title.agency, title.year) for entry in found.entries if (title := report_title(entry.title))}
    assert told == {("甲子县人民政府", 2025)}


def test_list_in_a_frame_of_the_same_host() -> None:
    items = annual_reports(40) + hub_items()
    with FramedPortal(items) as portal:
        found = portal.crawl()
    assert (found.complete, found.reason) == (True, None)
    assert reports(found) == titles(annual_reports(40))
    assert len(found.entries) == len(items)


def test_frame_that_fails_may_have_been_the_list() -> None:
    frames = "".join(f'<iframe src="/{name}.html"></iframe>' for name in ("weather", "list", "counter"))
    with SimulatedPortal("/zwgk/nb/index.html", []) as portal:
        portal.serve("/zwgk/nb/index.html", frames)
        portal.serve("/list.html", Answer(status=412))
        portal.serve("/counter.html", "<p>7</p>")
        found = portal.crawl()
    assert (found.entries, found.complete) == ([], False)
    assert found.reason is not None
    assert found.reason.startswith(f"{portal.url}/list.html: HTTP 412")


def test_list_page_that_leads_to_the_homepage() -> None:
    with SimulatedPortal("/zwgk/nb/index.html", []) as portal:
        portal.serve("/zwgk/nb/index.html", Answer(status=302, headers={"Location": "/"}))
        found = portal.crawl()
    assert (found.entries, found.reason) == (
        [],
        f"{portal.url}/zwgk/nb/index.html leads to the homepage; it moved",
    )


def test_list_page_that_only_sends_on() -> None:
    items = annual_reports(40)
    with ShellPortal(items) as portal:
        found = portal.crawl()
    assert (found.complete, reports(found)) == (True, titles(items))


@pytest.mark.parametrize("pager", [True, False])
def test_generic_list_with_articles_elsewhere(pager: bool) -> None:
    items = annual_reports(40) + hub_items()
    with GenericPortal(items, pager=pager) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete, found.reason) == (["generic_list"], True, None)
    assert reports(found) == titles(annual_reports(40))
    assert len(found.entries) == len(items)


def test_generic_page_that_shows_the_homepages_news_is_partial() -> None:
    items = annual_reports(40)
    with GenericPortal(items, foreign=True) as portal:
        found = portal.crawl()
    assert reports(found) == titles(items[:15] + items[30:])
    assert len(found.entries) == 25
    assert found.reason == f"{portal.url}/zw/List.aspx?lmid=52&page=2 shows the entries of another list"
