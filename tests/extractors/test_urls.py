"""Addresses as a browser makes them of what a page writes (URL standard of the WHATWG)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.hosts import host_of
from extractors.html.attachments import find_attachments
from extractors.html.tree import parse
from extractors.urls import absolute
from tests.support.portals.server import SimulatedPortal, answered

BASE = "http://x.gov.cn/nb/index.html"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r".\202103\t1.html", "http://x.gov.cn/nb/202103/t1.html"),
        (r"\zwgk\t1.html", "http://x.gov.cn/zwgk/t1.html"),
        (r"..\a/b\..\t1.html", "http://x.gov.cn/a/t1.html"),
        (r"http:\\x.gov.cn\nb\t1.html", "http://x.gov.cn/nb/t1.html"),
        (r"\\x.gov.cn\nb\t1.html", "http://x.gov.cn/nb/t1.html"),
        (r"t1.jsp?path=a\b", r"http://x.gov.cn/nb/t1.jsp?path=a\b"),
        (r"t1.html#a\b", "http://x.gov.cn/nb/t1.html"),
        ("./2021\n03/\tt1.html", "http://x.gov.cn/nb/202103/t1.html"),
        ("ht\r\ntp://x.gov.cn/t1.html", "http://x.gov.cn/t1.html"),
        (" \u3000./t1.html\x00 ", "http://x.gov.cn/nb/t1.html"),
        ("//x.gov.cn/t1.html", "http://x.gov.cn/t1.html"),
        ("///x.gov.cn/t1.html", "http://x.gov.cn/t1.html"),
        ("////x.gov.cn//t1.html", "http://x.gov.cn//t1.html"),
        ("http:///x.gov.cn/t1.html", "http://x.gov.cn/t1.html"),
        ("http:/t1.html", "http://x.gov.cn/t1.html"),
        ("http:t1.html", "http://x.gov.cn/nb/t1.html"),
        ("https:x.gov.cn/t1.html", "https://x.gov.cn/t1.html"),
        ("HTTP://X.gov.cn/T1.html", "http://X.gov.cn/T1.html"),
        ("?page=2", "http://x.gov.cn/nb/index.html?page=2"),
        ("2023 年报.html", "http://x.gov.cn/nb/2023%20%E5%B9%B4%E6%8A%A5.html"),
        ("t.html?a={1}&b='c'&d=\"e\"", "http://x.gov.cn/nb/t.html?a={1}&b=%27c%27&d=%22e%22"),
        ("%E5%B9%B4%e6%8a%a5.html?a=%zz", "http://x.gov.cn/nb/%E5%B9%B4%e6%8a%a5.html?a=%zz"),
        ("mailto:a@x.gov.cn", None),
        (r"javascript:go('a\b')", None),
        (r"C:\nb\t1.doc", None),
        ("http://[::1", None),
        ("t1.html?\ud83d", None),
    ],
)
def test_address(written: str, meant: str | None) -> None:
    assert absolute(written, BASE) == meant


@pytest.mark.parametrize(
    ("charset", "query"),
    [
        ("utf-8", "n=%E5%B9%B4%E6%8A%A5%E9%95%95"),
        ("gb18030", "n=%C4%EA%B1%A8%E9F"),
        ("big5hkscs", "n=%A6~%26%2325253%3B%26%2338229%3B"),
        ("utf-16", "n=%E5%B9%B4%E6%8A%A5%E9%95%95"),
    ],
)
def test_query_in_the_charset_of_the_page(charset: str, query: str) -> None:
    assert absolute("/年报.jsp?n=年报镕", BASE, charset) == f"http://x.gov.cn/%E5%B9%B4%E6%8A%A5.jsp?{query}"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@given(written=st.text(st.sampled_from("年镕㭎 a1./\\?#&=%:'\"\t<{|^`é"), max_size=12))
def test_one_address_has_one_form(charset: str, written: str) -> None:
    """It is a key of the ledger: to make an address of it again changes nothing, whatever the page or its charset."""
    meant = absolute(written, BASE, charset)
    if meant is not None:
        assert meant.isascii() or not host_of(meant).isascii()
        assert {absolute(meant, "http://y.gov.cn/a/", other) for other in ("utf-8", "gb18030")} == {meant}


@pytest.mark.parametrize("declares", ["gb2312", "gbk", "utf-8"])
def test_links_and_files_of_a_page_have_its_charset(declares: str) -> None:
    text = f'<meta charset="{declares}"><a href="get.jsp?n=年报">甲子县年报.doc</a>'
    body = text.encode(declares)
    query = "%E5%B9%B4%E6%8A%A5" if declares == "utf-8" else "%C4%EA%B1%A8"
    page = answered(BASE, body)
    assert [link.url for link in page.links] == [f"http://x.gov.cn/nb/get.jsp?n={query}"]
    assert [file.url for file in find_attachments(parse(body), BASE, page.charset)] == [page.links[0].url]


def test_list_of_a_portal_in_gbk_whose_links_ask_by_name() -> None:
    """The server knows its own charset alone, and its pages are written with backslashes."""
    rows = "".join(
        f'<li><a href="show.jsp?year={year}&name=甲子县">甲子县{year}年政府信息公开工作年度报告</a></li>'
        for year in (2022, 2023)
    )
    head = '<html><head><meta charset="gb2312"></head><body><a href="/">首页</a>'
    with SimulatedPortal("/nb/list.html", []) as portal:
        frame = r'<iframe src=".\rows.jsp?lm=年报"></iframe></body></html>'
        portal.serve("/nb/list.html", f"{head}{frame}".encode("gbk"))
        portal.serve("/nb/rows.jsp?lm=%C4%EA%B1%A8", f"{head}<ul>{rows}</ul></body></html>".encode("gbk"))
        found = portal.crawl()
    assert [entry.url for entry in found.entries] == [
        f"{portal.url}/nb/show.jsp?year={year}&name=%BC%D7%D7%D3%CF%D8" for year in (2022, 2023)
    ]
