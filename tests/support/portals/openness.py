"""Portals with OpennessContent addresses and their siblings: numbered pages, articles without a trace of their list."""

from __future__ import annotations

from tests.support.portals.server import Item, SimulatedPortal, page, pages_of

_SIZE = 15
SIBLINGS = {
    "OpennessContent": "/OpennessContent/showList/77/1234",
    "BranchOpennessContent": "/BranchOpennessContent/showList/77/1234",
    "News": "/News/showList/1234",
    "XxgkPolicy": "/XxgkPolicy/showList/77/1234",
    "XxgkAnnualReport": "/XxgkAnnualReport/showList/77/1234",
}
"""First words of addresses, and the list of each."""


class OpennessPortal(SimulatedPortal):
    """`directory`: the list page is the directory, whose tree leads to the list; `word` begins all addresses."""

    def __init__(self, items: list[Item], *, directory: bool = False, word: str = "OpennessContent") -> None:
        listed = SIBLINGS[word] + "/page_{}.html"
        super().__init__("/Openness/index.html" if directory else listed.format(1), items)
        guide = '<a href="/OpennessContent/showList/77/1200/page_1.html">政府信息公开指南</a>'
        self.serve("/Openness/index.html", page(f'{guide}<a href="{listed.format(1)}">政府信息公开年度报告</a>'))
        pages = pages_of(items, _SIZE)
        for number, shown in enumerate(pages, 1):
            rows = (
                f'<li><a href="/{word}/show/{item.number}.html">{item.title}</a><i>{item.day}</i></li>'
                for item in shown
            )
            following = min(number + 1, len(pages))
            pager = f'<a href="page_{following}.html">下一页</a><a href="page_{len(pages)}.html">尾页</a>'
            self.serve(listed.format(number), page(f"{guide}<ul>{''.join(rows)}</ul>{pager}"))
        self.serve_articles(lambda item: f"/{word}/show/{item.number}.html")


class OpennessDetailPortal(SimulatedPortal):
    """The platform of 马鞍山; `foreign`: its page 2 shows what is no report."""

    def __init__(self, items: list[Item], *, foreign: bool = False) -> None:
        super().__init__("/xxgk/openness/list/annual_report.html", items)
        pages = pages_of(items, _SIZE)
        for number, shown in enumerate(pages, 1):
            kind = "policy" if foreign and number == 2 else "annual_report"
            rows = (f'<li><a href="{_detail(item, kind)}">{item.title}</a><i>{item.day}</i></li>' for item in shown)
            links = f'<a href="annual_report_{number + 1}.html">下一页</a>' if number < len(pages) else ""
            path = self.list_path if number == 1 else f"/xxgk/openness/list/annual_report_{number}.html"
            self.serve(path, page(f"<ul>{''.join(rows)}</ul>共{len(pages)}页 {links}"))
        self.serve_articles(_detail)


def _detail(item: Item, kind: str = "annual_report") -> str:
    return f"/xxgk/openness/detail/{kind}/{item.number:024x}.html"
