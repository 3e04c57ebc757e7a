"""The words with a year above or beside the links of a page: 2013年度, then the names of those who report.

Owns what counts as such a heading, and which links stand under it. What it means is for others to decide.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from extractors.html.soup import attribute
from extractors.printed_dates import PRINTED_DATE

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_ZEROS = "〇○◯零OＯ0０"
_IN_CHARACTERS = re.compile(rf"二[{_ZEROS}][{_ZEROS}一二三四五六七八九]{{2}}(?=年)")
_DIGITS = dict.fromkeys(map(ord, _ZEROS), "0") | {ord(sign): str(at) for at, sign in enumerate("一二三四五六七八九", 1)}
_NARROW = {code + 0xFEE0: code for code in range(ord("0"), ord("9") + 1)}
_NO_HEADING = re.compile(r"版权|备案|更新|今天|©|copyright|\bICP", re.IGNORECASE)
_LONGEST = 24
_MOST_SIGNS = 300
"""With the white space of a template around them."""
_ROWS = ["tr", "li"]
_BARS = ["ul", "ol", "div"]
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 dt p".split())
_MOST_TABS = 30
_MOST_PARTS = 8
_INLINE = frozenset("b i u em strong span font small big sup sub label".split())


def year_in(text: str) -> str:
    """Return a text without white space if it is short and names one year and no day; else nothing.

    Years in full-width digits and in characters are turned into digits.

    >>> year_in("2013 年度"), year_in("二〇一三年"), year_in("2014-03-11"), year_in("2012、2013年")
    ('2013年度', '2013年', '', '')
    """
    if len(text) > _MOST_SIGNS:
        return ""
    plain = _IN_CHARACTERS.sub(lambda year: year[0].translate(_DIGITS), text.translate(_NARROW))
    words = "".join(plain.split())
    named = len(words) <= _LONGEST and len(set(_YEAR.findall(plain))) == 1
    return words if named and not PRINTED_DATE.search(plain) and not _NO_HEADING.search(plain) else ""


def year_headings(soup: BeautifulSoup) -> dict[int, str]:
    """Return the heading with a year of each anchor, by the identity of the anchor.

    It is the one in the anchor's own row, else that of the tab which shows its place, else the last one before it.
    Years that stand side by side are headings of nothing that follows.
    """
    headings: dict[int, str] = {}
    heading = ""
    before: Tag | None = None
    for node in soup.descendants:
        if isinstance(node, Tag):
            if node.name == "a" and heading and not _is_tab(node):
                headings[id(node)] = heading
                before = None
        elif found := _heading_of(node):
            block = _block_of(node)
            heading = "" if _is_beside(block, before) and found != heading else found
            before = block
    return headings | dict(_by_tabs(soup)) | dict(_by_rows(soup))


def _heading_of(node: PageElement) -> str:
    """Return the heading that a text is, by itself or with those that inline marks part from it."""
    if not isinstance(node, NavigableString) or isinstance(node, PreformattedString):
        return ""
    found = year_in(node) or year_in(_text_around(node))
    return "" if not found or _is_in_link(node) else found


def _text_around(text: NavigableString) -> str:
    """Return the text of the block that a text stands in if it has no more than a few inline marks."""
    block = _block_of(text)
    parts = list(itertools.islice(block.descendants, _MOST_PARTS + 1)) if block else []
    inline = all(
        isinstance(part, NavigableString) or (isinstance(part, Tag) and part.name in _INLINE) for part in parts
    )
    return block.get_text() if block and inline and 1 < len(parts) <= _MOST_PARTS else ""


def _block_of(node: PageElement) -> Tag | None:
    around = itertools.islice(node.parents, _MOST_PARTS)
    return next((element for element in around if element.name not in _INLINE), None)


def _is_beside(block: Tag | None, before: Tag | None) -> bool:
    """Return whether two headings without a link between are of one kind and in one place: tabs, choices, columns.

    Real headings may well have nothing below them.
    """
    if block is None or before is None or block is before or block.parent is not before.parent:
        return False
    return block.name == before.name and block.name not in _HEADINGS


def _is_tab(anchor: Tag) -> bool:
    return attribute(anchor, "href").startswith(("#", "javascript:"))


def _by_tabs(soup: BeautifulSoup) -> Iterator[tuple[int, str]]:
    """Yield the headings of anchors in places that tabs with a year show: named by the tabs, or in their order."""
    named = (
        (attribute(tab, "href")[1:], year_in(tab.get_text())) for tab in soup.select('a[href^="#"]', limit=_MOST_TABS)
    )
    years = {name: year for name, year in named if name and year}
    for bar in soup.find_all(_BARS):
        tabs = _children(bar)
        labels = [year_in(tab.get_text()) for tab in tabs if _is_small(tab)]
        following = bar.find_next_sibling() or (bar.parent.find_next_sibling() if bar.parent else None)
        places = _children(following) if isinstance(following, Tag) else []
        if 1 < len(tabs) == len(set(filter(None, labels))) == len(places) and all(place.find("a") for place in places):
            yield from _below(zip(places, labels, strict=True))
    yield from _below((place, years.pop(attribute(place, "id"), "")) for place in soup.find_all(id=True))


def _below(places: Iterable[tuple[Tag, str]]) -> Iterator[tuple[int, str]]:
    yield from ((id(anchor), year) for place, year in places if year for anchor in place.find_all("a"))


def _children(element: Tag) -> list[Tag]:
    return list(element.find_all(True, recursive=False, limit=_MOST_TABS))


def _is_small(tab: Tag) -> bool:
    """Return whether an element is no more than a label, and no link to another page."""
    parts = list(itertools.islice(tab.descendants, _MOST_PARTS + 1))
    links = [part for part in (tab, *parts) if isinstance(part, Tag) and part.name == "a"]
    return len(parts) <= _MOST_PARTS and all(map(_is_tab, links))


def _by_rows(soup: BeautifulSoup) -> Iterator[tuple[int, str]]:
    """Yield the headings of anchors whose own row names one year, before or behind them."""
    for row in soup.find_all(_ROWS):
        if row.find(_ROWS):
            continue
        years = {found for text in row.find_all(string=True) if (found := _heading_of(text))}
        if len(years) == 1:
            yield from ((id(anchor), next(iter(years))) for anchor in row.find_all("a"))


def _is_in_link(text: NavigableString) -> bool:
    """Return whether a text is that of a link to another page, or of no text of the page at all."""
    around = text.find_parent(["a", "script", "style", "title"])
    return around is not None and (around.name != "a" or not _is_tab(around))
