"""Grids that a page break or a careless template has split → whole grids.

Owns the rule by which neighbouring grids belong together, and the repair of rows and cells that a page break has split.
Labels serve that repair only. Repeated headers are harmless, since every number takes the nearest one above.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from extractors.document import Block, Cell, Grid
from transforms.forms.labels import LabelIndex, normalise
from transforms.forms.layout import layouts
from transforms.forms.values import parse_value

Pair = tuple[Cell, Cell]
"""A cell that ends at a page break, and the one below it in the same columns on the next page."""


def stitch_grids(parts: Iterable[Block | Grid]) -> list[Grid]:
    """Return whole grids in reading order.

    A grid continues the one before it if both have the same width and there is no text between them. Cells keep their
    texts, pages and boxes; the rows of the second grid are numbered after those of the first. Pieces of a row or label
    that a page break has split are joined.
    """
    joined: list[Grid] = []
    text_between = True
    for part in parts:
        if isinstance(part, Block):
            text_between = text_between or bool(part.text.strip())
            continue
        if joined and not text_between and joined[-1].shape[1] == part.shape[1]:
            joined[-1] = _append(joined[-1], part)
        else:
            joined.append(part)
        text_between = False
    return joined


def _append(first: Grid, second: Grid) -> Grid:
    rows = first.shape[0]
    moved = tuple(replace(cell, row=cell.row + rows) for cell in second.cells)
    if second.page is None or second.page == max((cell.page or 0 for cell in first.cells), default=0):
        return replace(first, cells=first.cells + moved)
    return replace(first, cells=_across_page_break(first.cells, moved, rows))


def _across_page_break(above: Sequence[Cell], below: Sequence[Cell], rows: int) -> tuple[Cell, ...]:
    """Return all cells of a table that a page break splits after `rows` rows."""
    ending = {(cell.column, cell.column_span): cell for cell in above if cell.row + cell.row_span == rows}
    beginning = {(cell.column, cell.column_span): cell for cell in below if cell.row == rows}
    pairs = [(cell, beginning[place]) for place, cell in ending.items() if place in beginning]
    if len(pairs) == len(ending) == len(beginning) and _is_one_row(pairs):
        lower = [replace(cell, row=cell.row - 1) for cell in below if cell.row > rows]
        return (*_others(above, pairs), *(_joined(pair, 1) for pair in pairs), *lower)
    cut = [
        pair
        for pair in pairs
        if label_similarity(_text(pair)) > max(map(label_similarity, (pair[0].text, pair[1].text)))
    ]
    return (*_others(above, cut), *(_joined(pair, 0) for pair in cut), *_others(below, cut))


def _others(cells: Iterable[Cell], pairs: Iterable[Pair]) -> list[Cell]:
    taken = {id(cell) for pair in pairs for cell in pair}
    return [cell for cell in cells if id(cell) not in taken]


def _is_one_row(pairs: Sequence[Pair]) -> bool:
    """Return whether the last row of a page and the first of the next are pieces of one.

    No cell may have a value in one piece and anything in the other. Also, one piece must be empty, or both together
    must form a label that neither has alone, or one must have the label and the other the values.
    """
    if any(_holds_value(cell) and other.text.strip() for pair in pairs for cell, other in (pair, pair[::-1])):
        return False
    own = [pair for pair in pairs if pair[0].row_span == pair[1].row_span == 1]
    if any(not any(pair[side].text.strip() for pair in own) for side in (0, 1)):
        return True
    labels = [sum(label_similarity(pair[side].text) for pair in own) for side in (0, 1)]
    values = [any(_holds_value(pair[side]) for pair in own) for side in (0, 1)]
    if any(above.text.strip() and below.text.strip() for above, below in own):
        return sum(label_similarity(_text(pair)) for pair in own) > sum(labels)
    return any(labels[side] and values[1 - side] and not values[side] and not labels[1 - side] for side in (0, 1))


def _holds_value(cell: Cell) -> bool:
    return parse_value(cell.text).state not in ("blank", "unreadable")


def _text(pair: Pair) -> str:
    return "\n".join(cell.text for cell in pair if cell.text.strip())


def _joined(pair: Pair, shared_rows: int) -> Cell:
    """Return the cell of two pieces, at the place of the upper piece unless only the lower one has text."""
    above, below = pair
    span = above.row_span + below.row_span - shared_rows
    shown = above if above.text.strip() else below
    raw = "\n".join(cell.raw for cell in pair if cell.text.strip())
    confidence = min(cell.confidence for cell in pair)
    return replace(shown, text=_text(pair), printed=raw, row=above.row, row_span=span, confidence=confidence)


def label_similarity(text: str) -> float:
    """Return how similar a text is to the nearest label of any form (0 to 100)."""
    return max((score for score, _ in _labels().find(normalise(text))), default=0.0)


@cache
def _labels() -> LabelIndex[str]:
    tables = [table for layout in layouts() for table in layout.tables]
    labels = [label for table in tables for block in table.blocks for label in (*block.rows, *block.columns)]
    return LabelIndex((text, text) for label in labels for text in label.normal)
