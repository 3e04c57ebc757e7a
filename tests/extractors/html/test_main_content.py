"""Web pages: the article among chrome, and what the page says of itself."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.document import Grid
from tests.support.reports.read_page import document, lines

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


def test_a_cell_of_signs_without_width_is_no_content() -> None:
    assert lines(f"<body><table><tr><td>\u200b</td></tr></table><div>{SHORT}</div>{FOOTER}</body>") == [
        "本机关2023年未收到政府信息公开申请。",
        "某县统计局",
    ]


def test_what_stands_beside_the_links_of_a_list_is_no_sentence() -> None:
    others = "".join(f"<li>一、<a href=/{n}>甲子县二〇一{n}年政府信息公开工作年度报告</a></li>" for n in range(9))
    html = f"<body>{MENU}<div><div>{SHORT}</div><div><ul>{others}</ul></div></div>{FOOTER}</body>"
    assert lines(html) == ["本机关2023年未收到政府信息公开申请。", "某县统计局"]


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
