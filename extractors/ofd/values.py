"""Numbers, boxes, matrices and offsets as OFD writes them: texts of attributes (GB/T 33190, 7.3).

Owns their syntax. What is no number makes the file unreadable: a figure that is drawn elsewhere stands in another cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain, islice, repeat

from extractors.document import Unreadable
from extractors.ofd.package import Element

Box = tuple[float, float, float, float]
"""Left, top, width and height in millimetres."""
Matrix = tuple[float, float, float, float, float, float]
UNCHANGED: Matrix = (1, 0, 0, 1, 0, 0)
_LARGEST = 1e6
"""Millimetres: nothing on a page is as far away."""
_REPEATED = "g"


def number(text: str) -> float:
    """Return a number. Raise Unreadable for what is none.

    >>> number(" 3.5 ")
    3.5
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not abs(value) <= _LARGEST:
        raise Unreadable(f"the OFD file is damaged: it has {text!r:.40} where a number must stand")
    return value


def numbers(text: str) -> tuple[float, ...]:
    """Return numbers that blanks, or commas, separate."""
    return tuple(map(number, text.replace(",", " ").split()))


def box_of(text: str | None) -> Box | None:
    """Return a box; None if the text has not four numbers.

    >>> box_of("10 20 5.5 4"), box_of(None)
    ((10.0, 20.0, 5.5, 4.0), None)
    """
    given = numbers(text or "")
    return (given[0], given[1], given[2], given[3]) if len(given) == 4 else None


def matrix_of(element: Element) -> Matrix:
    """Return the matrix of an object: none changes nothing. Raise Unreadable for one that has not six numbers."""
    given = numbers(element.get("CTM", ""))
    if not given:
        return UNCHANGED
    if len(given) != 6:
        raise Unreadable(f"the OFD file is damaged: it has a matrix of {len(given)} numbers")
    a, b, c, d, e, f = given
    return a, b, c, d, e, f


def is_true(element: Element, name: str, default: bool) -> bool:
    """Return whether an attribute of an object says yes."""
    return element.get(name, str(default)).strip().casefold() in ("true", "1")


def offsets(text: str | None, count: int) -> list[float]:
    """Return how far each of `count` characters is behind the one before it; `g n d` stands for n times d.

    The last one goes on where the text has too few; without any, the characters stay where they are.

    >>> offsets("g 2 3.5 7", 5), offsets(None, 2)
    ([3.5, 3.5, 7.0, 7.0, 7.0], [0.0, 0.0])
    """
    given = list(islice(_offsets((text or "").replace(",", " ").split()), count))
    last = given[-1] if given else 0.0
    return list(islice(chain(given, repeat(last)), count))


def _offsets(words: list[str]) -> Iterator[float]:
    at = 0
    while at < len(words):
        if words[at] != _REPEATED:
            yield number(words[at])
            at += 1
            continue
        times, offset = (number(words[place] if place < len(words) else "") for place in (at + 1, at + 2))
        yield from repeat(offset, max(0, int(times)))
        at += 3
