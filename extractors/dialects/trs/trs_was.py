"""拓尔思 WAS, a search server whose results are a list: 教育部 (PORTALS §2.2).

Right for: list pages at `/was5/web/search?channelid=<n>`, and pages that frame or link such an address under a name of
reports. The form of a search in the chrome of a page is no list.

Paging: `page=<n>` in that address.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from extractors.dialects import generic_list
from extractors.dialects.static_pages import REPORT_WORDS, printed_pages
from extractors.html.links import Link
from extractors.urls import parameters, with_parameters
from extractors.web.frames import framed_or_redirect_pages
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 106
SEARCH = "/was5/web/search"
PAGE = re.compile(r"[?&;]page=(\d{1,5})\b")


def recognises(page: Response) -> bool:
    """Recognise the address of the server, of the page itself or in it, with the number of a channel."""
    return _is_search(page.final_url) or f"{SEARCH}?".encode() in page.body


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the links of the results that lead to articles: away from the server, with a day or a report's name."""
    away = [link for link in page.links if not urlsplit(link.url).path.startswith("/was5/")]
    named = [link for link in away if link.published_on or REPORT_WORDS.search(link.title)]
    return named if _is_search(page.final_url) else []


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the search with the number of the page; the list page itself is the first page if it is the search."""
    if _is_search(first.final_url):
        return [] if number == 1 else [Request(_numbered(first.final_url, number), referer=first.final_url)]
    named = [link.url for link in first.links if REPORT_WORDS.search(link.title)]
    addresses = [url for url in (*framed_or_redirect_pages(first), *named) if _is_search(url)]
    return [Request(_numbered(url, number), referer=first.final_url) for url in addresses[:1]]


def declared_pages(first: Response) -> int | None:
    """Return what the pager prints, or the highest number in its links; None without a pager."""
    numbers = [int(number) for link in first.links if _is_search(link.url) for number in PAGE.findall(link.url)]
    return printed_pages(first) or max(numbers, default=None) or generic_list.declared_pages(first)


def _is_search(url: str) -> bool:
    return urlsplit(url).path == SEARCH and "channelid" in parameters(url)


def _numbered(url: str, number: int) -> str:
    return with_parameters(url, {"page": str(number)})
