"""Marks of notes behind figures and words: smaller, and raised above the line.

Owns when a character is such a mark, and when it may as well be part of the figure beside it: lowered, in a fraction,
or on the line and smaller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractors.pdf.letters import Letter, Sight
from extractors.pdf.pdfium import calls
from extractors.pdf.pdfium.calls import Address

_MARKS = frozenset("0123456789０１２３４５６７８９*＊†‡#[]［］()（）〔〕①②③④⑤⑥⑦⑧⑨⑩,，abcdefghinx")
_FRACTION_BARS = frozenset("/⁄／")
_UNLIKE = 0.15
"""Heights of a character by which the feet of two, or their heights, differ before their print is compared."""
_AT_ONCE = 64
"""Marks that are compared with all characters at once, for the memory that it takes."""
_GAP = 0.7
"""Heights of a character between a figure and its mark, at most."""
_RAISED = 0.12
"""Sizes of the print by which the line of a mark lies above, or below, the line that it stands beside."""
_SMALLER = 0.85
"""Size of a mark in sizes of the print beside it, at most."""


@dataclass(frozen=True, slots=True)
class _Print:
    """How large a character is printed, and how far up the page its line is, in points."""

    size: float
    line: float


def note_marks(page_text: Address, letters: Sequence[Letter], boxes: NDArray[np.float32]) -> dict[int, Sight]:
    """Return which of the characters, all seen and with these boxes, are marks of notes, or may be.

    Marks are unseen if they are surely no part of a figure, else in doubt. What is printed in the size of its
    neighbours and on their line is neither.
    """
    found: dict[int, Sight] = {}
    pairs = [
        (left, right)
        for left, right in _unlike_neighbours(boxes, letters)
        if letters[left].character in _MARKS or letters[right].character in _MARKS
    ]
    concerned = sorted({at for pair in pairs for at in pair})
    prints = dict(zip(concerned, _prints(page_text, [letters[at] for at in concerned]), strict=True))
    for left, right in pairs:
        one, other = prints[left], prints[right]
        mark, base = (right, left) if other.size <= one.size else (left, right)
        verdict = _verdict(letters[mark], letters[base], *((other, one) if mark == right else (one, other)))
        if verdict:
            for at in _run(page_text, letters, mark, 1 if mark == right else -1):
                found.setdefault(at, verdict)
    return _without_fractions(letters, found)


def _unlike_neighbours(boxes: NDArray[np.float32], letters: Sequence[Letter]) -> Iterator[tuple[int, int]]:
    """Yield pairs of characters side by side, the left one first, whose feet or heights differ."""
    if len(boxes) < 2:
        return
    heights = boxes[:, 3] - boxes[:, 1]
    together = _beside(boxes[:-1], boxes[1:])
    drawn_together = np.flatnonzero(together & _differ(boxes[:-1], boxes[1:]))
    yield from zip(drawn_together.tolist(), (drawn_together + 1).tolist(), strict=True)
    digits = np.array([letter.character in _MARKS for letter in letters])
    if not digits.any():
        return
    first = digits & ~np.concatenate([[False], together]) & (heights < _SMALLER * np.quantile(heights[digits], 0.9))
    for at in np.split(np.flatnonzero(first), range(_AT_ONCE, int(first.sum()), _AT_ONCE)):
        # Marks that were not drawn together with their figures, each with the last character beside it.
        apart = boxes[at][:, None]
        beside = _beside(boxes, apart) & _differ(boxes, apart)
        last = len(boxes) - 1 - beside[:, ::-1].argmax(axis=1)
        yield from ((int(last[row]), int(at[row])) for row in np.flatnonzero(beside.any(axis=1)))


def _beside(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return whether characters stand right of others, near them and partly level with them."""
    height = np.maximum(left[..., 3] - left[..., 1], right[..., 3] - right[..., 1])
    gap = right[..., 0] - left[..., 2]
    level = np.minimum(left[..., 3], right[..., 3]) > np.maximum(left[..., 1], right[..., 1])
    found: NDArray[np.bool_] = level & (gap < _GAP * height) & (gap > -0.3 * height)
    return found


def _differ(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.bool_]:
    first, second = left[..., 3] - left[..., 1], right[..., 3] - right[..., 1]
    most = _UNLIKE * np.maximum(first, second)
    found: NDArray[np.bool_] = (np.abs(left[..., 3] - right[..., 3]) > most) | (np.abs(first - second) > most)
    return found


def _prints(page_text: Address, letters: Sequence[Letter]) -> Iterator[_Print]:
    """Yield size and line of characters: those of their texts, however they are scaled and turned."""
    for size, (x, y), (a, b, c, d, _, _) in calls.prints_of(page_text, [letter.number for letter in letters]):
        along = max((a, b), key=abs)
        line = y if along == a else -x
        yield _Print(size * abs(a * d - b * c) ** 0.5, line if along > 0 else -line)


def _verdict(mark: Letter, base: Letter, own: _Print, beside: _Print) -> Sight | None:
    """Return what a character is to the larger one beside it; None if both are of one print, or it is no mark."""
    smaller, raised = own.size <= _SMALLER * beside.size, own.line - beside.line
    if mark.character not in _MARKS or not base.character.strip():
        return None
    if smaller and raised > _RAISED * beside.size:
        return Sight.UNSEEN
    figures = mark.character.isdigit() and base.character.isdigit()
    return Sight.DOUBTFUL if figures and (smaller or abs(raised) > _RAISED * beside.size) else None


def _run(page_text: Address, letters: Sequence[Letter], start: int, step: int) -> Iterator[int]:
    """Yield a mark and what stands beside it in the same size on the same line, away from its figure."""
    (own,) = _prints(page_text, [letters[start]])
    at = start
    yield at
    while 0 <= at + step < len(letters) and letters[at + step].character in _MARKS | _FRACTION_BARS:
        (other,) = _prints(page_text, [letters[at + step]])
        gap = max(letters[at].box[0], letters[at + step].box[0]) - min(letters[at].box[2], letters[at + step].box[2])
        alike = abs(other.size - own.size) < 0.05 * own.size and abs(other.line - own.line) < _RAISED * own.size
        if not alike or gap > _GAP * letters[at].height:
            return
        at += step
        yield at


def _without_fractions(letters: Sequence[Letter], found: dict[int, Sight]) -> dict[int, Sight]:
    """Return the marks; those beside the bar of a fraction are in doubt."""
    bars = {at for at, letter in enumerate(letters) if letter.character in _FRACTION_BARS}
    return {at: Sight.DOUBTFUL if {at - 1, at, at + 1} & bars else sight for at, sight in found.items()}
