"""The six sections of a report: where each begins, and its running text.

Owns the recognition of headings and the joining of lines to paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from extractors.document import Block, Grid
from transforms.forms.labels import normalise, similarity
from transforms.forms.layout import layouts

Part = Block | Grid
PREAMBLE = "preamble"
SECTIONS = ("overview", "disclosures", "requests", "proceedings", "problems", "other")

_NUMBERED = re.compile(r"^[\s#*]*[一二三四五六七八][\s、，,.．]")
_SUBHEADING = re.compile(r"^[\s#*]*(?:[（(]|\d)")
_LONGEST_HEADING = 40
_SENTENCE = re.compile(r"。|^\s*(?:[（(]?[一二三四五六七八][）)、.．]?)?\s*(?:无|没有|暂无|未)")
_PARAGRAPH_END = re.compile(r"[。！？；：:;!?]\s*$")
_PARAGRAPH_START = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、]|[一二三四五六七八九十]{1,2}[、是])"
)


def split_sections(parts: Sequence[Part]) -> dict[str, list[Part]]:
    """Return the parts of a document by section, without headings; `preamble` precedes the first heading.

    A section without a heading has no entry. The titles of sections are in `forms/*.yml`.
    """
    starts = _starts(parts)
    bounds = sorted((place, name) for name, (place, _) in starts.items())
    sections = {PREAMBLE: list(parts[: bounds[0][0]] if bounds else parts)}
    ends = [*(place for place, _ in bounds[1:]), len(parts)]
    for (place, name), end in zip(bounds, ends, strict=False):
        sections[name] = list(parts[place + starts[name][1] : end])
    return sections


def _starts(parts: Sequence[Part]) -> dict[str, tuple[int, int]]:
    """Return section → place of its heading and number of parts in it: the last headings in the official order.

    The search begins at the end because a table of contents prints the same headings earlier.
    """
    starts: dict[str, tuple[int, int]] = {}
    limit = len(parts)
    titled = headings(parts)
    for name in reversed(SECTIONS):
        places = [(place, size) for place, size, section in titled if section == name and place < limit]
        if places:
            starts[name] = places[-1]
            limit = places[-1][0]
    return starts


def headings(parts: Sequence[Part]) -> list[tuple[int, int, str]]:
    """Return the headings: the place of each, how many lines it fills, and its section."""
    lines = []
    for place, part in enumerate(parts):
        if not isinstance(part, Block) or _SUBHEADING.match(part.text):
            continue
        section = _section(part.text)
        if section:
            lines.append((place, 1, section))
            continue
        following = parts[place + 1] if place + 1 < len(parts) else None
        if isinstance(following, Block) and _NUMBERED.match(part.text) and not _PARAGRAPH_END.search(part.text):
            section = _section(part.text + following.text)
            if section:
                lines.append((place, 2, section))
    return lines


def _section(text: str) -> str | None:
    """Return the section that a line is the heading of, if any; 没有其他需要报告的事项。 is a sentence."""
    if len(text.strip()) > _LONGEST_HEADING or _SENTENCE.search(text):
        return None
    return _nearest_section(normalise(text))


@lru_cache(maxsize=20_000)
def _nearest_section(name: str) -> str | None:
    """Return the section whose title a normalised text prints, even misprinted."""
    similar, section = max(((similarity(name, title), section) for section, title in _titles()), default=(0.0, ""))
    return section if similar else None


@cache
def _titles() -> list[tuple[str, str]]:
    return [
        (section, normalise(title))
        for layout in layouts()
        for section, titles in layout.sections.items()
        for title in titles
    ]


def running_text(parts: Iterable[Part]) -> str:
    """Return the paragraphs of some parts, one per line; lines broken by the width of the page are joined.

    >>> running_text([Block("全年共收到"), Block("申请5件。"), Block("（一）培训")])
    '全年共收到申请5件。\\n（一）培训'
    """
    paragraphs: list[str] = []
    for part in parts:
        line = part.text.strip() if isinstance(part, Block) else ""
        if not line:
            continue
        if paragraphs and not _PARAGRAPH_END.search(paragraphs[-1]) and not _PARAGRAPH_START.match(line):
            paragraphs[-1] += _glue(paragraphs[-1], line) + line
        else:
            paragraphs.append(line)
    return "\n".join(paragraphs)


def _glue(left: str, right: str) -> str:
    """Return a space between Latin letters or digits, nothing between Chinese characters."""
    return " " if left[-1].isascii() and right[0].isascii() and left[-1].isalnum() and right[0].isalnum() else ""


def without_table(parts: Sequence[Part], extent: tuple[int, int]) -> list[Part]:
    """Return the parts that do not belong to a table in running text: those outside its extent, and sentences in it."""
    first, last = extent
    return [part for at, part in enumerate(parts) if not first <= at <= last or _is_sentence(part)]


def _is_sentence(part: Part) -> bool:
    return isinstance(part, Block) and "。" in part.text
