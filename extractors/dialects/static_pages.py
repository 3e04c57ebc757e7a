"""Lists whose pages are plain HTML: the rows by a selector or by their addresses, and pagers.

Owns what several dialects do alike.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from extractors.html.links import Link, base_of, links_of
from extractors.web.response import Response

LAST_PAGE_WORDS = frozenset({"尾页", "末页", "最后一页", "last", "Last", ">>"})
"""What the link to the last page of a list is called."""

REPORT_WORDS = re.compile("年报|年度报告")
"""What a list of reports is called among others."""

PRINTED_PAGES = re.compile(r"共\s*(?:<[^<>]*>\s*)?(\d{1,5})\s*(?:<[^<>]*>\s*)?页")


def links_by_path(page: Response, path: re.Pattern[str]) -> list[Link]:
    """Return the links of a page, on its own host, whose path matches."""
    return [link for link in page.links if path.search(urlsplit(link.url).path)]


def links_of_rows(page: Response, rows: str, url: str) -> list[Link]:
    """Return the first link of each row that the CSS selector `rows` finds: a row may be an anchor itself.

    `url` is what addresses are relative to.
    """
    base = base_of(page.soup, url)
    anchors = ([row] if row.name == "a" else row.find_all("a") for row in page.soup.select(rows))
    return [link for row in anchors for link in links_of(row, base, charset=page.charset)[:1]]


def printed_pages(page: Response) -> int | None:
    """Return how many pages a pager prints, as in `共3页`; None if it prints no number."""
    printed = PRINTED_PAGES.search(page.text)
    return int(printed[1]) if printed else None


def numbered(url: str, number: int) -> str:
    """Return the address of page `number` of a static list, named as most systems do.

    >>> numbered("http://x.cn/nb/list.shtml?a=1", 2)
    'http://x.cn/nb/list_2.shtml'
    """
    stem, _, suffix = url.partition("?")[0].rpartition(".")
    return f"{stem}_{number}.{suffix}"
