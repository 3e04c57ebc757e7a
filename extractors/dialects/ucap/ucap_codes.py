"""开普云 Ucap of the tax offices: `getFileListByCodeId` (PORTALS §2.4).

Right for: pages that name `getFileListByCodeId`.

Paging: `POST /getFileListByCodeId` with `codeId`, `channelId`, `page` and `size`, as a form or as JSON; it answers with
`results.data.total` and `results.data.results`.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin

from extractors.dialects.json_lists import json_links, pages_for, read_json, value_at, whole_number
from extractors.dialects.ucap.ucap import FIELDS, PAGE_SIZE
from extractors.html.links import Link
from extractors.urls import absolute
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 72
ACTION = "getFileListByCodeId"
ADDRESS = re.compile(rf"""['"]([^'"\s<>?]{{0,200}}{ACTION})['"?]""")
SET_BY_SCRIPT = re.compile(r"""\b(codeId|channelId)['"]?\s*[:=]\s*['"]([0-9A-Za-z-]{0,64})['"]""")


def recognises(page: Response) -> bool:
    """Recognise the name of the interface."""
    return ACTION.encode("ascii") in page.body


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the results of an answer."""
    return json_links(value_at(_data(page), "results"), FIELDS, list_url)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return what the page posts, for page `number`: as a form, then as JSON; none if the page names no channel."""
    asked = {"codeId": "", "channelId": ""} | dict(SET_BY_SCRIPT.findall(first.text))
    named = ADDRESS.search(first.text)
    target = absolute(named[1], first.final_url) if named else urljoin(first.final_url, f"/{ACTION}")
    if not asked["channelId"] or target is None:
        return []
    form = asked | {"page": str(number), "size": str(PAGE_SIZE)}
    return [
        Request(target, form=tuple(form.items()), referer=first.final_url),
        Request(target, json=json.dumps(form), referer=first.final_url),
    ]


def declared_pages(first: Response) -> int | None:
    """Return the pages that the results fill; None if the answer states no number."""
    return pages_for(whole_number(value_at(_data(first), "total")), PAGE_SIZE)


def _data(page: Response) -> object:
    return value_at(read_json(page.text), "results", "data")
