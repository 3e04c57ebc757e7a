"""The lattice of a ruled table: which place each cell takes, and its box on the page or in the picture.

Owns what tables in PDF pages (lines in points) and in scans (strokes in pixels) have in common. Each finds by itself
which places no line separates: a PDF draws its lines whole, while a scan breaks them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Number = TypeVar("Number", int, float)
"""Pixels of a picture, or points of a page."""

Region = tuple[int, int, int, int]
"""First row and column and last row and column of a cell."""

WALL = 0.6
"""Share of the way between two places along which a line must run to separate them."""


@dataclass(frozen=True, slots=True)
class Frame(Generic[Number]):
    """The place of a cell in its table, and its box: left, top, right, bottom."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: tuple[Number, Number, Number, Number]

    @property
    def spans(self) -> tuple[int, int]:
        """How many rows and columns it fills."""
        return self.row_span, self.column_span

    @property
    def columns(self) -> tuple[int, int]:
        """Its first column, and how many it fills."""
        return self.column, self.column_span


def frame_of(region: Region, lefts: Sequence[Number], tops: Sequence[Number]) -> Frame[Number]:
    """Return the frame of a cell, by where the columns and rows of its table begin, and the last ones end.

    >>> frame_of((0, 1, 1, 1), [10, 20, 30], [5, 8, 11])
    Frame(row=0, column=1, row_span=2, column_span=1, box=(20, 5, 30, 11))
    """
    row, column, last_row, last_column = region
    box = (lefts[column], tops[row], lefts[last_column + 1], tops[last_row + 1])
    return Frame(row, column, last_row - row + 1, last_column - column + 1, box)
