"""拓尔思 TRS WCM: static list pages whose pager is a script call (PORTALS §2.2).

Right for: pages that call `createPageHTML(…)` or `createPage(…)`. Articles are `t<date>_<id>.html` in folders of their
months below the list page.

Paging: `<stem>_<n>.<suffix>`, named by the call. Portals count from 0 or from 1, and the call does not show which.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from extractors.html.links import Link
from extractors.urls import folder_of, is_below
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 110
FINGERPRINTS = (b"createPage(", b"createPageHTML(")
# ./202103/t20210325_1001.html, and attachments next to it that some lists link directly.
ARTICLE = re.compile(r"/t\d{8}_\d+\.s?html?$|/P0\d{8,}\.[A-Za-z]{3,4}$")
LIST_PAGE = re.compile(r"/(?:index|[A-Za-z_]*list)?(?:_\d+)?(?:\.s?html?)?$", re.IGNORECASE)
# createPageHTML(25, 0, "index", "shtml"), createPageHTML('paging', 25, 1, 'index', 'html', 370), createPage(25, 0, …)
PAGER = re.compile(
    r"""createPage(?:HTML)?\(\s*(?:['"][^'"]*['"]\s*,\s*)?(?P<numbers>\d+(?:\s*,\s*\d+)*)\s*,\s*"""
    r"""['"](?P<stem>[\w-]+)['"]\s*,\s*['"](?P<suffix>\w+)['"]"""
)
PAGE_COUNT = re.compile(
    r"""(?:totalPage|pageCount|countPage)['"]?\s*[:=]\s*['"]?(\d{1,9})|setPage['"]\s*,\s*\d+\s*,\s*(\d{1,9})"""
)


def recognises(page: Response) -> bool:
    """Recognise the call of the pager."""
    return any(sign in page.body for sign in FINGERPRINTS)


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the links to articles: by the shape of their URL, or because they are below the page itself."""
    return [link for link in page.links if _is_article(link.url, page.final_url)]


def next_pages(first: Response, number: int) -> list[Request]:
    """Return both addresses that page `number` may have; the list page itself is the first page."""
    if number == 1:
        return []
    url = first.final_url
    call = PAGER.search(first.text)
    name, _, ending = urlsplit(url).path.rpartition("/")[2].rpartition(".")
    stem = (call and call["stem"]) or name or "index"
    suffix = (call and call["suffix"]) or ending or "html"
    return [Request(urljoin(url, f"{stem}_{counted}.{suffix}")) for counted in (number - 1, number)]


def named_choice(first: Response) -> int | None:
    """Return by the number of the first page in the call whether page 2 is called 1 or 2; None without a call.

    A list whose first page is 0 and whose `_1` is gone lacks its second page, or counts from 1 in spite of its call.
    """
    call = PAGER.search(first.text)
    return min(_numbers(call)[-1], 1) if call else None


def declared_pages(first: Response) -> int | None:
    """Return how many pages the pager declares, at times wrongly (PORTALS §2.2); None if it declares none."""
    return _declared(first.text)


def list_of(url: str) -> str:
    """Return the folder of the list page; articles are in folders of their months below it.

    >>> list_of("http://x.cn/zwgk/nb/202103/t20210325_1.html"), list_of("http://x.cn/zwgk/nb/index_1.html")
    ('x.cn/zwgk/nb/', 'x.cn/zwgk/nb/')
    """
    return folder_of(url)


def _is_article(url: str, page_url: str) -> bool:
    path = urlsplit(url).path
    return ARTICLE.search(path) is not None or (is_below(url, page_url) and LIST_PAGE.search(path) is None)


def _declared(text: str) -> int | None:
    """Return the number of pages in the call of a pager.

    >>> _declared("createPageHTML('paging', 25, 1, 'index', 'html', 370)")
    25
    >>> _declared('createPageHTML(370, 25, 0, "index", "html")')
    25
    """
    call = PAGER.search(text)
    if call:
        numbers = _numbers(call)
        # Three numbers are records, pages, current page (北京); two are pages, current page.
        return numbers[1] if len(numbers) == 3 else numbers[0]
    count = PAGE_COUNT.search(text)
    return int(count[1] or count[2]) if count else None


def _numbers(call: re.Match[str]) -> list[int]:
    """Return the numbers of a call: records if they come first, pages, and the current page."""
    return [int(number.strip()[:9]) for number in call["numbers"].split(",")]
