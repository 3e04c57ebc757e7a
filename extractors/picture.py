"""One picture of a page → its tables and its text.

Owns the way from pixels to blocks and grids: straightening, tables by ruled lines, words of what is left in reading
order. Must not know files, nor what a label means. Boxes are those of the straightened picture, in pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from unicodedata import east_asian_width

import numpy as np

from extractors.document import BBox, Block, Cell, Grid
from extractors.ink import Mask, ink, letter_height, skew, turn
from extractors.lattice import Frame, Lattice, find_rules, lattices
from extractors.lettering import Blots, cut_out, find_blots, lines_in
from extractors.ocr import Picture, Word, recognise, recognise_lines
from extractors.pagination import is_page_number

_Text = tuple[str, float]
"""What a line reads as, and how sure that is."""
_NOTHING: _Text = ("\ufffd", 0.0)
"""What a line of a cell reads as that holds ink and no word that could be recognised."""

_WHITE = 255
_LEAST_TURN = 0.04  # degrees; less moves no pixel of a page's line by more than half
_LEAST_CONFIDENCE = 0.5
_MISREAD_PAGE_NUMBER = re.compile(r"(?=.*\d)[\d\W_一]*[^\w\s][\d\W_一]*")  # "- 1 -" may be read as "-1."
_EDGE = 0.1  # share of the page at its head and foot where page numbers stand
_SAME_ROW = 0.5
"""Share of the lower word's height by which two words of one row stand beside each other."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """What one picture shows, from its top down, and the degrees by which it was turned to be straight."""

    parts: tuple[Block | Grid, ...]
    angle: float


def read_picture(picture: Picture, page: int) -> PageRead:
    """Tables and lines of text of one page; every grid is numbered 0."""
    angle = skew(ink(picture))
    angle = angle if abs(angle) >= _LEAST_TURN else 0.0
    straight = turn(picture, angle, _WHITE) if angle else picture
    mask = ink(straight)
    letter = letter_height(mask)
    if not letter:
        return PageRead((), angle)
    tables = lattices(find_rules(mask, letter), letter)
    unruled, print_alone = straight.copy(), mask.copy()
    for table in tables:
        unruled[table.place][table.lines > 0] = _WHITE
        print_alone[table.place][table.lines > 0] = 0
    blots = find_blots(print_alone)
    grids = [Grid(0, tuple(_cells(table, unruled, blots, letter, page)), page) for table in tables]
    lines = _lines(_words_outside(straight, mask, tables, letter), page, len(picture))
    return PageRead(tuple(sorted([*grids, *lines], key=_top)), angle)


def _cells(table: Lattice, picture: Picture, blots: Blots, letter: float, page: int) -> Iterator[Cell]:
    """The cells of a table with their texts, all of whose lines are recognised together."""
    lines = [(frame, line) for frame in table.frames for line in lines_in(frame, blots, letter)]
    recognised = recognise_lines([cut_out(picture, line.box) for _, line in lines])
    texts: dict[Frame, list[_Text]] = {frame: [] for frame in table.frames}
    for (frame, line), (text, confidence) in zip(lines, recognised, strict=True):
        printed = _without_spaces(text) if line.dense else text.strip()
        texts[frame].append((printed, confidence) if printed and confidence >= _LEAST_CONFIDENCE else _NOTHING)
    return (_cell(frame, found, page) for frame, found in texts.items())


def _without_spaces(text: str) -> str:
    """A text without the spaces that the recogniser sees between digits as wide as hanzi.

    >>> _without_spaces("1 0"), _without_spaces("减 2 条"), _without_spaces("No 1")
    ('10', '减2条', 'No 1')
    """
    return re.sub(r"(?<=[\d.,+\-\u4e00-\u9fff]) (?=[\d.,\u4e00-\u9fff])", "", text.strip())


def _cell(frame: Frame, lines: Sequence[_Text], page: int) -> Cell:
    left, top, right, bottom = map(float, frame.box)
    return Cell(
        "\n".join(text for text, _ in lines),
        frame.row,
        frame.column,
        frame.row_span,
        frame.column_span,
        page,
        (left, top, right, bottom),
        min((confidence for _, confidence in lines), default=1.0),
    )


def _words_outside(picture: Picture, mask: Mask, tables: Sequence[Lattice], letter: float) -> Iterator[Word]:
    """Words that stand in no table. Only the bands of the page that hold ink are searched."""
    rest, paper = mask.copy(), picture.copy()
    for table in tables:
        left, top, right, bottom = table.box
        part = (slice(max(top - 2, 0), bottom + 2), slice(max(left - 2, 0), right + 2))
        rest[part], paper[part] = 0, _WHITE
    margin = round(letter)
    for first, last in _bands(rest, margin):
        across = np.flatnonzero(rest[first:last].any(axis=0))
        top, left = max(first - margin, 0), max(int(across[0]) - margin, 0)
        for word in recognise(paper[top : last + margin, left : int(across[-1]) + margin]):
            x0, y0, x1, y1 = word.box
            yield replace(word, box=(x0 + left, y0 + top, x1 + left, y1 + top))


def _bands(mask: Mask, margin: int) -> Iterator[tuple[int, int]]:
    """First and last row of the bands that hold ink, parted where at least three margins are bare."""
    rows = np.flatnonzero(mask.any(axis=1))
    ends = np.flatnonzero(np.diff(rows) > 3 * margin) + 1
    for band in np.split(rows, ends):
        if len(band):
            yield int(band[0]), int(band[-1]) + 1


def _lines(words: Iterable[Word], page: int, height: int) -> Iterator[Block]:
    """The words by rows from the top down, those of one row from left to right with a space between.

    Page numbers are left out; `height` is that of the page.
    """
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.box[1] + word.box[3]):
        if rows and _beside(rows[-1][-1].box, word.box):
            rows[-1].append(word)
        else:
            rows.append([word])
    for row in rows:
        row.sort(key=lambda word: word.box[0])
        text = " ".join(word.text for word in row)
        at_edge = not _EDGE * height < row[0].box[1] < (1 - _EDGE) * height
        if not (is_page_number(text) or (at_edge and _MISREAD_PAGE_NUMBER.fullmatch(text))):
            boxes = tuple(box for word in row for box in (*_letters(word), None))[:-1]
            yield Block(text, page, boxes, min(word.confidence for word in row))


def _beside(one: BBox, other: BBox) -> bool:
    """Whether two boxes share most of the lower one's height."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return shared > _SAME_ROW * min(one[3] - one[1], other[3] - other[1])


def _letters(word: Word) -> Iterator[BBox]:
    """A box for each character: a word's letters share its width, hanzi twice as wide as others."""
    left, top, right, bottom = word.box
    widths = [2 if east_asian_width(sign) in "WF" else 1 for sign in word.text]
    edges = [left + (right - left) * part / sum(widths) for part in accumulate(widths, initial=0)]
    return ((first, top, last, bottom) for first, last in pairwise(edges))


def _top(part: Block | Grid) -> float:
    boxes = part.boxes if isinstance(part, Block) else [cell.bbox for cell in part.cells]
    return min(box[1] for box in boxes if box)
