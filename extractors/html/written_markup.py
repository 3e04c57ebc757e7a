"""Markup that the scripts of a page write with `document.write` while a browser loads it (PORTALS §2.2).

Owns where such markup stands in the page. Other scripts are never run.
"""

from __future__ import annotations

import re
from copy import deepcopy

from extractors.html.tree import Element, parse

_WRITTEN = re.compile(r"""document\.write(?:ln)?\(\s*(['"])(.*?)(?<!\\)\1\s*\)""", re.DOTALL)


def with_written_markup(tree: Element) -> Element:
    """Return a copy of a page with the markup that its scripts write, each piece after its script.

    Return `tree` itself if they write none. Raise Unreadable if a piece nests too deep.
    """
    pieces = [_written_by(script) for script in tree.iter("script")]
    if not any(pieces):
        return tree
    whole = deepcopy(tree)
    for script, markup in zip(list(whole.iter("script")), pieces, strict=True):
        if markup:
            script.addnext(_fragment(markup))
    return whole


def _written_by(script: Element) -> str:
    return "".join(text.replace("\\", "") for _, text in _WRITTEN.findall(script.text or ""))


def _fragment(markup: str) -> Element:
    """Return a piece of a page as the children of one element."""
    page = parse(f"<div>{markup}</div>".encode("utf-8", "replace"))
    page.tag = "div"
    return page
