"""A portal of 龙讯: the list of a county's directory, articles of many organs, as fragments by GET or by POST."""

from __future__ import annotations

from tests.support.portals.server import Item, SimulatedPortal, page, pages_of
from tests.support.servers.scripted import Answer, RecordedRequest

_SIZE = 15
_ORGAN = 6608171
_LABEL = "/site/label/8888"


class LonsunPortal(SimulatedPortal):
    """`posts`: the label takes POST alone; `names_label`: the page holds the whole address of its list."""

    def __init__(self, items: list[Item], *, posts: bool = False, names_label: bool = True) -> None:
        query = "type=4&catId=6716901&action=list&nav=3"
        super().__init__(f"/public/column/{_ORGAN}?{query}", items)
        self._posts = posts
        asked = f"IsAjax=1&dataType=html&labelName=publicInfoList&siteId=6789&pageSize={_SIZE}&pageIndex=1&action=list"
        address = f"{_LABEL}?{asked}&isDate=true&organId={_ORGAN}&type=4&catId=6716901&file=/c1/newest2020"
        script = f'var list = "{address}";' if names_label else "var siteId = '6789';"
        tree = f'<a href="/public/column/{_ORGAN}?type=4&amp;catId=1">政府信息公开指南</a>'
        self.serve(f"/public/column/{_ORGAN}", page(f"{tree}<div id='list'></div><script>{script}</script>"))
        self.serve(_LABEL, self._label)
        self.serve_articles(_path)

    def _label(self, asked: RecordedRequest) -> Answer | str | None:
        if asked.method != ("POST" if self._posts else "GET"):
            return Answer("", 405)
        sent = asked.query | asked.form
        if (sent.get("organId"), sent.get("catId"), sent.get("siteId")) != (str(_ORGAN), "6716901", "6789"):
            return None
        number = int(sent["pageIndex"])
        pages = pages_of(self.items, int(sent["pageSize"]))
        lines = "".join(
            f'<div class="xxgk_navli"><ul><li><a href="{_path(item)}" title="{item.title}">{item.title[:9]}…</a></li>'
            f'<li><span class="date">{item.day}</span></li></ul></div>'
            for item in (pages[number - 1] if number <= len(pages) else [])
        )
        return f"{lines}<script>Ls.pagination('#page',{{pageCount:({len(pages)}),pageIndex:{number}}})</script>"


def _path(item: Item) -> str:
    return f"/public/{_ORGAN + item.number}/{item.number}.html"
