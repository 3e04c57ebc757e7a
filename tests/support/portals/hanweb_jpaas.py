"""A portal on 大汉's jpaas: a page of units, of which one is the list; pages come only through `paramJson`."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from tests.support.portals.server import Item, SimulatedPortal, as_json, page, pages_of
from tests.support.servers.scripted import Answer, RecordedRequest

_SIZE = 15
_API = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_UNIT = {"parseType": "bulidstatic", "webId": "3001", "tplSetId": "abc", "pageType": "column", "pageId": "1229"}


class JpaasPortal(SimulatedPortal):
    """Its page builds two units: a position line without entries, and the list."""

    def __init__(self, items: list[Item]) -> None:
        super().__init__("/col/col1229/index.html", items)
        position = f'<script src="{_API}?{urlencode(_UNIT | {"tagId": "当前位置"})}"></script>'
        query = json.dumps(_UNIT | {"tagId": "信息列表"}, ensure_ascii=False).replace('"', "'")
        self.serve(self.list_path, page(f'{position}<div class="list" queryData="{query}" unitUrl="{_API}"></div>'))
        self.serve(_API, self._unit)
        self.serve_articles(_path)

    def _unit(self, asked: RecordedRequest) -> Answer:
        if asked.query.get("tagId") != "信息列表":
            return as_json({"success": True, "data": {"html": '<a href="/index.html">首页</a>'}})
        number = json.loads(asked.query.get("paramJson", '{"pageNo":1}'))["pageNo"]
        pages = pages_of(self.items, _SIZE)
        shown = pages[number - 1] if number <= len(pages) else []
        lines = "".join(
            f'<li><a href="{_path(item)}" title="{item.title}">{item.title[:6]}…</a><span>{item.day}</span></li>'
            for item in shown
        )
        pager = f'<div class="pagination" count="{len(self.items)}" rows="{_SIZE}" pageNo="{number}"></div>'
        return as_json({"success": True, "data": {"html": f"<ul>{lines}</ul>{pager}"}})


def _path(item: Item) -> str:
    return f"/art/{item.day.year}/art_{item.number:032x}.html"
