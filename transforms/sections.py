"""The six sections of a report: where each begins, and its running text.

Owns the recognition of headings and the joining of broken lines to paragraphs. Must not read figures.
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
    """The parts of a document by section, headings left out; `preamble` is what stands before the first.

    A section whose heading is not there has no entry. Titles come from `forms/*.yml`.
    """
    starts = _starts(parts)
    bounds = sorted((place, name) for name, (place, _) in starts.items())
    sections = {PREAMBLE: list(parts[: bounds[0][0]] if bounds else parts)}
    ends = [*(place for place, _ in bounds[1:]), len(parts)]
    for (place, name), end in zip(bounds, ends, strict=False):
        sections[name] = list(parts[place + starts[name][1] : end])
    return sections


def _starts(parts: Sequence[Part]) -> dict[str, tuple[int, int]]:
    """Section → place of its heading and how many parts it fills; the last ones that keep the official order.

    A table of contents names the same headings earlier: hence the search from the end.
    """
    found: dict[str, tuple[int, int]] = {}
    limit = len(parts)
    titled = headings(parts)
    for name in reversed(SECTIONS):
        places = [(place, size) for place, size, section in titled if section == name and place < limit]
        if places:
            found[name] = places[-1]
            limit = places[-1][0]
    return found


def headings(parts: Sequence[Part]) -> list[tuple[int, int, str]]:
    """Places of lines that are headings, with the number of lines that each fills, and their sections."""
    found = []
    for place, part in enumerate(parts):
        if not isinstance(part, Block) or _SUBHEADING.match(part.text):
            continue
        section = _section(part.text)
        if section:
            found.append((place, 1, section))
            continue
        following = parts[place + 1] if place + 1 < len(parts) else None
        if isinstance(following, Block) and _NUMBERED.match(part.text) and not _PARAGRAPH_END.search(part.text):
            section = _section(part.text + following.text)
            if section:
                found.append((place, 2, section))
    return found


def _section(text: str) -> str | None:
    """The section that a line is the heading of; 没有其他需要报告的事项。 is a sentence."""
    if len(text.strip()) > _LONGEST_HEADING or _SENTENCE.search(text):
        return None
    return _nearest_section(normalise(text))


@lru_cache(maxsize=20_000)
def _nearest_section(name: str) -> str | None:
    """The section whose title a normalised text prints, be it misprinted."""
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
    """The paragraphs of some parts, one a line; lines that a page's width has broken are joined.

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
    """A space between words in Latin letters or digits; nothing between Chinese characters."""
    return " " if left[-1].isascii() and right[0].isascii() and left[-1].isalnum() and right[0].isalnum() else ""


def outside(parts: Sequence[Part], extent: tuple[int, int]) -> list[Part]:
    """The parts that are not of a table in the flow: what lies outside, and sentences before its header."""
    first, last = extent
    return [part for at, part in enumerate(parts) if not first <= at <= last or _is_sentence(part)]


def _is_sentence(part: Part) -> bool:
    return isinstance(part, Block) and "。" in part.text
