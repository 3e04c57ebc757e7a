"""truecms, a variant of 大汉 Hanweb: 南通, 如皋 (PORTALS §2.1).

Right for: pages that name `messageController/getMessage.do`.

Paging: that address by JSONP with `startrecord`, `endrecord` and `perpage`; only with Referer. It answers with XML
inside JSON. More records than the page itself asks for may be refused, so as many are asked for as it states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from extractors.dialects.hanweb.records import RECORD_COUNT, record_links
from extractors.dialects.json_lists import named_address, pages_for, read_json
from extractors.html.links import Link
from extractors.urls import parameters, with_parameters
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 50
ACTION = "messageController/getMessage.do"
ADDRESS = re.compile(rf"""['"]([^'"\s<>]{{0,300}}{re.escape(ACTION)}[^'"\s<>]{{0,1000}})['"]""")
SET_BY_SCRIPT = re.compile(r"""\b(columnId|columnid|perpage|webId|webid|unitid)['"]?\s*[:=]\s*['"]?([\w-]{1,64})""")
USUAL_PAGE_SIZE = 15
DEEPEST = 5


def recognises(page: Response) -> bool:
    """Recognise the address of the API."""
    return ACTION.encode("ascii") in page.body


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the records in the XML of an answer."""
    return record_links(_xml(page), list_url, page.charset)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the API's window of records, with what the page asks it with."""
    target = named_address(first, ADDRESS)
    if target is None:
        return []
    asked = dict(SET_BY_SCRIPT.findall(first.text)) | parameters(target)
    size = _size(asked.get("perpage"))
    window = {"startrecord": (number - 1) * size + 1, "endrecord": number * size, "perpage": size, "callback": "cb"}
    changes = asked | {name: str(value) for name, value in window.items()}
    return [Request(with_parameters(target, changes), referer=first.final_url)]


def declared_pages(first: Response) -> int | None:
    """Return the pages that the records fill, by their number in the answer; None if it states none."""
    printed = RECORD_COUNT.search(_xml(first))
    size = _size(parameters(first.url).get("perpage"))
    return pages_for(int(printed[1] or printed[2]), size) if printed else None


def _size(stated: str | None) -> int:
    return min(int(stated), 100) if stated and re.fullmatch(r"[1-9]\d{0,3}", stated) else USUAL_PAGE_SIZE


def _xml(page: Response) -> str:
    """Return the text in an answer of the API that contains records, whatever its key."""
    return next(
        (text for text in _texts(read_json(page.text), DEEPEST) if "<datastore" in text or "<record" in text), ""
    )


def _texts(answer: Any, depth: int) -> Iterator[str]:
    if isinstance(answer, str):
        yield answer
    elif depth and isinstance(answer, (dict, list)):
        for value in answer.values() if isinstance(answer, dict) else answer:
            yield from _texts(value, depth - 1)
