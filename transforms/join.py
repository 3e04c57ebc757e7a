"""Grids that a page break or a careless template has cut in pieces → whole grids.

Owns the rule by which neighbours belong together. Must not read labels: repeated headers are harmless, since
every number finds the nearest header above it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from extractors.document import Block, Grid


def join_grids(parts: Iterable[Block | Grid]) -> list[Grid]:
    """Grids in reading order; one that follows another of the same width without text between continues it.

    Cells keep their texts, pages and boxes; rows of the second grid are counted on from the first.
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
    return replace(first, cells=first.cells + moved)
