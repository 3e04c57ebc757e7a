"""A portal on NFCMS: static pages `index_2.html`, articles in a folder `content` of the column."""

from __future__ import annotations

from tests.support.portals.server import Item, SimulatedPortal, page, pages_of
from tests.support.portals.static import NEWS

_SIZE = 15
_COLUMN = "/jzx/zwgk/nb/"


class NfcmsPortal(SimulatedPortal):
    """`foreign`: its page 2 shows the news of another column."""

    def __init__(self, items: list[Item], *, foreign: bool = False) -> None:
        super().__init__(_COLUMN, items)
        pages = pages_of(items, _SIZE)
        head = "<script>var NFCMS_SITE_ID = '755001';</script>"
        last = f'<a class="last" href="{_COLUMN}index_{len(pages)}.html">末页</a>' if len(pages) > 1 else ""
        for number, shown in enumerate(pages, 1):
            rows = _rows(NEWS, "/jzx/xw/") if foreign and number == 2 else _rows(shown, _COLUMN)
            path = self.list_path if number == 1 else f"{_COLUMN}index_{number}.html"
            self.serve(path, page(f'{_rows(NEWS[:2], "/jzx/xw/")}{rows}<div class="pagination">{last}</div>', head))
        self.serve_articles(lambda item: _path(item, _COLUMN))


def _path(item: Item, column: str) -> str:
    return f"{column}content/post_{item.number}.html"


def _rows(items: list[Item], column: str) -> str:
    rows = (f'<li><a href="{_path(item, column)}">{item.title}</a><i>{item.day}</i></li>' for item in items)
    return f"<ul>{''.join(rows)}</ul>"
