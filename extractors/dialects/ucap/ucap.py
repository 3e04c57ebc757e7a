"""开普云 Ucap: gov.cn, 黑龙江 新疆 湖南 四川 西藏 云南, tax offices (PORTALS §2.4).

Right for: pages with `UCAPCONTENT` tags around an article, or that name `/common/search/`. Articles are
`/<site>/c<digits>/YYYYMM/….shtml`.

Paging: `/common/search/<channel>` if the page names it, which answers in JSON with `data.total`, `data.rows` and
`data.results`; otherwise the list is static, `<name>.shtml` and then `<name>_<n>.shtml`.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urljoin

from extractors.dialects.json_lists import Fields, json_links, pages_for, read_json, value_at, whole_number
from extractors.dialects.static_pages import PRINTED_PAGES, links_by_path, numbered
from extractors.html.links import Link
from extractors.urls import folder_of
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 70
FINGERPRINTS = (b"UCAPCONTENT", b"UCAP-CONTENT", b"/common/search/")
API = re.compile(r"/common/search/[0-9A-Za-z-]{8,64}")
ARTICLE = re.compile(r"/20\d{4}/(?:c\d{2}_\d+|[0-9a-f]{32}|content_\d+)\.s?html?$")
PAGE_COUNT = re.compile(rf"createPageHTML\(\s*(?:['\"][^'\"]{{0,100}}['\"]\s*,\s*)?(\d{{1,5}})|{PRINTED_PAGES.pattern}")
FIELDS = Fields(address=("url",), title=("title",), day=("publishedTimeStr", "publishedTime"))
PAGE_SIZE = 15
QUERY = {"_pageSize": PAGE_SIZE, "_isAgg": "true", "_isJson": "true", "_template": "index"}


def recognises(page: Response) -> bool:
    """Recognise the tags around an article, or the address of the API."""
    return any(sign in page.body for sign in FINGERPRINTS)


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the results of the API, or the links of a static list that are articles.

    A static page with articles of other lists alone is a page of another list.
    """
    results = value_at(read_json(page.text), "data", "results")
    if results is not None:
        return json_links(results, FIELDS, list_url)
    links = links_by_path(page, ARTICLE)
    own = folder_of(list_url)
    return links if page.final_url == list_url or any(folder_of(link.url) == own for link in links) else []


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the page of the API if the page names one, else the static page of that number."""
    api = API.search(first.text)
    if api:
        query = urlencode({"page": number, **QUERY})
        return [Request(urljoin(first.final_url, f"{api[0]}?{query}"), referer=first.final_url)]
    if number == 1:
        return []
    return [Request(numbered(first.final_url, counted)) for counted in (number - 1, number)]


def declared_pages(first: Response) -> int | None:
    """Return the pages that the results of the API fill, or what a static list states first: its pager or a number."""
    data = value_at(read_json(first.text), "data")
    if data is not None:
        size = whole_number(value_at(data, "rows")) or PAGE_SIZE
        return pages_for(whole_number(value_at(data, "total")), size)
    stated = PAGE_COUNT.search(first.text)
    return int(stated[1] or stated[2]) if stated else None
