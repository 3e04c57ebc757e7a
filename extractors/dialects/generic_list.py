"""Lists of any other make: static pages with links (PORTALS §2.0, §2.8).

Facts: entries lie below the folder of the column, or carry a day beside them; the next page is told by the pager's
links, by a template with the page's number, or is found by trying the usual names `_1`, `_2`, `page=`, `PageIndex=`,
`pageNo=`. A page that looks right may show another column's news. Must not fetch.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from extractors.encoding import decode
from extractors.html.links import Link, folder_of, framed_or_redirect_pages, in_column, page_links
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 1000

_LIST_PAGE = re.compile(
    r"/(?:(?:index|default|[A-Za-z_]*list)(?:[_-]?\d{1,3})?|\d{1,2})?(?:\.[a-z]{3,5})?$", re.IGNORECASE
)
# 辽宁 /web/…/202503251234567/index.shtml, 北京 /…/<12 digits>/index.shtml: an article in a folder of its own
_OWN_FOLDER = re.compile(r"/\d{8,}/index\.s?html?$")
_PAGER = re.compile(r"\d{1,4}|首页|上一?页|下一?页|尾页|末页|[<>«»‹›]+|[Nn]ext|[Ll]ast|第?\s*\d+\s*页")
_NEXT = frozenset({"2", "下一页", "下页", "next", "Next", ">"})
_LAST = frozenset({"尾页", "末页", "最后一页", "last", "Last", ">>"})
_PAGES = re.compile(
    r"共\s*(?:<[^<>]*>\s*)?(\d{1,5})\s*(?:<[^<>]*>\s*)?页|(?:totalPages?|pageCount|countPage)['\"]?\s*[:=]\s*['\"]?(\d{1,5})\b"
)
_NUMBER = re.compile(r"\d+")
_PARAMETERS = ("page", "PageIndex", "pageNo")


def recognises(html: bytes, url: str) -> bool:
    """Any page: this family is what is left."""
    return True


def rows(page: Response, column: str) -> list[Link]:
    """The links below the folder of the column; without any, those with a day, unless a frame may hold the list."""
    links = [link for link in page_links(page.body, page.final_url) if not _PAGER.fullmatch(link.title)]
    entries = [link for link in links if not _leads_to_list(link, column)]
    own = [link for link in entries if in_column(link.url, column)] if _has_folder(column) else []
    if own or framed_or_redirect_pages(page.body, page.final_url):
        return own
    return [link for link in entries if link.published_on]


def next_pages(first: Response, number: int) -> list[Request]:
    """What the pager's own links tell; without such links, the usual names."""
    if number == 1:
        return []
    url = first.final_url
    templated = _from_pager(first, number)
    if templated:
        return [Request(address, referer=url) for address in templated]
    path, _, query = url.partition("?")
    stem, dot, suffix = path.rpartition(".")
    named = [f"{stem}_{count}.{suffix}" for count in (number - 1, number)] if dot and "/" not in suffix else []
    if path.endswith("/"):
        named = [f"{path}index_{count}.html" for count in (number - 1, number)]
    asked = dict(parse_qsl(query, keep_blank_values=True))
    known = [name for name in asked if name.lower() in {"page", "pageindex", "pageno", "pagenum", "p"}]
    queries = [urlencode(asked | {name: str(number)}) for name in (known or _PARAMETERS)]
    return [Request(address, referer=url) for address in (*named, *(f"{path}?{query}" for query in queries))]


def declared_pages(first: Response) -> int | None:
    """By what the page prints or its script says, else by the number in the link to the last page."""
    printed = _PAGES.search(decode(first.body))
    if printed:
        return int(printed[1] or printed[2]) or None
    links = page_links(first.body, first.final_url)
    second = _linked_as(links, _NEXT)
    last = _linked_as(links, _LAST)
    if second is None or last is None:
        return None
    place = _place_of_number(second, first.final_url)
    numbers = list(_NUMBER.finditer(last))
    if place is None or place[0] >= len(numbers):
        return None
    return int(numbers[place[0]][0]) + 2 - place[1]


def column_of(url: str) -> str:
    """The folder of the column, without those named by a day."""
    return folder_of(url)


def _from_pager(first: Response, number: int) -> list[str]:
    """Page `number` by the link to page 2: the number in it that the first page lacks, or has lower by one."""
    second = _linked_as(page_links(first.body, first.final_url), _NEXT)
    place = _place_of_number(second, first.final_url) if second else None
    if second is None or place is None:
        return []
    at, counted = place
    found = list(_NUMBER.finditer(second))[at]
    return [second[: found.start()] + str(counted + number - 2) + second[found.end() :]]


def _linked_as(links: list[Link], words: frozenset[str]) -> str | None:
    return next((link.url for link in links if link.title in words), None)


def _place_of_number(second: str, first: str) -> tuple[int, int] | None:
    """Which number in the address of page 2 is the page's, and what it is there: 1 or 2; None where none is."""
    numbers = [int(found[0][:9]) for found in _NUMBER.finditer(second)]
    before = _NUMBER.findall(first)
    counted = [at for at, value in enumerate(numbers) if value in (1, 2) and before[at : at + 1] != [str(value)]]
    return (counted[-1], numbers[counted[-1]]) if counted else None


def _has_folder(column: str) -> bool:
    """Whether the column lies deeper than the root, below which everything lies."""
    return folder_of(column).count("/") > 1


def _leads_to_list(link: Link, column: str) -> bool:
    """Whether a link asks the column's own script for something else, or by its name leads to a page of a list.

    Links with a day beside them are entries whatever their name.
    """
    path = urlsplit(link.url).path
    if path == urlsplit(column).path:
        return True
    named = _LIST_PAGE.search(path) is not None and _OWN_FOLDER.search(path) is None
    return named and link.published_on is None
