"""Plain text and Markdown, as copied out of PDF, HTML or OCR: one block a line.

Owns the marks that such copies carry besides the text (Markdown signs, page numbers). A tab in a block stays: it
separates cells. Does not guess which lines are a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.document import Block, Document
from extractors.encoding import decode
from extractors.page_numbers import is_page_number

MEDIA_TYPES = frozenset({"text/plain"})

_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$")
# Stars and underscores in longer rows mask digits (138****1234) or leave room to write.
_EMPHASIS = re.compile(
    r"(?<!\*)\*\*(?![\s*])([^*]+)(?<!\s)\*\*(?!\*)|(?<![A-Za-z0-9_])__(?![\s_])([^_]+)(?<!\s)__(?![A-Za-z0-9_])"
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
# One or two dashes alone are a cell that was left without a number.
_RULE = r"\s*(?::-+:?|-+:|-{3,})\s*"
_TABLE_RULE = re.compile(rf"^\s*\|?(?:{_RULE}\|)+(?:{_RULE})?$")
_TABLE_ROW = re.compile(r"^\s*\|(.*)\|\s*$")
_CELL_END = re.compile(r"(?<!\\)\|")
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:
    """Yield the one reading of a plain text; every line is a block, pages are counted by form feeds."""
    pages = decode(body, content_type).split("\f")
    blocks = tuple(
        Block(line, page=number if len(pages) > 1 else None)
        for number, page in enumerate(pages, start=1)
        for line in _lines(page.splitlines())
        if not is_page_number(line)
    )
    yield Document(media_type="text/plain", method="text_flow", parts=blocks)


def _lines(lines: list[str]) -> Iterator[str]:
    """Yield the lines as printed; rows of Markdown tables have tabs between their cells, and no rules below headers."""
    in_table = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if _TABLE_RULE.match(line):
            in_table = True
            continue
        # A rule makes a table of the lines around it, whether or not bars stand at their ends.
        in_table = "|" in line and (in_table or _TABLE_RULE.match(following) is not None)
        yield _row(line) if in_table or _TABLE_ROW.match(line) else _plain(line)


def _row(line: str) -> str:
    enclosed = _TABLE_ROW.match(line)
    cells = _CELL_END.split(enclosed[1] if enclosed else line)
    return "\t".join(_LINE_BREAK.sub(" ", _plain(cell)).strip() for cell in cells)


def _plain(text: str) -> str:
    """Return text without the Markdown signs of a heading, of emphasis and of escapes.

    >>> _plain("## **一、总体情况**"), _plain("1\\\\. 属于国家秘密"), _plain("电话：138****1234")
    ('一、总体情况', '1. 属于国家秘密', '电话：138****1234')
    """
    heading = _HEADING.match(text)
    unmarked = _EMPHASIS.sub(lambda match: match[1] or match[2], heading[1] if heading else text)
    return _ESCAPE.sub(r"\1", unmarked)
