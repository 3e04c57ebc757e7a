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
        (
            "<tr><td><a href=1.html>财政局</a></td><td>2013年</td></tr>"
            "<tr><td><a href=2.html>财政局</a></td><td>2012年</td></tr>",
            ["2013年", "2012年"],
        ),
        (
            "<li><a href=1.html>财政局</a>（2013年）</li><li><a href=2.html>财政局</a></li>",
            ["（2013年）", "（2013年）"],
        ),
        (
            "<tr><td rowspan=2>2013</td><td><a href=1.html>财政局</a></td></tr>"
            "<tr><td><a href=2.html>民政局</a></td></tr>",
            ["2013", "2013"],
        ),
        (
            "<a href='#a'>2013年</a><a href='#b'>2012年</a>"
            "<p id=a><a href=1.html>财政局</a><p id=b><a href=2.html>财政局</a>",
            ["2013年", "2012年"],
        ),
        (
            "<ul><li>2013年</li><li>2012年</li></ul>"
            "<div><ul><a href=1.html>民政局</a></ul><ul><a href=2.html>民政局</a></ul></div>",
            ["2013年", "2012年"],
        ),
        ("<ul><li>2013年</li><li>2012年</li></ul><p><a href=1.html>财政局</a></p>", [""]),
        ("<select><option>2013年<option>2012年</select><a href=1.html>财政局</a>", [""]),
        ("<tr><th>2013年</th><th>2012年</th></tr><tr><td><a href=1.html>财政局</a></td></tr>", [""]),
        ("<h3>2013年</h3><h3>2012年</h3><a href=1.html>财政局</a>", ["2012年"]),
        (
            "<h3>二〇一三年度</h3><a href=1.html>财政局</a><h3>２０１２年</h3><a href=2.html>财政局</a>",
            ["2013年度", "2012年"],
        ),
        ("<h3><b>20</b>13<i>年度</i></h3><a href=1.html>财政局</a>", ["2013年度"]),
        ("<h3>2013年</h3><a href=1.html>财政局</a><p>版权所有 2024</p><a href=2.html>民政局</a>", ["2013年", "2013年"]),
        ("<title>2013年</title><a href=1.html>财政局</a>", [""]),
    ],
)
def test_a_link_stands_under_the_last_heading_with_one_year(html: str, under: list[str]) -> None:
    page = f"<table>{html}</table>" if html.startswith("<tr>") else html
    assert [link.under for link in page_links(parse_soup(page), URL)] == under
