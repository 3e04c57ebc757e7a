"""新点 Epoint, WebBuilder: 江苏, 许昌 in 河南, trading centres (PORTALS §2.7).

Facts: the category's number stands in the address (`/category/035/035001/govlist.html`, also inside `specialurl=`),
the organ's code before it (`/govxxgk/<code>/`); `webBuilderCommon.js` holds `siteInfo` with `projectName` and
`siteGuid`; `POST <projectName>/rest/lightfrontaction/getgovinfolist` answers with `custom.data`; whether its
`pageIndex` counts from 0 or 1 differs. Must not fetch.
"""

from __future__ import annotations

import json
import re
from urllib.parse import unquote, urljoin

from extractors.dialects import generic_list
from extractors.dialects.json_lists import Fields, link_of, objects, pages_for, read_json, value_at, whole_number
from extractors.encoding import decode
from extractors.html.links import Link
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 60

_SIGNS = (b"EWB-FRONT", b"webBuilderCommon.js", b"govInfoPub")
_SCRIPT = re.compile(r"""['"]([^'"\s<>]*webBuilderCommon\.js[^'"\s<>]*)['"]""")
_SITE = re.compile(r"""siteGuid['"]?\s*[:=]\s*['"]([^'"]+)['"]""")
_PROJECT = re.compile(r"""projectName['"]?\s*[:=]\s*['"]([^'"]+)['"]""")
_CATEGORY = re.compile(r"/category/(?:\d+/)*(\d{3,})/")
_ORGAN = re.compile(r"/govxxgk/([0-9A-Za-z]+)/")
_ACTION = "rest/lightfrontaction/getgovinfolist"
_FIELDS = Fields(("infourl",), ("realtitle", "title"), ("infodate", "pubdate", "webdate"))
_PAGE_SIZE = 15


def recognises(html: bytes, url: str) -> bool:
    """By its scripts."""
    return any(sign in html for sign in _SIGNS)


def script(first: Response) -> Request | None:
    """The script with `siteInfo`, where the page does not hold it itself."""
    text = decode(first.body)
    named = _SCRIPT.search(text)
    if named is None or _SITE.search(text) or not _CATEGORY.search(unquote(first.final_url)):
        return None
    return Request(urljoin(first.final_url, named[1]), referer=first.final_url)


def rows(page: Response, column: str) -> list[Link]:
    """The entries of an answer of the API; those of a page where it is a static list."""
    data = value_at(read_json(page.body), "custom")
    if data is None:
        return generic_list.rows(page, column)
    links = (link_of(entry, _FIELDS, column) for entry in objects(value_at(data, "data")))
    return [link for link in links if link]


def next_pages(first: Response, number: int) -> list[Request]:
    """The API's page, counted from 0 and from 1; the pages of a static list where the API cannot be asked."""
    text, url = decode(first.body), unquote(first.final_url)
    site, project = _SITE.search(text), _PROJECT.search(text)
    category, organ = _CATEGORY.search(url), _ORGAN.search(url)
    if site is None or category is None:
        return generic_list.next_pages(first, number)
    address = urljoin(first.final_url, f"/{project[1].strip('/')}/{_ACTION}" if project else f"/{_ACTION}")
    asked = {"deptcode": organ[1] if organ else "", "categorynum": category[1], "siteGuid": site[1]}
    pages = [asked | {"pageIndex": counted, "pageSize": _PAGE_SIZE} for counted in (number - 1, number)]
    return [Request(address, json=json.dumps(page), referer=first.final_url) for page in pages]


def declared_pages(first: Response) -> int | None:
    """By the number of entries that the API counts; None where it does not."""
    custom = value_at(read_json(first.body), "custom")
    if custom is None:
        return generic_list.declared_pages(first)
    return pages_for(whole_number(value_at(custom, "total")), _PAGE_SIZE)


def column_of(url: str) -> str:
    """Nothing: the API is asked by category."""
    return ""
