"""One report as the article page of a TRS site: the site around it, the text and the tables inside.

Owns the HTML that the sample portal serves, with the habits of real pages (cells holding paragraphs, labels cut by
`<br/>`, `&nbsp;` for blanks).
"""

from __future__ import annotations

from datetime import date
from html import escape

from tests.support.sample_portal.catalogue import COLUMN_PATH
from tests.support.sample_portal.prose import Heading, Paragraph, Part
from tests.support.sample_portal.tables import Cell, Table

SITE_NAME = "样例市人民政府"
COLUMN_NAME = "政府信息公开年报"
LONGEST_LABEL_LINE = 9


def render_site(head: str, body: str, charset: str = "utf-8") -> str:
    """Render a page: the given head and body within the navigation and the footer of the site."""
    return f"""<!DOCTYPE html>
<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}" />
<meta name="SiteName" content="{SITE_NAME}" />
<meta name="SiteDomain" content="www.sample.example" />
<meta name="SiteIDCode" content="9901000001" />
{head}
</head>
<body>
<div class="header"><a href="/"><img src="/images/logo.png" alt="{SITE_NAME}" /></a>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li>
<li><a href="{COLUMN_PATH}">{COLUMN_NAME}</a></li><li><a href="/hdjl/">互动交流</a></li></ul></div>
{body}
<div class="footer"><p>主办单位：{SITE_NAME}办公室&nbsp;&nbsp;网站标识码：9901000001</p>
<p><a href="/wzdt/">网站地图</a> | <a href="/lxwm/">联系我们</a> | 友情链接</p></div>
</body>
</html>
"""


def render_article(title: str, source: str, published_on: date, inner: str, charset: str = "utf-8") -> str:
    """Render an article page with its meta tags; `inner` is the HTML of its body."""
    head = f"""<title>{escape(title)}_{SITE_NAME}</title>
<meta name="ColumnName" content="{COLUMN_NAME}" />
<meta name="ColumnType" content="信息公开年报" />
<meta name="ArticleTitle" content="{escape(title)}" />
<meta name="PubDate" content="{published_on:%Y-%m-%d} 10:30:00" />
<meta name="ContentSource" content="{escape(source)}" />"""
    body = f"""<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="{COLUMN_PATH}">{COLUMN_NAME}</a></div>
<div class="article">
<h1>{escape(title)}</h1>
<div class="info">发布日期：{published_on:%Y-%m-%d}&nbsp;&nbsp;来源：{escape(source)}&nbsp;&nbsp;字体：大 中 小
<a href="javascript:window.print()">打印</a> <a href="javascript:window.close()">关闭</a></div>
<div class="TRS_Editor">
{inner}
</div>
</div>"""
    return render_site(head, body, charset)


def render_parts(parts: list[Part]) -> str:
    """Render the text and tables of a report as the HTML of an article's body."""
    return "\n".join(_render_part(part) for part in parts)


def render_attachment(file_name: str, title: str) -> str:
    """Render the body of an article that holds nothing but a link to a file next to it."""
    return f'<p>附件：<a href="./{file_name}">{escape(title)}.pdf</a></p>'


def _render_part(part: Part) -> str:
    if isinstance(part, Heading):
        return f"<p><strong>&nbsp;&nbsp;&nbsp;&nbsp;{escape(part.text)}</strong></p>"
    if isinstance(part, Paragraph) and part.signature:
        return f'<p align="right" style="text-align: right">{escape(part.text)}</p>'
    if isinstance(part, Paragraph):
        return f"<p>&nbsp;&nbsp;&nbsp;&nbsp;{escape(part.text)}</p>"
    return _render_table(part)


def _render_table(table: Table) -> str:
    rows = "\n".join(
        "<tr>" + "".join(_render_cell(cell, table) for cell in table.row(number)) + "</tr>"
        for number in range(table.row_count)
    )
    return f'<table border="1" cellspacing="0" cellpadding="0" width="100%">\n<tbody>\n{rows}\n</tbody>\n</table>'


def _render_cell(cell: Cell, table: Table) -> str:
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    if cell.kind == "figure":
        return f'<td nowrap style="width:47px"{spans}><p align="center">{escape(cell.text)}</p></td>'
    text = break_label(cell.text) if cell.column_span == 1 and table.name != "indicators" else escape(cell.text)
    return f"<td{spans}><p>{text or '&nbsp;'}</p></td>"


def break_label(text: str) -> str:
    """Break a label as an editor does by hand to fit a narrow column.

    >>> break_label("本年新制作数量"), break_label("5.要求行政机关确认或重新出具已获取信息")
    ('本年新制作数量', '5.要求行政机关确<br/>认或重新出具已获取<br/>信息')
    """
    lines = [text[start : start + LONGEST_LABEL_LINE] for start in range(0, len(text), LONGEST_LABEL_LINE)]
    return "<br/>".join(escape(line, quote=False) for line in lines)
