"""The text of a small page that is visible outside its links, in one pass that no markup can make slow.

Owns which elements show no text. It builds no tree: for whole reports use `tree`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A tag ends before the next one begins: otherwise a page of opening brackets would be read again from each of them.
_TOKEN = re.compile(
    r"<(?:(!--)|(script|style|noscript|select|textarea|title|a)\b[^<>]*>?|[a-z/!?][^<>]*>?)", re.IGNORECASE
)
_ENDS = {
    name: re.compile(rf"</{name}\b[^<>]*>?", re.IGNORECASE)
    for name in ("script", "style", "noscript", "select", "textarea", "title", "a")
} | {"!--": re.compile("-->")}


@dataclass(frozen=True, slots=True)
class VisibleText:
    """What a page shows: `text` outside links with single spaces, the number of `links`, and its `title`."""

    title: str
    text: str
    links: int


def visible_text(markup: str, most: int) -> VisibleText:
    """Return what a page shows, up to a little more than `most` characters of text; unclosed elements are skipped.

    >>> visible_text("<title>年报</title><p>附件：<a href='1.pdf'>报告</a>&nbsp;下载</p><script>var a</script>", 100)
    VisibleText(title='年报', text='附件： 下载', links=1)
    """
    pieces: list[str] = []
    endless: set[str] = set()
    title, links, length, at = "", 0, 0, 0
    while length <= most and (token := _TOKEN.search(markup, at)):
        pieces.append(_squeezed(markup[at : token.start()]))
        length += len(pieces[-1])
        at = token.end()
        name = (token[1] or token[2] or "").lower()
        end = _ENDS[name].search(markup, at) if name and name not in endless else None
        if end is None:
            endless |= {name} if name else set()
            continue
        if name == "title" and not title:
            title = _squeezed(markup[at : end.start()])
        links += name == "a"
        at = end.end()
    if length <= most:
        pieces.append(_squeezed(markup[at:]))
    return VisibleText(title, " ".join(piece for piece in pieces if piece), links)


def _squeezed(text: str) -> str:
    return " ".join(text.replace("&nbsp;", " ").split())
