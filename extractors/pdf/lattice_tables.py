"""Ruled tables of a PDF page, and the lines of text around them, in reading order.

Owns which text stands in which cell. `lattice` decides which lines rule a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from extractors.document import ILLEGIBLE, BBox, Block, Cell, Grid
from extractors.page_breaks import realign_columns
from extractors.page_numbers import is_page_number
from extractors.pdf.cell_text import DigitSpacing, digit_spacing, reach_of_digits, text_of, width_of
from extractors.pdf.lattice import RuledTable, ruled_tables
from extractors.pdf.ruling_lines import Stroke
from extractors.pdf.words import Word, block_of, cells_in_lines, is_value, visual_lines, words_of

_BESIDE = 3.0
"""Heights of a number between two that may be one cell's, at most, where one of them stands out of the table."""
Page = tuple[int, Sequence[Block], Sequence[Stroke]]
"""Number of a page from 1, its lines of text with boxes, and the lines drawn on it."""


@dataclass(frozen=True, slots=True)
class _PlacedPage:
    """A page by its tables: the lines of words in each cell of each table, and of those outside of all tables."""

    number: int
    tables: Sequence[RuledTable]
    cells: Sequence[Sequence[list[list[Word]]]]
    outside: list[list[Word]]

    @property
    def digits(self) -> DigitSpacing:
        """How digits stand in its cells."""
        return digit_spacing(line for cells in self.cells for lines in cells for line in lines)


def lattice_parts(pages: Iterable[Page]) -> tuple[Block | Grid, ...]:
    """Return tables by their ruled lines and the lines of text above, between and below them, in reading order.

    A table that runs over pages is one grid a page, all of the same columns.
    """
    placed = [
        _placed(number, lines, ruled_tables(_without_strikes(strokes, lines))) for number, lines, strokes in pages
    ]
    digits = [page.digits for page in placed]
    return tuple(
        realign_columns(
            part
            for page, own in zip(placed, digits, strict=True)
            for part in _page_parts(page, reach_of_digits(own, digits))
        )
    )


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


def _placed(number: int, lines: Sequence[Block], tables: Sequence[RuledTable]) -> _PlacedPage:
    """Return the words of a page by the cells in which they stand."""
    held: dict[tuple[int, int] | None, list[Word]] = {}

    def place(box: BBox) -> tuple[int, int] | None:
        return _place(tables, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)

    for word in words_of(lines, place):
        cell = next((found for box in word.boxes if (found := place(box))), None)
        held.setdefault(cell, []).append(word)
    for word in held.get(None, ()):
        if cell := _cell_beside(word, place, held):
            held[cell].append(Word(ILLEGIBLE, (word.box,), word.box))
    cells = [
        [visual_lines(held.get((at, cell), ())) for cell in range(len(table.frames))] for at, table in enumerate(tables)
    ]
    return _PlacedPage(number, tables, cells, cells_in_lines(held.get(None, ())))


def _cell_beside(
    outside: Word,
    place: Callable[[BBox], tuple[int, int] | None],
    held: Mapping[tuple[int, int] | None, Sequence[Word]],
) -> tuple[int, int] | None:
    """Return the cell next to whose number a number stands outside of the table: it may be a part of it."""
    left, top, right, bottom = outside.box
    near = bottom - top
    for edge in (left - near, right + near):
        cell = place((edge, top, edge, bottom))
        beside = [word for word in held.get(cell, ()) if is_value(word.text)] if cell else []
        gaps = (max(left - word.box[2], word.box[0] - right) for word in beside)
        if is_value(outside.text.replace(ILLEGIBLE, "0")) and any(gap < _BESIDE * near for gap in gaps):
            return cell
    return None


def _page_parts(page: _PlacedPage, digit_reach: float | None) -> Iterator[Block | Grid]:
    """Yield lines and grids of one page from its top down."""
    outside = page.outside
    for table, cells in zip(page.tables, page.cells, strict=True):
        yield from _blocks((line for line in outside if line[0].box[1] < table.top), page.number)
        outside = [line for line in outside if line[0].box[1] >= table.top]
        yield Grid(0, _cells(table, cells, page.number, digit_reach), page.number)
    yield from _blocks(outside, page.number)


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


def _cells(
    table: RuledTable, lines: Sequence[list[list[Word]]], page: int, digit_reach: float | None
) -> tuple[Cell, ...]:
    room: dict[tuple[int, int], float] = {}
    for frame, here in zip(table.frames, lines, strict=True):
        widest = max(map(width_of, here), default=0.0)
        room[frame.columns] = max(widest, room.get(frame.columns, 0.0))
    upright = _upright_columns(table, lines)
    cells = []
    for frame, here in zip(table.frames, lines, strict=True):
        printed = text_of(here, room[frame.columns], digit_reach)
        whole = printed.replace("\n", "")
        text = whole if frame.columns in upright and whole.isdecimal() else printed
        cell = Cell(text, frame.row, frame.column, *frame.spans, page, frame.box)
        cells.append(cell if text == printed else replace(cell, printed=printed))
    return tuple(cells)


def _upright_columns(table: RuledTable, lines: Sequence[list[list[Word]]]) -> set[tuple[int, int]]:
    """Return the columns in which labels and numbers are set a character a line, for lack of room."""
    held: dict[tuple[int, int], list[list[str]]] = {}
    for frame, here in zip(table.frames, lines, strict=True):
        held.setdefault(frame.columns, []).append(["".join(word.text for word in line) for line in here])
    return {
        columns
        for columns, cells in held.items()
        if all(len(line) == 1 for cell in cells for line in cell)
        and any(len(cell) > 1 and not "".join(cell).isdecimal() for cell in cells)
    }
