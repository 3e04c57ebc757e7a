"""Links of pages with the dirt that real lists carry, and attachments of articles."""

from __future__ import annotations

import json
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.dialects.base import dialects_by_precedence
from extractors.dialects.trs import trs_static
from extractors.discovery.candidate_links import named_pages, sitemaps_of
from extractors.html.attachments import find_attachments
from extractors.html.links import base_of, page_links
from extractors.html.soup import parse_soup
from extractors.html.tree import base_address, parse
from extractors.urls import absolute
from extractors.web.frames import framed_or_redirect_pages
from tests.support.portals.server import answered

URL = "http://x.gov.cn/nb/index.html"
_NAMES = [
    "data",
    "html",
    "results",
    "total",
    "rows",
    "url",
    "title",
    "date",
    "custom",
    "infourl",
    "articles",
    "classify",
]


@pytest.mark.parametrize(
    ("html", "target"),
    [
        ('<a href="./a.html">t</a>', "http://x.gov.cn/nb/a.html"),
        ('<a href="../b/a.html#top">t</a>', "http://x.gov.cn/b/a.html"),
        ('<base href="/c/"><a href="a.html">t</a>', "http://x.gov.cn/c/a.html"),
        ('<a href="https://x.gov.cn/a.html">t</a>', "https://x.gov.cn/a.html"),
        (
            """<a href="javascript:void(0)" onclick="jumpToDetail('./202605/t1.html')">t</a>""",
            "http://x.gov.cn/nb/202605/t1.html",
        ),
    ],
)
def test_target(html: str, target: str) -> None:
    assert [link.url for link in page_links(parse_soup(html), URL)] == [target]


@pytest.mark.parametrize(
    "html",
    [
        '<a href="http://y.gov.cn/a.html">t</a>',
        '<a href="mailto:a@example.org">t</a>',
        '<a href="javascript:void(0)">t</a>',
        '<a href="#top">t</a>',
        '<a href="http://[::1">t</a>',
        "<a>t</a>",
        '<!-- <a href="a.html">t</a> -->',
        "",
        "   ",
    ],
)
def test_no_link(html: str) -> None:
    assert page_links(parse_soup(html), URL) == []


@pytest.mark.parametrize(
    ("row", "printed"),
    [
        ('<li><a href="a.html">t</a><span>2021-03-25</span></li>', date(2021, 3, 25)),
        ('<li><span>2021/3/5</span><a href="a.html">t</a></li>', date(2021, 3, 5)),
        ('<tr><td><a href="a.html">t</a></td><td>2021年03月25日</td></tr>', date(2021, 3, 25)),
        ('<li><a href="a.html">t</a><span class="time">2021-\n03-25</span></li>', date(2021, 3, 25)),
        ('<li><a href="a.html">2019-01-01 t</a><span>2021-03-25</span></li>', date(2021, 3, 25)),
        ('<li><a href="a.html">t</a><span>2026-02-00018</span></li>', None),
        ('<li><a href="a.html">t</a><span>2021-13-45</span></li>', None),
        ('<li><a href="a.html">t</a>0531-12-1 <span>2021-03-25</span></li>', date(2021, 3, 25)),
        ('<li><a href="a.html">t</a>1234-56-78 2021-13-45 <span>2021-03-25</span></li>', date(2021, 3, 25)),
        ('<li><a href="a.html">t</a><span>1999-12-31</span></li>', date(1999, 12, 31)),
        (
            '<li><a href="a.html">t</a></li><li><a href="b.html">u</a></li><li><a href="c.html">v</a>2021-03-25</li>',
            None,
        ),
    ],
)
def test_date_of_the_row(row: str, printed: date | None) -> None:
    html = f"<table>{row}</table>" if row.startswith("<tr>") else f"<ul>{row}</ul>"
    assert page_links(parse_soup(html), URL)[0].published_on == printed


def test_title_is_the_longest_of_a_row() -> None:
    html = '<li><a href="a.html">更多</a><a href="a.html">某县2020年\n 报告</a><a href="a.html"><img></a></li>'
    assert [link.title for link in page_links(parse_soup(html), URL)] == ["某县2020年 报告"]


@pytest.mark.parametrize(
    ("script", "pages", "second"),
    [
        ('createPageHTML(25, 0, "index", "shtml")', 25, "index_1.shtml"),
        ('createPageHTML(25, 0, "index", "shtml", "black2", 370)', 25, "index_1.shtml"),
        ("createPageHTML('page_div', 25, 1, 'nb_list', 'shtml', 370)", 25, "nb_list_1.shtml"),
        ('createPageHTML(370, 25, 0, "index", "html")', 25, "index_1.html"),
        ('createPage(25, 0, "index", "html")', 25, "index_1.html"),
        ("$('#p').pagination({totalPage:25})", 25, "index_1.html"),
        ("$('#p').pagination('setPage', 1, 25)", 25, "index_1.html"),
        ("var countPage = 25", 25, "index_1.html"),
        ("", None, "index_1.html"),
    ],
)
def test_pagers(script: str, pages: int | None, second: str) -> None:
    page = answered("http://x.gov.cn/nb/", f"<script>{script}</script>")
    assert trs_static.declared_pages(page) == pages
    assert trs_static.next_pages(page, 1) == []
    assert trs_static.next_pages(page, 2)[0].url == f"http://x.gov.cn/nb/{second}"


def test_pages_of_a_list_with_its_own_name() -> None:
    requests = trs_static.next_pages(answered("http://x.gov.cn/nb/nb_list.shtml", ""), 3)
    assert [request.url for request in requests] == [
        "http://x.gov.cn/nb/nb_list_2.shtml",
        "http://x.gov.cn/nb/nb_list_3.shtml",
    ]


def test_links_after_the_end_of_the_page_and_in_damaged_ones() -> None:
    late = "<html><body><p>x</p></body></html><p><a href='/a.html'>late</a></p>"
    assert [link.title for link in page_links(parse_soup(late), URL)] == ["late"]
    assert [link.url for link in page_links(parse_soup("<a href='/\x00a.html'>t</a>"), URL)] == [
        "http://x.gov.cn/a.html"
    ]
    half = json.loads('"\\ud83d"')
    assert [link.title for link in page_links(parse_soup(f"<a href='/a.html'>{half}t</a>"), URL)] == ["?t"]
    embedded = r"""<script>window._CONFIG = {DETAIL: {"content": "<a href='/a.html'>\ud83d</a>"}}</script>"""
    assert [link.title for link in page_links(parse_soup(embedded), URL)] == ["?"]
    assert [link.title for link in answered(URL, embedded).links] == ["?"]


def test_large_pages_have_their_links() -> None:
    html = "<p>text</p>" * 100_000 + "x" * 14_000_000 + "<a href='/a.html'>t</a>"
    page = answered(URL, html)
    assert not page.is_too_large
    assert [link.title for link in page.links] == ["t"]


@pytest.mark.parametrize("body", ["<p>" * 300_001, "x" * 20_000_001, "[" + "1," * 10_000_000 + "1]"])
def test_huge_bodies_are_too_large_to_be_searched(body: str) -> None:
    page = answered(URL, body)
    assert (page.is_too_large, page.links) == (True, ())
    assert "media_type" not in vars(page)  # a huge body is not parsed as JSON to find out that it is none


def test_body_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractors.media_type.decode", lambda body: pytest.fail("decoded twice"))
    page = answered(URL, "<p><a href='/a.html'>t</a>")
    assert (page.media_type, len(page.links)) == ("text/html", 1)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 5000 + "<a href='/a.html'>t</a>",
        "<script>document.write('" + "<b>" * 5000 + "')</script><a href='/a.html'>t</a>",
        "<p>" * 1_400_000 + "<a href='/a.html'>t</a>",
    ],
    ids=["deep", "deep by script", "large"],
)
def test_pages_that_no_browser_would_show_have_no_links(page: str) -> None:
    assert page_links(parse_soup(page), URL) == []


@pytest.mark.parametrize(
    "unit",
    [
        "<script>document.write('",
        "<script>document.write(\"'",
        "<a href=x>t",
        "<a href=x><b>",
        "<td><a href=x>t</a>",
        "<p>x",
        "<iframe src=x>",
        "<base href=x>",
        "<!--",
        "<li id=line_1>",
        "<record>",
        "'dataproxy.jsp",
        "<nextgroup>dataproxy.jsp",
        "webBuilderCommon.js",
        "'righttitle=x",
        "righttitle=",
        "共 ",
        "createPageHTML(1,",
        "\n",
    ],
)
def test_time_for_a_page_is_bounded_by_its_size(unit: str) -> None:
    """Fifty kilobytes of the worst markup take a second or two; quadratic searches would take minutes."""
    page = answered(URL, unit * (50_000 // len(unit)))
    began = time.process_time()
    framed_or_redirect_pages(page)
    named_pages(page)
    sitemaps_of(page.text, URL)
    for dialect in dialects_by_precedence().values():
        dialect.recognises(page)
        dialect.rows(page, URL)
        dialect.declared_pages(page)
        dialect.next_pages(page, 2)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("html", "frames"),
    [
        ('<iframe src="list.html"></iframe><iframe src="http://y.cn/weather"></iframe>', ["/nb/list.html"]),
        ('<iframe src="" data-src="/a.html"></iframe><iframe src="/"></iframe>', ["/a.html"]),
        ("<script>location.href='/zwgk/nb/'</script>", ["/zwgk/nb/"]),
        ('<base href="/c/"><frameset><frame src="a.html"></frameset>', ["/c/a.html"]),
        ("<p>nothing</p>", []),
    ],
)
def test_pages_that_are_framed_or_sent_on_to(html: str, frames: list[str]) -> None:
    assert framed_or_redirect_pages(answered(URL, html)) == [f"http://x.gov.cn{path}" for path in frames]


def test_attachments_behind_scripts() -> None:
    html = """
        <a href="javascript:;" onclick="openFile('./a.html')">a.pdf</a>
        <a href="javascript:open('/nb/b.html')">报告.docx</a> <a href="#" onclick="top()">c.pdf</a>
    """
    found = find_attachments(parse(html.encode()), URL)
    assert [(file.url, file.title) for file in found] == [
        ("http://x.gov.cn/nb/a.html", "a.pdf"),
        ("http://x.gov.cn/nb/b.html", "报告.docx"),
    ]


@pytest.mark.parametrize(
    ("html", "base"),
    [
        ("<base target=_blank><base href='/c/'><base href='/d/'>", "http://x.gov.cn/c/"),
        ("<base href=''><base href='/c/'>", URL),
        ("<p>x", URL),
    ],
)
def test_first_base_with_an_address_is_that_of_the_page(html: str, base: str) -> None:
    assert base_of(parse_soup(html), URL) == base
    assert (absolute(base_address(parse(html.encode())), URL) or URL) == base


def test_attachments() -> None:
    html = """
        <a href="./P020210325389614168185.pdf">某县报告</a> <a href="P1.DOCX?v=2">表</a>
        <a href="/system/_content/download.jsp?wbfileid=7">附件【报告.xlsx】</a> <a href="a.wps">a</a>
        <a href="next.html">下一篇</a> <a href="http://other.gov.cn/b.pdf">b</a>
        <a href="./P020210325389614168185.pdf">下载</a>
        <iframe src="/files/shown.pdf"></iframe> <iframe src="/counter.html"></iframe> <embed src="http://y.cn/z.pdf">
    """
    found = find_attachments(parse(html.encode()), "http://x.gov.cn/nb/202103/t20210325_1.html")
    assert [(link.url.removeprefix("http://x.gov.cn"), link.title) for link in found] == [
        ("/nb/202103/P020210325389614168185.pdf", "某县报告"),
        ("/nb/202103/P1.DOCX?v=2", "表"),
        ("/system/_content/download.jsp?wbfileid=7", "附件【报告.xlsx】"),
        ("/nb/202103/a.wps", "a"),
        ("/files/shown.pdf", ""),
    ]


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_error(html: bytes) -> None:
    for page in (html, b"<a href=" + html + b">t</a>", b"<iframe src='" + html + b".pdf'>"):
        answer = answered(URL, page)
        page_links(answer.soup, URL)
        framed_or_redirect_pages(answer)
        for dialect in dialects_by_precedence().values():
            dialect.recognises(answer)
            dialect.rows(answer, URL)
            dialect.declared_pages(answer)
            dialect.next_pages(answer, 2)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=6),
    max_leaves=20,
)


@settings(deadline=None)
@given(_JSON)
def test_any_answer_of_an_api_is_read_without_error(answer: object) -> None:
    page = answered(URL, json.dumps(answer))
    for dialect in dialects_by_precedence().values():
        dialect.rows(page, URL)
        dialect.declared_pages(page)


_REPORT = "甲子县民政局2023年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "day",
    [
        "<i>发布时间：2024-01-31</i>",
        "<i>[2024-01-31 10:20:33]</i>",
        "<i>日期:2024/1/31</i>",
        "<i>时间 2024-01-31 10:20</i>",
        "<i>2024年1月31日</i>",
        "<i>（2024.01.31）</i>",
    ],
)
@pytest.mark.parametrize(
    "form", ["{day}{title}", "{title}{day}", "{title}{day}阅读 35", "{title} {day} 浏览次数：1234次"]
)
def test_day_with_its_label_inside_a_link_is_no_part_of_the_title(form: str, day: str) -> None:
    html = f'<li><a href="1.html">{form.format(day=day, title=_REPORT)}</a></li>'
    assert [(link.title, link.published_on) for link in page_links(parse_soup(html), URL)] == [
        (_REPORT, date(2024, 1, 31))
    ]
