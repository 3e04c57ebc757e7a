"""Web pages: tables with spans, and what of a page is visible."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.document import Cell, Grid, Unreadable
from extractors.formats.html import read
from extractors.portals.sample.catalogue import HTML, PublishedReport, truth
from extractors.portals.sample.page import render_parts
from extractors.portals.sample.prose import compose
from extractors.portals.sample.tables import tables_of
from tests.support.reports.read_page import document, lines, texts

FRAGMENTS = (
    *("<p>", "</p>", "<div>", "</div>", "<ul>", "<li>", "</ul>", "<a href=x>", "<a name=y>", "</a>", "<span>"),
    *("<table>", "</table>", "<tr>", "</tr>", "<td>", "<td rowspan=2>", "<td colspan=3>", "</td>", "<thead>"),
    *("<caption>", "<h1>", "</h1>", "<pre>", "</pre>", "<br>", "<b hidden>", "</b>", "<i style='display:none'>"),
    *("一、总体情况。", "12", "\n", " ", "&nbsp;", "\u200b", "当前位置", "本机关收到申请。", "发布日期：2021-03-04"),
)


def grid(rows: str) -> list[list[str]]:
    (found,) = document(f"<table>{rows}</table>").grids()
    return texts(found)


# Tables


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<tr><td>a<td>b<tr><td>c<td>d", [["a", "b"], ["c", "d"]]),
        ("<tr><th rowspan=2>a</th><td>b</td></tr><tr><td>c</td></tr>", [["a", "b"], ["a", "c"]]),
        ("<tr><td colspan=2>a</td></tr><tr><td>b</td><td>c</td></tr>", [["a", "a"], ["b", "c"]]),
        (
            "<tr><td rowspan=0>a</td><td>b</td></tr><tr><td>c</td></tr><tr><td>d</td></tr>",
            [["a", "b"], ["a", "c"], ["a", "d"]],
        ),
        ("<tr><td rowspan=65534>a</td><td>b</td></tr><tr><td>c</td></tr>", [["a", "b"], ["a", "c"]]),
        ("<tr><td rowspan=x colspan=-3>a</td><td colspan='2px'>b</td></tr>", [["a", "b", "b"]]),
        (
            "<thead><tr><td rowspan=9>a</td><td>b</td></tr></thead><tbody><tr><td>c</td><td>d</td></tr></tbody>",
            [["a", "b"], ["c", "d"]],
        ),
        ("<tr><td>a</td><td>b</td><td>c</td></tr><tr><td>d</td></tr>", [["a", "b", "c"], ["d", "?", "?"]]),
        (
            "<tr><td>a<td rowspan=3>b<td>c<tr><td colspan=2>d<tr><td>e<td>f",
            [["a", "b", "c", "?"], ["d", "d", "?", "?"], ["e", "b", "f", "?"]],
        ),
        ("<td>a</td><td>b</td>", [["a", "b"]]),
        ("<form><tr><td>a</td><form><td>b</td></form></tr></form>", [["a", "b"]]),
        ("<tr><td><div>a<td>b</div></td><tr><td>c<td>d", [["a", "b"], ["c", "d"]]),
        ("<tr><td>a</td><td style='display: none'>x</td><td>b</td></tr>", [["a", "b"]]),
        ("<tr><td>a</td><td>b</td></tr><tr hidden><td>x</td><td>y</td></tr>", [["a", "b"]]),
        ("<tr><td>&nbsp;</td><td> \u200b</td></tr>", [["", ""]]),
        ("<tr><td>本年新<br />制作<!-- x -->数量</td><td><p>8</p><p>21</p></td></tr>", [["本年新\n制作数量", "8\n21"]]),
        ("<tr><td>本年新\n   制作数量</td><td nowrap><p align=center>821</p></td></tr>", [["本年新 制作数量", "821"]]),
        ("<tr><td>a</td><td>1<script>2</script><style>3</style></td></tr>", [["a", "1"]]),
        ("<tr><td>a</td><td>1\x002</td></tr>", [["a", "12"]]),
        ("<tr><td>a\u3000\u00a0b</td><td>1\u200b2</td></tr>", [["a b", "12"]]),
    ],
)
def test_cells_stand_where_their_spans_put_them(rows: str, expected: list[list[str]]) -> None:
    if "rowspan=3>b" in rows:  # cells that overlap are an error of the page, but none may be lost
        assert {text for row in grid(rows) for text in row} == set("abcdef?")
    else:
        assert grid(rows) == expected


@pytest.mark.parametrize("report", [r for r in truth() if r.media_type == HTML], ids=lambda r: f"{r.county}{r.year}")
def test_grids_equal_the_tables_of_the_sample(report: PublishedReport) -> None:
    html = render_parts(compose(report.figures, report.published_on))
    for found, table in zip(document(html).grids(), tables_of(report.figures), strict=True):
        printed = [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells]
        assert sorted(map(unbroken, found.cells)) == sorted(printed)


def unbroken(cell: Cell) -> tuple[int, int, int, int, str]:
    return cell.row, cell.column, cell.row_span, cell.column_span, cell.text.replace("\n", "")


def test_caption_and_stray_text_stand_before_the_table() -> None:
    found = document("<p>前</p><table>散<caption>表一</caption><tr><td>a</td><td>b</td></tr></table>后")
    assert [part.text if not isinstance(part, Grid) else texts(part) for part in found.parts] == [
        "前",
        "散",
        "表一",
        [["a", "b"]],
        "后",
    ]


def test_tables_that_arrange_the_page_are_text() -> None:
    inner = "<table><tr><td>自然人</td><td>12</td></tr></table>"
    nested = document(f"<table><tr><td>菜单</td><td><p>一、总体情况</p>{inner}</td></tr></table>")
    assert [block.text for block in nested.blocks()] == ["菜单", "一、总体情况"]
    assert [texts(found) for found in nested.grids()] == [[["自然人", "12"]]]
    assert lines("<table><tr><td>第一段。</td></tr><tr><td>第二段。</td></tr></table>") == ["第一段。", "第二段。"]
    article = "全年收到申请。" * 60
    assert lines(f"<table><tr><td>菜单</td><td>{article}</td></tr></table>") == ["菜单", article]


@given(st.data())
def test_every_cell_is_read_once(data: st.DataObject) -> None:
    spans = st.sampled_from(["", " rowspan=2", " colspan=3", " rowspan=0", " rowspan=3 colspan=2", " colspan=0"])
    rows = data.draw(st.lists(st.lists(spans, max_size=4), min_size=1, max_size=5))
    names = iter(range(1000))
    html = "".join("<tr>" + "".join(f"<td{span}>c{next(names)}</td>" for span in row) + "</tr>" for row in rows)
    found = document(f"<p>x</p><table>{html}</table>")
    printed = [cell.text for part in found.grids() for cell in part.cells] + [block.text for block in found.blocks()]
    assert sorted(printed) == sorted(["x", *(f"c{number}" for number in range(next(names)))])
    for part in found.grids():
        assert part.shape[0] <= len(rows)


# What is visible


def test_what_no_reader_sees_is_left_out() -> None:
    html = """<p>甲<!-- 注 --><script>document.write("脚本")</script><style>p{}</style></p>
    <noscript>请启用</noscript><template>模板</template><select><option>选项</option></select><textarea>域</textarea>
    <div style="color:red;DISPLAY : none">隐一</div><p hidden>隐二</p><span style="display:none">隐三</span>
    <p style="display:block">乙<![if !supportLists]>丙<![endif]><o:p>&nbsp;</o:p></p>- 3 -<p>第 4 页</p>"""
    assert lines(html) == ["甲", "乙丙"]


def test_lines_break_where_elements_do() -> None:
    html = "<div>甲<span>乙</span> <b>丙</b><br>丁<p>戊\n己</p>庚</div><ul><li>辛</li><li>壬</li></ul><pre>癸\n子</pre>"
    assert lines(html) == ["甲乙 丙", "丁", "戊 己", "庚", "辛", "壬", "癸", "子"]


@pytest.mark.parametrize(
    "html", ["<html><body></body></html>", "<!-- -->", "&nbsp;", "<div id=app></div><script>1</script>"]
)
def test_a_page_without_text_is_unreadable(html: str) -> None:
    with pytest.raises(Unreadable, match=r"the page (is empty|shows no text)"):
        list(read(html.encode()))


@pytest.mark.parametrize(
    "html",
    [
        "<p>甲<p>乙</div></b><i>丙",
        "<p>甲</p></body></html><p>乙</p>丙",
        "<div><html><body><p>甲</p></BODY></html ><p>乙</p></div>丙",
        "甲<br>乙<br/>丙",
        "<html><p>甲<td>乙</td><p>丙",
        "<p>甲<!DOCTYPE x><p>乙<p>丙<",
    ],
)
def test_malformed_markup_loses_no_text(html: str) -> None:
    assert "".join(lines(html)).rstrip("<") == "甲乙丙"


@pytest.mark.parametrize("tag", ["div", "font", "b", "table><tr><td"])
def test_deep_nesting_is_refused_not_cut(tag: str) -> None:
    with pytest.raises(Unreadable, match="too deep"):
        list(read(f"<p>前</p>{f'<{tag}>' * 10_000}深".encode()))


@pytest.mark.parametrize("tag", ["div", "font", "b"])
def test_nesting_within_the_limit_is_read(tag: str) -> None:
    end = f"</{tag}>" * 1_500
    assert "".join(lines(f"<p>前</p>{f'<{tag}>' * 1_500}深。{end}<p>后</p>")) == "前深。后"


@pytest.mark.parametrize(
    "make",
    [
        lambda: "<tr>" + "<td>1</td>" * 10 + "</tr>",
        lambda: "<tr><td rowspan=60000 colspan=3>1</td>" + "<td>1</td>" * 9 + "</tr>",
    ],
)
def test_a_hundred_thousand_cells_take_seconds(make: Callable[[], str]) -> None:
    start = time.process_time()  # of this process alone: other work on the machine does not count
    found = document(f"<p>x</p><table>{make() * 10_000}</table>")
    assert time.process_time() - start < 20
    cells = sum(len(part.cells) for part in found.grids())
    assert cells == 100_000 or sum(block.text == "1" for block in found.blocks()) == 100_000


@given(
    st.text(st.sampled_from("<>/=\"' apdivtrbleh!-甲1&;#\x00\n"))
    | st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)
)
def test_any_markup_is_read_or_refused(html: str) -> None:
    try:
        (found,) = read(b"<p>" + html.encode())
    except Unreadable:
        return
    printed = [block.text for block in found.blocks()]
    printed += [cell.text for part in found.grids() for cell in part.cells]
    assert all(" ".join(line.split()) == line for text in printed for line in text.split("\n"))


def test_what_stands_in_a_table_outside_of_cells_is_text() -> None:
    assert lines("<table></table>甲<table><caption>表</caption></table><table><tr></tr>散</table>") == [
        "甲",
        "表",
        "散",
    ]
    found = document("<table><thead>头<tbody>身<tr><td>a</td><td>b</td></tr></table>")
    assert [block.text for block in found.blocks()] == ["头", "身"]
