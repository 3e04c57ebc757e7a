"""Discovery over lists in the TRS style: paging from 0 and from 1, the end of a list, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from extractors.discovery.list_reader import Discovery, discover
from extractors.portals.portal import Portal
from extractors.web.client import PoliteClient
from extractors.web.request import Request
from extractors.web.response import Response
from tests.support.servers.scripted import Answer, ScriptedServer

LIST_PAGE = "http://x.gov.cn/zwgk/nb/"


def row(number: int) -> str:
    return f'<li><a href="./202103/t20210325_{number}.html" title="报告{number}">报…</a><span>2021-03-25</span></li>'


def page(*numbers: int, pager: str = "") -> str:
    chrome = '<a href="/">首页</a><a href="../">上级</a><a href="/xw/202601/t20260101_999.html">新闻</a>'
    return f"<html><body>{chrome}<ul>{''.join(map(row, numbers))}</ul><script>{pager}</script></body></html>"


class Site:
    """Pages by URL; what is not there is gone, and a page may be an outcome instead."""

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages = {LIST_PAGE + name: content for name, content in pages.items()}
        self.asked: list[str] = []

    def fetch(self, request: Request) -> Response:
        url = request.url
        self.asked.append(url.removeprefix(LIST_PAGE))
        content = self.pages.get(url, "gone")
        body = content.encode() if content.startswith("<") else b""
        outcome = "ok" if body else content
        return Response(url, url, 200, outcome, body, {}, datetime.now(UTC), f"reason {outcome}")  # type: ignore[arg-type]


def portal(*list_pages: str) -> Portal:
    return Portal(
        id="x",
        name="x",
        jurisdiction="CN-990101",
        homepage="http://x.gov.cn/",
        list_pages=list_pages or (LIST_PAGE,),
        dialect="trs_static",
    )


def reports(found: Discovery) -> list[int]:
    """Numbers of the entries of the list, without the news that every page links to."""
    return [int(entry.title[2:]) for entry in found.entries if entry.title.startswith("报告")]


def test_entry_of_a_list() -> None:
    found = discover(portal(), Site({"": page(1)}).fetch)
    entry = found.entries[-1]
    assert (entry.title, entry.published_on, entry.page_url) == ("报告1", date(2021, 3, 25), LIST_PAGE)
    assert entry.url == LIST_PAGE + "202103/t20210325_1.html"
    assert (found.complete, found.reason, found.pages) == (True, None, [LIST_PAGE])


def test_pages_counted_from_zero_stop_behind_the_declared_number() -> None:
    pager = 'createPageHTML(3, 0, "index", "html");'
    site = Site({"": page(1, 2, pager=pager), "index_1.html": page(3, 4), "index_2.html": page(5)})
    found = discover(portal(), site.fetch)
    assert (reports(found), found.complete) == ([1, 2, 3, 4, 5], True)
    assert site.asked == ["", "index_1.html", "index_2.html", "index_3.html"]


@pytest.mark.parametrize("repeats_first", [False, True])
def test_pages_counted_from_one(repeats_first: bool) -> None:
    pager = "createPageHTML('paging', 3, 1, 'index', 'shtml', 5);"
    pages: dict[str, str] = {
        "": page(1, 2, pager=pager),
        "index_2.shtml": page(3, 4),
        "index_3.shtml": page(5),
    }
    if repeats_first:
        pages["index_1.shtml"] = page(1, 2)
    site = Site(pages)
    found = discover(portal(), site.fetch)
    assert (reports(found), found.complete) == ([1, 2, 3, 4, 5], True)
    assert site.asked == ["", "index_1.shtml", "index_2.shtml", "index_3.shtml", "index_4.shtml"]


def test_records_before_pages() -> None:
    pager = 'createPageHTML(4, 2, 0, "index", "html");'
    found = discover(portal(), Site({"": page(1, 2, pager=pager), "index_1.html": page(3, 4)}).fetch)
    assert (reports(found), found.complete) == ([1, 2, 3, 4], True)


def test_list_that_declares_nothing_ends_where_nothing_is_new() -> None:
    site = Site({"": page(1), "index_1.html": page(2), "index_2.html": page(1, 2)})
    found = discover(portal(), site.fetch)
    assert (reports(found), found.complete) == ([1, 2], True)


def test_declared_pages_that_are_missing_are_noted() -> None:
    pager = 'createPageHTML(12, 0, "index", "html");'
    found = discover(portal(), Site({"": page(1, pager=pager), "index_1.html": page(2)}).fetch)
    assert (reports(found), found.complete, found.reason) == ([1, 2], True, None)
    assert found.note == f"{LIST_PAGE} declares 12 pages, 2 of them contain entries"


def test_page_that_fails_is_never_skipped() -> None:
    pager = 'createPageHTML(3, 0, "index", "html");'
    site = Site({"": page(1, pager=pager), "index_1.html": "unreachable", "index_2.html": page(3)})
    found = discover(portal(), site.fetch)
    assert (reports(found), found.complete) == ([1, 3], False)
    assert found.reason == f"{LIST_PAGE}index_1.html: reason unreachable"


def test_page_of_another_list_is_dropped() -> None:
    news = '<html><li><a href="/xw/202601/t20260101_5.html">新闻</a></li></html>'
    pager = 'createPageHTML(2, 0, "index", "html");'
    found = discover(portal(), Site({"": page(1, pager=pager), "index_1.html": news, "index_2.html": news}).fetch)
    assert (reports(found), found.complete) == ([1], False)
    assert [entry.url for entry in found.entries if entry.url.endswith("_5.html")] == []


@pytest.mark.parametrize("content", ["unreachable", "<script>location='/'</script>", "<!-- -->", "<"])
def test_list_page_that_shows_no_list(content: str) -> None:
    found = discover(portal(), Site({"": content}).fetch)
    assert (found.entries, found.complete) == ([], False)
    assert found.reason is not None
    assert found.reason.startswith(LIST_PAGE)


def test_list_pages_are_joined_and_one_that_fails_is_named() -> None:
    other = LIST_PAGE + "old/"
    site = Site({"": page(1), "old/": page(1, 2)})
    found = discover(portal(LIST_PAGE, other), site.fetch)
    assert (reports(found), found.complete) == ([1, 1, 2], True)
    found = discover(portal(LIST_PAGE, other + "none/"), site.fetch)
    assert (reports(found), found.reason) == ([1], f"{other}none/: reason gone")


def test_rows_in_comments_are_ignored_and_rows_by_script_are_read() -> None:
    written = f"document.writeln('{row(2)}');".replace("</", "<\\/")
    content = page(1).replace("<ul>", f"<!--{row(8)}--><ul><script>{written}</script>")
    assert reports(discover(portal(), Site({"": content}).fetch)) == [2, 1]


def test_addresses_of_other_sites_in_a_page_are_not_asked() -> None:
    proxy = "<script>$('#1').jpage({totalRecord:60,perPage:20,proxyUrl:'http://y.gov.cn/dataproxy.jsp'})</script>"
    site = Site({"": f'<html><a href="/art/2021/3/25/art_1_2.html">报告1</a>{proxy}</html>'})
    found = discover(portal().model_copy(update={"dialect": "hanweb_jpage"}), site.fetch)
    assert (reports(found), site.asked) == ([1], [""])
    assert found.reason == f"{LIST_PAGE} declares 4 pages, 1 of them contain entries"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as loopback:
        yield loopback


def test_real_session_over_a_gbk_list(server: ScriptedServer) -> None:
    html = '<meta charset="gb2312"><li><a href="t20210325_1.html" title="喆县2020年报告">…</a>2021年3月25日</li>'
    server.serve("/nb/", Answer(body=html.encode("gb18030"), headers={"Content-Type": "text/html"}))
    with PoliteClient(server.politeness()) as session:
        found = discover(portal(server.url + "/nb/"), session.get)
    assert [(entry.title, entry.published_on) for entry in found.entries] == [("喆县2020年报告", date(2021, 3, 25))]
    assert found.complete


@pytest.mark.parametrize("number", [1, 2])
def test_page_that_is_too_large_is_named(number: int) -> None:
    names = ["", "index_1.html"]
    pages = {"": page(1, 2, pager='createPageHTML(2, 0, "index", "html")'), "index_1.html": page(3)}
    pages[names[number - 1]] += "<p>" * 300_000
    found = discover(portal(), Site(pages).fetch)
    assert (found.complete, found.outcome) == (False, "too_large")
    assert found.reason == f"{LIST_PAGE}{names[number - 1]}: the page is too large to be searched"
    assert reports(found) == ([1, 2] if number == 2 else [])
