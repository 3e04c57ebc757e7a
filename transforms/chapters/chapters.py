"""A report → its chapters: where each begins, what its heading prints, and which of the forms' chapters it is.

Owns the division of a document into chapters. Every part belongs to one chapter, and no text to another's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.document import Block
from transforms.chapters.headings import Heading, Part, Style, find_headings
from transforms.chapters.outline import chapter_headings


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: its heading as printed, its section (None if the forms know no such chapter), its parts without it.

    `place` is the place of the first of `parts` in the document. Before the first heading is a chapter without one.
    """

    heading: str | None
    section: str | None
    place: int
    parts: tuple[Part, ...]


def split_chapters(parts: Sequence[Part]) -> list[Chapter]:
    """Return the chapters of a document in print order; the first has no heading, and is there even if it is empty."""
    headings = chapter_headings(find_headings(parts))
    bounds = [*(heading.place for heading in headings), len(parts)]
    chapters = [Chapter(None, None, 0, tuple(parts[: bounds[0]]))]
    for heading, (_, end) in zip(headings, pairwise(bounds), strict=True):
        chapter = _chapter(heading, parts, end)
        if not _is_bare_opening(heading, chapter):
            chapters.append(chapter)
    return chapters


def _chapter(heading: Heading, parts: Sequence[Part], end: int) -> Chapter:
    first = heading.place + heading.size
    if not heading.rest:
        return Chapter(heading.text, heading.section, first, tuple(parts[first:end]))
    opening = parts[heading.place]
    assert isinstance(opening, Block)
    rest = replace(opening, text=heading.rest, boxes=opening.boxes[-len(heading.rest) :])
    return Chapter(heading.text, heading.section, heading.place, (rest, *parts[first:end]))


def _is_bare_opening(heading: Heading, chapter: Chapter) -> bool:
    """Return whether a heading only opens a part of the report: the next heading follows at once."""
    opens = heading.style in (Style.PART, Style.ANNEX) and heading.section is None
    return opens and not any(not isinstance(part, Block) or part.text.strip() for part in chapter.parts)


def chapters_of(chapters: Iterable[Chapter], section: str) -> list[Chapter]:
    """Return the chapters of a section: several, where a report has it in words and again with its table."""
    return [chapter for chapter in chapters if chapter.section == section]
