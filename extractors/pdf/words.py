"""Words of a page by their places: gathered into lines as a reader sees them.

Owns what stands on one line, whatever the order in which it was drawn.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from extractors.document import ILLEGIBLE, BBox, Block, union

_VALUE = re.compile(r"[+＋\-－\u4e00-\u9fff]{0,2} ?(?:\d|\d[\d.,，．]*\d) ?[\u4e00-\u9fff]{0,2}|[-—/]{1,2}")
"""A number, with a sign before it or a unit behind it, or what stands in place of one."""
_SAME_LINE = 0.2
"""Share of a character's height by which the middles of two on one line differ at most."""
_NARROW = 0.5
"""Share of the page's text; what is wider is no label but prose."""
_MOST_OPEN = 200
"""Cells that may go on: more do not begin on the lines right above."""
_NEARER = 0.8
"""Share of the distance of two rows that two lines of one cell have at most."""
_LINE_GAP = 0.75
"""Heights of a character between the lines of one cell, at most."""
_TOUCHING = 0.35
"""Heights of a digit between two of one number that is set close, at most."""


_Placed = tuple[str, BBox]


class _Joint(Enum):
    """What is between two characters of a line: nothing, a border through a number, or two words."""

    WORD = auto()
    CUT = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a blank between them, with a box a character, and the box of all."""

    text: str
    boxes: tuple[BBox, ...]
    box: BBox


def is_value(text: str) -> bool:
    """Return whether a word stands for one figure.

    >>> [is_value(text) for text in ("12", "增8", "1,024.5", "42674.75万元", "—", "3.其他", "总计")]
    [True, True, True, True, True, False, False]
    """
    return _VALUE.fullmatch(text) is not None


@dataclass(slots=True)
class _Stack:
    """The lines of one cell, and whether figures stand next to one of them."""

    lines: list[Word]
    beside_figures: bool


def words_of(lines: Iterable[Block], parted: Callable[[BBox], Hashable]) -> Iterator[Word]:
    """Yield the words of lines with boxes; characters for which `parted` gives different answers are never joined.

    A number that is parted so is illegible on both sides, unless one of them is None, outside of all: it is one.
    """
    for line in lines:
        characters: list[_Placed] = []
        for character, box in zip(line.text, line.boxes, strict=True):
            placed = None if character.isspace() or box is None else (character, box)
            joint = _joint(characters[-1], placed, parted) if characters else _Joint.NONE
            if characters and joint is not _Joint.WORD:
                yield _word([*characters, *_illegible(characters[-1], joint)])
                characters = list(_illegible(placed, joint)) if placed else []
            if placed:
                characters.append(placed)
        if characters:
            yield _word(characters)


def _joint(before: _Placed, after: _Placed | None, parted: Callable[[BBox], Hashable]) -> _Joint:
    if after is None or not _goes_right(before[1], after[1]):
        return _Joint.NONE
    sides = parted(before[1]), parted(after[1])
    if sides[0] == sides[1]:
        return _Joint.WORD
    if _is_one_number(before, after):
        return _Joint.WORD if None in sides else _Joint.CUT
    return _Joint.NONE


def _illegible(side: _Placed, joint: _Joint) -> Sequence[_Placed]:
    """Return what stands beside a character from which the rest of its number is cut off."""
    return [(ILLEGIBLE, side[1])] if joint is _Joint.CUT and side[0] != ILLEGIBLE else []


def _is_one_number(before: _Placed, after: _Placed) -> bool:
    """Return whether two characters are digits that touch each other on one line."""
    (one, left), (other, right) = before, after
    touch = abs(right[0] - left[2]) < _TOUCHING * (left[3] - left[1])
    digits = all(sign.isdigit() or sign == ILLEGIBLE for sign in (one, other))
    return digits and touch and right[1] < (left[1] + left[3]) / 2 < right[3]


def _goes_right(before: BBox, box: BBox) -> bool:
    """Return whether a character is to the right of the one before it; digits of a column may be below each other.

    A point, or a character of a typeface that stands in for one that is not in the file, may overlap its neighbour.
    """
    middle = (box[0] + box[2]) / 2
    off = abs(box[1] + box[3] - before[1] - before[3]) / 2
    is_level = off < _SAME_LINE * (before[3] - before[1]) or _is_as_high(before, box) or _is_as_high(box, before)
    return middle > before[2] or (is_level and middle > (before[0] + before[2]) / 2)


def _is_as_high(box: BBox, point: BBox) -> bool:
    """Return whether a character stands within the height of another, as a point or a dash does."""
    slack = _SAME_LINE * (box[3] - box[1]) / 2
    return box[1] - slack <= point[1] and point[3] <= box[3] + slack


def _word(characters: Sequence[_Placed]) -> Word:
    boxes = tuple(box for _, box in characters)
    return Word("".join(character for character, _ in characters), boxes, union(list(boxes)) or boxes[0])


def visual_lines(words: Iterable[Word]) -> list[list[Word]]:
    """Return the words by lines from the top down, each from left to right."""
    lines: list[list[Word]] = []
    bands: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda word: word.box[1] + word.box[3]):
        if bands and _level(word.box, bands[-1]):
            lines[-1].append(word)
            bands[-1] = min(bands[-1][0], word.box[1]), max(bands[-1][1], word.box[3])
        else:
            lines.append([word])
            bands.append((word.box[1], word.box[3]))
    return [sorted(line, key=lambda word: word.box[0]) for line in lines]


def _level(box: BBox, band: tuple[float, float]) -> bool:
    """Return whether a box and the band of a line stand side by side: the middle of one lies within the other."""
    top, bottom = band
    return top <= (box[1] + box[3]) / 2 <= bottom or box[1] <= (top + bottom) / 2 <= box[3]


def cells_in_lines(words: Iterable[Word]) -> list[list[Word]]:
    """Return the words by lines, those of a narrow cell that runs over several lines as one word at the middle of them.

    The lines of one cell are nearer to each other than rows of figures, and figures stand beside one of them at most.
    """
    lines = [_segments(line) for line in visual_lines(words)]
    left = min((line[0].box[0] for line in lines), default=0.0)
    right = max((line[-1].box[2] for line in lines), default=0.0)
    figures = [any(is_value(segment.text) for segment in line) for line in lines]
    apart = _least_distance([line[0] for line, has_figures in zip(lines, figures, strict=True) if has_figures])
    cells: list[_Stack] = []
    for line, has_figures in zip(lines, figures, strict=True):
        open_cells = [cell for cell in cells[-_MOST_OPEN:] if not (cell.beside_figures and has_figures)]
        for segment in line:
            narrow = segment.box[2] - segment.box[0] < _NARROW * (right - left) and not is_value(segment.text)
            above = next((cell for cell in open_cells if narrow and _goes_on(cell.lines[-1], segment, apart)), None)
            if above is None:
                cells.append(_Stack([segment], has_figures))
            else:
                above.lines.append(segment)
                above.beside_figures |= has_figures
    return visual_lines(_stacked(cell.lines) for cell in cells)


def _least_distance(words: Sequence[Word]) -> float:
    """Return points from one of some words to the next one down the page, where they are nearest."""
    middles = [(word.box[1] + word.box[3]) / 2 for word in words]
    return min((below - above for above, below in pairwise(middles)), default=math.inf)


def _segments(line: Sequence[Word]) -> list[Word]:
    """Return the words of a line, those that stand close to each other as one."""
    segments: list[list[Word]] = []
    for word in line:
        if segments and word.box[0] - segments[-1][-1].box[2] < word.box[3] - word.box[1]:
            segments[-1].append(word)
        else:
            segments.append([word])
    return [_spaced(segment) for segment in segments]


def _goes_on(above: Word, below: Word, apart: float) -> bool:
    """Return whether a stretch of text continues in one right below it, set to the same left edge or the same middle.

    `apart` is how far rows of figures are from each other.
    """
    height = min(above.box[3] - above.box[1], below.box[3] - below.box[1])
    near = -height / 2 < below.box[1] - above.box[3] < _LINE_GAP * height
    near &= (below.box[1] + below.box[3] - above.box[1] - above.box[3]) / 2 < _NEARER * apart
    same_left = abs(above.box[0] - below.box[0]) < height / 2
    same_middle = abs(above.box[0] + above.box[2] - below.box[0] - below.box[2]) < height
    return near and (same_left or same_middle) and not is_value(above.text)


def _spaced(words: Sequence[Word]) -> Word:
    """Return the words of a stretch as one, the gaps between them as blanks."""
    whole = words[0]
    for word in words[1:]:
        gap = (whole.box[2], whole.box[1], word.box[0], whole.box[3])
        box = union([whole.box, word.box]) or whole.box
        whole = Word(f"{whole.text} {word.text}", (*whole.boxes, gap, *word.boxes), box)
    return whole


def _together(words: Sequence[Word]) -> Word:
    boxes = tuple(box for word in words for box in word.boxes)
    return Word("".join(word.text for word in words), boxes, union(list(boxes)) or boxes[0])


def _stacked(cell: Sequence[Word]) -> Word:
    """Return the lines of a cell as one word, as high as a line and at the middle of them."""
    whole = _together(cell)
    left, top, right, bottom = whole.box
    middle, half = (top + bottom) / 2, (cell[0].box[3] - cell[0].box[1]) / 2
    return Word(whole.text, whole.boxes, (left, middle - half, right, middle + half))


def block_of(line: Sequence[Word], page: int) -> Block:
    """Return one line of words as a block with a box for each character; between words stands a blank without a box."""
    boxes: list[BBox | None] = []
    for word in line:
        boxes += [None] * bool(boxes)
        boxes += word.boxes
    return Block(" ".join(word.text for word in line), page, tuple(boxes))
