"""Rows of Hanweb's lists as records of XML, each with the markup of one row inside.

Owns their reading, which its dialects share.
"""

from __future__ import annotations

import html
import re

from extractors.html.links import Link, page_links
from extractors.html.soup import parse_soup

# Runs of any characters are bounded, or end before the next record: no page makes the search slow.
_RECORD = re.compile(r"<record>((?:[^<]|<(?!/?record>))*+)</record>")
RECORD_COUNT = re.compile(r"<totalrecord>\s*(\d{1,9})|totalRecord['\"]?\s*:\s*['\"]?(\d{1,9})")
"""Where the number of records is stated, in XML or in a script."""


def records(text: str) -> list[str]:
    """Return the markup of each record, in CDATA or escaped.

    >>> records("<record><![CDATA[<a>1</a>]]></record><record>&lt;a&gt;2&lt;/a&gt;</record>")
    ['<a>1</a>', '<a>2</a>']
    """
    inner = (record.strip().removeprefix("<![CDATA[").removesuffix("]]>") for record in _RECORD.findall(text))
    return [record if "<" in record else html.unescape(record) for record in inner]


def record_links(text: str, url: str, charset: str) -> list[Link]:
    """Return the links in the records of an answer; `url` is what addresses are relative to."""
    rows = "\n".join(f"<ul>{record}</ul>" for record in records(text))
    return page_links(parse_soup(rows), url, charset)
