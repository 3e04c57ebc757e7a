"""The platform with OpennessContent addresses: 安庆 宣城 池州 黄山 呼伦贝尔 (PORTALS §2.6; its vendor is unknown).

Right for: pages with `OpennessContent` or `showList` in their addresses. A list is
`/OpennessContent/showList/<unit>/<category>/page_<n>.html` (siblings begin with `BranchOpenness`), its articles are
`/OpennessContent/show/<id>.html`, files `/OpennessContent/download/<id>.html`. Reports may have a first word of their
own: `/XxgkAnnualReport/show/<id>.html` (宣州), `/Xxgknb/show/<id>.html` (东至).

Paging: the number in the address of the list; the pager prints `共N页` or links to the last page.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from extractors.dialects.static_pages import LAST_PAGE_WORDS, REPORT_WORDS, links_by_path, printed_pages
from extractors.html.links import Link
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 90
SEVERAL_LISTS = True
FINGERPRINT = re.compile(rb"OpennessContent|/[A-Z]\w+/showList/(?:[\w-]+/){1,2}page_\d+\.html?")
ENTRY = re.compile(r"/[A-Z]\w+/(?:show|download)/\d+\.html?$")
LIST = re.compile(r"(/[A-Z]\w+/showList/(?:[\w-]+/){1,2}page_)\d+(\.html?)$")
LIST_NUMBER = re.compile(r"page_(\d{1,5})\.html?$")


def recognises(page: Response) -> bool:
    """Recognise the addresses."""
    return FINGERPRINT.search(page.body) is not None


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the links to articles and files."""
    return links_by_path(page, ENTRY)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the list's page of that number; a page that is no list leads to the one named for the reports."""
    if LIST.search(urlsplit(first.final_url).path):
        lists = [] if number == 1 else [first.final_url.partition("?")[0]]
    else:
        lists = [link.url for link in links_by_path(first, LIST) if REPORT_WORDS.search(link.title)]
    return [Request(LIST.sub(rf"\g<1>{number}\2", address), referer=first.final_url) for address in lists]


def declared_pages(first: Response) -> int | None:
    """Return what the pager prints, or the number in its link to the last page; None without a pager."""
    printed = printed_pages(first)
    if printed is not None:
        return printed
    last = [link.url for link in first.links if link.title in LAST_PAGE_WORDS]
    numbers = [LIST_NUMBER.search(url) for url in last]
    return max((int(number[1]) for number in numbers if number), default=None)
