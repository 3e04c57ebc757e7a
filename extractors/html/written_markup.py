"""Markup that the scripts of a page write with `document.write` while a browser loads it (PORTALS §2.2).

Owns where such markup stands in the page. Other scripts are never run. Here it is put into a tree that was parsed
already: pages of reports are parsed once for all their readers, and few of them write anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy

from extractors.html.tree import Element, parse

_WRITES = re.compile(r"""document\.write(?:ln)?\(\s*(['"])""")
_WRITTEN_ENDS = {quote: re.compile(rf"(?<!\\){quote}\s*\)") for quote in ("'", '"')}


def with_written_markup(tree: Element) -> Element:
    """Return a copy of a page with the markup that its scripts write, each piece after its script.

    Return `tree` itself if they write none. Raise Unreadable if a piece nests too deep.
    """
    pieces = ["".join(written_by(script.text or "")) for script in tree.iter("script")]
    if not any(pieces):
        return tree
    whole = deepcopy(tree)
    for script, markup in zip(list(whole.iter("script")), pieces, strict=True):
        if markup:
            script.addnext(_fragment(markup))
    return whole


def written_by(script: str) -> Iterator[str]:
    """Yield the strings that a script passes to `document.write`."""
    at = 0
    endless = ""  # quotes that close no call from here on: not searched for again and again
    while call := _WRITES.search(script, at):
        at = call.end()
        end = None if call[1] in endless else _WRITTEN_ENDS[call[1]].search(script, at)
        if end is None:
            endless += call[1]
            continue
        yield script[at : end.start()].replace("\\", "")
        at = end.end()


def _fragment(markup: str) -> Element:
    """Return a piece of a page as the children of one element."""
    page = parse(f"<div>{markup}</div>".encode("utf-8", "replace"))
    page.tag = "div"
    return page
