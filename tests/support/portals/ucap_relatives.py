"""Relatives of Ucap: a posted search (湖南), the interface of tax offices, and the search of the fifth generation."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.support.portals.server import Item, SimulatedPortal, as_json, page, pages_of
from tests.support.servers.scripted import Answer, RecordedRequest

_CHANNEL = "3f2b1c0a9d8e4f6b8a7c6d5e4f3a2b1c"


class PostedPortal(SimulatedPortal):
    """Its page posts a form with `datas[0][key]`; the API answers to nothing else."""

    def __init__(self, items: list[Item]) -> None:
        super().__init__("/jzx/zwgk/nb/list.html", items)
        data = "{'datas[0][key]':'status','datas[0][value]':'4','datas[1][key]':'site','datas[1][value]':'jzx'}"
        script = f"<script>$.post('/search/common/search/{_CHANNEL}', {data}, show)</script>"
        self.serve(self.list_path, page(f'<ul id="list"></ul>{script}'))
        self.serve(f"/search/common/search/{_CHANNEL}", self._results)
        self.serve_articles(_path)

    def _results(self, asked: RecordedRequest) -> Answer | None:
        sent = asked.form
        if asked.method != "POST" or (sent.get("datas[0][value]"), sent.get("datas[1][value]")) != ("4", "jzx"):
            return None
        size = int(sent["_pageSize"])
        return as_json({"data": {"total": len(self.items), "rows": size, "results": _shown(self.items, sent, size)}})


class CodesPortal(SimulatedPortal):
    """`takes_json`: the interface takes JSON alone, else a form alone."""

    def __init__(self, items: list[Item], *, takes_json: bool = False) -> None:
        super().__init__("/jzx/c101249/list.html", items)
        self._takes_json = takes_json
        script = (
            f"<script>$.post('/getFileListByCodeId', {{codeId:'', channelId:'{_CHANNEL}', page:1, size:15}})</script>"
        )
        self.serve(self.list_path, page(f'<ul id="list"></ul>{script}'))
        self.serve("/getFileListByCodeId", self._results)
        self.serve_articles(_path)

    def _results(self, asked: RecordedRequest) -> Answer | None:
        is_json = asked.headers.get("content-type") == "application/json"
        if asked.method != "POST" or is_json != self._takes_json:
            return Answer("", 405)
        sent = json.loads(asked.body) if is_json else asked.form
        if sent.get("channelId") != _CHANNEL:
            return None
        data = {"total": len(self.items), "results": _shown(self.items, sent, int(sent["size"]))}
        return as_json({"results": {"data": data}})


class Search5Portal(SimulatedPortal):
    """`origin` is the number of the first page, which the address in its page states."""

    def __init__(self, items: list[Item], *, origin: int = 1) -> None:
        super().__init__("/jzx/ssnb/index.html", items)
        self._origin = origin
        address = f"/search5/search/s?siteCode=jzx&searchWord=&column=nb&pageNum={origin}&pageSize=20"
        self.serve(self.list_path, page(f'<div id="results"></div><script>load("{address}")</script>'))
        self.serve("/search5/search/s", self._results)
        self.serve_articles(_path)

    def _results(self, asked: RecordedRequest) -> Answer | None:
        if asked.query.get("column") != "nb":
            return None
        page_of = {"page": str(int(asked.query["pageNum"]) - self._origin + 1)}
        shown = _shown(self.items, page_of, int(asked.query["pageSize"]))
        written = [{**one, "cwrq": "2019-01-02", "siteCode": "jzx", "pubName": "甲子县"} for one in shown]
        return as_json({"searchResultAll": {"total": len(self.items), "searchTotal": written}})


def _shown(items: list[Item], asked: Mapping[str, str], size: int) -> list[dict[str, str]]:
    pages, number = pages_of(items, size), int(asked["page"])
    shown = pages[number - 1] if 1 <= number <= len(pages) else []
    return [{"title": item.title, "url": _path(item), "publishedTimeStr": f"{item.day} 10:00:00"} for item in shown]


def _path(item: Item) -> str:
    return f"/jzx/c101249/{item.day:%Y%m}/c01_{item.number}.shtml"
