"""List pages on which a pattern or parser that begins anew at every sign would work for minutes."""

from __future__ import annotations

_MANY = 20_000
_ATTRIBUTES = 100_000

STALLING = {
    "writes that are not closed": "<script>" + "document.write('a" * _MANY + "</script>",
    "scripts that are not closed": "<script>document.write('a" * _MANY,
    "pagers in attributes": "<span " + "count='1' " * _MANY * 10 + "></span>",
    "pagers in calls": "<script>" + "createPageHTML('a', 1," * _MANY + "</script>",
    "attributes": f"<div {' '.join(f'a{at}=1' for at in range(_ATTRIBUTES))}><a href='nb/1.html'>x</a></div>",
    "classes": f"<ul class='{' '.join(f'c{at}' for at in range(_ATTRIBUTES))}'><li><a href='1.html'>x</a></li></ul>",
    "blanks in a title": f"<title>{' ' * _MANY * 10}",
    "titles that are not closed": "<title" * _MANY * 5,
    "blanks in a sitemap": f"<loc>{' ' * _MANY * 10}",
    "separators in a link": f"<a href='1.html'>{'| ' * _MANY}x</a>",
    "dashes in a link": f"<a href='1.html'>{'— ' * _MANY}x</a>",
    "brackets in a link": f"<a href='1.html'>{'[' * _MANY}x</a>",
    "blanks in a number of pages": f"<script>pageCount:{' ' * _MANY * 10}</script>",
    "marks in a line": "<p>" + "<b>2</b>" * (_MANY // 2) + "<a href='1.html'>x</a></p>",
    "marks in marks": "<p>" + "<b>" * 1_900 + "<i>2</i>" * (_MANY // 2),
    "tabs": "".join(f"<a href='#y{at}'>2013年</a>" for at in range(_MANY // 4)),
    "places of tabs": "<a href='#y1'>2013年</a>" + "<div id='y1'>" * 1_900 + "<a href='1.html'>x</a>" * (_MANY // 4),
    "rows in rows": "<ul><li>2013年" * 900 + "<a href='1.html'>x</a>" * (_MANY // 4),
    "units": "".join(f"/api-gateway/jpaas-publish-server/front/page/build/unit?a={at} " for at in range(_MANY)),
    "nodes": "<script>" + "name:'aa'," * _MANY * 5 + "</script>",
}
"""By what there is very much of."""
