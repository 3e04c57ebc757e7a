"""拓尔思 TRS WCM: static list pages whose pager is a script call (PORTALS §2.2).

Owns where the rows of a list are, what its pages may be called and how many it declares. Must not fetch:
`discovery` tries the pages and decides when the list ends.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from extractors.encoding import decode
from extractors.html.links import Link, folder_of, in_column, page_links
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 110

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


def recognises(html: bytes, url: str) -> bool:
    """By the call of its pager."""
    return b"createPage(" in html or b"createPageHTML(" in html


def rows(page: Response, column: str) -> list[Link]:
    """Links of the list that are articles: by the shape of their URL, or since they lie below the page itself."""
    url = page.final_url
    return [
        link
        for link in page_links(page.body, url)
        if _ARTICLE.search(path := urlsplit(link.url).path)
        or (in_column(link.url, url) and not _LIST_PAGE.search(path))
    ]


def next_pages(first: Response, number: int) -> list[Request]:
    """Requests that page `number` may be; the column's own page is the first.

    Portals count their pages from 0 or from 1, and the call does not tell which: both are given.
    """
    if number == 1:
        return []
    url = first.final_url
    call = _CALL.search(decode(first.body))
    name, _, ending = urlsplit(url).path.rpartition("/")[2].rpartition(".")
    stem = (call and call["stem"]) or name or "index"
    suffix = (call and call["suffix"]) or ending or "html"
    return [Request(urljoin(url, f"{stem}_{counted}.{suffix}")) for counted in (number - 1, number)]


def declared_pages(first: Response) -> int | None:
    """How many pages the pager declares; None where it does not. Declared counts lie at times (PORTALS §2.2)."""
    return _declared(decode(first.body))


def column_of(url: str) -> str:
    """The folder of the column; articles lie in folders of their months below it.

    >>> column_of("http://x.cn/zwgk/nb/202103/t20210325_1.html"), column_of("http://x.cn/zwgk/nb/index_1.html")
    ('x.cn/zwgk/nb/', 'x.cn/zwgk/nb/')
    """
    return folder_of(url)


def _declared(text: str) -> int | None:
    """The number of pages in the call of a pager.

    >>> _declared("createPageHTML('paging', 25, 1, 'index', 'html', 370)")
    25
    >>> _declared('createPageHTML(370, 25, 0, "index", "html")')
    25
    """
    call = _CALL.search(text)
    if call:
        numbers = [int(number) for number in call["numbers"].split(",")]
        # Three numbers are records, pages, current page (北京); two are pages, current page.
        return numbers[1] if len(numbers) == 3 else numbers[0]
    count = _PAGE_COUNT.search(text)
    return int(count[1] or count[2]) if count else None
