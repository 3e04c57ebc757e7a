"""The lines of a document in quarantine, as far as it is text.

It runs in a worker process: bytes of portals are hostile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import lxml.etree
import lxml.html

from extractors.encoding import decode
from extractors.media_type import HTML

READ = 200_000
"""Bytes of a document that are read."""
MOST_LINES = 1000
_NOT_SHOWN = ("script", "style", "noscript", "template")


@dataclass(frozen=True, slots=True)
class QuarantinedText:
    """The first bytes of a web page or a plain text, and the type by which its server sent it."""

    body: bytes
    media: str
    content_type: str | None


def quarantined_lines(given: QuarantinedText) -> list[str]:
    """Return the lines that are shown, and one more if there are others."""
    return [*islice(_lines(given), MOST_LINES + 1)]


def _lines(given: QuarantinedText) -> Iterator[str]:
    text = decode(given.body[:READ], given.content_type)
    for line in (_text_of_page(text) if given.media == HTML else text).splitlines():
        if line.strip():
            yield line.strip()


def _text_of_page(page: str) -> str:
    # What an element of its own says stands on a line of its own, cells and paragraphs alike.
    try:
        tree = lxml.html.document_fromstring(page.encode("utf-8", "replace"), lxml.html.HTMLParser(encoding="utf-8"))
    except lxml.etree.ParserError:  # nothing but markup
        return ""
    lxml.etree.strip_elements(tree, *_NOT_SHOWN, lxml.etree.Comment, with_tail=False)
    return "\n".join(" ".join(str(text).split()) for text in tree.itertext())
