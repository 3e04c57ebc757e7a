"""Plain text and Markdown, as copied out of PDF, HTML or OCR: one block a line.

Owns the marks that such copies carry besides the text (Markdown signs, bars, page numbers). A tab in a block stays: it
separates cells. A table whose cells are drawn with lines is a grid (method `drawn_grid` of the document). Does not
guess which other lines are a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractors.document import Block, Cell, Document, Grid
from extractors.drawn_tables import drawing_at, drawn_cells, rows_between_bars
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
_TABLE_ROW = re.compile(r"^\s*\|?(.*)\|\s*$")
_CELL_END = re.compile(r"(?<!\\)\|")
_BARS = str.maketrans("｜│┃", "|||")
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:
    """Yield the one reading of a plain text; every line is a block, pages are counted by form feeds."""
    pages = decode(body, content_type).split("\f")
    parts: list[Block | Grid] = []
    grids = 0
    for number, text in enumerate(pages, start=1):
        page = number if len(pages) > 1 else None
        for item in _items(text.splitlines()):
            if not isinstance(item, str):
                parts.append(Grid(grids, tuple(replace(cell, page=page) for cell in item), page))
                grids += 1
            elif not is_page_number(item):
                parts.append(Block(item, page=page))
    yield Document(media_type="text/plain", method="drawn_grid" if grids else "text_flow", parts=tuple(parts))


def _items(lines: Sequence[str]) -> Iterator[str | tuple[Cell, ...]]:
    """Yield the lines as printed, and the cells of each table that is drawn."""
    start = at = 0
    while at < len(lines):
        end = drawing_at(lines, at)
        if end == at:
            at += 1
            continue
        yield from _lines(lines[start:at])
        cells = drawn_cells(lines[at:end])
        if cells:
            yield cells
        else:
            yield from rows_between_bars(lines[at:end])
        start = at = end
    yield from _lines(lines[start:])


def _lines(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines as printed; in tables with bars, tabs stand between cells, and rules are left out."""
    barred = [line.translate(_BARS) for line in lines]
    in_table = False
    for at, line in enumerate(barred):
        if _TABLE_RULE.match(line):
            in_table = True
            continue
        # A rule, or a line with bars above or below, makes a table of lines, whether or not bars stand at their ends.
        in_table = "|" in line and (in_table or any("|" in following for following in barred[at + 1 : at + 2]))
        yield _row(line) if in_table or _TABLE_ROW.match(line) else _plain(lines[at])


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
