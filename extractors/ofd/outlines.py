"""Outlines of OFD: abbreviated data of paths (GB/T 33190, 9.1) → segments of lines and curves.

Owns the commands of the data. Arcs and quadratic curves become cubic ones, as a PDF draws them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from extractors.document import Unreadable
from extractors.ofd.values import Matrix, number

Point = tuple[float, float]
Segment = tuple[str, tuple[Point, ...]]
"""The operator of a PDF (m, l, c, h), and its points."""
_ARGUMENTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0, "Z": 0}
_WORDS = re.compile(r"[A-Za-z]|[^\sA-Za-z,]+(?:[eE][+-]?\d+)?")


def segments_of(data: str) -> Iterator[Segment]:
    """Yield the segments of a path. Raise Unreadable for what is no command, or lacks numbers.

    >>> list(segments_of("M 0 0 L 5 0 C"))
    [('m', ((0.0, 0.0),)), ('l', ((5.0, 0.0),)), ('h', ())]
    """
    words = _WORDS.findall(data)
    at, here, start = 0, (0.0, 0.0), (0.0, 0.0)
    while at < len(words):
        command = words[at].upper()
        count = _ARGUMENTS.get(command)
        if count is None:
            raise Unreadable(f"the OFD file is damaged: a path has the command {words[at]:.20}")
        given = [number(word) for word in words[at + 1 : at + 1 + count]]
        if len(given) < count:
            raise Unreadable("the OFD file is damaged: a path ends within a command")
        at += 1 + count
        if count == 0:
            here = start
            yield "h", ()
            continue
        places = given[-2:] if command == "A" else given
        points = list(zip(places[::2], places[1::2], strict=True))
        yield from _drawn(command, here, points, given)
        here = points[-1]
        start = here if command in "SM" else start


def _drawn(command: str, here: Point, points: Sequence[Point], given: Sequence[float]) -> Iterator[Segment]:
    """Yield one command from where the path has come to."""
    if command in "SM":
        yield "m", tuple(points)
    elif command == "L":
        yield "l", tuple(points)
    elif command == "B":
        yield "c", tuple(points)
    elif command == "Q":
        bend, end = points
        yield "c", (_between(here, bend, 2 / 3), _between(end, bend, 2 / 3), end)
    else:
        yield from _arc(here, points[-1], given)


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def moved(point: Point, matrix: Matrix) -> Point:
    """Return where a matrix moves a point."""
    a, b, c, d, e, f = matrix
    return a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f


def _arc(here: Point, end: Point, given: Sequence[float]) -> Iterator[Segment]:
    """Yield an arc of an ellipse by its radii, its turn and its two flags, as SVG defines it, too."""
    wide, high = abs(given[0]), abs(given[1])
    if not wide or not high or here == end:
        yield "l", (end,)
        return
    cosine, sine = math.cos(math.radians(given[2])), math.sin(math.radians(given[2]))
    # The ellipse as a circle of radius 1, on which both ends lie.
    flat: Matrix = (cosine / wide, -sine / high, sine / wide, cosine / high, 0, 0)
    whole: Matrix = (cosine * wide, sine * wide, -sine * high, cosine * high, 0, 0)
    for points in _circle(moved(here, flat), moved(end, flat), large=bool(given[3]), onward=bool(given[4])):
        yield "c", tuple(moved(point, whole) for point in points)


def _circle(first: Point, last: Point, *, large: bool, onward: bool) -> Iterator[tuple[Point, Point, Point]]:
    """Yield the two handles and the end of each piece, a quarter at most, of an arc of a circle of radius 1.

    Ends too far apart for that circle lie on a larger one.
    """
    apart = math.dist(first, last)
    radius = max(1.0, apart / 2)
    off = math.sqrt(max(0.0, radius**2 - apart**2 / 4)) * (-1 if large == onward else 1) / apart
    x = (first[0] + last[0]) / 2 - off * (last[1] - first[1])
    y = (first[1] + last[1]) / 2 + off * (last[0] - first[0])
    begin, stop = (math.atan2(point[1] - y, point[0] - x) for point in (first, last))
    sweep = (stop - begin) % math.tau - (0.0 if onward else math.tau)
    pieces = max(1, math.ceil(abs(sweep) / (math.pi / 2)))
    reach = radius * 4 / 3 * math.tan(sweep / pieces / 4)
    for piece in range(pieces):
        start, end = (begin + sweep * at / pieces for at in (piece, piece + 1))
        (ax, ay), (bx, by) = ((x + radius * math.cos(at), y + radius * math.sin(at)) for at in (start, end))
        yield (
            (ax - reach * math.sin(start), ay + reach * math.cos(start)),
            (bx + reach * math.sin(end), by - reach * math.cos(end)),
            (bx, by),
        )
