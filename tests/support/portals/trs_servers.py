"""Portals on the search servers of TRS: IGS, which answers in JSON, and WAS, whose results are pages."""

from __future__ import annotations

from urllib.parse import quote

from tests.support.portals.server import Item, SimulatedPortal, as_json, page, pages_of
from tests.support.servers.scripted import Answer, RecordedRequest

_SIZE = 15
_CODE = "3f2b1c0a9d8e4f6b8a7c6d5e4f3a2b1c"
_WAS = "/was5/web/search"
IGS = {
    "search": f"/igs/front/search.jhtml?code={_CODE}&pageNumber={{}}&pageSize={_SIZE}&searchWord=&siteId=64&type=",
    "list": f"/igs/front/search/list.html?index=x&pageNumber={{}}&pageSize={_SIZE}&filter[CHANNELID]=64&type=",
    "data": f"/igs/front/search/publish/data/list.html?pageNumber={{}}&pageSize={_SIZE}&filter[SITEID]=64&type=",
}


class IgsPortal(SimulatedPortal):
    """`form` is which address its page asks, `states` what is the number in it; the first page has number `origin`."""

    def __init__(self, items: list[Item], *, form: str = "search", states: str = "1", origin: int = 1) -> None:
        super().__init__("/jzx/zwgk/nb/", items)
        self._origin = origin
        self._names = ("url", "title", "trs_time") if form == "search" else ("DOCPUBURL", "DOCTITLE", "DOCRELTIME")
        address = IGS[form].format(states)
        script = f"<script>$.getJSON('{address.replace('&', '&amp;')}', show);</script>"
        self.serve(self.list_path, page(f'<ul class="list"></ul>{script}'))
        self.serve(address.partition("?")[0], self._found)
        self.serve_articles(_path)

    def _found(self, asked: RecordedRequest) -> Answer | None:
        if "64" not in (
            asked.query.get("siteId"),
            *(asked.query.get(f"filter[{name}]") for name in ("CHANNELID", "SITEID")),
        ):
            return None
        at = int(asked.query["pageNumber"]) - self._origin
        pages = pages_of(self.items, int(asked.query["pageSize"]))
        shown = pages[at] if 0 <= at < len(pages) else []
        values = [(_path(item), f"<em>{item.title[:3]}</em>{item.title[3:]}", f"{item.day} 09:30:00") for item in shown]
        content = [dict(zip(self._names, value, strict=True)) for value in values]
        return as_json({"page": {"total": len(self.items), "content": content}})


class WasPortal(SimulatedPortal):
    """`framed`: the list page frames the results; `name` is a parameter in GBK that the server needs."""

    def __init__(self, items: list[Item], *, framed: bool = False, name: str = "年报") -> None:
        self._name = quote(name.encode("gbk"))
        address = f"{_WAS}?channelid=64&lm={self._name}"
        super().__init__("/jzx/zwgk/nb/" if framed else address, items)
        search = f'<form action="{_WAS}"><input name="channelid" value="1"></form>'
        self.serve("/jzx/zwgk/nb/", page(f'{search}<iframe src="{address}"></iframe>'))
        self.serve(_WAS, self._results)
        self.serve_articles(_path)

    def _results(self, asked: RecordedRequest) -> str | None:
        if asked.query.get("channelid") != "64" or self._name not in asked.target:
            return None
        number, pages = int(asked.query.get("page", "1")), pages_of(self.items, _SIZE)
        shown = pages[min(number, len(pages)) - 1]
        rows = "".join(f'<li><a href="{_path(item)}">{item.title}</a> {item.day}</li>' for item in shown)
        links = "".join(
            f'<a href="search?page={at + 1}&amp;channelid=64&amp;lm={self._name}">{at + 1}</a>'
            for at in range(len(pages))
        )
        return page(f"<ol>{rows}</ol><p>{links}</p>")


def _path(item: Item) -> str:
    return f"/jzx/zwgk/nb/{item.day:%Y%m}/t{item.day:%Y%m%d}_{item.number}.html"
