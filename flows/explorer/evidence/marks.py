"""Marks by which a figure is followed from its row back to the line or cell that it was read from.

Owns what stands for the place of a character or cell in a document that has no positions of its own: boxes that no page
could have, their top far below their bottom, so that none is near another and the reading stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.document import BBox, Block, Document, Grid

_APART = 1_000_000
"""More than a document has parts or pages, a part cells or a line characters. Floats count up to 9 × 10¹⁵."""
_TOP, _BOTTOM = 1e9, 0.0


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """Where a text stands in the readings of a file: the number of the reading, and more of it where it is known.

    `part` is a part of it and `last_part` the last of several lines. Of a grid, `cell` is the number of the cell; of a
    line, `start` and `end` are places in its text. `page` and `bbox` are those of the file.
    """

    document: int
    part: int | None = None
    last_part: int | None = None
    cell: int | None = None
    start: int = 0
    end: int = 0
    page: int | None = None
    bbox: BBox | None = None


def marked(document: Document, number: int) -> Document:
    """Return reading `number` with a mark on each character and cell without a box, and its pages as those of it."""
    parts = tuple(_marked(part, number, at) for at, part in enumerate(document.parts))
    return replace(document, parts=parts)


def _marked(part: Block | Grid, document: int, at: int) -> Block | Grid:
    page = None if part.page is None else part.page + document * _APART
    place = (document * _APART + at) * _APART
    if isinstance(part, Block):
        boxes = part.boxes or tuple(_mark(place + column) for column in range(len(part.text)))
        return replace(part, page=page, boxes=boxes)
    cells = tuple(
        replace(
            cell,
            page=None if cell.page is None else cell.page + document * _APART,
            bbox=cell.bbox or _mark(place + number),
        )
        for number, cell in enumerate(part.cells)
    )
    return replace(part, page=page, cells=cells)


def _mark(place: int) -> BBox:
    return float(place), _TOP, float(place + 1), _BOTTOM


def place_of(page: int | None, box: Sequence[float] | None, documents: Sequence[Document]) -> SourcePlace | None:
    """Return where page and box of a figure of marked documents are; None if they say nothing.

    >>> document = marked(Document("text/plain", "text_flow", (Block("一"), Block("收到 12 件"))), 0)
    >>> first, second = document.parts[1].boxes[3:5]
    >>> box = min(first[0], second[0]), first[1], max(first[2], second[2]), first[3]
    >>> place_of(None, box, [document])
    SourcePlace(document=0, part=1, last_part=1, cell=None, start=3, end=5, page=None, bbox=None)
    """
    number, own_page = divmod(page, _APART) if page is not None else (0, None)
    if box is None:
        return None if own_page is None else SourcePlace(number, page=own_page)
    left, top, right, bottom = box
    if top <= bottom:
        part, cell = _cell_with(documents[number], own_page, (left, top, right, bottom))
        return SourcePlace(number, part, part, cell, page=own_page, bbox=(left, top, right, bottom))
    first, start = divmod(int(left), _APART)
    last, end = divmod(int(right) - 1, _APART)
    document, part = divmod(first, _APART)
    if isinstance(documents[document].parts[part], Grid):
        return SourcePlace(document, part, part, start, page=own_page)
    return SourcePlace(document, part, last % _APART, None, start, end + 1, own_page)


def _cell_with(document: Document, page: int | None, box: BBox) -> tuple[int | None, int | None]:
    """Return the part and the number of the cell that has a box."""
    for at, part in enumerate(document.parts):
        if isinstance(part, Grid):
            for number, cell in enumerate(part.cells):
                if cell.bbox == box and cell.page == page:
                    return at, number
    return None, None


def text_at(documents: Sequence[Document], place: SourcePlace) -> str | None:
    """Return what stands at a place, as it was printed; None for a place on a page."""
    if place.part is None or place.last_part is None:
        return None
    parts = documents[place.document].parts[place.part : place.last_part + 1]
    if place.cell is not None:
        return next(part.cells[place.cell].raw for part in parts if isinstance(part, Grid))
    lines = [printed_line(part) for part in parts if isinstance(part, Block)]
    lines[-1] = lines[-1][: place.end]
    lines[0] = lines[0][place.start :]
    return "\n".join(lines)


def printed_line(block: Block) -> str:
    """Return a line as it was printed, if its characters are in the places of the ordinary ones."""
    return block.printed if len(block.printed) == len(block.text) else block.text


def agree(one: str, other: str) -> bool:
    """Return whether two texts are the same but for blanks and ends of lines.

    >>> agree("4\\n2", "42"), agree("4", "42"), agree("", " ")
    (True, False, True)
    """
    return "".join(one.split()) == "".join(other.split())
