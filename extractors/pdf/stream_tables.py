"""Tables on pages that draw no lines: figures stand below the words of their columns and next to those of their rows.

Owns which words head a column and which column a figure stands in, by places alone. If these leave a choice, the line
stays text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from extractors.document import Block, Cell, Grid, union
from extractors.pdf.words import Word, block_of, cells_in_lines, is_value, words_of

_LABELS = 3
"""Columns of a grid that are kept for the labels of its rows."""
_Line = tuple[int, Sequence[Word]]
"""Number of the page, and the words."""


def stream_parts(pages: Iterable[tuple[int, Sequence[Block]]]) -> Iterator[Block | Grid]:
    """Yield rows of figures as grids of one row with a cell for each column, blanks too; all else as lines of text.

    `pages`: the number of each page and its lines, which have boxes.
    """
    heads: list[Word] = []
    waiting: list[_Line] = []
    for number, lines in pages:
        for words in cells_in_lines(words_of(lines, lambda _: None)):
            waiting.append((number, words))
            if any(is_value(word.text) for word in words):
                above = [line for _, line in waiting[:-1]]
                follows = heads and all(_reach(line) <= heads[0].box[0] for line in above)
                heads = heads if follows else _heads(above, words)
                yield from _rows(waiting, heads)
                waiting = []
    yield from (block_of(line, page) for page, line in waiting)


def _rows(lines: Sequence[_Line], heads: Sequence[Word]) -> Iterator[Block | Grid]:
    """Yield the lines, of which the last one holds figures, as rows below the one with the lowest heads."""
    headed = [at for at, (_, line) in enumerate(lines) if any(word is head for word in line for head in heads)]
    whole = _placed(lines[-1][1], heads) is not None
    for at, (page, line) in enumerate(lines):
        beside = [word for other, words in lines[max(at - 1, 0) : at + 2] if other == page for word in words]
        is_row = whole and at > max(headed, default=-1) and not _spans_rows(line, beside)
        row = _placed(line, heads) if is_row else None
        yield block_of(line, page) if row is None else Grid(0, tuple(_cells(line, row, page)), page)


def _spans_rows(line: Sequence[Word], beside: Sequence[Word]) -> bool:
    """Return whether a line holds only the label of several rows: it stands left of the label of a neighbour."""
    if len(line) > 1:
        return False
    left, top, _, bottom = union(list(line[0].boxes)) or line[0].box
    return any(
        left < other[0] - 1 and top < other[3] and other[1] < bottom
        for word in beside
        if not is_value(word.text) and (other := union(list(word.boxes)))
    )


def _reach(words: Iterable[Word]) -> float:
    return max((word.box[2] for word in words), default=0.0)


def _labels(line: Sequence[Word]) -> list[Word]:
    return [word for word in line if not is_value(word.text)]


def _heads(lines: Sequence[Sequence[Word]], row: Sequence[Word]) -> list[Word]:
    """Return the lowest words of each column to the right of a row's label, in the lines above it."""
    start = _reach(_labels(row))
    heads: list[Word] = []
    for word in (word for line in reversed(lines) for word in line):
        if word.box[0] >= start and not any(_overlap(word, head) for head in heads):
            heads.append(word)
    return sorted(heads, key=lambda head: head.box[0])


def _overlap(first: Word, second: Word) -> bool:
    return first.box[0] < second.box[2] and second.box[0] < first.box[2]


def _placed(line: Sequence[Word], heads: Sequence[Word]) -> list[Word | None] | None:
    """Return the figure of each column on a line (None for a blank), or None for a line that is no row of the table."""
    values = [word for word in line if is_value(word.text)]
    columns = [column for value in values if (column := _column(heads, value)) is not None]
    rising = len(columns) == len(values) and all(left < right for left, right in pairwise(columns))
    if not heads or not rising or _reach(_labels(line)) > heads[0].box[0]:
        return None
    found = dict(zip(columns, values, strict=True))
    return [found.get(column) for column in range(len(heads))]


def _column(heads: Sequence[Word], value: Word) -> int | None:
    """Return the only column under whose words a figure stands, else the nearest one to the left of it."""
    below = [at for at, head in enumerate(heads) if _overlap(head, value)]
    if below:
        return below[0] if len(below) == 1 else None
    before = sum(head.box[2] <= value.box[0] for head in heads) - 1
    if before < 0:
        return None
    gap = value.box[0] - heads[before].box[2]
    return before if before + 1 == len(heads) or gap < heads[before + 1].box[0] - value.box[2] else None


def _cells(line: Sequence[Word], figures: Sequence[Word | None], page: int) -> Iterator[Cell]:
    labels = _labels(line)[-_LABELS:]
    for at, word in enumerate(labels, start=_LABELS - len(labels)):
        yield Cell(word.text, 0, at, page=page, bbox=union(list(word.boxes)))
    for at, figure in enumerate(figures, start=_LABELS):
        yield Cell(figure.text if figure else "", 0, at, page=page, bbox=union(list(figure.boxes)) if figure else None)
