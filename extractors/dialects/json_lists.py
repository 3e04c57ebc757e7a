"""Entries that a portal's API names in JSON, in place of a page with links.

Owns the reading of such answers that several dialects share. Must not know what a portal calls its fields.
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

from extractors.encoding import decode
from extractors.html.links import Link, absolute, printed_date

_BEIJING = timezone(timedelta(hours=8))
_TAG = re.compile(r"<[^<>]{0,200}>")
_UNICODE = re.compile(r"%u([0-9a-fA-F]{4})")
_CALLBACK = re.compile(r"^[\w.$]*\(|\);?$")
_LATEST_SECONDS = 1e11
"""Stamps above are in milliseconds: as seconds they would lie beyond the year 5000."""

_LONGEST_STAMP = 15


def read_json(body: bytes) -> Any:
    """What a JSON or JSONP answer holds; None where it is neither.

    >>> read_json(b'cb({"total": 3});'), read_json(b"<html>")
    ({'total': 3}, None)
    """
    text = decode(body).strip()
    try:
        return json.loads(text if text[:1] in "{[" else _CALLBACK.sub("", text))
    except (ValueError, RecursionError):
        return None


def value_at(answer: Any, *path: str) -> Any:
    """What lies below keys, one after the other; None where one is missing. JSON inside a string is read.

    >>> value_at({"custom": '{"data": [1]}'}, "custom", "data")
    [1]
    """
    for key in path:
        if isinstance(answer, str):
            answer = read_json(answer.encode("utf-8"))
        answer = answer.get(key) if isinstance(answer, dict) else None
    return answer


def objects(answer: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list; none where it is no list."""
    yield from (one for one in answer if isinstance(one, dict)) if isinstance(answer, list) else ()


def whole_number(value: Any) -> int | None:
    """A count, given as a number or as its digits.

    >>> whole_number("12"), whole_number(12), whole_number(None), whole_number("many")
    (12, 12, None, None)
    """
    printed = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    return int(printed) if printed.isascii() and printed.isdigit() and len(printed) < 10 else None


def pages_for(records: int | None, size: int) -> int | None:
    """How many pages hold so many records; None where their number is not known.

    >>> pages_for(41, 20), pages_for(None, 20)
    (3, None)
    """
    return None if records is None or size < 1 else -(-records // size)


@dataclass(frozen=True, slots=True)
class Fields:
    """What a portal calls the address, title and day of an entry; the first that is filled counts."""

    address: tuple[str, ...]
    title: tuple[str, ...]
    day: tuple[str, ...]


def link_of(entry: dict[str, Any], fields: Fields, base: str) -> Link | None:
    """The link that an object names; None where it has no address."""
    target = next((found for address in _filled(entry, fields.address) if (found := absolute(address, base))), None)
    if target is None or not urlsplit(target).path.strip("/"):
        return None
    days = (_day(entry.get(name)) for name in fields.day)
    return Link(target, plain_title(next(_filled(entry, fields.title), "")), next((day for day in days if day), None))


def _filled(entry: dict[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    yield from (value for name in names if isinstance(value := entry.get(name), str) and value.strip())


def plain_title(title: str) -> str:
    """A title without markup, entities and the signs %uXXXX that some portals send (PORTALS §2.5, §2.7).

    >>> plain_title("<font color='red'>%u7532&nbsp;县</font>报告")
    '甲 县报告'
    """
    text = _UNICODE.sub(lambda sign: chr(int(sign[1], 16)), title)
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def _day(value: Any) -> date | None:
    """A day as printed, or as seconds or milliseconds since 1970; portals keep Beijing time."""
    if isinstance(value, str) and not value.isdecimal():
        return printed_date(value)
    known = isinstance(value, (int, str)) and str(value).isdecimal() and len(str(value)) < _LONGEST_STAMP
    stamp = float(value) if known else 0.0
    seconds = stamp / 1000 if stamp > _LATEST_SECONDS else stamp
    return datetime.fromtimestamp(seconds, _BEIJING).date() if seconds else None
