"""广东目录管理平台 gkmlpt: every level of government in 广东 (PORTALS §2.5).

Right for: pages whose script sets `window._CONFIG` with `SID` and the `TREE` of categories. Reports have their own tab
`/gkmlpt/annualreport#<category>`.

Paging: `/gkmlpt/api/all/<category>?page=<n>&sid=<SID>` gives 100 articles a page; page 0 equals page 1; past the end
it is 404 or empty. Articles are asked by category, and their addresses do not name it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from extractors.dialects.json_lists import Fields, json_links, objects, pages_for, read_json, value_at, whole_number
from extractors.dialects.static_pages import REPORT_WORDS
from extractors.html.links import Link
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 10
FINGERPRINT = b"_CONFIG"
SITE = re.compile(r"""\bSID['"]?\s*:\s*['"]?(\d+)""")
TREE = re.compile(r"""\bTREE['"]?\s*:\s*(?=\[)""")
CATEGORY = re.compile(r"#(\d+)$")
EVERYTHING = "0"
DAYS = ("display_publish_time", "date", "create_time", "created_at")
FIELDS = Fields(address=("url", "post_url"), title=("title",), day=DAYS)
PAGE_SIZE = 100


def recognises(page: Response) -> bool:
    """Recognise the configuration in the page."""
    return FINGERPRINT in page.body and SITE.search(page.text) is not None


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the articles of an answer of the API."""
    return json_links(value_at(read_json(page.text), "articles"), FIELDS, list_url)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the API's page: of the category in the address, else of the one that is named for the reports."""
    site = SITE.search(first.text)
    if site is None:
        return []
    named = CATEGORY.search(first.url)
    category = named[1] if named else _report_category(first.text)
    address = f"/gkmlpt/api/all/{category}?page={number}&sid={site[1]}"
    return [Request(urljoin(first.final_url, address), referer=first.final_url)]


def declared_pages(first: Response) -> int | None:
    """Return the pages that the articles of the category fill, by the number that the API states."""
    count = whole_number(value_at(read_json(first.text), "classify", "post_count"))
    return pages_for(count or None, PAGE_SIZE)


def categories(text: str) -> Iterator[dict[str, Any]]:
    """Yield the categories in the tree of a page from top to bottom, whatever its depth."""
    start = TREE.search(text)
    if start is None:
        return
    try:
        tree, _ = json.JSONDecoder().raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return
    left = list(objects(tree))
    while left:
        category = left.pop(0)
        yield category
        left[:0] = objects(category.get("children"))


def _report_category(text: str) -> str:
    """Return the first category that is named for annual reports; without one, that of everything."""
    named = (category for category in categories(text) if REPORT_WORDS.search(str(category.get("name", ""))))
    numbers = (whole_number(category.get("id")) for category in named)
    return next((str(number) for number in numbers if number is not None), EVERYTHING)
