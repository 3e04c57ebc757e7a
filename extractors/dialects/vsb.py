"""博达 VSB: universities; counties of 云南 甘肃 四川 and the west (PORTALS §2.3).

Facts: the list is `b.htm`, articles are `/info/<category>/<id>.htm`; pages are numbered in reverse: page 1 `b.htm`,
page 2 `b/<total-1>.htm`, the last `b/1.htm`; rows are `li[id^=line_]` with the full title in `@title`; the pager says
`共N页` or the number of records. Must not fetch.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from extractors.encoding import decode
from extractors.html.links import Link, all_links, folder_of, page_links, parse_page
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 100

_SIGNS = (b"vsb_content", b"v_news_content", b"p_pages", b"_sitegray")
_ARTICLE = re.compile(r"/info/\d+/\d+\.htm$")
_PAGES = re.compile(r"共\s*(\d{1,5})\s*页")
_LINE = "//*[starts-with(@id, 'line_')]"


def recognises(html: bytes, url: str) -> bool:
    """By its pager, or by the names of its parts."""
    return any(sign in html for sign in _SIGNS)


def rows(page: Response, column: str) -> list[Link]:
    """The links of the lines of the list; where it names no lines, the page's links to articles."""
    tree = parse_page(page.body)
    lines = [] if tree is None else tree.xpath(_LINE)
    if lines:
        return [link for line in lines for link in all_links(line, page.final_url)[:1]]
    return [link for link in page_links(page.body, page.final_url) if _ARTICLE.search(urlsplit(link.url).path)]


def next_pages(first: Response, number: int) -> list[Request]:
    """The page `total - number + 1`: old pages keep their address, and the number of page 2 grows."""
    total = declared_pages(first)
    if number == 1 or total is None or number > total:
        return []
    stem, _, suffix = first.final_url.partition("?")[0].rpartition(".")
    return [Request(f"{stem}/{total - number + 1}.{suffix}")]


def declared_pages(first: Response) -> int | None:
    """By the number in the address of page 2, else by what the pager prints; None where there is no pager."""
    url = first.final_url
    stem = urlsplit(url).path.rpartition(".")[0]
    paged = re.compile(re.escape(stem) + r"/(\d{1,5})\.html?$")
    found = [paged.search(urlsplit(link.url).path) for link in page_links(first.body, url)]
    numbers = [int(match[1]) for match in found if match]
    printed = _PAGES.search(decode(first.body))
    return max(numbers) + 1 if numbers else int(printed[1]) if printed else None


def column_of(url: str) -> str:
    """The category in the address of an article; a list's own address names none.

    >>> column_of("http://x.cn/info/1037/6799.htm"), column_of("http://x.cn/zwgk/nb.htm")
    ('x.cn/info/1037/', 'x.cn/zwgk/nb/')
    """
    if _ARTICLE.search(urlsplit(url).path):
        return folder_of(url)
    stem, dot, suffix = url.rpartition(".")
    return folder_of(f"{stem}/" if dot and suffix in ("htm", "html") else url)
