"""大汉 Hanweb with jpage lists: 江苏 浙江 山东 甘肃 江西, many ministries (PORTALS §2.1).

Right for: pages with `dataproxy.jsp` or `<datastore>` in their markup. The visible list is empty; rows are in a
`<datastore>` inside a script, a group of display pages at once (60 records of 20). At some sites the rows are in the
page itself.

Paging: `dataproxy.jsp` gives the other groups, by GET at some sites and POST at others, at times only with Referer.
Often `startrecord` is ignored and only `page` works, so both are sent. Encrypted parameters in `<nextgroup>` answer
with next to nothing. Records are asked by list, and a list may contain articles of others.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

from extractors.dialects.hanweb.records import RECORD_COUNT, record_links, records
from extractors.dialects.json_lists import pages_for
from extractors.dialects.static_pages import links_by_path
from extractors.html.links import Link
from extractors.urls import absolute, parameters
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 30
FINGERPRINTS = (b"dataproxy.jsp", b"<datastore>")
ARTICLE = re.compile(r"/art/")
NEXT_GROUP = re.compile(r"""<nextgroup>.{0,200}?([^'"\s<>\[=]{0,300}dataproxy\.jsp\?[^'"<>\]\s]*)""", re.DOTALL)
PROXY = re.compile(r"""['"]([^'"\s<>]{0,300}dataproxy\.jsp[^'"\s<>]{0,2000})['"]""")
PAGE_SIZE = re.compile(r"perPage['\"]?\s*[:=]\s*['\"]?(\d{1,3})\b", re.IGNORECASE)
USUAL_PAGE_SIZE = 15
PAGING = ("page", "startrecord", "endrecord", "perpage")


def recognises(page: Response) -> bool:
    """Recognise the address of the API, or the rows."""
    return any(sign in page.body for sign in FINGERPRINTS)


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the records of the datastore; without any, the page's own links to articles."""
    return record_links(page.text, list_url, page.charset) or links_by_path(page, ARTICLE)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the display page after the group in the list page, by GET, then as jpage itself posts it."""
    proxy = _proxy(first.text)
    in_page = len(records(first.text)) or len(links_by_path(first, ARTICLE))
    if proxy is None or (number == 1 and in_page):
        return []
    size = _page_size(first.text)
    start = in_page + (number - (2 if in_page else 1)) * size + 1
    target = absolute(proxy, first.final_url, first.charset)
    if target is None:
        return []
    address = target.partition("?")[0]
    fixed = [pair for pair in parameters(target).items() if pair[0] not in PAGING]
    window = [("startrecord", str(start)), ("endrecord", str(start + size - 1)), ("perpage", str(size))]
    query = urlencode([("page", str(-(-start // size))), *fixed, *window], errors="surrogateescape")
    return [
        Request(f"{address}?{query}", referer=first.final_url),
        Request(f"{address}?{urlencode(window)}", form=(("col", "1"), *fixed), referer=first.final_url),
    ]


def named_choice(first: Response) -> int | None:
    """Return None: an answer without records may be the end, or what the API says to parameters that it refuses."""
    return None


def declared_pages(first: Response) -> int | None:
    """Return one for the first answer plus the number of display pages after it; None if no total is stated."""
    printed = RECORD_COUNT.search(first.text)
    if printed is None:
        return None
    more = int(printed[1] or printed[2]) - len(records(first.text))
    return 1 + (pages_for(max(more, 0), _page_size(first.text)) or 0)


def _proxy(text: str) -> str | None:
    """Return the address of the API with its parameters; that of `<nextgroup>` is complete."""
    group = NEXT_GROUP.search(text)
    if group:
        return html.unescape(group[1])
    named = sorted(PROXY.findall(text), key=len)
    return html.unescape(named[-1]) if named else None


def _page_size(text: str) -> int:
    printed = PAGE_SIZE.search(text)
    return max(int(printed[1]), 1) if printed else USUAL_PAGE_SIZE
