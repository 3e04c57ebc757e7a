"""Web pages: tables with spans, what is visible, the article among chrome, what the page says of itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.document import Cell, Document, Grid
from extractors.formats.html import read
from extractors.portals.sample.catalogue import HTML, PublishedReport, truth
from extractors.portals.sample.page import render_parts
from extractors.portals.sample.prose import compose
from extractors.portals.sample.tables import tables_of
from extractors.reader import Unreadable


def document(html: str) -> Document:
    (found,) = read(html.encode())
    assert (found.media_type, found.method) == ("text/html", "markup_grid")
    return found


def grid(rows: str) -> list[list[str]]:
    (found,) = document(f"<table>{rows}</table>").grids()
    return texts(found)


def texts(found: Grid) -> list[list[str]]:
    return [[cell.text if cell else "?" for cell in row] for row in found.matrix()]


def lines(html: str) -> list[str]:
    return [block.text for block in document(html).blocks()]


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
    start = time.monotonic()
    found = document(f"<p>x</p><table>{make() * 10_000}</table>")
    assert time.monotonic() - start < 20
    cells = sum(len(part.cells) for part in found.grids())
    assert cells == 100_000 or sum(block.text == "1" for block in found.blocks()) == 100_000


@given(st.text(st.sampled_from("<>/=\"' apdivtrbleh!-甲1&;#\x00\n")))
def test_any_markup_is_read_or_refused(html: str) -> None:
    try:
        list(read(b"<p>" + html.encode()))
    except Unreadable:
        return


# The article among chrome

MENU = (
    "<div class=menu><ul>" + "".join(f"<li><a href=/{n}>政务公开栏目{n}</a></li>" for n in range(200)) + "</ul></div>"
)
SPOKEN_MENU = "<ul class=menu>" + "".join(f"<li onclick=go({n})>政务公开栏目{n}</li>" for n in range(200)) + "</ul>"
FOOTER = """<div class=foot><p>主办单位：某县人民政府办公室 地址：某路1号 邮编：264400</p>
<p>建议使用IE浏览器，分辨率1024×768。</p></div>"""
SHORT = "<p>本机关2023年未收到政府信息公开申请。</p><p>某县统计局</p>"


@pytest.mark.parametrize("menu", [MENU, SPOKEN_MENU], ids=["links", "scripts"])
@pytest.mark.parametrize(
    "wrap", ["<div>{}</div>", "<div><div id=zoom>{}</div></div>", "<table><tr><td>{}</td></tr></table>"]
)
def test_a_short_article_is_found_beside_long_menus(menu: str, wrap: str) -> None:
    html = f"<body>{menu}<div class=position>当前位置：<a href=/>首页</a></div>{wrap.format(SHORT)}{FOOTER}</body>"
    assert lines(html) == ["本机关2023年未收到政府信息公开申请。", "某县统计局"]


def test_sections_beside_a_large_one_are_kept() -> None:
    large = "".join(f"<p>（{n}）主动公开政府信息，办理申请。</p>" for n in range(50))
    last = "<p>六、其他需要报告的事项</p><p>无。</p>"
    html = f"<body>{MENU}<div><div class=Section1>{large}</div><div class=Section2>{last}</div></div>{FOOTER}</body>"
    assert len(lines(html)) == 52
    html = (
        f"<body>{MENU}<div><div class=Section1>{large}</div><p>某县统计局</p><p>2024年1月8日</p></div>{FOOTER}</body>"
    )
    assert lines(html)[-2:] == ["某县统计局", "2024年1月8日"]


def test_a_table_keeps_its_neighbours() -> None:
    table = "<table>" + "<tr><td>行政许可，其他</td><td>12</td></tr>" * 60 + "</table>"
    article = f"<div id=zoom><div>二、主动公开</div><div>{table}</div><div>三、收到申请</div></div>"
    html = f"<body>{MENU}{article}{FOOTER}</body>"
    found = document(html)
    assert [part.text if not isinstance(part, Grid) else "grid" for part in found.parts] == [
        "二、主动公开",
        "grid",
        "三、收到申请",
    ]


def test_headings_in_anchors_without_address_are_text() -> None:
    html = f"<body>{MENU}<div><a name=_Toc1>一、总体情况，较好。</a><a name=_Toc2>二、主动公开，较多。</a></div></body>"
    assert lines(html) == ["一、总体情况，较好。二、主动公开，较多。"]


def test_a_page_of_a_link_alone_keeps_the_link() -> None:
    assert "2023年年度报告.pdf" in lines("<body><p>附件：<a href=a.pdf>2023年年度报告.pdf</a></p></body>")[0]


# What the page says of itself


def metadata(head: str, body: str = "<p>正文。</p>") -> dict[str, str]:
    return document(f"<html><head>{head}</head><body>{body}</body></html>").metadata


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("2022-04-17 14:46:00", "2022-04-17"),
        ("2025-11-20", "2025-11-20"),
        ("2026/02/11 09:30", "2026-02-11"),
        ("2026-10-08 10:59", "2026-10-08"),
        ("2026-09-28-21:50:00", "2026-09-28"),
        ("2021年3月5日", "2021-03-05"),
        ("2021.3.25", "2021-03-25"),
        ("2026-02-00018", None),
        ("2022-13-45", None),
        ("发布时间", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("name", ["PubDate", "pubdate", "publishdate", "firstpublishedtime"])
def test_dates_of_meta_tags(name: str, printed: str, expected: str | None) -> None:
    assert metadata(f'<meta content="{printed}"  name=" {name} ">').get("published_on") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("发布日期：2021-03-25", "2021-03-25"),
        ("<td>发布时间</td><td>：2021年3月5日</td>", "2021-03-05"),
        ("【发布日期】 2021/3/25 10:20", "2021-03-25"),
        ("生成日期：2021-01-02 发布日期：2021-03-25", "2021-03-25"),
        ("公开日期：2021-03-25", "2021-03-25"),
        ("更新时间：2021-03-25 修改时间：2021-03-26 成文日期：2021-03-27", None),
        ("发布日期：2021-02-30", None),
        ("索引号：2026-02-00018 发布日期：", None),
        ("<publishtime>2023-02-01 09:00</publishtime>", "2023-02-01"),
    ],
)
def test_dates_that_templates_print(body: str, expected: str | None) -> None:
    assert metadata("<meta name=PubDate content=''>", f"<div>{body}</div><p>正文。</p>").get("published_on") == expected


def test_meta_tags_with_dirt() -> None:
    head = """<META NAME="ARTICLETITLE" CONTENT=" 某县2023年<font color='red'>政府信息公开</font>工作&nbsp;年度报告 "/>
    <meta name="SiteName" content="网站名称"><meta name="sitename" content="某县人民政府">
    <meta name="ContentSource" content=""><meta name="contentsource" content="县政府办公室"><title>别的</title>"""
    assert metadata(head) == {
        "title": "某县2023年政府信息公开工作 年度报告",
        "site": "某县人民政府",
        "agency": "县政府办公室",
    }


@pytest.mark.parametrize(
    "content", ["网站名称", "政府网站标识码", "文章标题", "信息来源", "发布日期", "{$title}", "${a.b}", "<$[标题]>"]
)
def test_placeholders_are_not_taken(content: str) -> None:
    head = "".join(
        f'<meta name="{name}" content="{content}">' for name in ("ArticleTitle", "SiteName", "ContentSource", "PubDate")
    )
    assert metadata(head) == {}


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("某县年度报告_某县政府网", "<h1>某县政府网</h1><h1>某县年度报告</h1>", "某县年度报告"),
        ("某县年度报告_某县政府网", "<h1>某县政府网</h1>", "某县年度报告_某县政府网"),
        ("某县政府网", "<h1>某县年度报告</h1>", "某县年度报告"),
        ("某县年度报告", "", "某县年度报告"),
        ("", "<ucaptitle>某县年度<br>报告</ucaptitle>", "某县年度 报告"),
    ],
)
def test_titles_without_meta_tags(title: str, body: str, expected: str) -> None:
    assert metadata(f"<title>{title}</title>", f"{body}<p>正文。</p>")["title"] == expected


@given(st.dates(min_value=date(1990, 1, 1)))
def test_every_date_is_iso(day: date) -> None:
    assert (
        metadata(f'<meta name="PubDate" content="{day.year}/{day.month}/{day.day}">')["published_on"] == day.isoformat()
    )
