"""Trees of article pages with the markup that their scripts write, and the links in them.

Serves the readers of articles; list pages are read through `extractors.html.soup`.
"""

from __future__ import annotations

import re
from typing import cast

from lxml.etree import ParserError
from lxml.html import HtmlElement

from extractors.html.links import Link, link_target
from extractors.html.tree import TooDeep, parse
from extractors.urls import absolute

_WRITTEN = re.compile(r"""document\.write(?:ln)?\(\s*(['"])(.*?)(?<!\\)\1\s*\)""", re.DOTALL)


def parse_page(html: bytes) -> HtmlElement | None:
    """Tree of a page; None where there is no element, or they nest too deep to be read whole.

    Comments, which may hold duplicate rows, are left out. Rows that a script writes with `document.writeln` stand
    behind that script (PORTALS §2.2).
    """
    try:
        tree = cast(HtmlElement, parse(html))
        for script in list(tree.iter("script")):
            written = "".join(part.replace("\\", "") for _, part in _WRITTEN.findall(script.text or ""))
            if written:
                script.addnext(_fragment(written))
    except (ParserError, TooDeep):
        return None
    return tree


def _fragment(html: str) -> HtmlElement:
    """Return a piece of a page as the children of one element."""
    page = parse(f"<div>{html}</div>".encode("utf-8", "replace"))
    page.tag = "div"
    return cast(HtmlElement, page)


def all_links(tree: HtmlElement, url: str) -> list[Link]:
    """Return the links of the page at `url`, wherever they lead, each URL once, in the order of the page."""
    base = base_of(tree, url)
    links: dict[str, Link] = {}
    for anchor in tree.iter("a"):
        target = link_target(anchor.get("href") or "", anchor.get("onclick") or "", base)
        title = " ".join((anchor.get("title") or anchor.text_content()).split())
        if target and (target not in links or len(title) > len(links[target].title)):
            links[target] = Link(target, title)
    return list(links.values())


def base_of(tree: HtmlElement, url: str) -> str:
    """Return what relative addresses of the page at `url` are relative to."""
    return absolute(next(iter(tree.xpath("//base/@href")), ""), url) or url
