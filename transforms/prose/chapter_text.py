"""Chapters → their running text, and the figures stated in it.

Owns what is read of a chapter beside its tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transforms.chapters.chapters import Chapter
from transforms.chapters.running_text import running_text, without_tables
from transforms.prose.statements import Statement, read_statements


@dataclass(frozen=True)
class ChapterText:
    """A chapter as it is published: its place in print order, its heading and section, its text and statements.

    Position 0 is what precedes the first heading, and has none.
    """

    position: int
    heading: str | None
    section: str | None
    text: str
    statements: Sequence[Statement]


def read_chapters(chapters: Iterable[Chapter], extents: Sequence[tuple[int, int]]) -> tuple[ChapterText, ...]:
    """Return the texts of the chapters, without the tables in running text that fill `extents`."""
    return tuple(_read(position, chapter, extents) for position, chapter in enumerate(chapters))


def _read(position: int, chapter: Chapter, extents: Sequence[tuple[int, int]]) -> ChapterText:
    text = running_text(without_tables(chapter, extents))
    return ChapterText(position, chapter.heading, chapter.section, text, tuple(read_statements(text)))
