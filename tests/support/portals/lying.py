"""Lists whose declared counts lie: pages of TRS, and an API of Ucap; a test puts other answers in place of pages."""

from __future__ import annotations

from tests.support.portals.server import Item, SimulatedPortal, as_json, page, pages_of
from tests.support.portals.static import lines
from tests.support.servers.scripted import Answer, RecordedRequest

_SIZE = 15
_CHANNEL = "/common/search/3f2b1c0a9d8e4f6b8a7c6d5e4f3a2b1c"
FAILURES = {
    "500": Answer("", 500),
    "firewall": Answer("", 412),
    "cut off": Answer("<html>", content_length=9_999),
}
"""What a page may answer that is there and cannot be had."""

BEHIND = ("404", "410", "no entries", "the last page", "the first page")
"""What portals answer behind the last page that has entries; an API may answer with nothing at all, too."""
EMPTY = ("nothing", "{}")


class LyingPortal(SimulatedPortal):
    """Its list declares `declares` pages. Behind the last comes what `behind` says; `instead` answers by number."""

    def __init__(
        self,
        items: list[Item],
        *,
        declares: int,
        behind: str = "404",
        instead: dict[int, Answer] | None = None,
        api: bool = False,
    ) -> None:
        super().__init__("/zwgk/nb/list.shtml" if api else "/zwgk/nb/", items)
        self._pages = pages_of(items, _SIZE)
        self._declares = declares
        self._behind = behind
        self._instead = instead or {}
        if api:
            self.serve(self.list_path, page(f'<script>var url = "{_CHANNEL}";</script><UCAPCONTENT></UCAPCONTENT>'))
            self.serve(_CHANNEL, self._results)
        else:
            self.serve(self.list_path, self._static(1))
            for number in range(2, max(min(declares, 500), len(self._pages)) + 10):
                self.serve(f"{self.list_path}index_{number - 1}.html", self._static(number))
        self.serve_articles(_path)

    def pages_asked(self) -> int:
        """How many pages of the list were asked for, but for the first."""
        asked = [one for one in self.requests if "/index_" in one.path or one.query.get("page", "1") != "1"]
        return len(asked)

    def _shown(self, number: int) -> list[Item] | Answer:
        """Return the entries that a page shows, or what it answers in their place."""
        if number in self._instead:
            return self._instead[number]
        if number <= len(self._pages):
            return self._pages[number - 1]
        if self._behind.isdecimal():
            return Answer(self._behind, int(self._behind))
        if self._behind in EMPTY:
            return Answer(self._behind.replace("nothing", ""))
        return {"the last page": self._pages[-1], "the first page": self._pages[0]}.get(self._behind, [])

    def _static(self, number: int) -> Answer | str:
        shown = self._shown(number)
        if isinstance(shown, Answer):
            return shown
        call = f'createPageHTML({self._declares}, {number - 1}, "index", "html");'
        return page(f"{lines(shown, _path)}<script>{call}</script>")

    def _results(self, asked: RecordedRequest) -> Answer:
        shown = self._shown(int(asked.query["page"]))
        if isinstance(shown, Answer):
            return shown
        results = [{"title": item.title, "url": _path(item), "publishedTimeStr": f"{item.day}"} for item in shown]
        return as_json({"data": {"total": self._declares * _SIZE, "rows": _SIZE, "results": results}})


def _path(item: Item) -> str:
    return f"/zwgk/nb/{item.day:%Y%m}/t{item.day:%Y%m%d}_{item.number}.html"
