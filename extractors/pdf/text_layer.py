"""The text layer of a PDF page: its lines in the file's own order, with a box for each character that is seen.

Owns which characters PDFium gives and where they stand on the page as shown. `ink` tells which of them are seen,
`note_marks` which are marks of notes. `words` and the tables are made of these lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from extractors.document import ILLEGIBLE, BBox, Block
from extractors.pdf.drawn_figures import drawn_figures
from extractors.pdf.ink import is_hidden_layer, sights_of
from extractors.pdf.letters import FLAT, Hidden, Letter, Sight
from extractors.pdf.note_marks import note_marks
from extractors.pdf.pdfium import calls
from extractors.pdf.pdfium.calls import Address, each
from extractors.pdf.pdfium.page_objects import PageObjects, objects_of, upright_boxes

_SINGLE_DIGITS = re.compile(r"(?<!\S)\d (?=\d(?!\S))")
_BLANK, _BREAKS = re.compile(" "), re.compile(r"[\r\n]+")
_DIGITS = frozenset("0123456789０１２３４５６７８９.,+-－＋，．")
_NAMELESS = frozenset({"Cc", "Cf", "Cn"})
"""Control characters, invisible ones, and code points of no character: what PDFium gives for an unknown sign."""
_HYPHEN = 0x02  # what PDFium gives for a hyphen at the end of a line, between Latin letters
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)
_FIRST_HANZI = "\u2e80"
_NARROW = 0.5
"""Heights of a character: less is no blank."""
_TOGETHER = 0.5
"""Heights of a character between two of one word that was drawn in pieces, at most."""
_LETTER_SPACE = 2.0
"""Heights of a character: single ones whose middles are no farther apart are one word, set with blanks between."""


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The lines of a page, and its characters that are unseen, marks of notes, or in doubt."""

    lines: list[Block]
    hidden: tuple[Hidden, ...] = ()


def text_layer(page: pypdfium2.PdfPage, number: int) -> TextLayer:
    """Return the lines of page `number` (from 1) that show something, in the order of the file.

    A page most of whose characters are unseen shows a picture: it has no lines. It must not be painted after that.
    """
    with closing(page.get_textpage()) as text_page:
        page_text = calls.address_of(text_page.raw)
        characters, boxes, indices = _characters(page, page_text)
        places = [at for at, box in enumerate(boxes) if box and not characters[at].isspace()]
        letters = [Letter(indices[at], characters[at], box) for at in places if (box := boxes[at])]
        objects = objects_of(page)
        figures = drawn_figures(page, objects)
        where = np.array([letter.box for letter in letters], dtype=np.float32).reshape(-1, 4)
        sights = _sights(page, page_text, objects, letters, where)
        if is_hidden_layer(sights):
            return TextLayer([])
        seen = [at for at, sight in enumerate(sights) if sight is Sight.SEEN]
        for at, sight in note_marks(page_text, [letters[at] for at in seen], where[seen]).items():
            sights[seen[at]] = sight
    hidden = [
        Hidden(letter.character, letter.box, sight is Sight.DOUBTFUL)
        for letter, sight in zip(letters, sights, strict=True)
        if sight is not Sight.SEEN and not _is_drawn_again(letter, letters, sights)
    ]
    unseen = {place for place, sight in zip(places, sights, strict=True) if sight is Sight.UNSEEN}
    nameless = {character for character in {*characters} if unicodedata.category(character) in _NAMELESS}
    for place, letter, sight in zip(places, letters, sights, strict=True):
        if sight is Sight.DOUBTFUL:
            characters[place] = ILLEGIBLE
        elif sight is Sight.SEEN and letter.character in nameless and letter.height > FLAT:
            # The typeface shows a sign that nobody knows.
            characters[place] = "\ufffd"
    kept, places_kept = _without(characters, boxes, unseen)
    _add_figures(kept, places_kept, figures)
    return TextLayer(_lines(kept, places_kept, number), (*hidden, *(Hidden(ILLEGIBLE, box, True) for box in figures)))


def _is_drawn_again(letter: Letter, letters: Sequence[Letter], sights: Sequence[Sight]) -> bool:
    """Return whether the same character is seen at the same place, as in bold print."""
    return any(
        sight is Sight.SEEN
        and other.character == letter.character
        and abs(other.box[0] - letter.box[0]) < other.height / 2
        and abs(other.box[1] - letter.box[1]) < other.height / 2
        for other, sight in zip(letters, sights, strict=True)
    )


def _add_figures(characters: list[str], boxes: list[BBox | None], figures: Sequence[BBox]) -> None:
    """Put ILLEGIBLE where a page shows a figure that is no text: beside the digits that it continues, or on its own."""
    for figure in figures:
        beside = [
            at
            for at, box in enumerate(boxes)
            if box and characters[at].isdigit() and (_touch(box, figure) or _touch(figure, box))
        ]
        if beside:
            at = beside[-1] + 1
            characters.insert(at, ILLEGIBLE)
            boxes.insert(at, figure)
        else:
            characters += ["\n", ILLEGIBLE]
            boxes += [None, figure]


def _sights(
    page: pypdfium2.PdfPage,
    page_text: Address,
    objects: PageObjects,
    letters: Sequence[Letter],
    places: NDArray[np.float32],
) -> list[Sight]:
    """Return which characters are seen: all, on a page that is too damaged to be painted."""
    try:
        return sights_of(page, page_text, objects, letters, places)
    except (pypdfium2.PdfiumError, ValueError):
        return [Sight.SEEN] * len(letters)


def _without(
    characters: Sequence[str], boxes: Sequence[BBox | None], unseen: set[int]
) -> tuple[list[str], list[BBox | None]]:
    """Return the characters of a page without those that are unseen; lines that held such are put together anew."""
    if not unseen:
        return [*characters], [*boxes]
    kept: list[int | None] = []
    line: list[int] = []
    for at in range(len(characters) + 1):
        if at < len(characters) and characters[at] not in "\r\n":
            line.append(at)
            continue
        kept += _put_together(line, boxes, unseen) if unseen.intersection(line) else line
        kept += [at] if at < len(characters) else []
        line = []
    return (
        [" " if at is None else characters[at] for at in kept],
        [None if at is None else boxes[at] for at in kept],
    )


def _put_together(line: Sequence[int], boxes: Sequence[BBox | None], unseen: set[int]) -> Iterator[int | None]:
    """Yield what is left of a line from left to right, with None for a blank between words.

    What is drawn on other text, PDFium mixes with it.
    """
    placed = [(box[0], at) for at in line if at not in unseen and (box := boxes[at])]
    before: BBox | None = None
    for _, at in sorted(placed):
        if before and not _touch(before, boxes[at]):
            yield None
        yield at
        before = boxes[at]


def _touch(left: BBox | None, right: BBox | None) -> bool:
    """Return whether two characters stand side by side as those of one word do."""
    if left is None or right is None:
        return False
    size = max(left[3] - left[1], right[3] - right[1], left[2] - left[0])
    return abs(right[0] - left[2]) < _TOGETHER * size and left[1] <= right[3] and right[1] <= left[3]


def _lines(characters: Sequence[str], boxes: Sequence[BBox | None], number: int) -> list[Block]:
    """Return the lines that hold something."""
    lines: list[Block] = []
    start = 0
    for line in "".join(characters).splitlines(keepends=True):
        text = line.rstrip("\r\n")
        if text.strip():
            lines.append(_closed_up(Block(text, page=number, boxes=tuple(boxes[start : start + len(text)]))))
        start += len(line)
    return lines


def _characters(page: pypdfium2.PdfPage, page_text: Address) -> tuple[list[str], list[BBox | None], list[int]]:
    """Return the characters of a page, their boxes, and their numbers in PDFium's text.

    Those that PDFium inserts, such as line breaks, have no box.
    """
    codes = each(calls.code_at, page_text, calls.count_characters(page_text))
    characters = list(map(chr, codes))
    for at in [at for at, code in enumerate(codes) if code == _HYPHEN and calls.is_hyphen(page_text, at) == 1]:
        characters[at] = "-"
    halves = [at for at, (high, low) in enumerate(pairwise(codes), start=1) if high in _HIGH and low in _LOW]
    for at in halves:
        # PDFium gives a character beyond the basic plane as its two surrogates.
        characters[at - 1 : at + 1] = chr(0x10000 + (codes[at - 1] - 0xD800) * 0x400 + codes[at] - 0xDC00), "\n"
    boxes = _boxes(page, page_text, len(codes))
    left_out = {*halves, *_within_lines("".join(characters), boxes)}
    kept = [at for at in range(len(codes)) if at not in left_out]
    texts = ["\ufffd" if "\ud800" <= characters[at] < "\ue000" else characters[at] for at in kept]
    return texts, [boxes[at] for at in kept], kept


def _boxes(page: pypdfium2.PdfPage, page_text: Address, count: int) -> list[BBox | None]:
    """Return the boxes of the characters on the page as it is shown; None for those without a place."""
    boxes, placed = calls.character_boxes(page_text, count)
    return [
        box if has_place else None for box, has_place in zip(upright_boxes(page, boxes), placed.tolist(), strict=True)
    ]


def _within_lines(text: str, boxes: Sequence[BBox | None]) -> Iterator[int]:
    """Yield the breaks between two characters that touch: on a page of few lines, PDFium puts such."""
    for found in _BREAKS.finditer(text):
        start, end = found.span()
        if start > 0 and end < len(text) and _follow(boxes[start - 1], boxes[end]):
            yield from range(start, end)


def _follow(left: BBox | None, right: BBox | None) -> bool:
    """Return whether a character stands on the line of another, right behind it."""
    if left is None or right is None:
        return False
    middle = (right[1] + right[3]) / 2
    return _touch(left, right) and left[0] < right[0] and left[1] < middle < left[3]


def _closed_up(line: Block) -> Block:
    """Return the line without blanks that were not typed, or were typed between any two characters of a word (总 计).

    Digits stay apart: in running text they may be figures of several cells.
    """
    text, boxes = line.text, line.boxes
    blanks = [blank.start() for blank in _BLANK.finditer(text)]
    closed = {at for at in blanks if _is_word_space(line, at) or _is_change(line, at)}
    if not closed:
        return line
    kept = [at for at in range(len(text)) if at not in closed]
    return Block("".join(text[at] for at in kept), line.page, tuple(boxes[at] for at in kept))


def _is_word_space(line: Block, at: int) -> bool:
    """Return whether a blank stands between two characters of one word that is no number."""
    return _is_letter_space(line, at) and _DIGITS.isdisjoint(line.text[at - 1 : at + 2 : 2])


def _is_change(line: Block, at: int) -> bool:
    """Return whether PDFium put a blank where a typeface for digits follows one for hanzi, or the other way round."""
    text, boxes = line.text, line.boxes
    if not 0 < at < len(text) - 1 or boxes[at] is not None or text[at - 1].isdigit() == text[at + 1].isdigit():
        return False
    left, right = boxes[at - 1], boxes[at + 1]
    hanzi = text[at - 1] if text[at + 1].isdigit() else text[at + 1]
    if left is None or right is None or hanzi < _FIRST_HANZI:
        return False
    return right[0] - left[2] < _NARROW * max(right[3] - right[1], left[3] - left[1])


def has_spaced_digits(line: Block) -> bool:
    """Return whether a line holds digits with at most a blank between them: several figures, or one (4 4 1)."""
    return any(near(line.boxes[pair.start()], line.boxes[pair.end()]) for pair in _SINGLE_DIGITS.finditer(line.text))


def _is_letter_space(line: Block, at: int) -> bool:
    """Return whether a blank stands between two characters that are words of one character, and near each other."""
    text, boxes = line.text, line.boxes
    return text[at] == " " and _alone(text, at - 1) and _alone(text, at + 1) and near(boxes[at - 1], boxes[at + 1])


def _alone(text: str, at: int) -> bool:
    """Return whether a character stands between blanks or the ends of the line."""
    around = text[max(at - 1, 0) : at + 2]
    return 0 <= at < len(text) and not text[at].isspace() and around.strip() == text[at]


def near(left: BBox | None, right: BBox | None) -> bool:
    """Return whether two characters are as near to each other as those of one word that is set with blanks."""
    if left is None or right is None:
        return False
    height = max(box[3] - box[1] for box in (left, right))
    return 0 < (right[0] + right[2] - left[0] - left[2]) / 2 < _LETTER_SPACE * height
