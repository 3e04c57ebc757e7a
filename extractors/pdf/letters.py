"""Characters of a PDF page as PDFium gives them, and what their texts tell of how they are seen.

Owns what needs no picture of the page: how a text runs, its render mode, its colour, and other words given for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import compress, pairwise
from typing import NamedTuple

import pypdfium2.raw as pdfium

from extractors.document import BBox
from extractors.pdf.pdfium import calls
from extractors.pdf.pdfium.calls import Address, each
from extractors.pdf.pdfium.page_objects import PageObjects, slanted

FLAT = 0.1
"""Points; the box of a character that has no glyph here, because its typeface is not in the file, is no higher."""
_SIGNS = frozenset("-—–－.,/％%")
_SQUEEZED = 0.05
"""Width of a digit by its height: a narrower one is a hair line."""
_OTHER_COLOUR = 60
"""Levels of red, green or blue by which the digits of one number do not differ."""
_APART = 0.6
"""Heights of a character between two of one word, at most."""
_OTHER_WORDS = b"ActualText"


class Sight(Enum):
    """Whether a person sees a character."""

    SEEN = auto()
    UNSEEN = auto()
    DOUBTFUL = auto()


class Letter(NamedTuple):
    """A character of a page with its number in PDFium's text, and its box on the page as shown."""

    number: int
    character: str
    box: BBox

    @property
    def height(self) -> float:
        """Points from its foot to its top."""
        return self.box[3] - self.box[1]

    @property
    def is_numeric(self) -> bool:
        """Whether it is a digit or a sign of a number."""
        return self.character.isdigit() or self.character in _SIGNS


@dataclass(frozen=True, slots=True)
class Hidden:
    """A character that is not simply seen: what it is, where it stands, and whether that is only in doubt."""

    character: str
    box: BBox
    doubtful: bool


def told_by_text(page_text: Address, objects: PageObjects, letters: Sequence[Letter]) -> list[Sight]:
    """Return for each character whether it is seen, as far as its text alone tells."""
    sights = [Sight.SEEN] * len(letters)
    texts = [text for text, _ in objects.texts]
    marked = compress(texts, map(calls.count_marks, texts))
    for at in _owned(page_text, letters, {text for text in marked if _has_other_words(text)}):
        if letters[at].is_numeric:
            sights[at] = Sight.DOUBTFUL
    aslant = _owned(page_text, letters, slanted(objects.texts))
    for at in (*aslant, *_without_glyph(page_text, texts, letters), *_squeezed(letters)):
        sights[at] = Sight.UNSEEN
    return sights


def owner_of(page_text: Address, letter: Letter) -> Address:
    """Return the text that draws a character; 0 if PDFium does not tell."""
    return calls.text_at(page_text, letter.number) or 0


def _owned(page_text: Address, letters: Sequence[Letter], owners: set[int]) -> list[int]:
    """Return the characters that are drawn by some texts."""
    if not owners:
        return []
    return [at for at, letter in enumerate(letters) if owner_of(page_text, letter) in owners]


def beside(one: Letter, other: Letter) -> bool:
    """Return whether two characters stand side by side, as those of one word."""
    first, second = sorted((one.box, other.box))
    height = max(one.height, other.height)
    return second[0] - first[2] < _APART * height and first[1] < second[3] and second[1] < first[3]


def differ_in_colour(page_text: Address, one: Letter, other: Letter) -> bool:
    """Return whether two characters are filled with colours that nobody takes for the same."""
    first, second = (_colour(page_text, letter) for letter in (one, other))
    return any(abs(level - other_level) > _OTHER_COLOUR for level, other_level in zip(first, second, strict=True))


def _colour(page_text: Address, letter: Letter) -> tuple[int, ...]:
    """Return red, green, blue and opacity of a character."""
    return calls.levels_of(calls.colour_at, page_text, letter.number)


def in_two_colours(page_text: Address, letters: Sequence[Letter]) -> Iterator[int]:
    """Yield the digits that follow a digit of another colour in one number: a mark of a note, or a correction."""
    digits = [letter.character.isdigit() for letter in letters]
    for at, two in enumerate(map(all, pairwise(digits)), start=1):
        one, other = letters[at - 1], letters[at]
        if not two or not beside(one, other):
            continue
        if owner_of(page_text, one) != owner_of(page_text, other) and differ_in_colour(page_text, one, other):
            yield at


def _has_other_words(text: Address) -> bool:
    """Return whether a file gives other words for a text than those that it draws."""
    marks = each(calls.mark_at, text, calls.count_marks(text))
    return any(calls.kind_of_parameter(mark, _OTHER_WORDS) for mark in marks)


def _without_glyph(page_text: Address, texts: Sequence[Address], letters: Sequence[Letter]) -> list[int]:
    """Return the characters that have no glyph here, for no picture to tell, and are invisible by their mode."""
    flat = any(letter.height <= FLAT for letter in letters)
    if not flat:
        return []
    unseen = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
    hidden = {text for text in texts if calls.render_mode(text) in unseen}
    return [at for at in _owned(page_text, letters, hidden) if letters[at].height <= FLAT]


def _squeezed(letters: Sequence[Letter]) -> list[int]:
    """Return the digits that are as narrow as a line."""
    return [
        at
        for at, letter in enumerate(letters)
        if letter.character.isdigit() and letter.box[2] - letter.box[0] < _SQUEEZED * letter.height
    ]
