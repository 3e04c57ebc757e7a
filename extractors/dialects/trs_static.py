"""拓尔思 TRS WCM: static list pages whose pager is a script call (PORTALS §2.2).

Owns where the rows of a list are, what its pages may be called and how many it declares. Must not fetch:
`discovery` tries the pages and decides when the list ends.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from extractors.encoding import decode
from extractors.links import Link, in_column, page_links

# ./202103/t20210325_1001.html, and attachments beside it that some lists link directly.
_ARTICLE = re.compile(r"/t\d{8}_\d+\.s?html?$|/P0\d{8,}\.[A-Za-z]{3,4}$")
_LIST_PAGE = re.compile(r"/(?:index|[A-Za-z_]*list)?(?:_\d+)?(?:\.s?html?)?$", re.IGNORECASE)
# createPageHTML(25, 0, "index", "shtml"), createPageHTML('paging', 25, 1, 'index', 'html', 370), createPage(25, 0, …)
_CALL = re.compile(
    r"""createPage(?:HTML)?\(\s*(?:['"][^'"]*['"]\s*,\s*)?(?P<numbers>\d+(?:\s*,\s*\d+)*)\s*,\s*"""
    r"""['"](?P<stem>[\w-]+)['"]\s*,\s*['"](?P<suffix>\w+)['"]"""
)
_PAGE_COUNT = re.compile(
    r"""(?:totalPage|pageCount|countPage)['"]?\s*[:=]\s*['"]?(\d+)|setPage['"]\s*,\s*\d+\s*,\s*(\d+)"""
)


def rows(html: bytes, url: str) -> list[Link]:
    """Links of the list at `url` that are articles: by the shape of their URL, or since they lie in the column.

    >>> rows(b'<a href="/">home</a><a href="./202103/t20210325_1.html">report</a>', "http://x.cn/nb/index.html")
    [Link(url='http://x.cn/nb/202103/t20210325_1.html', title='report', published_on=None)]
    """
    return [
        link
        for link in page_links(html, url)
        if _ARTICLE.search(path := urlsplit(link.url).path)
        or (in_column(link.url, url) and not _LIST_PAGE.search(path))
    ]


def next_pages(html: bytes, url: str, page_number: int) -> list[str]:
    """URLs that page `page_number` (2, 3, …) of the list at `url` may have.

    Portals count their pages from 0 or from 1, and the call does not tell which: both are given.

    >>> next_pages(b'<script>createPageHTML(3, 0, "index", "shtml")</script>', "http://x.cn/nb/", 2)
    ['http://x.cn/nb/index_1.shtml', 'http://x.cn/nb/index_2.shtml']
    """
    call = _CALL.search(decode(html))
    name, _, ending = urlsplit(url).path.rpartition("/")[2].rpartition(".")
    stem = (call and call["stem"]) or name or "index"
    suffix = (call and call["suffix"]) or ending or "html"
    return [urljoin(url, f"{stem}_{number}.{suffix}") for number in (page_number - 1, page_number)]


def declared_pages(html: bytes) -> int | None:
    """How many pages the pager declares; None where it does not. Declared counts lie at times (PORTALS §2.2).

    >>> declared_pages(b"<script>createPageHTML('paging', 25, 1, 'index', 'html', 370)</script>")
    25
    >>> declared_pages(b'<script>createPageHTML(370, 25, 0, "index", "html")</script>')
    25
    """
    text = decode(html)
    call = _CALL.search(text)
    if call:
        numbers = [int(number) for number in call["numbers"].split(",")]
        # Three numbers are records, pages, current page (北京); two are pages, current page.
        return numbers[1] if len(numbers) == 3 else numbers[0]
    count = _PAGE_COUNT.search(text)
    return int(count[1] or count[2]) if count else None
