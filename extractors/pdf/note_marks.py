"""Marks of notes behind figures and words: smaller, and raised above the line.

Owns when a character is such a mark, and when it may as well be part of the figure beside it: lowered, in a fraction,
or on the line and smaller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ctypes import byref, c_double
from dataclasses import dataclass

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from extractors.pdf.letters import Letter, Sight

_MARKS = frozenset("0123456789０１２３４５６７８９*＊†‡#[]［］()（）〔〕①②③④⑤⑥⑦⑧⑨⑩,，abcdefghinx")
_FRACTION_BARS = frozenset("/⁄／")
_UNLIKE = 0.15
"""Heights of a character by which the feet of two, or their heights, differ before their print is compared."""
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


def note_marks(text_page: pypdfium2.PdfTextPage, letters: Sequence[Letter]) -> dict[int, Sight]:
    """Return which of the characters, which are all seen, are marks of notes, or may be.

    Marks are unseen if they are surely no part of a figure, else in doubt. What is printed in the size of its
    neighbours and on their line is neither.
    """
    boxes = np.array([letter.box for letter in letters], dtype=np.float32).reshape(-1, 4)
    found: dict[int, Sight] = {}
    for left, right in _unlike_neighbours(boxes, letters):
        one, other = _print_of(text_page, letters[left]), _print_of(text_page, letters[right])
        mark, base = (right, left) if other.size <= one.size else (left, right)
        verdict = _verdict(letters[mark], letters[base], *((other, one) if mark == right else (one, other)))
        if verdict:
            for at in _run(text_page, letters, mark, 1 if mark == right else -1):
                found.setdefault(at, verdict)
    return _without_fractions(letters, found)


def _unlike_neighbours(boxes: NDArray[np.float32], letters: Sequence[Letter]) -> Iterator[tuple[int, int]]:
    """Yield pairs of characters side by side, the left one first, whose feet or heights differ."""
    if len(boxes) < 2:
        return
    heights = boxes[:, 3] - boxes[:, 1]
    together = _beside(boxes[:-1], boxes[1:])
    yield from ((int(at), int(at) + 1) for at in np.flatnonzero(together & _differ(boxes[:-1], boxes[1:])))
    digits = np.array([letter.character in _MARKS for letter in letters])
    if not digits.any():
        return
    first = digits & ~np.concatenate([[False], together]) & (heights < _SMALLER * np.quantile(heights[digits], 0.9))
    for at in np.flatnonzero(first):
        # A mark that was not drawn together with its figure.
        beside = _beside(boxes, boxes[at]) & _differ(boxes, boxes[at])
        yield from ((int(other), int(at)) for other in np.flatnonzero(beside)[-1:])


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


def _print_of(text_page: pypdfium2.PdfTextPage, letter: Letter) -> _Print:
    """Return size and line of a character: those of its text, however it is scaled and turned."""
    x, y = c_double(), c_double()
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetCharOrigin(text_page.raw, letter.index, byref(x), byref(y))
    pdfium.FPDFText_GetMatrix(text_page.raw, letter.index, byref(matrix))
    scale = abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5
    along = max((matrix.a, matrix.b), key=abs)
    line = y.value if along == matrix.a else -x.value
    return _Print(pdfium.FPDFText_GetFontSize(text_page.raw, letter.index) * scale, line if along > 0 else -line)


def _verdict(mark: Letter, base: Letter, own: _Print, beside: _Print) -> Sight | None:
    """Return what a character is to the larger one beside it; None if both are of one print, or it is no mark."""
    smaller, raised = own.size <= _SMALLER * beside.size, own.line - beside.line
    if mark.character not in _MARKS or not base.character.strip():
        return None
    if smaller and raised > _RAISED * beside.size:
        return Sight.UNSEEN
    figures = mark.character.isdigit() and base.character.isdigit()
    return Sight.DOUBTFUL if figures and (smaller or abs(raised) > _RAISED * beside.size) else None


def _run(text_page: pypdfium2.PdfTextPage, letters: Sequence[Letter], start: int, step: int) -> Iterator[int]:
    """Yield a mark and what stands beside it in the same size on the same line, away from its figure."""
    own = _print_of(text_page, letters[start])
    at = start
    yield at
    while 0 <= at + step < len(letters) and letters[at + step].character in _MARKS | _FRACTION_BARS:
        other = _print_of(text_page, letters[at + step])
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
