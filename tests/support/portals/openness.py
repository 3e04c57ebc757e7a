"""A portal with OpennessContent addresses: numbered list pages, articles without a trace of their list."""

from __future__ import annotations

from tests.support.portals.server import Item, SimulatedPortal, page, pages_of

_SIZE = 15
_LIST = "/OpennessContent/showList/77/1234/page_{}.html"


class OpennessPortal(SimulatedPortal):
    """`directory`: the list page is the directory, whose tree leads to the list."""

    def __init__(self, items: list[Item], *, directory: bool = False) -> None:
        super().__init__("/Openness/index.html" if directory else _LIST.format(1), items)
        guide = '<a href="/OpennessContent/showList/77/1200/page_1.html">政府信息公开指南</a>'
        self.serve("/Openness/index.html", page(f'{guide}<a href="{_LIST.format(1)}">政府信息公开年度报告</a>'))
        pages = pages_of(items, _SIZE)
        for number, shown in enumerate(pages, 1):
            lines = "".join(f'<li><a href="{_path(item)}">{item.title}</a><i>{item.day}</i></li>' for item in shown)
            pager = (
                f'<a href="page_{min(number + 1, len(pages))}.html">下一页</a><a href="page_{len(pages)}.html">尾页</a>'
            )
            self.serve(_LIST.format(number), page(f"{guide}<ul>{lines}</ul>{pager}"))
        self.serve_articles(_path)


def _path(item: Item) -> str:
    return f"/OpennessContent/show/{item.number}.html"
