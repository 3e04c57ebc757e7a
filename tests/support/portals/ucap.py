"""Two portals of 开普云: one asks its API for JSON, one has static lists; the API gives the whole body of articles."""

from __future__ import annotations

from tests.support.portals.server import Item, SimulatedPortal, as_json, page, pages_of
from tests.support.servers.scripted import Answer, RecordedRequest

_SIZE = 15
_CHANNEL = "3f2b1c0a9d8e4f6b8a7c6d5e4f3a2b1c"
_FOLDER = "/jzx/c112289c"


class UcapPortal(SimulatedPortal):
    """`static`: the list is a page for each number; `foreign`: its page 2 shows another list."""

    def __init__(self, items: list[Item], *, static: bool = False, foreign: bool = False) -> None:
        super().__init__(f"{_FOLDER}/zfxxgk_list.shtml", items)
        pages = pages_of(items, _SIZE)
        if not static:
            script = f'<script>var url = "/common/search/{_CHANNEL}";</script><UCAPCONTENT></UCAPCONTENT>'
            self.serve(self.list_path, page(script))
            self.serve(f"/common/search/{_CHANNEL}", self._results)
        for number, shown in enumerate(pages if static else [], 1):
            path = self.list_path if number == 1 else f"{_FOLDER}/zfxxgk_list_{number}.shtml"
            folder = "/jzx/c200001" if foreign and number == 2 else _FOLDER
            lines = "".join(
                f'<li><a href="{_path(item, folder)}">{item.title}</a><span>{item.day}</span></li>' for item in shown
            )
            pager = f"<div>共{len(pages)}页</div><!--UCAPCONTENT-->"
            self.serve(path, page(f"<ul>{lines}</ul>{pager}"))
        self.serve_articles(_path)

    def _results(self, asked: RecordedRequest) -> Answer:
        pages = pages_of(self.items, int(asked.query["_pageSize"]))
        number = int(asked.query["page"])
        results = [
            {
                "title": f"<font color='red'>{item.title}</font>",
                "url": _path(item),
                "contentHtml": f"<p>{item.title}</p>",
                "publishedTimeStr": f"{item.day} 10:00:00",
                "domainMetaList": [{"resultList": [{"key": "refno", "value": "2026-02-00018"}]}],
            }
            for item in (pages[number - 1] if number <= len(pages) else [])
        ]
        return as_json({"data": {"total": len(self.items), "page": number, "rows": _SIZE, "results": results}})


def _path(item: Item, folder: str = _FOLDER) -> str:
    return f"{folder}/{item.day:%Y%m}/c01_{item.number}.shtml"
