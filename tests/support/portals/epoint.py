"""A portal of 新点: a list that is asked for by POST with JSON, after a script has told the site's identifier."""

from __future__ import annotations

import json

from tests.support.portals.server import Item, SimulatedPortal, as_json, page, pages_of
from tests.support.servers.scripted import Answer, RecordedRequest

_ORGAN = "11411023005747000X"
_FOLDER = f"/govxxgk/{_ORGAN}/category/035/035001"
_SITE = "7eb5f7f1-0000-43ad-8e13-8fcb82ea831a"
_SCRIPT = "/js/webBuilderCommon.js"


class EpointPortal(SimulatedPortal):
    """`origin`: the number of the API's first page; `framed`: the list page is the page that frames the list.

    `static`: the rows stand in the page of the list.
    """

    def __init__(self, items: list[Item], *, origin: int = 0, framed: bool = False, static: bool = False) -> None:
        special = f"/govxxgk/{_ORGAN}/openSubPage.html?specialurl={_FOLDER}/govlist.html&righttitle=信息公开年度报告"
        super().__init__(special if framed else f"{_FOLDER}/govlist.html", items)
        self._origin = origin
        head = f'<script src="{_SCRIPT}"></script>'
        lines = "".join(f'<li><a href="{_path(item)}">{item.title}</a><i>{item.day}</i></li>' for item in items)
        self.serve(f"{_FOLDER}/govlist.html", page(f"<ul>{lines if static else ''}</ul>", head))
        frame = f'<iframe src="{_FOLDER}/govlist.html"></iframe>'
        self.serve(f"/govxxgk/{_ORGAN}/openSubPage.html", page(frame, head))
        site = "" if static else f"var siteInfo={{projectName:'/EpointWebBuilder/',siteGuid:'{_SITE}'}};"
        self.serve(_SCRIPT, site or "var ready = true;")
        self.serve("/EpointWebBuilder/rest/lightfrontaction/getgovinfolist", self._list)
        self.serve_articles(_path)

    def _list(self, asked: RecordedRequest) -> Answer | None:
        if asked.method != "POST" or asked.headers.get("content-type") != "application/json":
            return None
        sent = json.loads(asked.body)
        if (sent["deptcode"], sent["categorynum"], sent["siteGuid"]) != (_ORGAN, "035001", _SITE):
            return None
        pages = pages_of(self.items, sent["pageSize"])
        at = sent["pageIndex"] - self._origin
        data = [
            {"infourl": _path(item), "title": f"<font color=red>{item.title[:6]}…</font>", "realtitle": item.title}
            for item in (pages[at] if 0 <= at < len(pages) else [])
        ]
        return as_json({"custom": {"data": data}})


def _path(item: Item) -> str:
    return f"{_FOLDER}/{item.day:%Y%m%d}/{item.number}.html"
