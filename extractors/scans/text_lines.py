"""What a page prints outside its ruled tables: where its words stand, and the rows that they make.

Owns the search for lines of print by the gaps between them, which costs next to nothing. The detector is asked only if
print stands too close, or too irregularly, for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from unicodedata import east_asian_width

import numpy as np

from extractors.document import BBox, Block
from extractors.page_numbers import is_page_number
from extractors.scans.cell_lines import Blots, add_margin, bounding_box, cut_out, gather_blots
from extractors.scans.ocr import Box, Picture, Text, find_words

_MISREAD_PAGE_NUMBER = re.compile(r"(?=.*\d)[\d\W_一]*[^\w\s][\d\W_一]*")  # "- 1 -" may be read as "-1."
_EDGE = 0.1  # share of the page at its head and foot where page numbers stand
_SAME_ROW = 0.5
"""Share of the lower word's height by which two words of one row stand beside each other."""
# In heights of a letter.
_LEAST_BLOT = 0.3
_LEAST_WORD = 0.5
_ONE_LINE = 1.4
_LARGEST_PRINT = 3.0
_APART = 3.0

_SMALLEST_LETTER = 7  # pixels
_WHITE = 255


def find_text(paper: Picture, blots: Blots, letter: float) -> Iterator[Box]:
    """Yield boxes of the words of a page on which its tables are white.

    `blots`: what is printed there; `letter`: height of a letter on the page.
    """
    whole = (0, 0, paper.shape[1], paper.shape[0])
    signs = blots.inside(whole)
    large = [sign for sign in signs if max(sign[2] - sign[0], _height(sign)) >= _LEAST_BLOT * letter]
    for line in gather_blots(large, letter):
        own = [sign for sign in signs if line[1] <= (sign[1] + sign[3]) / 2 <= line[3]]
        if _is_one_line(line, [sign for sign in large if line[1] <= sign[1] and sign[3] <= line[3]], letter):
            words = [word for word in _words(own, letter) if _is_print(word, letter)]
            yield from (add_margin(word, whole, letter) for word in words)
        else:
            yield from _searched(paper, line, round(letter))


def _searched(paper: Picture, part: Box, margin: int) -> Iterator[Box]:
    """Yield boxes of the words that the detector finds in a part of a page, which it is shown with white around it."""
    left, top, right, bottom = part
    for word in find_words(np.pad(cut_out(paper, part), margin, constant_values=_WHITE)):
        x0, y0, x1, y1 = word[0] - margin, word[1] - margin, word[2] - margin, word[3] - margin
        yield max(x0, 0) + left, max(y0, 0) + top, min(x1 + left, right), min(y1 + top, bottom)


def _height(box: Box) -> int:
    return box[3] - box[1]


def _is_one_line(line: Box, blots: Sequence[Box], letter: float) -> bool:
    """Return whether what shares some rows is one line, in print of any size; several may be as high as a letter."""
    own = float(np.percentile([_height(blot) for blot in blots], 85))
    return own <= _LARGEST_PRINT * letter and _height(line) <= _ONE_LINE * own


def _is_print(word: Box, letter: float) -> bool:
    """Return whether a word is neither dust nor a ruled line; print much smaller than the commonest is wide."""
    height = _height(word)
    return height >= _LEAST_WORD * letter or (height >= _SMALLEST_LETTER and word[2] - word[0] >= 2 * height)


def _words(blots: Sequence[Box], letter: float) -> Iterator[Box]:
    """Yield the blots of one line from the left, those that stand near each other as one box."""
    word: Box | None = None
    for blot in sorted(blots):
        if word is not None and blot[0] - word[2] > _APART * letter:
            yield word
            word = None
        word = bounding_box(word, blot) if word else blot
    if word:
        yield word


def rows_of_text(words: Iterable[tuple[Box, Text]], page: int, height: int) -> Iterator[Block]:
    """Yield the words by rows from the top down, those of one row from left to right with a space between.

    Page numbers are left out; `height` is that of the page.
    """
    rows: list[list[tuple[Box, Text]]] = []
    legible = [(box, text) for box, text in words if text.signs.strip()]
    for word in sorted(legible, key=lambda word: word[0][1] + word[0][3]):
        if rows and _beside(rows[-1][-1][0], word[0]):
            rows[-1].append(word)
        else:
            rows.append([word])
    for row in rows:
        row.sort(key=lambda word: word[0][0])
        signs = " ".join(text.signs for _, text in row)
        at_edge = not _EDGE * height < row[0][0][1] < (1 - _EDGE) * height
        if not (is_page_number(signs) or (at_edge and _MISREAD_PAGE_NUMBER.fullmatch(signs))):
            boxes = tuple(box for word in row for box in (*_letters(*word), None))[:-1]
            yield Block(signs, page, boxes, min(text.confidence for _, text in row))


def _beside(one: Box, other: Box) -> bool:
    """Return whether two boxes share most of the lower one's height."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return shared > _SAME_ROW * min(_height(one), _height(other))


def _letters(box: Box, text: Text) -> Iterator[BBox]:
    """Return a box for each character: a word's letters share its width, hanzi twice as wide as others."""
    left, top, right, bottom = map(float, box)
    widths = [2 if east_asian_width(sign) in "WF" else 1 for sign in text.signs]
    edges = [left + (right - left) * part / sum(widths) for part in accumulate(widths, initial=0)]
    return ((first, top, last, bottom) for first, last in pairwise(edges))
