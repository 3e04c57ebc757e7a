"""A portal on 广东's gkmlpt: page 0 equals page 1, 100 articles a page, 404 past the end, the body in `_CONFIG`."""

from __future__ import annotations

import json
from functools import partial

from tests.support.portals.server import Item, SimulatedPortal, as_json, page, pages_of
from tests.support.servers.scripted import Answer, RecordedRequest

_CATEGORY = 2629
_SITE = "755001"


class GkmlptPortal(SimulatedPortal):
    """`tab`: whether the list page is the reports' own tab, else the directory, whose tree names the category."""

    def __init__(self, items: list[Item], *, tab: bool = True) -> None:
        super().__init__(f"/gkmlpt/annualreport#{_CATEGORY}" if tab else "/gkmlpt/index", items)
        reports = {"id": _CATEGORY, "name": "政府信息公开年度报告", "children": []}
        tree = [
            {"id": 2600, "name": "法规", "children": [], "post_count": 3},
            {
                "id": 2610,
                "name": "公开",
                "children": [reports],
            },
        ]
        config = f"window._CONFIG = {{ SID:'{_SITE}', TREE:{json.dumps(tree)}, SERVICE_AREA_ID: 1 }}"
        for path in ("/gkmlpt/annualreport", "/gkmlpt/index"):
            self.serve(path, page(f'<div id="app"></div><script>{config}</script>'))
        self.serve(f"/gkmlpt/api/all/{_CATEGORY}", self._articles)
        for item in items:
            self.serve(_path(item), partial(self._detail, item))

    def _detail(self, item: Item, asked: RecordedRequest) -> str:
        content = json.dumps(self.article(item)).replace("<", "\\u003C")
        script = f'window._CONFIG = {{ DETAIL: {{"content": {content}}} }}'
        return page(f'<div id="app"></div><script>{script}</script>')

    def _articles(self, asked: RecordedRequest) -> Answer | None:
        if asked.query.get("sid") != _SITE:
            return None
        number = max(int(asked.query["page"]), 1)
        pages = pages_of(self.items, 100)
        if number > len(pages):
            return None
        articles = [
            {
                "id": item.number,
                "title": "".join(f"%u{ord(sign):04X}" for sign in item.title),
                "url": self.url + _path(item),
                "display_publish_time": f"{item.day} 09:30",
                "attachment": [],
            }
            for item in pages[number - 1]
        ]
        return as_json({"classify": {"post_count": len(self.items)}, "articles": articles})


def _path(item: Item) -> str:
    return f"/gkmlpt/content/{item.number // 1000}/{item.number}/post_{item.number}.html"
