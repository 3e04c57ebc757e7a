"""The words with a year above or beside the links of a list."""

from __future__ import annotations

import pytest

from extractors.html.links import page_links
from extractors.html.soup import parse_soup

URL = "http://x.cn/nb/index.html"


@pytest.mark.parametrize(
    ("html", "under"),
    [
        (
            "<h3>2013年</h3><ul><li><a href=1.html>财政局</a></li></ul><h3>2012年</h3><a href=2.html>财政局</a>",
            ["2013年", "2012年"],
        ),
        (
            "<tr><td>2013年度</td><td><a href=1.html>民政局</a> <a href=2.html>才湾镇</a></td></tr>",
            ["2013年度", "2013年度"],
        ),
        ("<a href='#y'>2013年</a><a href=1.html>财政局</a>", ["2013年"]),
        ("<a href=0.html>2013年</a><a href=1.html>财政局</a>", ["", ""]),
        ("<a href=1.html>财政局</a><span>2014-03-11</span><a href=2.html>水利局</a>", ["", ""]),
        ("<p>2012年和2013年的报告</p><a href=1.html>财政局</a>", [""]),
        ("<p>本栏目自2013年起公布各部门和乡镇的政府信息公开工作年度报告</p><a href=1.html>财政局</a>", [""]),
        ("<script>var y = '2013年';</script><!-- 2012年 --><a href=1.html>财政局</a>", [""]),
        ("<title>2013年</title><a href=1.html>财政局</a>", [""]),
    ],
)
def test_a_link_stands_under_the_last_heading_with_one_year(html: str, under: list[str]) -> None:
    page = f"<table>{html}</table>" if html.startswith("<tr>") else html
    assert [link.under for link in page_links(parse_soup(page), URL)] == under
