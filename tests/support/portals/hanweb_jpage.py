"""A portal of 大汉 with jpage: a group of three display pages in the list page, the others through dataproxy."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.support.portals.server import Item, SimulatedPortal, page, pages_of
from tests.support.servers.scripted import Answer, RecordedRequest

_SIZE = 20
_LIST = 1229426
_API = "/module/web/jpage/dataproxy.jsp"


class JpagePortal(SimulatedPortal):
    """`by`: what pages dataproxy, `page`, `startrecord` or `post`; `encrypted`: it answers with next to nothing."""

    def __init__(self, items: list[Item], *, by: str = "page", encrypted: bool = False, inline: bool = True) -> None:
        super().__init__(f"/col/col{_LIST}/index.html", items)
        self._by = by
        self._encrypted = encrypted
        group = items[: 3 * _SIZE] if inline else []
        script = f"$('#1').jpage({{totalRecord:{len(items)},perPage:{_SIZE},proxyUrl:'{_API}'}});"
        store = f'<script type="text/xml">{self._datastore(group)}</script>'
        self.serve(self.list_path, page(f'<div id="1"><ul></ul>{store}</div><script>{script}</script>'))
        self.serve(_API, self._proxy)
        self.serve_articles(_path)

    def _datastore(self, items: list[Item]) -> str:
        records = "".join(f"<record><![CDATA[{_row(item)}]]></record>" for item in items)
        fixed = {"appid": 1, "webid": 3, "path": "/", "columnid": _LIST, "unitid": 37, "webname": "甲子县%20门户"}
        query = urlencode({"page": 1, **fixed, "permissiontype": 0})
        group = f'<nextgroup><![CDATA[<a href="{_API}?{query}"></a>]]></nextgroup>'
        total = f"<totalrecord>{len(self.items)}</totalrecord>"
        return f"<datastore>{total}{group}<recordset>{records}</recordset></datastore>"

    def _proxy(self, asked: RecordedRequest) -> Answer | str | None:
        if self._encrypted:
            return "<datastore><totalrecord>0</totalrecord></datastore>   "
        sent = asked.query | asked.form
        if "referer" not in asked.headers or sent.get("columnid") != str(_LIST):
            return None
        if asked.method != ("POST" if self._by == "post" else "GET"):
            return Answer("", 405)
        number = int(sent["page"]) if self._by == "page" else (int(sent["startrecord"]) - 1) // _SIZE + 1
        pages = pages_of(self.items, _SIZE)
        return self._datastore(pages[number - 1] if number <= len(pages) else pages[0])


def _path(item: Item) -> str:
    day = item.day
    return f"/art/{day.year}/{day.month}/{day.day}/art_{_LIST}_{item.number}.html"


def _row(item: Item) -> str:
    if item.number % 3:
        return f"<li><a href='{_path(item)}' title='{item.title}'>{item.title[:9]}…</a><span>{item.day}</span></li>"
    day = f'<span class="time">\n{item.day.year}-\n{item.day.month:02}-{item.day.day:02}</span>'
    return f"<li style=<br/><a href='{_path(item)}'>{item.title}</a>{day}</li>"
