"""拓尔思 IGS, a search server that lists articles: 天津, 南京, 湖北, 贵州 (PORTALS §2.2).

Right for: pages that name `/igs/front/search.jhtml`, `/igs/front/search/list.html` or `…/publish/data/list.html`.

Paging: that address with `pageNumber`, which answers in JSON with `page.total` and `page.content`. What the page itself
asks first shows whether it counts from 0 or from 1; where it leaves that to a script, both are tried.
"""

from __future__ import annotations

import re

from extractors.dialects.json_lists import (
    Fields,
    json_links,
    named_address,
    objects,
    pages_for,
    read_json,
    value_at,
    whole_number,
)
from extractors.html.links import Link
from extractors.urls import parameters, with_parameters
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 104
FINGERPRINT = b"/igs/front/search"
ADDRESS = re.compile(
    r"""['"]([^'"\s<>]{0,200}/igs/front/search(?:\.jhtml|/(?:publish/data/)?list\.html)\?[^'"\s<>]{1,2000})"""
)
FIELDS = Fields(
    address=("url", "DOCPUBURL", "docpuburl"),
    title=("title", "DOCTITLE", "doctitle"),
    day=("trs_time", "DOCRELTIME", "docreltime"),
)
PAGE_SIZE = 15


def recognises(page: Response) -> bool:
    """Recognise the address of the server."""
    return FINGERPRINT in page.body


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the articles of an answer."""
    return json_links(value_at(read_json(page.text), "page", "content"), FIELDS, list_url)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the address in the page with the number of the page; with both that it may have if none is stated."""
    target = named_address(first, ADDRESS)
    if target is None:
        return []
    asked = parameters(target)
    origin = whole_number(asked.get("pageNumber"))
    counted = (number - 1, number) if origin is None else (origin + number - 1,)
    size = {"pageSize": asked.get("pageSize") or str(PAGE_SIZE)}
    addresses = [with_parameters(target, size | {"pageNumber": str(count)}) for count in counted]
    return [Request(address, referer=first.final_url) for address in addresses]


def declared_pages(first: Response) -> int | None:
    """Return the pages that the articles fill, by their number in the answer; None if it states none."""
    page = value_at(read_json(first.text), "page")
    size = whole_number(parameters(first.url).get("pageSize")) or sum(1 for _ in objects(value_at(page, "content")))
    return pages_for(whole_number(value_at(page, "total")), size)
