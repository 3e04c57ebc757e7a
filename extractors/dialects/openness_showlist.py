"""The platform with OpennessContent addresses: 安庆 宣城 池州 黄山 呼伦贝尔 (PORTALS §2.6; its vendor is unknown).

Facts: a list is `/OpennessContent/showList/<unit>/<category>/page_<n>.html` (siblings begin with `BranchOpenness`),
its articles are `/OpennessContent/show/<id>.html`, files `/OpennessContent/download/<id>.html`. Must not fetch.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from extractors.encoding import decode
from extractors.html.links import Link, page_links
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 90

_ENTRY = re.compile(r"/(?:Branch)?OpennessContent/(?:show|download)/\d+\.html?$")
_LIST = re.compile(r"(/(?:Branch)?OpennessContent/showList/[\w-]+/[\w-]+/page_)\d+(\.html?)$")
_REPORTS = re.compile("年报|年度报告")
_PAGES = re.compile(r"共\s*(?:<[^<>]*>\s*)?(\d{1,5})\s*(?:<[^<>]*>\s*)?页")


def recognises(html: bytes, url: str) -> bool:
    """By its addresses."""
    return b"OpennessContent" in html


def rows(page: Response, column: str) -> list[Link]:
    """The links to articles and files, by their addresses."""
    return [link for link in page_links(page.body, page.final_url) if _ENTRY.search(urlsplit(link.url).path)]


def next_pages(first: Response, number: int) -> list[Request]:
    """The list's page of that number; a page that is no list leads to the one named for the reports."""
    own = _LIST.search(urlsplit(first.final_url).path)
    if own:
        lists = [] if number == 1 else [first.final_url.partition("?")[0]]
    else:
        links = page_links(first.body, first.final_url)
        lists = [link.url for link in links if _LIST.search(urlsplit(link.url).path) and _REPORTS.search(link.title)]
    return [Request(_LIST.sub(rf"\g<1>{number}\2", address), referer=first.final_url) for address in lists]


def declared_pages(first: Response) -> int | None:
    """By the pager: what it prints, or the highest page that it links to as the last one."""
    printed = _PAGES.search(decode(first.body))
    if printed:
        return int(printed[1])
    last = [link.url for link in page_links(first.body, first.final_url) if link.title in ("尾页", "末页")]
    numbers = [re.search(r"page_(\d{1,5})\.html?$", url) for url in last]
    return max((int(number[1]) for number in numbers if number), default=None)


def column_of(url: str) -> str:
    """Nothing: the address of a list names its unit and category, those of articles name neither."""
    return ""
