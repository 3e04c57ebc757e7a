"""Parts of a document → its running text.

Owns the joining of lines to paragraphs, and the leaving out of tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from extractors.document import Block
from transforms.chapters.chapters import Chapter
from transforms.chapters.headings import Part

_PARAGRAPH_END = re.compile(r"[。！？；：:;!?]\s*$")
_PARAGRAPH_START = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、]|[一二三四五六七八九十]{1,2}[、是])"
)


def running_text(parts: Iterable[Part]) -> str:
    """Return the paragraphs of some parts, one per line; lines broken by the width of the page are joined.

    >>> running_text([Block("全年共收到"), Block("申请5件。"), Block("（一）培训")])
    '全年共收到申请5件。\\n（一）培训'
    """
    return "".join(joint + line for joint, line, _ in _lines(parts))


def line_places(parts: Iterable[Part]) -> Iterator[tuple[int, Block]]:
    """Yield where the line of each block begins in the running text of some parts, without the blanks around it.

    >>> [start for start, _ in line_places([Block("全年共收到 "), Block("申请5件。"), Block("（一）培训")])]
    [0, 5, 11]
    """
    at = 0
    for joint, line, block in _lines(parts):
        yield at + len(joint), block
        at += len(joint) + len(line)


def _lines(parts: Iterable[Part]) -> Iterator[tuple[str, str, Block]]:
    """Yield what joins each line to the text before it, the line, and its block."""
    before = ""
    for part in parts:
        line = part.text.strip() if isinstance(part, Block) else ""
        if not isinstance(part, Block) or not line:
            continue
        goes_on = before and not _PARAGRAPH_END.search(before) and not _PARAGRAPH_START.match(line)
        yield (_glue(before, line) if goes_on else "\n" if before else ""), line, part
        before = line


def _glue(left: str, right: str) -> str:
    """Return a space between Latin letters or digits, nothing between Chinese characters."""
    return " " if left[-1].isascii() and right[0].isascii() and left[-1].isalnum() and right[0].isalnum() else ""


def without_tables(chapter: Chapter, extents: Iterable[tuple[int, int]]) -> list[Part]:
    """Return the parts of a chapter that belong to no table in running text: those outside, and sentences in it.

    `extents` are the first and the last part of each table, by their places in the document.
    """
    inside = {at - chapter.place for first, last in extents for at in range(first, last + 1)}
    return [part for at, part in enumerate(chapter.parts) if at not in inside or _is_sentence(part)]


def _is_sentence(part: Part) -> bool:
    return isinstance(part, Block) and "。" in part.text
