"""开普云 Ucap's search of the fifth generation: `/search5/search/s` (PORTALS §2.4).

Right for: pages that name `/search5/search/s` with a query; the form of a search in the chrome of a page has none.

Paging: the number in that query, from 0 or 1 as the page begins; it answers in JSON with
`searchResultAll.searchTotal` and `total`. `cwrq` is the day on which a document was written, not published.
"""

from __future__ import annotations

import re

from extractors.dialects.generic_list import KNOWN_PARAMETERS
from extractors.dialects.json_lists import (
    Fields,
    json_links,
    named_address,
    pages_for,
    read_json,
    value_at,
    whole_number,
)
from extractors.html.links import Link
from extractors.urls import parameters, with_parameters
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 74
FINGERPRINT = b"/search5/search/s?"
ADDRESS = re.compile(r"""['"]([^'"\s<>?]{0,200}/search5/search/s\?[^'"\s<>]{1,2000})['"]""")
FIELDS = Fields(address=("url",), title=("title",), day=())
SIZES = ("pageSize", "size", "rows")
PAGE_SIZE = 10


def recognises(page: Response) -> bool:
    """Recognise the address of the search with a query."""
    return FINGERPRINT in page.body


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the results of an answer."""
    return json_links(value_at(read_json(page.text), "searchResultAll", "searchTotal"), FIELDS, list_url)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the address in the page with the number of the page, counted from the one that it states."""
    target = named_address(first, ADDRESS)
    if target is None:
        return []
    asked = parameters(target)
    paging = next((name for name in asked if name.lower() in KNOWN_PARAMETERS), "page")
    origin = whole_number(asked.get(paging))
    count = number + (1 if origin is None else origin) - 1
    return [Request(with_parameters(target, {paging: str(count)}), referer=first.final_url)]


def declared_pages(first: Response) -> int | None:
    """Return the pages that the results fill; None if the answer states no number."""
    answer = value_at(read_json(first.text), "searchResultAll")
    asked = parameters(first.url)
    size = next((whole_number(asked[name]) for name in SIZES if name in asked), None)
    return pages_for(whole_number(value_at(answer, "total")), size or PAGE_SIZE)
