"""One picture of a page → its tables and its text.

Owns the way from pixels to blocks and grids: straightening, tables by ruled lines, words of the rest in reading order.
Boxes are those of the straightened picture, in pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from extractors.document import Block, Cell, Grid
from extractors.lattice import Frame
from extractors.scans.binarize import Mask, ink, letter_height
from extractors.scans.cell_lines import InkLine, cut_out, find_blots, lines_in
from extractors.scans.deskew import skew, turn
from extractors.scans.lattice import Lattice, find_rules, lattices
from extractors.scans.ocr import Picture, Text, recognise_lines
from extractors.scans.text_lines import find_text, rows_of_text

_ILLEGIBLE = Text("\ufffd", 0.0)
"""What a line of a cell reads as that holds ink and no word that could be recognised."""

_WHITE = 255
_LEAST_TURN = 0.04  # degrees; less moves no pixel of a page's line by more than half
_LEAST_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class PageRead:
    """What one picture shows, from its top down, and the degrees by which it was turned to be straight."""

    parts: tuple[Block | Grid, ...]
    angle: float


@dataclass(frozen=True, slots=True)
class _Table:
    """A ruled table and the lines of print in its cells."""

    lattice: Lattice
    lines: list[tuple[Frame[int], InkLine]]


def read_picture(picture: Picture, page: int) -> PageRead:
    """Return tables and lines of text of one page; every grid is numbered 0."""
    angle = skew(ink(picture))
    angle = angle if abs(angle) >= _LEAST_TURN else 0.0
    straight = turn(picture, angle, _WHITE) if angle else picture
    mask = ink(straight)
    letter = letter_height(mask)
    return PageRead(_parts(straight, mask, letter, page) if letter else (), angle)


def _parts(picture: Picture, mask: Mask, letter: float, page: int) -> tuple[Block | Grid, ...]:
    """Return tables and lines of text of a straight page whose letters are so high."""
    tables = _tables(mask, letter)
    paper, print_alone = picture.copy(), mask.copy()
    for table in tables:
        paper[table.lattice.place][table.lattice.lines > 0] = _WHITE
    lines = [cut_out(paper, line.box) for table in tables for _, line in table.lines]
    for table in tables:
        left, top, right, bottom = table.lattice.box
        around = (slice(max(top - 2, 0), bottom + 2), slice(max(left - 2, 0), right + 2))
        paper[around], print_alone[around] = _WHITE, 0
    words = list(find_text(paper, find_blots(print_alone), letter))
    # All in one call, so that lines of one length are recognised together.
    texts = iter(recognise_lines([*lines, *(cut_out(paper, word) for word in words)]))
    grids = [Grid(0, tuple(_cells(table, islice(texts, len(table.lines)), page)), page) for table in tables]
    return tuple(sorted([*grids, *rows_of_text(zip(words, texts, strict=True), page, len(picture))], key=_top))


def _tables(mask: Mask, letter: float) -> list[_Table]:
    """Return the ruled tables. What is ruled and holds no print is none: 工 and 田 of a headline are such."""
    found = lattices(find_rules(mask, letter), letter)
    print_alone = mask.copy()
    for lattice in found:
        print_alone[lattice.place][lattice.lines > 0] = 0
    blots = find_blots(print_alone)
    tables = [
        _Table(lattice, [(frame, line) for frame in lattice.frames for line in lines_in(frame, blots, letter)])
        for lattice in found
    ]
    return [table for table in tables if table.lines]


def _cells(table: _Table, texts: Iterator[Text], page: int) -> Iterator[Cell]:
    """Return the cells of a table, given what its lines read as."""
    found: dict[Frame[int], list[Text]] = {frame: [] for frame in table.lattice.frames}
    for (frame, line), text in zip(table.lines, texts, strict=True):
        printed = _without_spaces(text.signs) if line.dense else text.signs.strip()
        # The recogniser drops a full-width minus at times, and is sure of the rest.
        unsigned = line.barred and printed[:1].isdigit()
        confidence = min(text.confidence, _LEAST_CONFIDENCE) if unsigned else text.confidence
        legible = printed and confidence >= _LEAST_CONFIDENCE
        found[frame].append(Text(printed, confidence) if legible else _ILLEGIBLE)
    return (_cell(frame, own, page) for frame, own in found.items())


def _without_spaces(text: str) -> str:
    """Return a text without the spaces that the recogniser sees between digits as wide as hanzi.

    >>> _without_spaces("1 0"), _without_spaces("减 2 条"), _without_spaces("No 1")
    ('10', '减2条', 'No 1')
    """
    return re.sub(r"(?<=[\d.,+\-\u4e00-\u9fff]) (?=[\d.,\u4e00-\u9fff])", "", text.strip())


def _cell(frame: Frame[int], lines: Sequence[Text], page: int) -> Cell:
    left, top, right, bottom = map(float, frame.box)
    return Cell(
        "\n".join(line.signs for line in lines),
        frame.row,
        frame.column,
        frame.row_span,
        frame.column_span,
        page,
        (left, top, right, bottom),
        min((line.confidence for line in lines), default=1.0),
    )


def _top(part: Block | Grid) -> float:
    boxes = part.boxes if isinstance(part, Block) else [cell.bbox for cell in part.cells]
    return min(box[1] for box in boxes if box)
