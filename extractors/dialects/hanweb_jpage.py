"""大汉 Hanweb with jpage lists: 江苏 浙江 山东 甘肃 江西, many ministries (PORTALS §2.1).

Facts: the visible list is empty; rows sit in a `<datastore>` inside a script, a group of display pages at once (60
records of 20); `dataproxy.jsp` gives the others, by GET at some sites and POST at others, at times only with Referer;
often `startrecord` is ignored and only `page` works, so both are sent. Encrypted parameters in `<nextgroup>` answer
with next to nothing; at some sites the rows stand in the page itself. Must not fetch.
"""

from __future__ import annotations

import html as markup
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from extractors.dialects.json_lists import pages_for
from extractors.encoding import decode
from extractors.html.links import Link, page_links
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 30

_RECORD = re.compile(r"<record>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</record>", re.DOTALL)
_NEXT_GROUP = re.compile(r"""<nextgroup>.{0,200}?([^'"\s<>\[=]*dataproxy\.jsp\?[^'"<>\]\s]*)""", re.DOTALL)
_PROXY = re.compile(r"""['"]([^'"\s<>]*dataproxy\.jsp[^'"\s<>]*)['"]""")
_RECORDS = re.compile(r"<totalrecord>\s*(\d{1,9})|totalRecord['\"]?\s*:\s*['\"]?(\d{1,9})")
_PAGE_SIZE = re.compile(r"perPage['\"]?\s*[:=]\s*['\"]?(\d{1,3})\b", re.IGNORECASE)
_USUAL_PAGE_SIZE = 15
_PAGING = ("page", "startrecord", "endrecord", "perpage")


def recognises(html: bytes, url: str) -> bool:
    """By the address of its API, or by its rows."""
    return b"dataproxy.jsp" in html or b"<datastore>" in html


def rows(page: Response, column: str) -> list[Link]:
    """The records of the datastore; where it has none, the page's own links to articles."""
    records = _records(decode(page.body))
    if records:
        return page_links("\n".join(f"<ul>{record}</ul>" for record in records).encode("utf-8"), column)
    return [link for link in page_links(page.body, page.final_url) if "/art/" in urlsplit(link.url).path]


def next_pages(first: Response, number: int) -> list[Request]:
    """The display page behind the group that the column's own page holds, by GET, then as jpage itself posts it."""
    text = decode(first.body)
    proxy = _proxy(text)
    held = _held(first)
    if proxy is None or (number == 1 and held):
        return []
    size = _page_size(text)
    start = held + (number - (2 if held else 1)) * size + 1
    address = urljoin(first.final_url, proxy.partition("?")[0])
    fixed = [pair for pair in parse_qsl(proxy.partition("?")[2], keep_blank_values=True) if pair[0] not in _PAGING]
    window = [("startrecord", str(start)), ("endrecord", str(start + size - 1)), ("perpage", str(size))]
    query = urlencode([("page", str(-(-start // size))), *fixed, *window])
    return [
        Request(f"{address}?{query}", referer=first.final_url),
        Request(f"{address}?{urlencode(window)}", form=(("col", "1"), *fixed), referer=first.final_url),
    ]


def declared_pages(first: Response) -> int | None:
    """One answer for the records that the first one holds, and one for each display page behind them."""
    text = decode(first.body)
    printed = _RECORDS.search(text)
    if printed is None:
        return None
    more = int(printed[1] or printed[2]) - len(_records(text))
    return 1 + (pages_for(max(more, 0), _page_size(text)) or 0)


def column_of(url: str) -> str:
    """Nothing: records are asked by column, and a column may list articles of others."""
    return ""


def _records(text: str) -> list[str]:
    return [record if "<" in record else markup.unescape(record) for record in _RECORD.findall(text)]


def _held(first: Response) -> int:
    """How many records the column's own page holds."""
    return len(_records(decode(first.body))) or len(rows(first, first.final_url))


def _proxy(text: str) -> str | None:
    """The address of the API with its parameters; that of `<nextgroup>` is whole."""
    group = _NEXT_GROUP.search(text)
    if group:
        return markup.unescape(group[1])
    named = sorted(_PROXY.findall(text), key=len)
    return markup.unescape(named[-1]) if named else None


def _page_size(text: str) -> int:
    printed = _PAGE_SIZE.search(text)
    return max(int(printed[1]), 1) if printed else _USUAL_PAGE_SIZE
