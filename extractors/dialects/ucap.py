"""开普云 Ucap: gov.cn, 黑龙江 新疆 湖南 四川 西藏 云南, tax offices (PORTALS §2.4).

Facts: articles are `/<site>/c<digits>/YYYYMM/….shtml`; a page may ask `/common/search/<channel>`, which answers in
JSON with `data.total`, `data.rows` and `data.results`; otherwise the list is static, `<name>.shtml` and then
`<name>_<n>.shtml`. Must not fetch.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urljoin, urlsplit

from extractors.dialects.json_lists import Fields, link_of, objects, pages_for, read_json, value_at, whole_number
from extractors.encoding import decode
from extractors.html.links import Link, folder_of, page_links
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 70

_SIGNS = (b"UCAPCONTENT", b"UCAP-CONTENT", b"/common/search/")
_API = re.compile(r"/common/search/[0-9A-Za-z-]{8,64}")
_ARTICLE = re.compile(r"/20\d{4}/(?:c\d{2}_\d+|[0-9a-f]{32}|content_\d+)\.s?html?$")
_PAGES = re.compile(r"createPageHTML\(\s*(?:['\"][^'\"]*['\"]\s*,\s*)?(\d{1,5})|共\s*(\d{1,5})\s*页")
_FIELDS = Fields(("url",), ("title",), ("publishedTimeStr", "publishedTime"))
_PAGE_SIZE = 15


def recognises(html: bytes, url: str) -> bool:
    """By its tags around an article, or by the address of its API."""
    return any(sign in html for sign in _SIGNS)


def rows(page: Response, column: str) -> list[Link]:
    """The results of the API, or the links of a static list that are articles.

    A static page that holds articles of other columns alone is a page of another column.
    """
    results = value_at(read_json(page.body), "data", "results")
    if results is not None:
        links = (link_of(result, _FIELDS, column) for result in objects(results))
        return [link for link in links if link]
    found = [link for link in page_links(page.body, page.final_url) if _ARTICLE.search(urlsplit(link.url).path)]
    own = folder_of(column)
    return found if page.final_url == column or any(folder_of(link.url) == own for link in found) else []


def next_pages(first: Response, number: int) -> list[Request]:
    """The page of the API where the page names one, else the static page of that number."""
    api = _API.search(decode(first.body))
    if api:
        asked = {"page": number, "_pageSize": _PAGE_SIZE, "_isAgg": "true", "_isJson": "true", "_template": "index"}
        return [Request(urljoin(first.final_url, f"{api[0]}?{urlencode(asked)}"), referer=first.final_url)]
    if number == 1:
        return []
    stem, _, suffix = first.final_url.partition("?")[0].rpartition(".")
    return [Request(f"{stem}_{counted}.{suffix}") for counted in (number, number - 1)]


def declared_pages(first: Response) -> int | None:
    """By the number of results, or by the pager of a static list."""
    data = value_at(read_json(first.body), "data")
    if data is not None:
        size = whole_number(value_at(data, "rows")) or _PAGE_SIZE
        return pages_for(whole_number(value_at(data, "total")), size)
    printed = _PAGES.search(decode(first.body))
    return int(printed[1] or printed[2]) if printed else None


def column_of(url: str) -> str:
    """Nothing: results are asked by channel, and `rows` drops static pages of other columns."""
    return ""
