"""博达 VSB: universities; counties of 云南 甘肃 四川 and the west (PORTALS §2.3).

Right for: pages with `vsb_content`, `v_news_content`, `p_pages` or `_sitegray` in their markup. The list is `b.htm`,
articles are `/info/<category>/<id>.htm`; rows are `li[id^=line_]` with the full title in `@title`.

Paging: numbered in reverse. Page 1 is `b.htm`, page 2 `b/<total-1>.htm`, the last `b/1.htm`; the pager prints `共N页`
or the number of records.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from extractors.dialects.static_pages import links_by_path, links_of_rows, printed_pages
from extractors.html.links import Link
from extractors.urls import folder_of
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 100
FINGERPRINTS = (b"vsb_content", b"v_news_content", b"p_pages", b"_sitegray")
ROWS = "[id^=line_]"
ARTICLE = re.compile(r"/info/\d+/\d+\.htm$")


def recognises(page: Response) -> bool:
    """Recognise the pager, or the names of the page's parts."""
    return any(sign in page.body for sign in FINGERPRINTS)


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the links of the rows; if the page names no rows, its links to articles."""
    if page.soup.select_one(ROWS):
        return links_of_rows(page, ROWS, page.final_url)
    return links_by_path(page, ARTICLE)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return page `total - number + 1`: old pages keep their address, and the number of page 2 grows."""
    total = declared_pages(first)
    if number == 1 or total is None or number > total:
        return []
    stem, _, suffix = first.final_url.partition("?")[0].rpartition(".")
    return [Request(f"{stem}/{total - number + 1}.{suffix}")]


def declared_pages(first: Response) -> int | None:
    """Return the number in the address of page 2 and one more, else what the pager prints; None without a pager."""
    paged = re.compile(re.escape(urlsplit(first.final_url).path.rpartition(".")[0]) + r"/(\d{1,5})\.html?$")
    matches = [paged.search(urlsplit(link.url).path) for link in first.links]
    numbers = [int(match[1]) for match in matches if match]
    return max(numbers) + 1 if numbers else printed_pages(first)


def list_of(url: str) -> str:
    """Return the category in the address of an article; a list's own address names none.

    >>> list_of("http://x.cn/info/1037/6799.htm"), list_of("http://x.cn/zwgk/nb.htm")
    ('x.cn/info/1037/', 'x.cn/zwgk/nb/')
    """
    if ARTICLE.search(urlsplit(url).path):
        return folder_of(url)
    stem, dot, suffix = url.rpartition(".")
    return folder_of(f"{stem}/" if dot and suffix in ("htm", "html") else url)
