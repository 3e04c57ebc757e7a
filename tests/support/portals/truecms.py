"""A portal of 大汉 with truecms: XML inside JSONP, 404 without Referer, nothing where too much is asked for."""

from __future__ import annotations

import json

from tests.support.portals.server import Item, SimulatedPortal, page, pages_of
from tests.support.servers.scripted import Answer, RecordedRequest

_SIZE = 50
_API = "/truecms/messageController/getMessage.do"


class TruecmsPortal(SimulatedPortal):
    """`in_address`: the page has the whole address of the API, else its script sets the parameters."""

    def __init__(self, items: list[Item], *, in_address: bool = True) -> None:
        super().__init__("/jzx/xxgknb/xxgknb.html", items)
        asked = f"?startrecord=1&endrecord={_SIZE}&perpage={_SIZE}&columnId=7788" if in_address else ""
        variables = "" if in_address else f"var columnId = '7788', perpage = {_SIZE};"
        script = f'<script>{variables} var url = "{_API}{asked}";</script>'
        self.serve(self.list_path, page(f'<ul id="list"></ul>{script}'))
        self.serve(_API, self._records)
        self.serve_articles(_path)

    def _records(self, asked: RecordedRequest) -> Answer | None:
        sent = asked.query
        if "referer" not in asked.headers or sent.get("columnId") != "7788":
            return None
        pages = pages_of(self.items, _SIZE)
        number = (int(sent["startrecord"]) - 1) // _SIZE
        shown = pages[number] if number < len(pages) and int(sent["perpage"]) <= _SIZE else []
        lines = (f"<a href='{_path(item)}' title='{item.title}'>{item.title[:9]}…</a>{item.day}" for item in shown)
        rows = "".join(f"<record><![CDATA[<li>{line}</li>]]></record>" for line in lines)
        xml = f"<datastore><totalrecord>{len(self.items)}</totalrecord><recordset>{rows}</recordset></datastore>"
        return Answer(f"{sent['callback']}({json.dumps({'success': True, 'message': {'data': xml}})});")


def _path(item: Item) -> str:
    return f"/art/{item.day:%Y}/{item.day.month}/{item.day.day}/art_7788_{item.number}.html"
