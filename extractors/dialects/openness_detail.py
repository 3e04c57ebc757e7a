"""The platform of 马鞍山 with addresses below `/xxgk/openness/` (PORTALS §2.6; its vendor is unknown).

Right for: pages that link to `/xxgk/openness/detail/annual_report/<24 hex>.html`; other articles have other words in
the place of `annual_report`. The address of its lists is not known.

Paging: by the links of the pager, or by the usual names, as in lists of no known make.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from extractors.dialects import generic_list
from extractors.dialects.static_pages import links_by_path
from extractors.html.links import Link
from extractors.urls import folder_of
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 92
FINGERPRINT = b"/xxgk/openness/detail/annual_report/"
ARTICLE = re.compile(r"/xxgk/openness/detail/(\w+)/[0-9a-f]{24}\.html$")


def recognises(page: Response) -> bool:
    """Recognise the address of a report."""
    return FINGERPRINT in page.body


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the links to articles."""
    return links_by_path(page, ARTICLE)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return what the links of the pager show; without such links, the usual names."""
    return generic_list.next_pages(first, number)


def named_choice(first: Response) -> int | None:
    """Return the first request if the pager links to page 2."""
    return generic_list.named_choice(first)


def declared_pages(first: Response) -> int | None:
    """Return what the pager prints, or the number in its link to the last page; None without a pager."""
    return generic_list.declared_pages(first)


def list_of(url: str) -> str:
    """Return the kind in the address of an article; a list's own address names none that is known.

    >>> list_of("http://x.cn/xxgk/openness/detail/annual_report/65f0c1d2e3a4b5c6d7e8f901.html")
    'annual_report/'
    """
    named = ARTICLE.search(urlsplit(url).path)
    return f"{named[1]}/" if named else folder_of(url)
