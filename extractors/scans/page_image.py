"""One picture of a page → its tables and its text.

Owns the way from pixels to blocks and grids: straightening, tables by ruled lines, words of the rest in reading order.
Boxes are those of the straightened picture, in pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from extractors.characters import fold
from extractors.document import Block, Cell, Grid
from extractors.lattice import Frame
from extractors.scans.binarize import Mask, ink, letter_height
from extractors.scans.cell_lines import InkLine, cut_out, find_blots, lines_in
from extractors.scans.deskew import skew, turn
from extractors.scans.lattice import Lattice, find_rules, lattices
from extractors.scans.ocr import Picture, Text, recognise_lines
from extractors.scans.second_look import is_doubtful, look_again, twice
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
    pictures = [cut_out(paper, line.box) for table in tables for _, line in table.lines]
    for table in tables:
        left, top, right, bottom = table.lattice.box
        around = (slice(max(top - 2, 0), bottom + 2), slice(max(left - 2, 0), right + 2))
        paper[around], print_alone[around] = _WHITE, 0
    words = list(find_text(paper, find_blots(print_alone), letter))
    # All in one call, so that lines of one length are recognised together.
    texts = recognise_lines([*pictures, *(cut_out(paper, word) for word in words)])
    in_cells = zip(pictures, texts, strict=False)
    grids = [Grid(0, tuple(_cells(table, islice(in_cells, len(table.lines)), page, letter)), page) for table in tables]
    printed = rows_of_text(zip(words, texts[len(pictures) :], strict=True), page, len(picture))
    return tuple(sorted([*grids, *printed], key=_top))


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


def _cells(table: _Table, shown: Iterator[tuple[Picture, Text]], page: int, letter: float) -> Iterator[Cell]:
    """Return the cells of a table, given its lines and what they read as; `letter` is the height of a letter."""
    found: dict[Frame[int], list[tuple[InkLine, Picture, Text]]] = {frame: [] for frame in table.lattice.frames}
    for (frame, line), (picture, text) in zip(table.lines, shown, strict=True):
        found[frame].append((line, picture, _legible(line, text)))
    for frame, own in found.items():
        cell = _cell(frame, [text for _, _, text in own], page)
        doubtful = any(is_doubtful(text) for _, _, text in own)
        looks = [(line, twice(picture, letter)) for line, picture, _ in own] if doubtful else []
        yield replace(cell, look_again=partial(_look_again, looks, page)) if doubtful else cell


def _look_again(looks: Sequence[tuple[InkLine, Picture]], page: int) -> Block:
    """Return what the lines of a cell read as when they are given to the recogniser twice."""
    texts = look_again([picture for _, picture in looks])
    found = _joined([_legible(line, text) for (line, _), text in zip(looks, texts, strict=True)])
    return Block(fold(found.signs), page, confidence=found.confidence)


def _legible(line: InkLine, text: Text) -> Text:
    """Return what a line of a cell reads as; _ILLEGIBLE if that is too unsure."""
    printed = _without_spaces(text.signs) if line.dense else text.signs.strip()
    # The recogniser drops a full-width minus at times, and is sure of the rest.
    unsigned = line.barred and printed[:1].isdigit()
    confidence = min(text.confidence, _LEAST_CONFIDENCE) if unsigned else text.confidence
    return Text(printed, confidence) if printed and confidence >= _LEAST_CONFIDENCE else _ILLEGIBLE


def _without_spaces(text: str) -> str:
    """Return a text without the spaces that the recogniser sees between digits as wide as hanzi.

    >>> _without_spaces("1 0"), _without_spaces("减 2 条"), _without_spaces("No 1")
    ('10', '减2条', 'No 1')
    """
    return re.sub(r"(?<=[\d.,+\-\u4e00-\u9fff]) (?=[\d.,\u4e00-\u9fff])", "", text.strip())


def _cell(frame: Frame[int], lines: Sequence[Text], page: int) -> Cell:
    left, top, right, bottom = map(float, frame.box)
    text = _joined(lines)
    place = (frame.row, frame.column, frame.row_span, frame.column_span)
    return Cell(text.signs, *place, page, (left, top, right, bottom), text.confidence)


def _joined(lines: Sequence[Text]) -> Text:
    """Return the lines of a cell as one, as sure as the least sure; a cell without print is surely blank."""
    return Text("\n".join(line.signs for line in lines), min((line.confidence for line in lines), default=1.0))


def _top(part: Block | Grid) -> float:
    boxes = part.boxes if isinstance(part, Block) else [cell.bbox for cell in part.cells]
    return min(box[1] for box in boxes if box)
