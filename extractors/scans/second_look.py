"""A second look at print that may have been misread: the line twice, as it was and enlarged, which must read alike.

Owns which lines are looked at again. Digits that stand alone are misread most, and beside each other least.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import cv2
import numpy as np

from extractors.scans.ocr import HEIGHT, Picture, Text, leans, recognise_lines

_DIGIT = re.compile(r"\d")
_HANZI = re.compile(r"[\u4e00-\u9fff]")
_MOST_HANZI = 3
"""A number has no more beside it: signs and units. What has more is a label that begins with a number."""
_SURE = 0.95
_LONGEST_LABEL = 20
"""Signs in a line; what is longer is prose."""
_LEAST_WORD = 2
# In heights of a letter.
_CLOSER = 0.2
_LEAST_LINE = 1.1


def look_again(lines: Sequence[Picture]) -> list[Text]:
    """Return what lines read as, given each `twice`.

    Where the two halves differ, words are what the enlarged half reads as, and figures nothing, with confidence 0.
    """
    return [_half(look, line) for look, line in zip(recognise_lines(lines), lines, strict=True)]


def is_doubtful(text: Text) -> bool:
    """Return whether a line of a cell may be a misread figure, or is a label that is not surely read.

    Of thousands of lone zeros that were sure, none was misread.

    >>> [sign for sign in ("12", "增3", "0", "/", "O", "总计", "1.其他法律法规") if is_doubtful(Text(sign, 0.99))]
    ['12', '增3', '/', 'O']
    >>> is_doubtful(Text("息计", 0.8))
    True
    """
    if text.confidence < _SURE:
        return len(text.signs) <= _LONGEST_LABEL
    return text.signs != "0" and not _is_word(text.signs)


def _is_word(signs: str) -> bool:
    hanzi = len(_HANZI.findall(signs))
    return hanzi > _MOST_HANZI or (hanzi >= _LEAST_WORD and not _DIGIT.search(signs))


def twice(line: Picture, letter: float) -> Picture:
    """Return a line with itself beside it, enlarged by cutting off most of the room above and below its print.

    `letter` is the height of a letter on the page. However large the print is, the result is as high as a line that
    the recogniser takes.
    """
    height = line.shape[0]
    room = round(max(0.0, min(_CLOSER * letter, (height - _LEAST_LINE * letter) / 2)))
    return np.hstack([_scaled(line), _scaled(line[room : height - room])]).astype(np.uint8, copy=False)


def _scaled(line: Picture) -> Picture:
    height, width = line.shape
    wanted = max(1, round(width * HEIGHT / height))
    return cv2.resize(line, (wanted, HEIGHT), interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)


def _half(look: Text, line: Picture) -> Text:
    signs = "".join(look.signs.split())
    first, second = signs[: len(signs) // 2], signs[len(signs) // 2 :]
    if first != second:
        return Text(second, look.confidence) if _is_word(second) else Text("", 0.0)
    return Text("/" if first == "1" and leans(line[:, : line.shape[1] // 2]) else first, look.confidence)
