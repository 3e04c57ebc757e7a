"""Two portals on 大汉's xxgk: a search that returns the whole area, and reports behind an address for each year."""

from __future__ import annotations

from tests.support.portals.server import Item, SimulatedPortal, page, pages_of
from tests.support.servers.scripted import RecordedRequest

_SIZE = 10
_LIST = 1229426
_AREA = "113325000026455663"
_SEARCH = "/module/xxgk/search.jsp"
_ANNUAL = "/module/xxgk/xxgkAnnualReport.jsp"


class XxgkPortal(SimulatedPortal):
    """`area`: the search ignores the list, and every page shows two articles of another one as well."""

    def __init__(self, items: list[Item], *, area: bool = False) -> None:
        super().__init__(f"/col/col{_LIST}/index.html", items)
        self._area = area
        query = f"{_SEARCH}?standardXxgk=1&amp;isAllList=1&amp;texttype=0&amp;fbtime=-1&amp;currpage=1"
        script = f"""$.post("{query}", {{infotypeId:'B05', jdid:3, area:'{_AREA}', divid:'div1'}})"""
        self.serve(self.list_path, page(f'<div id="div1"></div><script>{script}</script>'))
        self.serve(_SEARCH, self._search)
        self.serve_articles(_path)

    def _search(self, asked: RecordedRequest) -> str | None:
        sent = asked.form
        if asked.method != "POST" or (sent["infotypeId"], sent["area"], sent["jdid"]) != ("B05", _AREA, "3"):
            return None
        number = int(sent["currpage"])
        pages = pages_of(self.items, _SIZE)
        lines = [_line(item, _LIST) for item in (pages[number - 1] if number <= len(pages) else [])]
        if self._area:
            others = (
                Item(8000 + 2 * number + at, "乙丑县2020年政府信息公开工作年度报告", self.items[0].day) for at in (0, 1)
            )
            lines += [_line(item, 1111111) for item in others]
        return f"<table>{''.join(lines)}</table><div>第{number}页 共<b>{len(pages)}</b>页</div>"


class AnnualReportPortal(SimulatedPortal):
    """Its list page links to the module's own address for the report of each year."""

    def __init__(self, items: list[Item]) -> None:
        super().__init__("/col/col77/index.html", items)
        links = (
            f'<li><a href="{_ANNUAL}?fbtime={item.day.year - 1}&amp;area={_AREA}">{item.title}</a></li>'
            for item in items
        )
        self.serve(self.list_path, page(f"<ul>{''.join(links)}</ul>"))
        self.serve(_ANNUAL, lambda asked: page(f"{asked.query['fbtime']}年"))


def _path(item: Item, number: int = _LIST) -> str:
    return f"/art/{item.day.year}/{item.day.month}/{item.day.day}/art_{number}_{item.number}.html"


def _line(item: Item, number: int) -> str:
    colour = "odd" if item.number % 2 else "even"
    link = f'<a class="bt_link" href="{_path(item, number)}" title="{item.title}">{item.title[:9]}…</a>'
    return f'<tr class="tr_main_value_{colour}"><td>1</td><td>{link}</td><td>{item.day}</td></tr>'
