"""新点 Epoint, WebBuilder: 江苏, 许昌 in 河南, trading centres (PORTALS §2.7).

Right for: pages with `EWB-FRONT`, `webBuilderCommon.js` or `govInfoPub` in their markup. The category's number is in
the address (`/category/035/035001/govlist.html`, also inside `specialurl=`), the organ's code before it
(`/govxxgk/<code>/`); `webBuilderCommon.js` contains `siteInfo` with `projectName` and `siteGuid`.

Paging: `POST <projectName>/rest/lightfrontaction/getgovinfolist` answers with `custom.data`; whether its `pageIndex`
counts from 0 or 1 differs. Pages that cannot be asked so are read as static lists.
"""

from __future__ import annotations

import json
import re
from urllib.parse import unquote, urljoin

from extractors.dialects import generic_list
from extractors.dialects.json_lists import Fields, json_links, pages_for, read_json, value_at, whole_number
from extractors.html.links import Link
from extractors.urls import absolute
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 60
FINGERPRINTS = (b"EWB-FRONT", b"webBuilderCommon.js", b"govInfoPub")
SCRIPT = re.compile(r"""['"]([^'"\s<>]{0,300}webBuilderCommon\.js[^'"\s<>]{0,300})['"]""")
SITE = re.compile(r"""siteGuid['"]?\s*[:=]\s*['"]([^'"]+)['"]""")
PROJECT = re.compile(r"""projectName['"]?\s*[:=]\s*['"]([^'"]+)['"]""")
CATEGORY = re.compile(r"/category/(?:\d+/)*(\d{3,})/")
ORGAN = re.compile(r"/govxxgk/([0-9A-Za-z]+)/")
ACTION = "rest/lightfrontaction/getgovinfolist"
FIELDS = Fields(address=("infourl",), title=("realtitle", "title"), day=("infodate", "pubdate", "webdate"))
PAGE_SIZE = 15


def recognises(page: Response) -> bool:
    """Recognise the scripts."""
    return any(sign in page.body for sign in FINGERPRINTS)


def script(first: Response) -> Request | None:
    """Return the script with `siteInfo`; None if the page contains it itself."""
    named = SCRIPT.search(first.text)
    if named is None or SITE.search(first.text) or not CATEGORY.search(unquote(first.final_url)):
        return None
    address = absolute(named[1], first.final_url)
    return Request(address, referer=first.final_url) if address else None


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the entries of an answer of the API, or those of a static list."""
    data = value_at(read_json(page.text), "custom")
    if data is None:
        return generic_list.rows(page, list_url)
    return json_links(value_at(data, "data"), FIELDS, list_url)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the API's page, counted from 0 and from 1; the pages of a static list if the API cannot be asked."""
    site, project = SITE.search(first.text), PROJECT.search(first.text)
    url = unquote(first.final_url)
    category, organ = CATEGORY.search(url), ORGAN.search(url)
    if site is None or category is None:
        return generic_list.next_pages(first, number)
    address = urljoin(first.final_url, f"/{project[1].strip('/')}/{ACTION}" if project else f"/{ACTION}")
    query = {"deptcode": organ[1] if organ else "", "categorynum": category[1], "siteGuid": site[1]}
    pages = [query | {"pageIndex": counted, "pageSize": PAGE_SIZE} for counted in (number - 1, number)]
    return [Request(address, json=json.dumps(page), referer=first.final_url) for page in pages]


def named_choice(first: Response) -> int | None:
    """Return the second request if the API can be asked: it names both, and a wrong origin loses no page."""
    has_api = CATEGORY.search(unquote(first.final_url)) and SITE.search(first.text)
    return 1 if has_api else generic_list.named_choice(first)


def declared_pages(first: Response) -> int | None:
    """Return the pages that the entries fill, by the number that the API counts; None if it counts none."""
    custom = value_at(read_json(first.text), "custom")
    if custom is None:
        return generic_list.declared_pages(first)
    return pages_for(whole_number(value_at(custom, "total")), PAGE_SIZE)
