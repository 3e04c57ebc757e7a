"""Document, Block, Grid and Cell: what was read from one capture, with positions.

Owns the shape of evidence that every reader in `formats/` yields and that `transforms` interprets.
Must not know what a report means, nor touch files or the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from nianbao import NianbaoError

BBox = tuple[float, float, float, float]
"""Left, top, right, bottom in points of the page, origin at the top left."""


def union(boxes: list[BBox]) -> BBox | None:
    """Smallest box around all boxes; None for an empty list.

    >>> union([(0, 0, 1, 1), (2, 2, 3, 4)])
    (0, 0, 3, 4)
    """
    if not boxes:
        return None
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


ILLEGIBLE = "\ufffc"
"""Stands in a text for what a person sees at that place but no reader can tell: a picture of a digit, a character of a
symbol font, a figure that is half covered. A cell that holds it is no number."""


SECOND_READER = "second_reader"
"""Method of a reading that is only there to be compared with the others."""


class Unreadable(NianbaoError):
    """The bytes cannot be read; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of running text: a paragraph of a page, a line of a PDF or of a plain text.

    `text` is in ordinary characters, `printed` as it was where that differs; a tab separates cells of a table that was
    flattened to text. `boxes`, where the reader knows positions, holds one box (or None) for each character of `text`.
    `confidence` is that of the reading method: 1.0 where text was given and not recognised.
    """

    text: str
    page: int | None = None
    boxes: tuple[BBox | None, ...] = ()
    confidence: float = 1.0
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a grid; `row` and `column` are those of its top left corner, counted from 0.

    `text` is in ordinary characters, `printed` as it was where that differs. `confidence` is that of the
    reading method: 1.0 where text was given and not recognised. `look_again` recognises it anew when it is called,
    where it may be a misread figure of a picture.
    """

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    page: int | None = None
    bbox: BBox | None = None
    confidence: float = 1.0
    printed: str = ""
    look_again: Callable[[], Block] | None = field(default=None, repr=False, compare=False)

    @property
    def raw(self) -> str:
        """The text as it was printed."""
        return self.printed or self.text


@dataclass(frozen=True, slots=True)
class Grid:
    """One table as found. `number` counts the grids of the document from 0 in reading order."""

    number: int
    cells: tuple[Cell, ...]
    page: int | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns that the cells cover, spans included."""
        rows = max((cell.row + cell.row_span for cell in self.cells), default=0)
        columns = max((cell.column + cell.column_span for cell in self.cells), default=0)
        return rows, columns

    def matrix(self) -> list[list[Cell | None]]:
        """Return the cells by row and column; a spanning cell stands at every place that it covers."""
        rows, columns = self.shape
        places: list[list[Cell | None]] = [[None] * columns for _ in range(rows)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    places[row][column] = cell
        return places


@dataclass(frozen=True, slots=True)
class Document:
    """What one reading method found in one capture, in reading order.

    `method` names the reading (`text_flow`, `markup_grid`, `ruled_grid`, `aligned_grid`, `ocr`); `metadata` holds what
    the file says of itself under the keys `title`, `published_on`, `agency`, `site`, where it says them.
    `source` names the file that was read where a capture holds several (a zip archive) or goes with others (a page
    and what it shows); empty where the capture is the file.
    """

    media_type: str
    method: str
    parts: tuple[Block | Grid, ...]
    metadata: dict[str, str] = field(default_factory=dict)
    source: str = ""

    def blocks(self) -> Iterator[Block]:
        """Return the stretches of running text, in reading order."""
        return (part for part in self.parts if isinstance(part, Block))

    def grids(self) -> Iterator[Grid]:
        """Return the tables, in reading order."""
        return (part for part in self.parts if isinstance(part, Grid))
