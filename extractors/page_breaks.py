"""Tables that page breaks cut: columns that a page's part of them hides.

Owns which grids of neighbouring pages are parts of one table, and how their columns are counted alike. It does not join
them: `transforms` does, if no text stands between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extractors.document import Block, Cell, Grid

_SAME_EDGE = 3.0  # points; ruled lines that are no farther apart are taken for one


def realign_columns(parts: Iterable[Block | Grid]) -> Iterator[Block | Grid]:
    """Yield the parts; the grids of a table that page breaks cut get the same columns, from the ruled lines of all.

    Rows of few cells show only some of the lines, so the columns of each page alone would be numbered differently.
    Every cell must have its box, in points.
    """
    groups: list[list[Block | Grid]] = []
    for part in parts:
        former = groups[-1][-1] if groups else None
        if isinstance(former, Grid) and isinstance(part, Grid) and _continues(part, former):
            groups[-1].append(part)
        else:
            groups.append([part])
    for group in groups:
        grids = [part for part in group if isinstance(part, Grid)]
        edges = _edges(grids)
        yield from ([_recounted(grid, edges) for grid in grids] if len(grids) > 1 else group)


def _continues(grid: Grid, former: Grid) -> bool:
    """Return whether a grid stands on the page after the former one and is as wide; a scanner shifts pages sideways."""
    widths = [_edges([one])[-1] for one in (former, grid)]
    return abs(widths[0] - widths[1]) <= _SAME_EDGE and former.page is not None and grid.page == former.page + 1


def _edges(grids: Sequence[Grid]) -> list[float]:
    """Return the vertical ruled lines of some grids, from the left of each, those at about the same place once."""
    lefts = [_left(grid) for grid in grids]
    found = sorted(
        edge for grid, left in zip(grids, lefts, strict=True) for cell in grid.cells for edge in _sides(cell, left)
    )
    edges: list[float] = []
    for edge in found:
        if not edges or edge - edges[-1] > _SAME_EDGE:
            edges.append(edge)
    return edges


def _left(grid: Grid) -> float:
    return min(cell.bbox[0] for cell in grid.cells if cell.bbox)


def _sides(cell: Cell, left: float) -> tuple[float, float]:
    """Return the left and right of a cell, from the left of its grid."""
    return (cell.bbox[0] - left, cell.bbox[2] - left) if cell.bbox else (0.0, 0.0)


def _recounted(grid: Grid, edges: Sequence[float]) -> Grid:
    """Return the grid with its columns counted by the given lines."""
    cells, start = [], _left(grid)
    for cell in grid.cells:
        first, last = (min(range(len(edges)), key=lambda at: abs(edges[at] - edge)) for edge in _sides(cell, start))
        cells.append(replace(cell, column=first, column_span=max(1, last - first)))
    return replace(grid, cells=tuple(cells))
