"""Web pages as BeautifulSoup trees, for list pages and everything else that is searched for links.

Owns the parsing of such pages and the limits of what is searched. The readers of report pages parse with
`extractors.html.tree`, which is twenty times as fast and knows spans.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, ParserRejectedMarkup, Script, Tag
from bs4.element import NavigableString

from extractors.html.embedded.article import embedded_article
from extractors.html.written_markup import written_by

_MOST_TAGS = 300_000
"""Tags, of elements and of their ends, beyond which a page is not searched: so many take three seconds and 200 MB."""

_LONGEST = 20_000_000
"""Characters beyond which a page is not searched: the largest known homepage has 14 million."""

_DEEPEST = 2_000
"""Levels of elements beyond which a page is not read, as in `extractors.html.tree`. No real page is so deep."""

# BeautifulSoup warns of XML; editors paste whole pages into others, whose ends do not end the page.
_REMOVED = re.compile(r"<\?xml[^<>]*>|</(?:body|html)\s*>|\x00", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b[^<>]*>", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script\b[^<>]*>?", re.IGNORECASE)


def is_too_large(text: str) -> bool:
    """Return whether a page has more text or tags than can be searched."""
    return len(text) > _LONGEST or text.count("<") > _MOST_TAGS


def parse_soup(text: str) -> BeautifulSoup:
    """Return the tree of a page; an empty one if it is too large or too deep, or the parser rejects it.

    Markup that a script writes with `document.write` follows that script (PORTALS §2.2); an article in a script
    stands at the end.

    >>> [tag.name for tag in parse_soup("<ul><script>document.write('<li>')</script></ul>").ul.find_all()]
    ['script', 'li']
    """
    if is_too_large(text) or "<" not in text:
        return _parse("")
    page = _REMOVED.sub("", text)
    whole = _with_written_markup(page) + embedded_article(page)
    try:
        # JSON, of an API or of an embedded article, may contain half a character, which the parser refuses.
        soup = _parse(whole.encode("utf-8", "replace").decode("utf-8"))
        return soup if _depth(soup) <= _DEEPEST else _parse("")
    except (ParserRejectedMarkup, RecursionError):
        return _parse("")


def attribute(tag: Tag, name: str) -> str:
    """Return the value of an attribute; empty if the tag lacks it."""
    value = tag.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)


def text_of(tag: Tag) -> str:
    """Return the text of an element, with that of scripts in it: some rows print their day by a script."""
    return tag.get_text(types=(NavigableString, Script))


def _parse(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "lxml")


def _depth(soup: BeautifulSoup) -> int:
    """Return how many levels of elements a page has."""
    depths = {id(soup): 0}
    for tag in soup.find_all(True):
        depths[id(tag)] = depths[id(tag.parent)] + 1
    return max(depths.values())


def _with_written_markup(page: str) -> str:
    """Return the page with what each script writes after it.

    Done before the parse, because rows of lists may begin in one script and end in another.
    """
    pieces = []
    at = 0
    while (start := _SCRIPT.search(page, at)) and (end := _SCRIPT_END.search(page, start.end())):
        pieces += [page[at : end.end()], *written_by(page[start.end() : end.start()])]
        at = end.end()
    return "".join([*pieces, page[at:]])
