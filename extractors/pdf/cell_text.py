"""The lines of words in a cell → its text: which digits are one number, and which stand beside or below each other.

Owns how far apart the digits of one number are set, in a cell, on a page and in a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from extractors.pdf.text_layer import near
from extractors.pdf.words import Word

_NUMBER = re.compile(r"[\d.,，．]+")
_SAME_SPACE = 1.3
"""Times the usual distance of digits that are set apart: a blank between two numbers makes it 1.5 at least."""


def width_of(line: Sequence[Word]) -> float:
    """Return points from the left of a line to its right."""
    return line[-1].box[2] - line[0].box[0]


@dataclass(frozen=True, slots=True)
class DigitSpacing:
    """How digits stand on one page: whether some number is set close, and the distances between digits set apart.

    A distance is from middle to middle, in heights of a digit.
    """

    close: bool
    distances: tuple[float, ...]


def digit_spacing(lines: Iterable[Sequence[Word]]) -> DigitSpacing:
    """Return how the lines of all cells of a page set the digits of their numbers: 441, or 4 4 1.

    Digits that begin with 0 (0 5) are figures beside each other: no number is set so.
    """
    close, distances = False, list[float]()
    for line in lines:
        pairs = [(before, word) for before, word in pairwise(line) if _are_digits(before, word)]
        apart = [_distance(before, word) for before, word in pairs if _are_near(before, word)]
        close |= any(_NUMBER.fullmatch(word.text) and sum(map(str.isdigit, word.text)) > 1 for word in line)
        close |= bool(apart) and pairs[0][0] is line[0] and line[0].text == "0"
        distances += apart
    return DigitSpacing(close, tuple(distances))


def reach_of_digits(page: DigitSpacing, document: Sequence[DigitSpacing]) -> float | None:
    """Return how far apart digits of one number stand at most on a page; None if all that are apart may be figures.

    Where the page leaves it open, the document tells. A single pair of digits may as well be two figures, and so may
    those that are farther apart than others.
    """
    pages = [page] if page.close or len(page.distances) > 1 else document
    distances = [distance for each in pages for distance in each.distances]
    if any(each.close for each in pages) or len(distances) < 2:
        return None
    return _SAME_SPACE * median_low(distances)


def text_of(lines: Sequence[Sequence[Word]], room: float, digit_reach: float | None) -> str:
    """Return the text of a cell by its lines, of which the widest in its column takes `room` points.

    Digits no farther apart than `digit_reach` are one number, as other characters near each other are one word. A line
    break within a number means that the number continues. Numbers below each other that had room on one line are
    separated by a blank: they are several numbers, not one.
    """
    texts = [_text(line, digit_reach or 0.0) for line in lines]
    several = len(texts) > 1 and all(_NUMBER.fullmatch(text) for text in texts) and _had_room(lines, room)
    return (" " if several else "\n").join(texts)


def _text(line: Sequence[Word], digit_reach: float) -> str:
    """Return the words of one line of a cell, with blanks between them unless they are near characters of one word."""
    text = ""
    for before, word in zip([None, *line], line, strict=False):
        joined = before is None or (
            _are_near(before, word) and (not _are_digits(before, word) or _distance(before, word) <= digit_reach)
        )
        text += word.text if joined else f" {word.text}"
    return text


def _are_near(before: Word, word: Word) -> bool:
    """Return whether two words are single characters as near to each other as those of one word."""
    return len(before.text) == len(word.text) == 1 and near(before.box, word.box)


def _are_digits(before: Word, word: Word) -> bool:
    return before.text.isdigit() and word.text.isdigit()


def _distance(before: Word, word: Word) -> float:
    """Return the distance of the middles of two words, in heights of the higher one."""
    height = max(box[3] - box[1] for box in (before.box, word.box))
    return (word.box[0] + word.box[2] - before.box[0] - before.box[2]) / 2 / height


def _had_room(lines: Sequence[Sequence[Word]], room: float) -> bool:
    """Return whether the first character of a line would have stood on the line before, too."""
    boxes = [following[0].boxes[0] for following in lines[1:]]
    return any(width_of(line) + 1.5 * (box[2] - box[0]) <= room for line, box in zip(lines, boxes, strict=False))
