"""Portals with static lists: TRS pagers of every kind, lists in frames, in scripts, in tables with a pager of links."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.support.portals.server import Item, SimulatedPortal, page, pages_of

_SIZE = 15
NEWS = [Item(7000 + at, f"甲子县召开第{at}次会议", date(2026, 3, 1 + at)) for at in range(8)]
ZERO_BASED = "createPageHTML({pages}, 0, 'index', 'html');"
ZERO_BASED_WITH_COUNT = 'createPageHTML({pages}, 0, "index", "html", "black2", {count});'
CONTAINER_FIRST = "createPageHTML('paging', {pages}, 1, 'index', 'html', {count});"
RECORDS_FIRST = "createPageHTML({count}, {pages}, 0, 'index', 'html');"


class TrsPortal(SimulatedPortal):
    """`pager` is its call, `base` the number of the second page; `missing`: so many of the last pages are gone.

    `write` prints the lines of a page; `foreign`: page 2 shows the news.
    """

    def __init__(
        self,
        items: list[Item],
        *,
        pager: str = ZERO_BASED,
        base: int = 1,
        missing: int = 0,
        write: Callable[[list[Item]], str] | None = None,
        foreign: bool = False,
    ) -> None:
        super().__init__("/zwgk/nb/", items)
        pages = pages_of(items, _SIZE)
        call = pager.format(pages=len(pages), count=len(items))
        side = f'<div class="side">{lines(NEWS[:3], _news)}</div>'
        for at, shown in enumerate(pages[: len(pages) - missing]):
            path = self.list_path if at == 0 else f"{self.list_path}index_{at + base - 1}.html"
            body = lines(NEWS, _news) if foreign and at == 1 else (write or lines)(shown)
            self.serve(path, page(f"{side}{body}<script>{call}</script>"))
        self.serve_articles(lambda item: self.list_path + _path(item))


class FramedPortal(SimulatedPortal):
    """The list page shows its list in a frame of the same host, next to dated news and a frame of another host."""

    def __init__(self, items: list[Item]) -> None:
        super().__init__("/zwgk/gknb/index.html", items)
        frames = '<iframe src="http://www.other.gov.cn/w.html"></iframe><iframe src="/frames/nb/list.html"></iframe>'
        self.serve(self.list_path, page(lines(NEWS, _news) + frames))
        pages = pages_of(items, _SIZE)
        for number, shown in enumerate(pages, 1):
            path = "/frames/nb/list.html" if number == 1 else f"/frames/nb/list_{number}.html"
            links = f'<a href="list_{number + 1}.html">下一页</a><a href="list_{len(pages)}.html">尾页</a>'
            self.serve(path, page(lines(shown) + (links if number < len(pages) else "")))
        self.serve_articles(lambda item: f"/frames/nb/{_path(item)}")


class GenericPortal(SimulatedPortal):
    """A list by a script of its own: `List.aspx?lmid=52&page=2`, articles in a folder elsewhere, a pager of links.

    `pager`: whether its page links to the next one; `foreign`: page 2 shows the news of the homepage.
    """

    def __init__(self, items: list[Item], *, pager: bool = True, foreign: bool = False) -> None:
        super().__init__("/zw/List.aspx?lmid=52", items)
        self._pager = pager
        self._foreign = foreign
        self.serve("/zw/List.aspx", lambda asked: self._page(int(asked.query.get("page", "1"))))
        self.serve_articles(_elsewhere)

    def _page(self, number: int) -> str:
        pages = pages_of(self.items, _SIZE)
        shown = pages[number - 1] if number <= len(pages) else pages[0]
        if self._foreign and number == 2:
            return page(lines(NEWS, _news))
        address = "/zw/List.aspx?lmid=52&amp;page="
        links = f'<a href="{address}{min(number + 1, len(pages))}">下一页</a><a href="{address}{len(pages)}">尾页</a>'
        return page(lines(shown, _elsewhere) + (links if self._pager else ""))


class ShellPortal(TrsPortal):
    """The address of the list page is a shell that redirects to the list."""

    def __init__(self, items: list[Item]) -> None:
        super().__init__(items)
        self.list_path = "/old/nb/index.html"
        self.serve(self.list_path, "<html><script>window.location.href='/zwgk/nb/';</script></html>")


def lines(items: list[Item], address: Callable[[Item], str] | None = None) -> str:
    links = ((f'href="{(address or _path)(item)}" title="{item.title}"', item) for item in items)
    rows = (f"<li><a {attributes}>{item.title[:9]}…</a><span>{item.day}</span></li>" for attributes, item in links)
    return f"<ul>{''.join(rows)}</ul>"


def written_by_script(items: list[Item]) -> str:
    """Rows of 武汉: one line of script for the link, one for its day; a comment repeats old rows (上海)."""
    old = Item(6666, "甲子县1999年政府信息公开工作年度报告", items[0].day)
    script = "\n".join(
        f'document.writeln(\'<li><a href="{_path(item)}" title="{item.title}">{item.title[:9]}<\\/a>\');\n'
        f"document.writeln('<span>{item.day} 17:32<\\/span><\\/li>');"
        for item in items
    )
    return f"<!--{lines([old])}--><ul><script>{script}</script></ul>"


def _path(item: Item) -> str:
    return f"./{item.day:%Y%m}/t{item.day:%Y%m%d}_{item.number}.html"


def _elsewhere(item: Item) -> str:
    return f"/cms/html/jzx/{item.day}/{item.number}.html"


def _news(item: Item) -> str:
    return f"/xw/{item.day:%Y%m}/t{item.day:%Y%m%d}_{item.number}.html"
