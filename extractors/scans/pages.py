"""Pictures of pages → parts of one document, a page in memory at a time.

Owns how pages of one scan relate to each other, and boxes on the page as it was before straightening. Imports OpenCV
and RapidOCR only when a picture arrives: they are an optional extra.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractors.document import BBox, Block, Cell, Grid, Unreadable
from extractors.page_breaks import realign_columns

if TYPE_CHECKING:
    from extractors.scans.ocr import Picture

PagePart = Block | Grid


@dataclass(frozen=True, slots=True)
class PageImage:
    """The grey pixels of one page and how many points of the page one of them is wide."""

    page: int
    pixels: Picture
    points: float


@dataclass(frozen=True, slots=True)
class _Turn:
    """By how many degrees the lines of a page were raised to the right, around which point."""

    angle: float
    center: tuple[float, float]


def scanned_parts(pages: Iterable[PageImage]) -> tuple[PagePart, ...]:
    """Return tables and lines of text of some pages; grids are numbered from 0 and boxes are in points.

    `pages` is consumed one by one. Raises Unreadable if the extra for recognition is not installed.
    """
    try:
        from extractors.scans.page_image import read_picture
    except ModuleNotFoundError as error:
        raise Unreadable(f"a picture of text: reading it needs the extra nianbao[ocr] (no {error.name})") from error
    parts: list[PagePart] = []
    turns: dict[int, _Turn] = {}
    for image in pages:
        read = read_picture(image.pixels, image.page)
        height, width = image.pixels.shape
        turns[image.page] = _Turn(read.angle, (width * image.points / 2, height * image.points / 2))
        parts += [_moved(part, _scaling(image.points)) for part in read.parts]
    placed = [_moved(part, _turning_back(turns[part.page or 0])) for part in realign_columns(parts)]
    return numbered(placed)


def renumber_pages(pictures: Iterable[Iterable[PagePart]]) -> list[tuple[PagePart, ...]]:
    """Return the parts of several pictures, picture by picture, with their pages counted from 1 through all of them."""
    found: list[tuple[PagePart, ...]] = []
    before = 0
    for parts in pictures:
        found.append(tuple(_on_page(part, (part.page or 1) + before) for part in parts))
        before = max((part.page or 1 for part in found[-1]), default=before)
    return found


def _on_page(part: PagePart, page: int) -> PagePart:
    if isinstance(part, Block):
        return replace(part, page=page)
    return replace(part, page=page, cells=tuple(replace(cell, page=page) for cell in part.cells))


def numbered(parts: Iterable[PagePart]) -> tuple[PagePart, ...]:
    """Return the parts with their grids numbered from 0."""
    found: list[PagePart] = []
    count = 0
    for part in parts:
        if isinstance(part, Grid):
            found.append(replace(part, number=count))
            count += 1
        else:
            found.append(part)
    return tuple(found)


def _moved(part: PagePart, move: Callable[[BBox], BBox]) -> PagePart:
    """Return the part with every box moved."""
    if isinstance(part, Block):
        return replace(part, boxes=tuple(box and move(box) for box in part.boxes))
    return replace(part, cells=tuple(_moved_cell(cell, move) for cell in part.cells))


def _moved_cell(cell: Cell, move: Callable[[BBox], BBox]) -> Cell:
    return replace(cell, bbox=cell.bbox and move(cell.bbox))


def _scaling(factor: float) -> Callable[[BBox], BBox]:
    return lambda box: (box[0] * factor, box[1] * factor, box[2] * factor, box[3] * factor)


def _turning_back(turn: _Turn) -> Callable[[BBox], BBox]:
    """Return a function that maps a box on the straightened page to the smallest box around it on the scan."""
    cosine, sine = math.cos(math.radians(turn.angle)), math.sin(math.radians(turn.angle))
    middle_x, middle_y = turn.center

    def move(box: BBox) -> BBox:
        corners = [(x - middle_x, y - middle_y) for x in (box[0], box[2]) for y in (box[1], box[3])]
        across = [middle_x + cosine * x - sine * y for x, y in corners]
        down = [middle_y + sine * x + cosine * y for x, y in corners]
        return min(across), min(down), max(across), max(down)

    return move
