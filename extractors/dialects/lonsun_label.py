"""龙讯 Lonsun: 安徽, parts of 甘肃 湖北 四川 青海 (PORTALS §2.6).

Right for: pages with `labelName=publicInfoList` or `/public/column/` in their markup. The directory is
`/public/column/<organ>?type=4&catId=<n>&action=list`; rows are `div.xxgk_navli a` with `span.date`.

Paging: fragments of `/site/label/8888?labelName=publicInfoList&pageIndex=<n>&organId=&catId=…`, by GET or POST;
`pageCount:(N)` is in their script. A county's list contains articles of many organs, whose addresses name no list.
"""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from extractors.dialects.static_pages import links_of_rows
from extractors.html.links import Link
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 80
FINGERPRINTS = (b"labelName=publicInfoList", b"/public/column/")
ROWS = ".xxgk_navli"
LABEL = "/site/label/8888"
LABEL_QUERY = re.compile(re.escape(LABEL) + r"\?([^\"'\s<>]{0,1000}labelName=publicInfoList[^\"'\s<>]{0,1000})")
ORGAN = re.compile(r"/public/column/(\d+)")
SITE = re.compile(r"siteId['\"]?\s*[:=]\s*['\"]?(\d+)")
PAGE_COUNT = re.compile(r"pageCount['\"]?\s*+:\s*+\(?+\s*+['\"]?(\d{1,5})")
USUAL_QUERY = {
    "IsAjax": "1",
    "dataType": "html",
    "labelName": "publicInfoList",
    "pageSize": "20",
    "action": "list",
    "isDate": "true",
    "dateFormat": "yyyy-MM-dd",
    "type": "4",
}


def recognises(page: Response) -> bool:
    """Recognise the label of a list, or the address of a directory."""
    return any(sign in page.body for sign in FINGERPRINTS)


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the first link of each row, in the page or in a fragment."""
    return links_of_rows(page, ROWS, list_url)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the label's page, by GET, then by POST; none for page 1 if the list page contains its rows."""
    if number == 1 and rows(first, first.final_url):
        return []
    query = _query(first)
    if not query.get("organId"):
        return []
    query["pageIndex"] = str(number)
    address = urljoin(first.final_url, LABEL)
    return [
        Request(f"{address}?{urlencode(query)}", referer=first.final_url),
        Request(address, form=tuple(query.items()), referer=first.final_url),
    ]


def declared_pages(first: Response) -> int | None:
    """Return the number of pages in the script of the pager; None without it."""
    printed = PAGE_COUNT.search(first.text)
    return int(printed[1]) if printed else None


def _query(first: Response) -> dict[str, str]:
    """Return what the page asks its label with; if it names no such address, what the directory's own shows."""
    named = LABEL_QUERY.search(first.text)
    if named:
        return dict(parse_qsl(html.unescape(named[1]), keep_blank_values=True))
    parts = urlsplit(first.final_url)
    organ, site = ORGAN.search(parts.path), SITE.search(first.text)
    own = {name: value for name, value in parse_qsl(parts.query) if name in ("type", "catId")}
    return USUAL_QUERY | own | {"organId": organ[1] if organ else "", "siteId": site[1] if site else ""}
