"""Straight lines of a page → the places of the cells of its ruled tables, spans included.

Owns which lines make a table.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise, product

from extractors.lattice import WALL, Frame, Region, frame_of
from extractors.pdf.ruling_lines import THIN, Stroke

_MOST_STROKES, _MOST_LINES = 30_000, 1_500
"""Strokes as they are drawn (dashes, sides of cells), and the lines that they make together."""


@dataclass(frozen=True, slots=True)
class RuledTable:
    """One ruled table: its cells, which together fill it, and the lines that part its columns and rows."""

    frames: tuple[Frame[float], ...]
    lefts: Sequence[float]
    tops: Sequence[float]
    owners: Mapping[tuple[int, int], int]
    """Row and column → number of the cell that covers it."""

    @property
    def top(self) -> float:
        """Where the table begins on its page."""
        return self.tops[0]

    def cell_at(self, across: float, down: float) -> int | None:
        """Return number of the cell in which a point of the page stands; None outside of the table."""
        row, column = bisect_right(self.tops, down) - 1, bisect_right(self.lefts, across) - 1
        return self.owners.get((row, column))


def ruled_tables(strokes: Iterable[Stroke]) -> list[RuledTable]:
    """Return the ruled tables of a page from the top down; lines around one column frame prose, or the page.

    A page of more lines than any table has is a drawing: it has none.
    """
    drawn = list(islice(strokes, _MOST_STROKES + 1))
    lines = list(_whole(drawn)) if len(drawn) <= _MOST_STROKES else []
    tables = [_table(group) for group in _groups(lines)] if len(lines) <= _MOST_LINES else []
    return sorted((table for table in tables if table), key=lambda table: (table.top, table.lefts[0]))


def _whole(strokes: Sequence[Stroke]) -> Iterator[Stroke]:
    """Yield whole lines: lines in one direction at about the same place get that place, and pieces are joined."""
    for across in (True, False):
        alike = [stroke for stroke in strokes if stroke.across == across]
        places = _distinct(stroke.place for stroke in alike)
        set_right = [Stroke(across, _nearest(places, one.place), one.start, one.end) for one in alike]
        ordered = sorted(set_right, key=lambda stroke: (stroke.place, stroke.start))
        for place, pieces in groupby(ordered, key=lambda stroke: stroke.place):
            for start, end in _joined([(piece.start, piece.end) for piece in pieces]):
                if end - start > THIN:
                    yield Stroke(across, place, start, end)


def _distinct(places: Iterable[float]) -> list[float]:
    """Return the places in order; places no farther apart than a line is thick count as one."""
    groups: list[list[float]] = []
    for place in sorted(places):
        if groups and place - groups[-1][0] <= THIN:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [sum(group) / len(group) for group in groups]


def _nearest(places: Sequence[float], place: float) -> float:
    """Return the nearest of some places, given in rising order."""
    at = bisect_right(places, place)
    return min(places[max(at - 1, 0) : at + 1], key=lambda other: abs(other - place))


def _joined(pieces: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join the pieces of one line, given in order, if the gap is no longer than a line is thick."""
    joined: list[tuple[float, float]] = []
    for start, end in pieces:
        if joined and start - joined[-1][1] <= THIN:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _groups(lines: Sequence[Stroke]) -> list[list[Stroke]]:
    """Return the lines that cross or meet each other, directly or through others."""
    groups: list[list[Stroke]] = []
    for line in lines:
        touched = [group for group in groups if any(_meet(line, other) for other in group)]
        groups = [group for group in groups if group not in touched]
        groups.append([line, *(other for group in touched for other in group)])
    return groups


def _meet(first: Stroke, second: Stroke) -> bool:
    if first.across == second.across:
        return False
    return all(one.start - THIN <= other.place <= one.end + THIN for one, other in ((first, second), (second, first)))


def _table(lines: Sequence[Stroke]) -> RuledTable | None:
    """Return the table that some lines make; its outermost lines down (or across) may be left out."""
    down, across = ([line for line in lines if line.across == side] for side in (False, True))
    lefts = _distinct([line.place for line in down] + _ends(across))
    tops = _distinct([line.place for line in across] + _ends(down))
    if len(lefts) < 3 or len(tops) < 2:
        return None
    walls = {(False, _index(lefts, line.place), row) for line in down for row in _passed(line, tops)}
    walls |= {(True, column, _index(tops, line.place)) for line in across for column in _passed(line, lefts)}
    frames: list[Frame[float]] = []
    owners: dict[tuple[int, int], int] = {}
    for row, column, last_row, last_column in _cells(len(tops) - 1, len(lefts) - 1, walls):
        places = product(range(row, last_row + 1), range(column, last_column + 1))
        owners |= dict.fromkeys(places, len(frames))
        frames.append(frame_of((row, column, last_row, last_column), lefts, tops))
    return RuledTable(tuple(frames), lefts, tops, owners)


def _ends(lines: Sequence[Stroke]) -> list[float]:
    """Return where the longest of some lines begin and end."""
    return [min(line.start for line in lines), max(line.end for line in lines)] if lines else []


def _index(places: Sequence[float], place: float) -> int:
    return bisect_left(places, _nearest(places, place))


def _passed(line: Stroke, places: Sequence[float]) -> list[int]:
    """Return the gaps between neighbouring places along which a line goes."""
    return [
        at
        for at, (start, end) in enumerate(pairwise(places))
        if min(end, line.end) - max(start, line.start) >= WALL * (end - start)
    ]


def _cells(rows: int, columns: int, walls: set[tuple[bool, int, int]]) -> Iterator[Region]:
    """Yield first and last row and column of each cell: places that no wall separates, if they form a rectangle."""
    free = {(row, column) for row in range(rows) for column in range(columns)}
    for row, column in sorted(free):
        if (row, column) not in free:
            continue
        last_column = column
        while (row, last_column + 1) in free and (False, last_column + 1, row) not in walls:
            last_column += 1
        last_row = row
        while _goes_on(last_row + 1, (column, last_column), free, walls):
            last_row += 1
        free -= {(r, c) for r in range(row, last_row + 1) for c in range(column, last_column + 1)}
        yield row, column, last_row, last_column


def _goes_on(row: int, columns: tuple[int, int], free: set[tuple[int, int]], walls: set[tuple[bool, int, int]]) -> bool:
    """Return whether a cell over some columns extends into a row."""
    first, last = columns
    return all(
        (row, at) in free and (True, at, row) not in walls and (at == first or (False, at, row) not in walls)
        for at in range(first, last + 1)
    )
