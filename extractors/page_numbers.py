"""Page numbers: what printers put on a page and authors did not write.

Owns the forms of a page number that stands alone on a line, and the proof that a bare number is one by its place:
it may be a cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.document import BBox, Block, union

_DASH = "[-—–―－─一﹣]"
_FORMS = (
    rf"{_DASH}{{1,2}}\s*\d{{1,3}}\s*{_DASH}{{1,2}}"
    r"|第\s*\d{1,3}\s*页(?:[，,\s/]*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3}\s*页"
)
_PAGE_NUMBER = re.compile(rf"\s*(?:{_FORMS})\s*")
_ANYWHERE = re.compile(rf"(?=({_FORMS}|(?<!\S)\d{{1,3}}(?!\S)))")
_LEAST_PAGES = 2
"""Pages with a number at the same place; two are enough, for cells rarely keep a place from page to page."""
_LEAST_SHARE = 0.6
"""Share of all pages that must have a number at that place."""
_SAME_HEIGHT = 2.0
_SAME_MIDDLE = 8.0
"""Points by which page numbers of the same place may differ: one of two digits at the right edge begins before."""


def is_page_number(line: str) -> bool:
    """Whether a line is nothing but a page number.

    >>> [is_page_number(line) for line in ("- 12 -", "—5—", "第 3 页 共 9 页", "12", "-3")]
    [True, True, True, False, False]
    """
    return _PAGE_NUMBER.fullmatch(line) is not None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Signs `start` to `end` of a line that may be a page number, by how much it is ahead of the page's own number."""

    page: int
    line: int
    start: int
    end: int
    ahead: int
    box: BBox
    apart: bool
    """Whether all else on its page stands above it, or all below."""

    def follows(self, other: _Candidate) -> bool:
        """Whether both can be numbers of their pages, at the same place."""
        return (
            self.ahead == other.ahead
            and abs(self.box[3] - other.box[3]) <= _SAME_HEIGHT
            and abs(self.box[0] + self.box[2] - other.box[0] - other.box[2]) <= 2 * _SAME_MIDDLE
        )


def without_positioned_page_numbers(pages: Sequence[Sequence[Block]]) -> list[list[Block]]:
    """Return the lines of each page, which have boxes, without its page number.

    A bare number, or one beside other words, is a page's where most pages have their own at the same place, and it
    stands apart from all text on one of them.
    """
    candidates = list(_candidates(pages))
    numbers: dict[tuple[int, int], _Candidate] = {}
    for sure in (one for one in candidates if one.apart):
        alike = [other for other in candidates if other.follows(sure)]
        if len({other.page for other in alike}) >= max(_LEAST_PAGES, _LEAST_SHARE * len(pages)):
            alike.sort(key=lambda number: number.end - number.start)
            numbers |= {(number.page, number.line): number for number in alike}
    left = [
        [_without(line, numbers.get((page, at))) for at, line in enumerate(lines)] for page, lines in enumerate(pages)
    ]
    return [[line for line in lines if line.text.strip() and not is_page_number(line.text)] for lines in left]


def _without(line: Block, number: _Candidate | None) -> Block:
    """Return what is left of a line."""
    if number is None:
        return line
    text, boxes = line.text, line.boxes
    return Block(text[: number.start] + text[number.end :], line.page, boxes[: number.start] + boxes[number.end :])


def _candidates(pages: Sequence[Sequence[Block]]) -> Iterator[_Candidate]:
    """Yield what has the form of a page number, wherever in a line."""
    for page, lines in enumerate(pages):
        found = [(at, number) for at, line in enumerate(lines) for number in _ANYWHERE.finditer(line.text)]
        alone = [number[1] == lines[at].text.strip() for at, number in found]
        outermost = _outermost(lines) if any(alone) else []
        for (at, number), is_alone in zip(found, alone, strict=True):
            start, end = number.span(1)
            box = union([box for box in lines[at].boxes[start:end] if box])
            digits = re.search(r"\d+", number[1])
            if box and digits:
                apart = is_alone and _box(lines[at]) in outermost
                yield _Candidate(page, at, start, end, int(digits[0]) - page, box, apart)


def _box(line: Block) -> BBox | None:
    return union([box for box in line.boxes if box])


def _outermost(lines: Sequence[Block]) -> list[BBox]:
    """Return the box above all others, and the one below all others, where there is such."""
    boxes = [box for line in lines if (box := _box(line))]
    by_top, by_bottom = sorted(boxes, key=lambda box: box[1]), sorted(boxes, key=lambda box: box[3])
    above = [box for box, other in pairwise(by_top[:2]) if box[3] < other[1]]
    below = [box for other, box in pairwise(by_bottom[-2:]) if box[1] > other[3]]
    return above + below
