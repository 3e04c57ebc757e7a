"""The words with a year above or beside the links of a page: 2013年度, then the names of those who report.

Owns what counts as such a heading. What it means is for others to decide.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from extractors.html.soup import attribute
from extractors.printed_dates import PRINTED_DATE

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_LONGEST = 24


def year_in(text: str) -> str:
    """Return a text without white space if it is short and names one year and no day; else nothing.

    >>> year_in("2013 年度"), year_in("2014-03-11"), year_in("2012、2013年"), year_in("共20 13条")
    ('2013年度', '', '', '')
    """
    words = "".join(text.split())
    named = len(words) <= _LONGEST and len(set(_YEAR.findall(text))) == 1 and not PRINTED_DATE.search(text)
    return words if named else ""


def year_headings(soup: BeautifulSoup) -> dict[int, str]:
    """Return the heading with a year that stands last before each anchor, by the identity of the anchor."""
    headings: dict[int, str] = {}
    heading = ""
    for node in soup.descendants:
        if isinstance(node, Tag):
            if node.name == "a" and heading:
                headings[id(node)] = heading
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            heading = ("" if _is_in_link(node) else year_in(node)) or heading
    return headings


def _is_in_link(text: NavigableString) -> bool:
    """Return whether a text is that of a link to another page, or of no text of the page at all."""
    around = text.find_parent(["a", "script", "style", "title"])
    return around is not None and (around.name != "a" or not attribute(around, "href").startswith(("#", "javascript:")))
