"""Lists that the API of a portal gives as JSON instead of a page with links.

Owns the reading of such answers that several dialects share. What a portal calls its fields is in its dialect.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from extractors.html.links import Link
from extractors.printed_dates import printed_date
from extractors.urls import absolute
from extractors.web.response import Response

_BEIJING = timezone(timedelta(hours=8))
_TAG = re.compile(r"<[^<>]{0,200}>")
_UNICODE = re.compile(r"%u([0-9a-fA-F]{4})")
_CALLBACK = re.compile(r"^[\w.$]*\(|\);?$")
_LATEST_SECONDS = 1e11
"""Larger stamps are in milliseconds: as seconds they would be after the year 5000."""

_LONGEST_STAMP = 15


def read_json(text: str) -> Any:
    """Return what a JSON or JSONP answer contains; None if it is neither.

    >>> read_json('cb({"total": 3});'), read_json("<html>")
    ({'total': 3}, None)
    """
    answer = text.strip()
    try:
        return json.loads(answer if answer[:1] in "{[" else _CALLBACK.sub("", answer))
    except (ValueError, RecursionError):
        return None


def value_at(answer: Any, *path: str) -> Any:
    """Return what is below keys, one after the other; None if one is missing. JSON inside a string is read.

    >>> value_at({"custom": '{"data": [1]}'}, "custom", "data")
    [1]
    """
    for key in path:
        if isinstance(answer, str):
            answer = read_json(answer)
        answer = answer.get(key) if isinstance(answer, dict) else None
    return answer


def objects(answer: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list; none if it is no list."""
    yield from (item for item in answer if isinstance(item, dict)) if isinstance(answer, list) else ()


def whole_number(value: Any) -> int | None:
    """Return a count that is given as a number or as its digits; None for anything else.

    >>> whole_number("12"), whole_number(12), whole_number(None), whole_number("many")
    (12, 12, None, None)
    """
    printed = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    return int(printed) if printed.isascii() and printed.isdigit() and len(printed) < 10 else None


def pages_for(records: int | None, size: int) -> int | None:
    """Return how many pages so many records fill; None if their number is not known.

    >>> pages_for(41, 20), pages_for(None, 20)
    (3, None)
    """
    return None if records is None or size < 1 else -(-records // size)


def named_address(page: Response, pattern: re.Pattern[str]) -> str | None:
    """Return the whole address that a page names where a pattern's first group stands; None if it names none."""
    named = pattern.search(page.text)
    return absolute(html.unescape(named[1]), page.final_url) if named else None


@dataclass(frozen=True, slots=True)
class Fields:
    """What a portal calls the address, title and day of an entry; the first that is not empty counts."""

    address: tuple[str, ...]
    title: tuple[str, ...]
    day: tuple[str, ...]


def json_links(answer: Any, fields: Fields, base: str) -> list[Link]:
    """Return the links that the objects of a list name; those without an address are left out.

    >>> entry = {"url": "/a/1.html", "name": "年报", "day": "2026-02-11 09:30"}
    >>> json_links([entry], Fields(("url",), ("name",), ("day",)), "http://x.cn/")
    [Link(url='http://x.cn/a/1.html', title='年报', published_on=datetime.date(2026, 2, 11), under='')]
    """
    links = (_link_of(entry, fields, base) for entry in objects(answer))
    return [link for link in links if link]


def _link_of(entry: dict[str, Any], fields: Fields, base: str) -> Link | None:
    targets = (absolute(address, base) for address in _filled(entry, fields.address))
    target = next((target for target in targets if target), None)
    if target is None or not urlsplit(target).path.strip("/"):
        return None
    days = (_day(entry.get(name)) for name in fields.day)
    return Link(target, plain_title(next(_filled(entry, fields.title), "")), next((day for day in days if day), None))


def _filled(entry: dict[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    yield from (value for name in names if isinstance(value := entry.get(name), str) and value.strip())


def plain_title(title: str) -> str:
    """Return a title without markup, entities and the escapes %uXXXX that some portals send (PORTALS §2.5, §2.7).

    >>> plain_title("<font color='red'>%u7532&nbsp;县</font>报告")
    '甲 县报告'
    """
    text = _UNICODE.sub(lambda escape: chr(int(escape[1], 16)), title).encode("utf-8", "replace").decode()
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def _day(value: Any) -> date | None:
    """Return a day that is printed, or given as seconds or milliseconds since 1970 in Beijing time."""
    if isinstance(value, str) and not value.isdecimal():
        return printed_date(value)
    known = isinstance(value, (int, str)) and str(value).isdecimal() and len(str(value)) < _LONGEST_STAMP
    stamp = float(value) if known else 0.0
    seconds = stamp / 1000 if stamp > _LATEST_SECONDS else stamp
    return datetime.fromtimestamp(seconds, _BEIJING).date() if seconds else None
