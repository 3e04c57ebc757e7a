"""From the bare homepage to the list pages: through hubs, shells, frames, trees and sitemaps, past all that is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from extractors.discovery.list_choice import FoundListPages
from extractors.discovery.list_reader import read_list_pages
from extractors.discovery.list_search import MOST_ASKED, find_list_pages
from extractors.portals.portal import AUTO
from extractors.web.client import PoliteClient
from tests.support.portals.epoint import EpointPortal
from tests.support.portals.gkmlpt import GkmlptPortal
from tests.support.portals.hanweb_jpaas import JpaasPortal
from tests.support.portals.hanweb_jpage import JpagePortal
from tests.support.portals.hanweb_xxgk import AnnualReportPortal, XxgkPortal
from tests.support.portals.homepages import (
    HUB,
    TRAPS,
    behind_a_frame,
    behind_a_script,
    behind_hubs,
    behind_shells,
    nav,
    only_in_the_sitemap,
    only_in_the_tree,
    with_traps,
)
from tests.support.portals.lonsun import LonsunPortal
from tests.support.portals.openness import OpennessPortal
from tests.support.portals.server import Item, SimulatedPortal, annual_reports, hub_items, page, reports, titles
from tests.support.portals.static import FramedPortal, GenericPortal, ShellPortal, TrsPortal, lines
from tests.support.portals.ucap import UcapPortal
from tests.support.portals.vsb import VsbPortal
from tests.support.servers.scripted import Answer
from transforms.prose.titles import listed_title

REPORTS = annual_reports(32)
ITEMS = REPORTS + hub_items()
PORTALS: dict[str, tuple[Callable[[list[Item]], SimulatedPortal], str]] = {
    "gkmlpt, the tab": (GkmlptPortal, "gkmlpt"),
    "gkmlpt, the directory": (lambda items: GkmlptPortal(items, tab=False), "gkmlpt"),
    "jpaas": (JpaasPortal, "hanweb_jpaas"),
    "jpage": (JpagePortal, "hanweb_jpage"),
    "xxgk": (XxgkPortal, "hanweb_xxgk"),
    "epoint": (EpointPortal, "epoint_gov"),
    "epoint in a frame": (lambda items: EpointPortal(items, framed=True), "epoint_gov"),
    "epoint, static": (lambda items: EpointPortal(items, static=True), "epoint_gov"),
    "ucap": (UcapPortal, "ucap"),
    "ucap, static": (lambda items: UcapPortal(items, static=True), "ucap"),
    "lonsun": (LonsunPortal, "lonsun_label"),
    "lonsun, posted": (lambda items: LonsunPortal(items, posts=True, names_label=False), "lonsun_label"),
    "openness": (OpennessPortal, "openness_showlist"),
    "openness, the directory": (lambda items: OpennessPortal(items, directory=True), "openness_showlist"),
    "vsb": (VsbPortal, "vsb"),
    "trs": (TrsPortal, "trs_static"),
    "list in a frame": (FramedPortal, "generic_list"),
    "list behind a shell": (ShellPortal, "trs_static"),
    "list by a script": (GenericPortal, "generic_list"),
}
BY_PATH = ("epoint in a frame", "vsb", "trs", "list in a frame", "gkmlpt, the tab")
WAYS = [(way, name) for way in (behind_hubs, behind_shells, behind_a_frame, behind_a_script) for name in PORTALS]
WAYS += [(only_in_the_sitemap, name) for name in BY_PATH] + [(only_in_the_tree, "gkmlpt, the directory")]


def is_report(title: str, under: str) -> bool:
    return listed_title(title, under) is not None


def find(portal: SimulatedPortal) -> FoundListPages:
    with PoliteClient(portal.politeness()) as session:
        return find_list_pages(f"{portal.url}/", AUTO, session.get, is_report)


def all_reports(portal: SimulatedPortal, search: FoundListPages) -> list[str]:
    with PoliteClient(portal.politeness()) as session:
        return reports(read_list_pages([found.url for found in search.found], AUTO, session.get))


@pytest.mark.parametrize("name", PORTALS)
def test_list_page_that_the_homepage_links(name: str) -> None:
    make, dialect = PORTALS[name]
    with make(ITEMS) as portal:
        search = find(portal)
        assert all_reports(portal, search) == titles(REPORTS)
    (found,) = search.found
    assert (found.dialect, found.trail[0], search.outcome, search.reason) == (dialect, "政府信息公开年报", "ok", None)


@pytest.mark.parametrize(("way", "name"), WAYS, ids=lambda value: getattr(value, "__name__", value))
def test_list_page_that_lies_further_away(way: Callable[[SimulatedPortal], None], name: str) -> None:
    make, dialect = PORTALS[name]
    with make(ITEMS) as portal:
        way(portal)
        search = find(portal)
        asked = {one.path for one in portal.requests}
        assert all_reports(portal, search) == titles(REPORTS)
    (found,) = search.found
    assert (found.dialect, search.outcome, search.reason) == (dialect, "ok", None)
    assert len(found.trail) > 1 or way in (behind_shells, only_in_the_sitemap, only_in_the_tree)
    assert search.asked <= 15
    assert asked.isdisjoint(TRAPS)


def test_report_for_each_year_behind_an_address_of_its_own() -> None:
    items = annual_reports(60)[::14]
    with AnnualReportPortal(items) as portal:
        behind_hubs(portal)
        search = find(portal)
        assert all_reports(portal, search) == titles(items)


def test_list_pages_of_government_departments_and_towns() -> None:
    """The hub shows the latest of all; the list pages below it hold the rest."""
    parts = {"县政府": REPORTS[:10], "县直部门": REPORTS[10:20], "镇街": REPORTS[20:]}
    with SimulatedPortal(f"{HUB}nb/", REPORTS) as portal:
        with_traps(portal)
        folders = {words: f"{portal.list_path}{at}/" for at, words in enumerate(parts)}
        portal.serve("/", page(nav((HUB, "政府信息公开"))))
        portal.serve(HUB, page(nav((portal.list_path, "政府信息公开年报"))))
        tabs = "".join(f'<a href="{folder}">{words}</a>' for words, folder in folders.items())
        latest = [item for items in parts.values() for item in items[:2]]
        numbers = {item: f"{folders[words]}{item.number}.html" for words, items in parts.items() for item in items}
        portal.serve(portal.list_path, page(nav() + tabs + lines(latest, lambda item: numbers[item])))
        for words, folder in folders.items():
            portal.serve(folder, page(tabs + lines(parts[words], lambda item: numbers[item])))
        search = find(portal)
        assert all_reports(portal, search) == titles(REPORTS)
        urls = {found.url for found in search.found}
    assert urls == {portal.url + folder for folder in folders.values()}
    assert search.found[0].trail == ("政府信息公开", "政府信息公开年报", "县政府")


@pytest.mark.parametrize("words", ["{}年", "甲子县{}年政府信息公开工作年度报告"])
def test_folders_of_years_below_a_hub(words: str) -> None:
    """A hub that only leads to folders is no list page, even where it calls them as reports are called."""
    years = {item.day.year - 1 for item in REPORTS}
    with SimulatedPortal("/zwgk/zfxxgknb/", REPORTS) as portal:
        folders = {year: f"{portal.list_path}{year}/" for year in years}
        links = "".join(f'<li><a href="{folder}">{words.format(year)}</a></li>' for year, folder in folders.items())
        portal.serve(portal.list_path, page(f"<ul>{links}</ul>"))
        for year, folder in folders.items():
            portal.serve(folder, page(lines([item for item in REPORTS if item.day.year - 1 == year])))
        search = find(portal)
        assert all_reports(portal, search) == titles(REPORTS)
    assert {found.url for found in search.found} == {portal.url + folder for folder in folders.values()}


def test_list_page_that_two_links_lead_to_is_one() -> None:
    with TrsPortal(ITEMS) as portal:
        links = '<a href="/zwgk/nb/">政府信息公开年报</a><a href="/zwgk/nb/index.html">年度报告</a>'
        portal.serve("/zwgk/nb/index.html", portal.scripts["/zwgk/nb/"])
        portal.serve("/old/nb.html", Answer(status=301, headers={"Location": "/zwgk/nb/"}))
        portal.serve("/copy/nb/", portal.scripts["/zwgk/nb/"])
        copies = '<a href="/old/nb.html">信息公开年报</a><a href="/zwgk/gknb.html">公开年报</a>'
        portal.serve("/zwgk/gknb.html", "<script>location.href='/zwgk/nb/'</script>")
        portal.serve("/", page(links + copies))
        search = find(portal)
    assert [found.url for found in search.found] == [f"{portal.url}/zwgk/nb/"]


def test_hub_that_links_single_articles_is_the_list_page() -> None:
    items = REPORTS[::14]
    with SimulatedPortal("/none/", items) as portal:
        with_traps(portal)
        portal.serve("/", page(nav((HUB, "政府信息公开")) + lines(items[:1])))
        portal.serve(HUB, page(nav() + lines(items)))
        search = find(portal)
    assert [found.url for found in search.found] == [portal.url + HUB]
    assert search.found[0].trail == ("政府信息公开",)
    assert titles(items) == sorted(entry.title for entry in search.found[0].reports)


def test_page_that_calls_itself_the_list_page_in_its_meta_tags() -> None:
    head = '<meta name="ColumnName" content="政府信息公开年报"><meta name="ColumnType" content="信息公开年报">'
    with JpagePortal(ITEMS, inline=False) as portal:
        listed = str(portal.scripts[portal.list_path](None))  # type: ignore[arg-type]
        portal.serve(portal.list_path, listed.replace("<head>", f"<head>{head}"))
        portal.serve("/", page(f'<a href="{portal.list_path}">政务公开</a>'))
        search = find(portal)
    assert [found.dialect for found in search.found] == ["hanweb_jpage"]


def test_portal_in_a_folder_of_the_host_of_its_province() -> None:
    """The province's own list page is in the chrome of every page: its reports are none of the county's."""
    with SimulatedPortal("/jzx/zwgk/nb/", REPORTS) as portal:
        above = '<a href="/zfxxgknb/">政府信息公开年报</a>'
        portal.serve("/zfxxgknb/", page(lines([Item(1, "2025年政府信息公开工作年度报告", date(2026, 3, 1))])))
        portal.serve("/jzx/index.html", page(above + '<a href="/jzx/zwgk/">政务公开</a>'))
        portal.serve("/jzx/zwgk/", page(above + '<a href="/jzx/zwgk/nb/">年度报告</a>'))
        portal.serve(portal.list_path, page(above + lines(REPORTS)))
        with PoliteClient(portal.politeness()) as session:
            home = f"{portal.url}/jzx/index.html"
            search = find_list_pages(home, AUTO, session.get, is_report)
            portal.serve(portal.list_path, page(above))
            without = find_list_pages(home, AUTO, session.get, is_report)
    assert [found.url for found in search.found] == [portal.url + portal.list_path]
    assert search.reason is None
    assert without.found == []
    assert without.reason is not None
    assert f"perhaps of another government: {portal.url}/zfxxgknb/" in without.reason


def test_homepage_that_is_refused() -> None:
    with SimulatedPortal("/nb/", []) as portal:
        portal.serve("/", Answer(status=412))
        search = find(portal)
    assert search.found == []
    assert search.outcome not in ("ok", "gone")
    assert search.reason is not None
    assert search.reason.startswith(f"{portal.url}/: HTTP 412")
    assert "under `list_pages:` in the portal's file" in search.reason


def test_homepage_that_is_gone() -> None:
    with SimulatedPortal("/nb/", []) as portal:
        portal.scripts.clear()
        search = find(portal)
    assert (search.found, search.outcome) == ([], "gone")


def test_list_page_that_is_refused_is_named() -> None:
    with TrsPortal(ITEMS) as portal:
        behind_hubs(portal)
        portal.serve(portal.list_path, Answer(status=412))
        search = find(portal)
    assert (search.found, search.outcome in ("ok", "gone")) == ([], False)
    assert search.reason is not None
    assert f"{portal.url}{portal.list_path}: HTTP 412" in search.reason


def test_second_list_page_that_is_refused_is_named_next_to_the_first() -> None:
    with TrsPortal(ITEMS) as portal:
        portal.serve("/", page('<a href="/zwgk/nb/">政府信息公开年报</a><a href="/bm/gknb/">部门信息公开年报</a>'))
        portal.serve("/bm/gknb/", Answer(status=412))
        search = find(portal)
    assert [found.url for found in search.found] == [f"{portal.url}/zwgk/nb/"]
    assert search.reason is not None
    assert search.reason.startswith(f"{portal.url}/bm/gknb/: HTTP 412")


def test_site_without_reports_says_what_was_looked_at() -> None:
    with SimulatedPortal("/none/", []) as portal:
        with_traps(portal)
        portal.serve("/", page(nav(("/zwgk/", "政务公开"), ("/nb/", "政府信息公开年报"))))
        portal.serve("/zwgk/", page(nav() + lines([Item(1, "甲子县政务公开工作总结", date(2026, 1, 2))])))
        portal.serve("/nb/", Answer(status=302, headers={"Location": "/"}))
        search = find(portal)
    assert (search.found, search.outcome) == ([], "wrong_page")
    assert search.reason is not None
    assert search.reason.startswith(f"{portal.url}/nb/: ")
    assert "政务公开" in search.reason
    assert "list_pages:" in search.reason


def test_site_of_nothing_but_hubs_is_left_after_so_many_requests() -> None:
    with SimulatedPortal("/none/", []) as portal:
        links = "".join(f'<a href="/zwgk{number}/">政务公开{number}</a>' for number in range(200))
        for number in range(200):
            portal.serve(f"/zwgk{number}/", page(links))
        portal.serve("/", page(links))
        search = find(portal)
    assert (search.found, search.asked) == ([], MOST_ASKED)
