"""Trees of web pages, and lines of text as a page has them.

Owns the parsing of pages that are read as reports; `shown` says what they show. Pages that are searched for links are
parsed by `extractors.html.soup`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree, html
from lxml.etree import ParserError

from extractors.document import Unreadable
from extractors.encoding import decode
from extractors.html.embedded.article import embedded_article

Element = etree._Element

_PAGE_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
# A quote is one only behind the = of an attribute. No sign is read twice, whatever is not closed.
_TAG = re.compile(r"""<[a-zA-Z](?:[^=>]++|=\s*+(?:"[^"]*"|'[^']*')?+)*+""")
_VALUE = re.compile(r"""=\s*+(?:"[^"]*"|'[^']*')""")
_NAME = re.compile(r"\s[a-zA-Z_:]")
_LONG_TAG = 15_000
_MOST_ATTRIBUTES = 5_000
"""The parser compares each attribute of an element with all before it: these take 20 ms, 100,000 a minute."""
# The lookup of lxml.html asks Python for the class of each element: that costs more than the walk itself.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)


def parse(body: bytes, content_type: str | None = None) -> Element:
    """Return the tree of a page without comments and processing instructions.

    An article in one of its scripts stands at its end. Raise Unreadable if the page contains no element at all, if an
    element has more attributes than can be read in bounded time, or if elements nest deeper than the parser goes: what
    lies below would be lost.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(_ONE_CLASS)
    # The parser stops at the end of the first page; editors paste whole pages into articles.
    page = decode(body, content_type).replace("\x00", "")
    text = _PAGE_END.sub("", page + _as_element(embedded_article(page)))
    if _may_have_many_attributes(text) and any(
        _has_many_attributes(tag[0]) for tag in _TAG.finditer(text) if tag.end() - tag.start() > _LONG_TAG
    ):
        raise Unreadable(f"the page cannot be read (an element has more than {_MOST_ATTRIBUTES:,} attributes)")
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except ParserError as error:
        raise Unreadable(f"the page is empty ({error})") from error
    if any("depth" in entry.message for entry in parser.error_log if entry.level == etree.ErrorLevels.FATAL):
        raise Unreadable("the page cannot be read whole (elements nest too deep, more than 2,000 levels)")
    return root


def _may_have_many_attributes(page: str) -> bool:
    """Return whether a page has as many blanks and quotes as such an element: each name follows one."""
    return len(page.split()) + page.count('"') + page.count("'") > _MOST_ATTRIBUTES


def _has_many_attributes(tag: str) -> bool:
    return len(_NAME.findall(_VALUE.sub(" ", tag))) > _MOST_ATTRIBUTES


def _as_element(article: str) -> str:
    return f'<div class="embedded">{article}</div>' if article else ""


def base_address(tree: Element) -> str:
    """Return what the page declares as base of its relative addresses; an empty string if it declares nothing."""
    return next((href for base in tree.iter("base") if (href := base.get("href")) is not None), "")


def squeeze(text: str) -> str:
    """Return text with each run of white space as one space, none at its ends.

    >>> squeeze(" 总 \\u00a0\\n计")
    '总 计'
    """
    return " ".join(text.split())


def element_lines(texts: Iterable[str]) -> list[str]:
    """Return the lines that consecutive pieces of text make, without empty ones."""
    return [line for part in "".join(texts).split("\n") if (line := squeeze(part))]
