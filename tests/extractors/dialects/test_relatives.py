"""Dialects of search servers, siblings and relatives against their simulated portals: all reports, none foreign."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.portals.nfcms import NfcmsPortal
from tests.support.portals.openness import SIBLINGS, OpennessDetailPortal, OpennessPortal
from tests.support.portals.server import Item, SimulatedPortal, annual_reports, hub_items, page, reports, titles
from tests.support.portals.static import TrsPortal
from tests.support.portals.trs_servers import IGS, IgsPortal, WasPortal
from tests.support.portals.truecms import TruecmsPortal
from tests.support.portals.ucap_relatives import CodesPortal, PostedPortal, Search5Portal

ITEMS = annual_reports(40) + hub_items()
MANY = annual_reports(130)


@pytest.mark.parametrize(
    ("make", "dialect"),
    [
        (NfcmsPortal, "nfcms"),
        (lambda items: TruecmsPortal(MANY), "truecms"),
        (lambda items: TruecmsPortal(MANY, in_address=False), "truecms"),
        (IgsPortal, "trs_igs"),
        (WasPortal, "trs_was"),
        (lambda items: WasPortal(items, framed=True), "trs_was"),
        (PostedPortal, "ucap_posted"),
        (CodesPortal, "ucap_codes"),
        (lambda items: CodesPortal(items, takes_json=True), "ucap_codes"),
        (Search5Portal, "ucap_search5"),
        (lambda items: Search5Portal(items, origin=0), "ucap_search5"),
        (OpennessDetailPortal, "openness_detail"),
        *((lambda items, word=word: OpennessPortal(items, word=word), "openness_showlist") for word in SIBLINGS),
    ],
)
def test_every_entry_is_read_with_its_day(make: Callable[[list[Item]], SimulatedPortal], dialect: str) -> None:
    with make(ITEMS) as portal:
        found = portal.crawl()
    listed = {item.title for item in portal.items}
    assert (found.dialects, found.complete, found.reason, found.note) == ([dialect], True, None, None)
    assert [title for title in titles(portal.items) if title in listed] == sorted(
        entry.title for entry in found.entries if entry.title in listed
    )
    days = {entry.title: entry.published_on for entry in found.entries}
    no_day = dialect == "ucap_search5"  # it tells when a document was written
    assert {item.title: None if no_day else item.day for item in portal.items}.items() <= days.items()


@pytest.mark.parametrize("form", IGS)
@pytest.mark.parametrize(("states", "origin"), [("1", 1), ("0", 0), ("", 0), ("", 1)])
def test_igs_from_each_address_and_origin(form: str, states: str, origin: int) -> None:
    with IgsPortal(ITEMS, form=form, states=states, origin=origin) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete, found.reason) == (["trs_igs"], True, None)
    assert len(found.entries) == len(ITEMS)


@pytest.mark.parametrize("make", [NfcmsPortal, OpennessDetailPortal])
def test_page_of_another_list_is_missed(make: Callable[..., SimulatedPortal]) -> None:
    items = annual_reports(40)
    with make(items, foreign=True) as portal:
        found = portal.crawl()
    assert (found.complete, reports(found)) == (False, titles(items[:15] + items[30:]))


@pytest.mark.parametrize(
    "chrome",
    [
        '<form action="/was5/web/search"><input name="channelid" value="1"></form>',
        '<a href="/was5/web/search?channelid=1">高级搜索</a>',
        '<script>var search = "/igs/front/search.jhtml?code=1&pageNumber=1&pageSize=10";</script>',
        '<script>var search = "/search5/search/s?searchWord=";</script>',
        '<script>var search = "/search/common/search/1";</script>',
        "<script>var api = 'getFileListByCodeId', channelId = '7';</script>",
        '<script>var api = "/truecms/messageController/getMessage.do";</script>',
        "<script>var NFCMS_SITE_ID = '';</script>",
        '<a href="/xxgk/openness/detail/guide/65f0c1d2e3a4b5c6d7e8f901.html">指南</a>',
    ],
)
def test_search_in_the_chrome_of_a_page_does_not_hide_its_list(chrome: str) -> None:
    items = annual_reports(40)
    with TrsPortal(items, write=None) as portal:
        for path, script in list(portal.scripts.items()):
            if path.startswith(portal.list_path) and "/t20" not in path:
                text = str(script(None))  # type: ignore[arg-type]
                portal.serve(path, text.replace("<body>", f"<body>{chrome}"))
        portal.serve("/was5/web/search", page("<p>没有结果</p>"))
        found = portal.crawl()
    assert (found.complete, reports(found)) == (True, titles(items))


@pytest.mark.parametrize(
    ("make", "api"),
    [
        (IgsPortal, "/igs/front/search.jhtml"),
        (PostedPortal, "/search/common/search/3f2b1c0a9d8e4f6b8a7c6d5e4f3a2b1c"),
        (CodesPortal, "/getFileListByCodeId"),
        (Search5Portal, "/search5/search/s"),
        (TruecmsPortal, "/truecms/messageController/getMessage.do"),
    ],
)
@pytest.mark.parametrize(
    "answer", ["", "null", "[]", "{}", "[[[", '{"page":[1],"data":"x","results":[],"searchResultAll":7}', "cb("]
)
def test_api_that_answers_with_something_else_leaves_the_list_incomplete(
    make: Callable[[list[Item]], SimulatedPortal], api: str, answer: str
) -> None:
    with make(ITEMS) as portal:
        portal.serve(api, answer)
        found = portal.crawl()
    assert (found.entries, found.complete) == ([], False)
    assert found.reason is not None
