"""The site around a report: menus, the box that indexes the page, tables of other matters, related links, a footer.

Owns whole pages in two styles, arranged by divisions and by tables.
"""

from __future__ import annotations

from html import escape
from random import Random

SITE = "样例市人民政府"
_MENU = ("首页", "政务公开", "互动交流", "政府信息公开年报", "统计数据", "规章", "行政许可", "行政复议")
_INDEX = (
    "<table class='xxgk_head'><tr><td>索引号</td><td>11000000-2024-00018</td><td>组配分类</td><td>年度报告</td></tr>"
    "<tr><td>发布机构</td><td>县政府办公室</td><td>发布日期</td><td>2024-01-20 10:30</td></tr>"
    "<tr><td>名称</td><td colspan='3'>{title}</td></tr></table>"
)
_FEES = (
    "<table><tr><th>收费项目</th><th>计费单位</th><th>收费标准</th><th>总计</th></tr>"
    "<tr><td>复印</td><td>张</td><td>10</td><td>20</td></tr><tr><td>其他</td><td>件</td><td>100</td><td>300</td></tr>"
    "<tr><td>总计</td><td></td><td>110</td><td>320</td></tr></table>"
)
_LIST = (
    "<table><tr><td>序号</td><td>文件名称</td><td>发布日期</td></tr>"
    "<tr><td>1</td><td>甲子县规范性文件管理办法</td><td>2023-03-02</td></tr>"
    "<tr><td>2</td><td>甲子县行政许可事项清单</td><td>2023-05-11</td></tr></table>"
)
_RELATED = "".join(
    f'<li><a href="./{year}.html">甲子县{year}年政府信息公开工作年度报告</a></li>' for year in (2015, 2016)
)
_FOOTER = f"主办单位：{SITE}办公室&nbsp;&nbsp;网站标识码：9901000001 公安机关备案号 99010002000001"


def _head(title: str, charset: str) -> str:
    return (
        f'<head><meta http-equiv="Content-Type" content="text/html; charset={charset}">'
        f'<title>{escape(title)}_{SITE}</title><meta name="ArticleTitle" content="{escape(title)}">'
        '<style>td{padding:0}</style><script>document.write("<table><tr><td>9</td></tr></table>")</script></head>'
    )


def _others(title: str, random: Random) -> tuple[str, str]:
    """Tables of other matters before and behind the report, or none."""
    after = random.choice(("", f"<p>附：收费标准</p>{_FEES}", f"<p>附：文件目录</p>{_LIST}"))
    return random.choice(("", _INDEX.format(title=escape(title)), _LIST, _FEES)), after


def page_of_divisions(title: str, inner: str, charset: str, random: Random) -> str:
    """Render a page as content management systems make it today."""
    before, after = _others(title, random)
    menu = "".join(f'<li><a href="/{at}/">{name}</a></li>' for at, name in enumerate(_MENU))
    return f"""<!DOCTYPE html><html>{_head(title, charset)}<body>
<div class="header"><ul class="nav">{menu}</ul></div>
<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/nb/">年报</a></div>
<div class="main">{before}<h1>{escape(title)}</h1>
<div class="info">发布日期：2024-01-20 来源：县政府办公室 字体：[大 中 小] <a href="#">打印</a></div>
<div class="{random.choice(("TRS_Editor", "article-content", "xxgk_content"))}" id="zoom">
{inner}
{after}</div>
<div class="prev">上一篇：<a href="1.html">2021年年度报告</a> 下一篇：没有了</div>
<div class="related"><h3>相关链接</h3><ul>{_RELATED}</ul></div></div>
<div class="footer"><p>{_FOOTER}</p></div></body></html>"""


def page_of_tables(title: str, inner: str, charset: str, random: Random) -> str:
    """Render a page as they were made before: everything stands in tables, several deep."""
    before, after = _others(title, random)
    links = [f'<a href="/{at}/">{name}</a>' for at, name in enumerate(_MENU)]
    menu = "".join(f"<td>{link}</td>" for link in links)
    side = "".join(f'<tr><td><img src="dot.gif"></td><td>{link}</td></tr>' for link in links)
    article = f"""<table width="96%" align=center><tr><td align=center><b>{escape(title)}</b></td></tr>
<tr><td>发布日期：2024-01-20&nbsp;&nbsp;点击数：<script>hits()</script></td></tr><tr><td>{before}</td></tr>
<tr><td><table><tr><td class="content"><font size=3>{inner}</font>{after}</td></tr></table></td></tr>
<tr><td>【<a href="javascript:window.print()">打印本页</a>】【<a href="#">关闭窗口</a>】</td></tr></table>"""
    return f"""<html>{_head(title, charset)}<body bgcolor=#ffffff>
<table width=1000><tr><td><img src="banner.jpg"></td></tr><tr><td><table><tr>{menu}</tr></table></td></tr></table>
<table width=1000><tr><td width=200 valign=top><table>{side}</table></td>
<td>当前位置：<a href="/">首页</a> &gt;&gt; 年报<br>{article}</td></tr></table>
<table width=1000><tr><td><hr></td></tr><tr><td>{_FOOTER}</td></tr></table></body></html>"""
