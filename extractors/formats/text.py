"""Plain text and Markdown, as copied out of PDF, HTML or OCR: one block a line.

Owns the marks that such copies carry beside the text (Markdown signs, page numbers). A tab in a block stays:
it separates cells. Must not guess which lines are a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.document import Block, Document
from extractors.encoding import decode
from extractors.pagination import is_page_number

MEDIA_TYPES = frozenset({"text/plain"})

_HEADING = re.compile(r"^#{1,6}\s+", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_TABLE_RULE = re.compile(r"^\s*\|?(?:\s*:?-{3,}:?\s*\|)+(?:\s*:?-{3,}:?\s*)?$")
_TABLE_ROW = re.compile(r"^\s*\|(.*)\|\s*$")


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:
    """The one reading of a plain text; every line is a block, pages are counted by form feeds."""
    text = decode(body, content_type).replace("\r\n", "\n").replace("\r", "\n")
    if _HEADING.search(text):
        text = _EMPHASIS.sub(r"\2", _HEADING.sub("", text))
    pages = text.split("\f")
    blocks = tuple(
        Block(_cells(line), page=number if len(pages) > 1 else None)
        for number, page in enumerate(pages, start=1)
        for line in page.split("\n")
        if not is_page_number(line) and not _TABLE_RULE.match(line)
    )
    yield Document(media_type="text/plain", method="text_flow", parts=blocks)


def _cells(line: str) -> str:
    """A row of a Markdown table with tabs between its cells; any other line as it is."""
    row = _TABLE_ROW.match(line)
    return "\t".join(cell.strip() for cell in row[1].split("|")) if row else line
