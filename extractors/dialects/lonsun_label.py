"""龙讯 Lonsun: 安徽, parts of 甘肃 湖北 四川 青海 (PORTALS §2.6).

Facts: the directory is `/public/column/<organ>?type=4&catId=<n>&action=list`; its list is a fragment of
`/site/label/8888?labelName=publicInfoList&pageIndex=<n>&organId=&catId=…`, by GET or POST; rows are
`div.xxgk_navli a` with `span.date`; `pageCount:(N)` stands in its script. Must not fetch.
"""

from __future__ import annotations

import html as markup
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from extractors.encoding import decode
from extractors.html.links import Link, all_links, parse_page
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 80

_LABEL = "/site/label/8888"
_ADDRESS = re.compile(re.escape(_LABEL) + r"\?([^\"'\s<>]*labelName=publicInfoList[^\"'\s<>]*)")
_ORGAN = re.compile(r"/public/column/(\d+)")
_SITE = re.compile(r"siteId['\"]?\s*[:=]\s*['\"]?(\d+)")
_PAGES = re.compile(r"pageCount['\"]?\s*:\s*\(?\s*['\"]?(\d{1,5})")
_USUAL = {
    "IsAjax": "1",
    "dataType": "html",
    "labelName": "publicInfoList",
    "pageSize": "20",
    "action": "list",
    "isDate": "true",
    "dateFormat": "yyyy-MM-dd",
    "type": "4",
}


def recognises(html: bytes, url: str) -> bool:
    """By the label of its list, or by the address of a directory."""
    return b"labelName=publicInfoList" in html or b"/public/column/" in html


def rows(page: Response, column: str) -> list[Link]:
    """The first link of each line, in the page or in a fragment."""
    tree = parse_page(page.body)
    lines = [] if tree is None else tree.xpath("//*[contains(concat(' ', @class, ' '), ' xxgk_navli ')]")
    return [link for line in lines for link in all_links(line, column)[:1]]


def next_pages(first: Response, number: int) -> list[Request]:
    """The label's page, by GET, then by POST; none for page 1 where the column's page holds its rows."""
    if number == 1 and rows(first, first.final_url):
        return []
    asked = _asked(first)
    if not asked.get("organId"):
        return []
    asked["pageIndex"] = str(number)
    address = urljoin(first.final_url, _LABEL)
    return [
        Request(f"{address}?{urlencode(asked)}", referer=first.final_url),
        Request(address, form=tuple(asked.items()), referer=first.final_url),
    ]


def declared_pages(first: Response) -> int | None:
    """By the script of the pager."""
    printed = _PAGES.search(decode(first.body))
    return int(printed[1]) if printed else None


def column_of(url: str) -> str:
    """Nothing: lists are asked by organ and category, and a county's list holds articles of many organs."""
    return ""


def _asked(first: Response) -> dict[str, str]:
    """What the page asks its label with; where it names no such address, what the directory's own address says."""
    text = decode(first.body)
    named = _ADDRESS.search(text)
    if named:
        return dict(parse_qsl(markup.unescape(named[1]), keep_blank_values=True))
    parts = urlsplit(first.final_url)
    organ, site = _ORGAN.search(parts.path), _SITE.search(text)
    own = {name: value for name, value in parse_qsl(parts.query) if name in ("type", "catId")}
    return _USUAL | own | {"organId": organ[1] if organ else "", "siteId": site[1] if site else ""}
