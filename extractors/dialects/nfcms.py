"""NFCMS, the sibling of gkmlpt: column pages of 广东 (PORTALS §2.5).

Right for: pages whose script sets `NFCMS_SITE_ID` or `NFCMS_POST_ID`. Articles are `<column>/content/post_<id>.html`,
for telephones `mpost_<id>.html`.

Paging: static, `index.html` and then `index_2.html`; the number of pages is that of the link to the last one.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from extractors.dialects.static_pages import links_by_path, printed_pages
from extractors.html.links import Link
from extractors.urls import folder_of
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 15
FINGERPRINTS = (b"NFCMS_SITE_ID", b"NFCMS_POST_ID")
ARTICLE = re.compile(r"/content/m?post_\d+\.html$")
LIST_PAGE = re.compile(r"/([A-Za-z]\w*?)(?:_\d+)?\.html$")
NUMBERED = re.compile(r"_(\d{1,5})\.html$")


def recognises(page: Response) -> bool:
    """Recognise the identifiers in the script."""
    return any(sign in page.body for sign in FINGERPRINTS)


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the links to articles."""
    return links_by_path(page, ARTICLE)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the static page of that number; the list page itself is the first page."""
    return [] if number == 1 else [Request(urljoin(first.final_url, f"{_stem(first.final_url)}_{number}.html"))]


def declared_pages(first: Response) -> int | None:
    """Return the highest number in a link to a page of the list, else what the pager prints; None without a pager."""
    stem = urlsplit(urljoin(first.final_url, f"{_stem(first.final_url)}_")).path
    paths = [urlsplit(link.url).path for link in first.links]
    numbers = [NUMBERED.search(path) for path in paths if path.startswith(stem)]
    return max((int(number[1]) for number in numbers if number), default=None) or printed_pages(first)


def list_of(url: str) -> str:
    """Return the folder of the column, without that of its articles.

    >>> list_of("http://x.cn/zwgk/nb/content/post_77.html"), list_of("http://x.cn/zwgk/nb/index_2.html")
    ('x.cn/zwgk/nb/', 'x.cn/zwgk/nb/')
    """
    return folder_of(url).removesuffix("content/")


def _stem(url: str) -> str:
    named = LIST_PAGE.search(urlsplit(url).path)
    return named[1] if named else "index"
