"""广东目录管理平台 gkmlpt: every level of government in 广东 (PORTALS §2.5).

Facts: the page holds `window._CONFIG` with `SID` and the `TREE` of categories; reports have their own tab
`/gkmlpt/annualreport#<category>`; `/gkmlpt/api/all/<category>?page=<n>&sid=<SID>` gives 100 articles a page; page 0
equals page 1; past the end it is 404 or empty. Must not fetch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from extractors.dialects.json_lists import Fields, link_of, objects, pages_for, read_json, value_at, whole_number
from extractors.encoding import decode
from extractors.html.links import Link
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 10

_FIELDS = Fields(("url", "post_url"), ("title",), ("display_publish_time", "date", "create_time", "created_at"))
_PAGE_SIZE = 100
_SITE = re.compile(r"""\bSID['"]?\s*:\s*['"]?(\d+)""")
_TREE = re.compile(r"""\bTREE['"]?\s*:\s*(?=\[)""")
_CATEGORY = re.compile(r"#(\d+)$")
_REPORTS = re.compile("年报|年度报告")
_EVERYTHING = "0"


def recognises(html: bytes, url: str) -> bool:
    """By its configuration in the page."""
    return b"_CONFIG" in html and _SITE.search(html.decode("latin-1")) is not None


def rows(page: Response, column: str) -> list[Link]:
    """The articles of an answer of the API."""
    articles = objects(value_at(read_json(page.body), "articles"))
    links = (link_of(article, _FIELDS, column) for article in articles)
    return [link for link in links if link]


def next_pages(first: Response, number: int) -> list[Request]:
    """The API's page: the category of the address, else the one of the tree that is named for the reports."""
    text = decode(first.body)
    site = _SITE.search(text)
    if site is None:
        return []
    named = _CATEGORY.search(first.url)
    category = named[1] if named else _report_category(text)
    address = f"/gkmlpt/api/all/{category}?page={number}&sid={site[1]}"
    return [Request(urljoin(first.final_url, address), referer=first.final_url)]


def declared_pages(first: Response) -> int | None:
    """By the number of articles that the category is said to hold."""
    count = whole_number(value_at(read_json(first.body), "classify", "post_count"))
    return pages_for(count or None, _PAGE_SIZE)


def column_of(url: str) -> str:
    """Nothing: articles are asked by category, and their addresses do not name it."""
    return ""


def _report_category(text: str) -> str:
    """The first category of the tree that is named for annual reports; the one that holds everything where none is."""
    start = _TREE.search(text)
    if start is None:
        return _EVERYTHING
    try:
        tree, _ = json.JSONDecoder().raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return _EVERYTHING
    found = (node for node in _nodes(tree) if _REPORTS.search(str(node.get("name", ""))))
    return next((str(node["id"]) for node in found if whole_number(node.get("id")) is not None), _EVERYTHING)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """The nodes of a tree from top to bottom, whatever its depth."""
    left = list(objects(tree))
    while left:
        node = left.pop(0)
        yield node
        left[:0] = objects(node.get("children"))
