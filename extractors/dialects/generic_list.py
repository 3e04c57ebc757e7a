"""Lists of any other make: static pages with links (PORTALS §2.0, §2.8).

Right for: pages that no other dialect recognises. Entries are below the folder of the list page, or have a day next to
them. A page that looks right may show another list's news.

Paging: by the pager's links, by a template with the page's number, or by trying the usual names `_1`, `_2`, `page=`,
`PageIndex=`, `pageNo=`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from extractors.dialects.static_pages import LAST_PAGE_WORDS, PRINTED_PAGES, numbered
from extractors.html.links import Link
from extractors.urls import folder_of, is_below, parameters, with_parameters
from extractors.web.frames import framed_or_redirect_pages
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 1000
LIST_PAGE = re.compile(
    r"/(?:(?:index|default|[A-Za-z_]*list)(?:[_-]?\d{1,3})?|\d{1,2})?(?:\.[a-z]{3,5})?$", re.IGNORECASE
)
# 辽宁 /web/…/202503251234567/index.shtml, 北京 /…/<12 digits>/index.shtml: an article in a folder of its own
OWN_FOLDER = re.compile(r"/\d{8,}/index\.s?html?$")
PAGER = re.compile(r"\d{1,4}|首页|上一?页|下一?页|尾页|末页|[<>«»‹›]+|[Nn]ext|[Ll]ast|第?\s*\d+\s*页")
NEXT = frozenset({"2", "下一页", "下页", "next", "Next", ">"})
PAGE_COUNT = re.compile(
    rf"{PRINTED_PAGES.pattern}|(?:totalPages?|pageCount|countPage)['\"]?\s*[:=]\s*['\"]?(\d{{1,5}})\b"
)
NUMBER = re.compile(r"\d+")
PARAMETERS = ("page", "PageIndex", "pageNo")
KNOWN_PARAMETERS = frozenset({"page", "pageindex", "pageno", "pagenum", "p"})


def recognises(page: Response) -> bool:
    """Recognise any page: this family is what is left."""
    return True


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the links below the folder of the list page; without any, those with a day.

    A frame may show the list instead: then links elsewhere do not count.
    """
    links = [link for link in page.links if not PAGER.fullmatch(link.title)]
    entries = [link for link in links if not _leads_to_list(link, list_url)]
    own = [link for link in entries if is_below(link.url, list_url)] if _has_folder(list_url) else []
    if own or framed_or_redirect_pages(page):
        return own
    return [link for link in entries if link.published_on]


def next_pages(first: Response, number: int) -> list[Request]:
    """Return what the pager's own links show; without such links, the usual names."""
    if number == 1:
        return []
    addresses = _from_pager(first, number) or _usual_names(first.final_url, number)
    return [Request(address, referer=first.final_url) for address in addresses]


def named_choice(first: Response) -> int | None:
    """Return the first request if the pager links to page 2, which shows how the others are called."""
    return 0 if _from_pager(first, 2) else None


def declared_pages(first: Response) -> int | None:
    """Return what the page prints or a script in it states, whichever is first, else the number of the last page.

    The last page's number is the one in the address of the link to it.
    """
    stated = PAGE_COUNT.search(first.text)
    if stated:
        return int(stated[1] or stated[2]) or None
    second, last = _linked_as(first.links, NEXT), _linked_as(first.links, LAST_PAGE_WORDS)
    if second is None or last is None:
        return None
    place = _place_of_number(second, first.final_url)
    numbers = NUMBER.findall(last)
    if place is None or place[0] >= len(numbers):
        return None
    return int(numbers[place[0]][:9]) + 2 - place[1]


def list_of(url: str) -> str:
    """Return the folder of the list page, without folders named by a day."""
    return folder_of(url)


def _from_pager(first: Response, number: int) -> list[str]:
    """Return page `number` by the link to page 2, counting up the number that differs from the first page's."""
    second = _linked_as(first.links, NEXT)
    place = _place_of_number(second, first.final_url) if second else None
    if second is None or place is None:
        return []
    at, counted = place
    printed = list(NUMBER.finditer(second))[at]
    return [second[: printed.start()] + str(counted + number - 2) + second[printed.end() :]]


def _usual_names(url: str, number: int) -> list[str]:
    """Return the addresses that page `number` has at most sites."""
    path = url.partition("?")[0]
    _, dot, suffix = path.rpartition(".")
    named = [numbered(url, count) for count in (number - 1, number)] if dot and "/" not in suffix else []
    if path.endswith("/"):
        named = [f"{path}index_{count}.html" for count in (number - 1, number)]
    known = [name for name in parameters(url) if name.lower() in KNOWN_PARAMETERS]
    return [*named, *(with_parameters(url, {name: str(number)}) for name in (known or PARAMETERS))]


def _linked_as(links: Iterable[Link], words: frozenset[str]) -> str | None:
    return next((link.url for link in links if link.title in words), None)


def _place_of_number(second: str, first: str) -> tuple[int, int] | None:
    """Return which number in the address of page 2 is the page's, and its value there: 1 or 2; None without one."""
    numbers = [int(number[:9]) for number in NUMBER.findall(second)]
    before = NUMBER.findall(first)
    counted = [at for at, value in enumerate(numbers) if value in (1, 2) and before[at : at + 1] != [str(value)]]
    return (counted[-1], numbers[counted[-1]]) if counted else None


def _has_folder(list_url: str) -> bool:
    """Return whether the list page is deeper than the root, below which everything is."""
    return folder_of(list_url).count("/") > 1


def _leads_to_list(link: Link, list_url: str) -> bool:
    """Return whether a link asks the list page's own script for something else, or is named like a list page.

    Links with a day next to them are entries whatever their name.
    """
    path = urlsplit(link.url).path
    if path == urlsplit(list_url).path:
        return True
    named = LIST_PAGE.search(path) is not None and OWN_FOLDER.search(path) is None
    return named and link.published_on is None
