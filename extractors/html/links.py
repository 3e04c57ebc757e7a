"""Links of a page: where they lead, what they are called, and the date printed in their rows.

Owns the reading of anchors that every dialect shares. Which links matter is for the dialects to decide.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from bs4 import BeautifulSoup, Tag

from extractors.hosts import host_of
from extractors.html.soup import attribute, text_of
from extractors.html.year_headings import year_headings
from extractors.printed_dates import PRINTED_DATE, printed_date
from extractors.urls import absolute, link_target

_LABEL = r"(?:(?:发布|发文|公开|生成|上传)?(?:时间|日期)[:：]?\s*)?"
_TIME = r"(?:\s+\d\d?:\d\d(?::\d\d)?)?"
_SEEN = r"(?:\s*(?:阅读|浏览|点击|访问)(?:次数|量)?[:：]?\s*\d{1,9}\s*次?)?"
_DAY_BEFORE = re.compile(rf"^\W*{_LABEL}(?:{PRINTED_DATE.pattern})日?{_TIME}[\])】）]*{_TIME}[\s|·—-]*")
# It begins where a run of separators or brackets does, and not anew at each sign of it.
_DAY_BEHIND = re.compile(
    r"(?:(?<![\s|·—-])[\s|·—-]++[\[(【（]*+|(?<![\s|·—\[(【（-])[\[(【（]*+)\s*+"
    rf"{_LABEL}(?:{PRINTED_DATE.pattern})日?{_TIME}\s*+[\])】）]*+{_SEEN}$"
)
_ROW_DEPTH = 3
NO_HEADINGS: Mapping[int, str] = MappingProxyType({})
_MOST_LINKS_OF_A_ROW = 2


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: absolute URL, its full title, and the date printed in its row.

    `under` is the heading with a year above or beside it, if there is one.
    """

    url: str
    title: str
    published_on: date | None = None
    under: str = ""


def page_links(soup: BeautifulSoup, url: str, charset: str = "utf-8") -> list[Link]:
    """Return the links of the page at `url` that stay on its host, each URL once, in the order of the page.

    `charset` is that of the page, by which browsers encode queries.

    >>> from extractors.html.soup import parse_soup
    >>> soup = parse_soup('<li><a href="./a.html" title="全称">全…</a><span>2021-03-25</span></li>')
    >>> page_links(soup, "http://x.cn/b/")
    [Link(url='http://x.cn/b/a.html', title='全称', published_on=datetime.date(2021, 3, 25), under='')]
    """
    links = links_of(soup.find_all("a"), base_of(soup, url), year_headings(soup), charset)
    return [link for link in links if host_of(link.url) == host_of(url)]


def links_of(
    anchors: Iterable[Tag], base: str, headings: Mapping[int, str] = NO_HEADINGS, charset: str = "utf-8"
) -> list[Link]:
    """Return where anchors lead, on whatever host, each URL once, in their order.

    A row may link twice, by a picture or 更多 and by its title: the longest text is the title.
    """
    links: dict[str, Link] = {}
    crowded: dict[int, bool] = {}
    for anchor in anchors:
        target = link_target(attribute(anchor, "href"), attribute(anchor, "onclick"), base, charset)
        if target is None:
            continue
        title, printed = _title(anchor)
        link = Link(target, title, _row_date(anchor, crowded) or printed, headings.get(id(anchor), ""))
        if target not in links or len(link.title) > len(links[target].title):
            links[target] = link
    return list(links.values())


def base_of(soup: BeautifulSoup, url: str) -> str:
    """Return what relative addresses of the page at `url` are relative to."""
    tag = soup.find("base", href=True)
    return (absolute(attribute(tag, "href"), url) if isinstance(tag, Tag) else None) or url


def _title(anchor: Tag) -> tuple[str, date | None]:
    """Return the full title of an anchor, and the day that is printed before or behind it within the anchor.

    The title is `@title`, since the text often ends in …; without white space around line breaks.
    """
    text, day = _without_day(" ".join(text_of(anchor).split()))
    full = " ".join(attribute(anchor, "title").split())
    return (_without_day(full)[0] if full else text), day


def _without_day(text: str) -> tuple[str, date | None]:
    """Return a text without the day at its beginning or end, and that day.

    >>> _without_day("某局年度报告 [2014-03-21]"), _without_day("2014/03/21某局年度报告"), _without_day("2014-03-21")
    (('某局年度报告', datetime.date(2014, 3, 21)), ('某局年度报告', datetime.date(2014, 3, 21)), ('2014-03-21', None))
    """
    for pattern in (_DAY_BEFORE, _DAY_BEHIND):
        day = pattern.search(text)
        rest = (text[: day.start()] + text[day.end() :]).strip() if day else ""
        if day and rest:
            return rest, printed_date(day.group())
    return text, None


def _row_date(anchor: Tag, crowded: dict[int, bool]) -> date | None:
    """Return the date next to a link: in the smallest element around it that contains a date and no third link.

    `crowded` remembers of each element whether it contains a third link.
    """
    own_text = text_of(anchor)
    for row in itertools.islice(anchor.parents, _ROW_DEPTH):
        if id(row) not in crowded:
            crowded[id(row)] = len(row.find_all("a", limit=_MOST_LINKS_OF_A_ROW + 1)) > _MOST_LINKS_OF_A_ROW
        if crowded[id(row)]:
            return None
        text = text_of(row).replace(own_text, "", 1)
        if PRINTED_DATE.search(text):
            return printed_date(text)
    return None
