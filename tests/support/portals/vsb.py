"""A portal of 博达: pages numbered in reverse, files behind `download.jsp` without an ending, PDFs shown by script."""

from __future__ import annotations

from tests.support.portals.server import Item, SimulatedPortal, page, pages_of
from tests.support.servers.scripted import Answer

_SIZE = 15
_PDF = b"%PDF-1.7\n%%EOF\n"


class VsbPortal(SimulatedPortal):
    """`foreign`: page 2 shows the news of another list; its own rows are lost. `files`: two articles are files."""

    def __init__(self, items: list[Item], *, foreign: bool = False, files: bool = True) -> None:
        super().__init__("/zwgk/xxgknb.htm", items)
        pages = pages_of(items, _SIZE)
        news = [Item(5000 + at, f"甲子县新闻{at}", items[0].day) for at in range(_SIZE)]
        for at, shown in enumerate(pages):
            number = len(pages) - at
            path = self.list_path if at == 0 else f"/zwgk/xxgknb/{number}.htm"
            lines = _lines(news, 1011) if foreign and at == 1 else _lines(shown, 1037)
            self.serve(path, page(lines + self._pager(len(pages), at)))
        self.serve_articles(_path)
        if not files:
            return
        self.serve(_path(items[0]), page(_download(items[0])))
        self.serve(_path(items[1]), page(_shown_by_script()))
        self.serve("/system/_content/download.jsp", Answer(_PDF, headers={"Content-Type": "application/octet-stream"}))
        self.serve("/__local/A/1B/2C/ABC.pdf", _PDF)

    def _pager(self, total: int, at: int) -> str:
        following = total - at - 1
        link = f'<a href="/zwgk/xxgknb/{following}.htm">下页</a>' if following else "下页"
        last = '<span class="p_last p_fun"><a href="/zwgk/xxgknb/1.htm">尾页</a></span>'
        count = f'<span class="p_t">共{len(self.items)}条</span>'
        return f'<div>{count}<span class="p_pages"><span class="p_next p_fun">{link}</span>{last}</span></div>'


def _path(item: Item) -> str:
    return f"/info/1037/{item.number}.htm"


def _lines(items: list[Item], category: int) -> str:
    rows = (
        f'<li id="line_u9_{at}"><a href="/info/{category}/{item.number}.htm" title="{item.title}">{item.title[:8]}…</a>'
        f"<span>{item.day}</span></li>"
        for at, item in enumerate(items)
    )
    return f"<ul>{''.join(rows)}</ul>"


def _download(item: Item) -> str:
    query = "urltype=news.DownloadAttachUrl&amp;owner=1&amp;wbfileid=7"
    return f'<div id="vsb_content"><a href="/system/_content/download.jsp?{query}">附件【{item.title}.pdf】</a></div>'


def _shown_by_script() -> str:
    script = '<script>showVsbpdfIframe("/__local/A/1B/2C/ABC.pdf","100%","600")</script>'
    return f'<div id="vsb_content_2"><div class="v_news_content">{script}</div></div>'
