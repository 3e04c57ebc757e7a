"""开普云 Ucap with a posted search: 湖南, `api.hunan.gov.cn` (PORTALS §2.4).

Right for: pages that name `/search/common/search/<channel>`.

Paging: `POST` to that address with the form `datas[0][key]=status&datas[0][value]=1…` of the page, `page` and
`_pageSize`; it answers as Ucap does, with `data.total` and `data.results`.
"""

from __future__ import annotations

import re

from extractors.dialects.json_lists import json_links, named_address, pages_for, read_json, value_at, whole_number
from extractors.dialects.ucap.ucap import FIELDS, PAGE_SIZE
from extractors.html.links import Link
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 65
FINGERPRINT = b"/search/common/search/"
API = re.compile(r"""['"]([^'"\s<>?]{0,200}/search/common/search/[0-9A-Za-z-]{1,64})""")
DATA = re.compile(
    r"""['"]?(datas\[\d{1,2}\]\[(?:key|value|join|queryType)\])['"]?\s*[:=]\s*['"]?([^'"\s,&}<>]{1,100})"""
)
USUAL_DATA = {"datas[0][key]": "status", "datas[0][value]": "1"}


def recognises(page: Response) -> bool:
    """Recognise the address of the search."""
    return FINGERPRINT in page.body


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the results of the search."""
    return json_links(value_at(read_json(page.text), "data", "results"), FIELDS, list_url)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return what the page posts, for page `number`."""
    target = named_address(first, API)
    if target is None:
        return []
    data = dict(DATA.findall(first.text)) or USUAL_DATA
    form = {**data, "page": str(number), "_pageSize": str(PAGE_SIZE), "_isJson": "true"}
    return [Request(target, form=tuple(form.items()), referer=first.final_url)]


def declared_pages(first: Response) -> int | None:
    """Return the pages that the results fill; None if the answer states no number."""
    data = value_at(read_json(first.text), "data")
    return pages_for(whole_number(value_at(data, "total")), whole_number(value_at(data, "rows")) or PAGE_SIZE)
