"""Web pages: the article among chrome, and what the page says of itself."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.reports.read_html import document, lines

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
    "content", ["网站名称", "政府网站标识码", "文章标题", "信息来源", "发布日期", "{$title}", "${a.b}", "<$[标题]>"]
)
def test_placeholders_are_not_taken(content: str) -> None:
    head = "".join(
        f'<meta name="{name}" content="{content}">' for name in ("ArticleTitle", "SiteName", "ContentSource", "PubDate")
    )
    assert metadata(head) == {}


def test_labelled_date_is_the_one_behind_the_label() -> None:
    page = metadata("<p>电话：0531-12-1</p><p>发布日期：2021-13-45</p><p>2019-01-01</p><p>公开日期：2021-03-25</p>")
    assert page["published_on"] == "2021-03-25"


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_date_is_iso(day: date) -> None:
    assert (
        metadata(f'<meta name="PubDate" content="{day.year}/{day.month}/{day.day}">')["published_on"] == day.isoformat()
    )
