"""Characters of a PDF page as PDFium gives them, and what their texts tell of how they are seen.

Owns what needs no picture of the page: how a text runs, its render mode, its colour, and other words given for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ctypes import addressof, byref, c_uint
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from extractors.document import BBox
from extractors.pdf.page_objects import PageObjects, is_slanted

FLAT = 0.1
"""Points; the box of a character that has no glyph here, because its typeface is not in the file, is no higher."""
_SIGNS = frozenset("-—–－.,/％%")
_SQUEEZED = 0.05
"""Width of a digit by its height: a narrower one is a hair line."""
_OTHER_COLOUR = 60
"""Levels of red, green or blue by which the digits of one number do not differ."""
_APART = 0.6
"""Heights of a character between two of one word, at most."""


class Sight(Enum):
    """Whether a person sees a character."""

    SEEN = auto()
    UNSEEN = auto()
    DOUBTFUL = auto()


@dataclass(frozen=True, slots=True)
class Letter:
    """A character of a page with its number in PDFium's text, and its box on the page as shown."""

    index: int
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


def told_by_text(text_page: pypdfium2.PdfTextPage, objects: PageObjects, letters: Sequence[Letter]) -> list[Sight]:
    """Return for each character whether it is seen, as far as its text alone tells."""
    sights = [Sight.SEEN] * len(letters)
    replaced = {addressof(text.contents) for text, _ in objects.texts if _has_other_words(text)}
    for at in _owned(text_page, letters, replaced):
        if letters[at].is_numeric:
            sights[at] = Sight.DOUBTFUL
    slanted = {addressof(text.contents) for text, outer in objects.texts if is_slanted(text, outer)}
    for at in (*_owned(text_page, letters, slanted), *_without_glyph(text_page, objects, letters), *_squeezed(letters)):
        sights[at] = Sight.UNSEEN
    return sights


def owner_of(text_page: pypdfium2.PdfTextPage, letter: Letter) -> int:
    """Return the address of the text that draws a character; 0 if PDFium does not tell."""
    found = pdfium.FPDFText_GetTextObject(text_page.raw, letter.index)
    return addressof(found.contents) if found else 0


def _owned(text_page: pypdfium2.PdfTextPage, letters: Sequence[Letter], owners: set[int]) -> list[int]:
    """Return the characters that are drawn by some texts."""
    if not owners:
        return []
    return [at for at, letter in enumerate(letters) if owner_of(text_page, letter) in owners]


def beside(one: Letter, other: Letter) -> bool:
    """Return whether two characters stand side by side, as those of one word."""
    first, second = sorted((one.box, other.box))
    height = max(one.height, other.height)
    return second[0] - first[2] < _APART * height and first[1] < second[3] and second[1] < first[3]


def differ_in_colour(text_page: pypdfium2.PdfTextPage, one: Letter, other: Letter) -> bool:
    """Return whether two characters are filled with colours that nobody takes for the same."""
    first, second = (_colour(text_page, letter) for letter in (one, other))
    return any(abs(level - other_level) > _OTHER_COLOUR for level, other_level in zip(first, second, strict=True))


def _colour(text_page: pypdfium2.PdfTextPage, letter: Letter) -> tuple[int, ...]:
    """Return red, green, blue and opacity of a character."""
    levels = [c_uint() for _ in range(4)]
    pdfium.FPDFText_GetFillColor(text_page.raw, letter.index, *map(byref, levels))
    return tuple(level.value for level in levels)


def in_two_colours(text_page: pypdfium2.PdfTextPage, letters: Sequence[Letter]) -> Iterator[int]:
    """Yield the digits that follow a digit of another colour in one number: a mark of a note, or a correction."""
    for at in range(1, len(letters)):
        one, other = letters[at - 1], letters[at]
        if not (one.character.isdigit() and other.character.isdigit() and beside(one, other)):
            continue
        if owner_of(text_page, one) != owner_of(text_page, other) and differ_in_colour(text_page, one, other):
            yield at


def _has_other_words(text: Any) -> bool:
    """Return whether a file gives other words for a text than those that it draws."""
    return any(
        pdfium.FPDFPageObjMark_GetParamValueType(pdfium.FPDFPageObj_GetMark(text, at), b"ActualText")
        for at in range(pdfium.FPDFPageObj_CountMarks(text))
    )


def _without_glyph(text_page: pypdfium2.PdfTextPage, objects: PageObjects, letters: Sequence[Letter]) -> list[int]:
    """Return the characters that have no glyph here, for no picture to tell, and are invisible by their mode."""
    flat = [letter for letter in letters if letter.height <= FLAT]
    if not flat:
        return []
    unseen = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
    texts = (text for text, _ in objects.texts if pdfium.FPDFTextObj_GetTextRenderMode(text) in unseen)
    hidden = {addressof(text.contents) for text in texts}
    return [at for at in _owned(text_page, letters, hidden) if letters[at].height <= FLAT]


def _squeezed(letters: Sequence[Letter]) -> list[int]:
    """Return the digits that are as narrow as a line."""
    return [
        at
        for at, letter in enumerate(letters)
        if letter.character.isdigit() and letter.box[2] - letter.box[0] < _SQUEEZED * letter.height
    ]
