"""Ruled tables of a PDF page, and the lines of text around them, in reading order.

Owns which text stands in which cell. `lattice` decides which lines rule a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from extractors.document import ILLEGIBLE, BBox, Block, Cell, Grid
from extractors.page_breaks import realign_columns
from extractors.page_numbers import is_page_number
from extractors.pdf.lattice import RuledTable, ruled_tables
from extractors.pdf.ruling_lines import Stroke
from extractors.pdf.words import (
    Word,
    block_of,
    cells_in_lines,
    sets_digits_apart,
    text_of,
    visual_lines,
    width_of,
    words_of,
)

Page = tuple[int, Sequence[Block], Sequence[Stroke]]
"""Number of a page from 1, its lines of text with boxes, and the lines drawn on it."""


def lattice_parts(pages: Iterable[Page]) -> tuple[Block | Grid, ...]:
    """Return tables by their ruled lines and the lines of text above, between and below them, in reading order.

    A table that runs over pages is one grid a page, all of the same columns.
    """
    parts: list[Block | Grid] = []
    for number, lines, strokes in pages:
        parts += _page_parts(number, lines, ruled_tables(_without_strikes(strokes, lines)))
    return tuple(realign_columns(parts))


def _without_strikes(strokes: Sequence[Stroke], lines: Sequence[Block]) -> Sequence[Stroke]:
    """Return the strokes without those that run through figures, which are in doubt for that reason."""
    struck = [
        box
        for line in lines
        if ILLEGIBLE in line.text
        for character, box in zip(line.text, line.boxes, strict=True)
        if box and character == ILLEGIBLE
    ]
    return (
        [stroke for stroke in strokes if not any(_runs_through(stroke, box) for box in struck)] if struck else strokes
    )


def _runs_through(stroke: Stroke, box: BBox) -> bool:
    left, top, right, bottom = box
    margin = (bottom - top) / 4
    return (
        stroke.across and stroke.start < right and stroke.end > left and top + margin < stroke.place < bottom - margin
    )


def _page_parts(number: int, lines: Sequence[Block], tables: Sequence[RuledTable]) -> Iterator[Block | Grid]:
    """Yield lines and grids of one page from its top down."""
    held: dict[tuple[int, int] | None, list[Word]] = {}

    def place(box: BBox) -> tuple[int, int] | None:
        return _place(tables, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)

    for word in words_of(lines, place):
        held.setdefault(place(word.boxes[0]), []).append(word)
    outside = cells_in_lines(held.get(None, ()))
    inside = (visual_lines(words) for cell, words in held.items() if cell is not None)
    digits_apart = sets_digits_apart(line for lines_of_cell in inside for line in lines_of_cell)
    for at, table in enumerate(tables):
        yield from _blocks((line for line in outside if line[0].box[1] < table.top), number)
        outside = [line for line in outside if line[0].box[1] >= table.top]
        words = [held.get((at, cell), []) for cell in range(len(table.frames))]
        yield Grid(0, _cells(table, words, number, digits_apart), number)
    yield from _blocks(outside, number)


def _blocks(lines: Iterable[Sequence[Word]], page: int) -> Iterator[Block]:
    """Yield the lines, except a page number that was drawn in pieces."""
    blocks = (block_of(line, page) for line in lines)
    return (block for block in blocks if not is_page_number(block.text))


def _place(tables: Sequence[RuledTable], across: float, down: float) -> tuple[int, int] | None:
    """Return numbers of the table, and of its cell, in which a point stands; None outside of all tables."""
    for number, table in enumerate(tables):
        cell = table.cell_at(across, down)
        if cell is not None:
            return number, cell
    return None


def _cells(table: RuledTable, words: Sequence[Sequence[Word]], page: int, digits_apart: bool) -> tuple[Cell, ...]:
    lines = [visual_lines(held) for held in words]
    room: dict[tuple[int, int], float] = {}
    for frame, here in zip(table.frames, lines, strict=True):
        widest = max(map(width_of, here), default=0.0)
        room[frame.columns] = max(widest, room.get(frame.columns, 0.0))
    return tuple(
        Cell(
            text_of(here, room[frame.columns], digits_apart=digits_apart),
            frame.row,
            frame.column,
            *frame.spans,
            page,
            frame.box,
        )
        for frame, here in zip(table.frames, lines, strict=True)
    )
