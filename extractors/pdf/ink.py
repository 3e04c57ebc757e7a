"""What a person sees of the characters of a PDF page: one rule for all ways in which a character can go unseen.

Owns the rule: a character is seen if the page would look different without it. What is invisible, has the colour of
its ground, lies under something, outside of the page, of a clip or in a layer that is switched off, leaves no trace; a
figure that is half covered, or crossed by a line, is in doubt. Each page is painted twice at low resolution, and
closely only where that leaves a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from extractors.document import BBox
from extractors.pdf.close_look import FAINT, CloseLook
from extractors.pdf.letters import FLAT, Letter, Sight, beside, differ_in_colour, in_two_colours, owner_of, told_by_text
from extractors.pdf.overlaps import overlapping
from extractors.pdf.pdfium import calls
from extractors.pdf.pdfium.calls import Address
from extractors.pdf.pdfium.page_objects import PageObjects, box_of, upright
from extractors.pdf.pdfium.pixels import Pixels, painted, region, scale_of, text_alone, without

_FAR, _MIDDLE, _NEAR = 1.0, 2.0, 3.0
"""Pixels for a point: at first sight, for texts that lie on each other, and where a doubt is left."""
_PLAIN = 75
"""Grey levels by which a character must differ from its ground so that nothing else need be asked."""
_TRACED = 45
"""The same for what is no part of a number, of which a doubt does not matter."""
_DRAWN = 40
"""Grey levels by which a drawing differs from the ground of a character."""
_ROWS, _COLUMNS = 8, 6
"""Points of a character that are looked at first."""
_INK = 0.12
"""Share of the darkest point of a character: what is lighter is no ink."""
_SAME_PLACE = 0.35
"""Heights of a character: the same one drawn again no farther away is one character in bold."""
_BACKGROUND = 2.0
"""Heights of a character from which on another one is no part of the same print: it is a watermark, or a stamp."""
_TRACE = 0.05
"""Share of a character's box that changes when a text of which it is part is taken away."""
_MOST_LIFTED = 80
"""Texts on each other that are taken away one by one; where there are more, they are in doubt."""
_HIDDEN_LAYER = 0.5
"""Share of unseen characters from which on the text of a page is not what the page shows."""


def is_hidden_layer(sights: Sequence[Sight]) -> bool:
    """Return whether most of a text is unseen: it lies invisibly under, or over, a picture of the page."""
    return sum(sight is Sight.UNSEEN for sight in sights) > _HIDDEN_LAYER * len(sights)


def sights_of(
    page: pypdfium2.PdfPage,
    page_text: Address,
    objects: PageObjects,
    letters: Sequence[Letter],
    boxes: NDArray[np.float32],
) -> list[Sight]:
    """Return for each character of a page, whose box is given apart, whether a person sees it.

    The page must not be painted after that.
    """
    if not letters:
        return []
    sights = told_by_text(page_text, objects, letters)
    coloured = list(in_two_colours(page_text, letters))
    pairs = overlapping(page_text, letters, boxes)
    suspects = _suspects(page, objects, boxes, letters)
    _tell_apart(page, page_text, letters, pairs, sights)
    doubtful = [at for at in suspects if sights[at] is Sight.SEEN and not _is_below(page, letters[at])]
    stacked = {at for pair in pairs for at in pair}
    if doubtful:
        close = _close_look(page, objects)
        usual = float(np.median([letter.height for letter in letters if letter.height > FLAT]))
        for at in doubtful:
            large = letters[at].height > _BACKGROUND * usual
            sights[at] = _closely(close, letters, at, large=large, stacked=at in stacked)
    for at in coloured:
        if sights[at] is Sight.SEEN and sights[at - 1] is not Sight.UNSEEN:
            sights[at] = Sight.DOUBTFUL
    for at in list(_cut_short(page_text, letters, sights, stacked)):
        sights[at] = Sight.DOUBTFUL
    return sights


def _cut_short(
    page_text: Address, letters: Sequence[Letter], sights: Sequence[Sight], stacked: set[int]
) -> Iterator[int]:
    """Yield the digits that are seen of a number whose other digits, drawn with them, are not.

    Where another number is drawn on it, that one holds.
    """
    if Sight.UNSEEN not in sights:
        return
    for at in range(1, len(letters)):
        one, other = at - 1, at
        seen = one if sights[one] is Sight.SEEN else other
        hidden = one + other - seen
        if sights[seen] is not Sight.SEEN or sights[hidden] is not Sight.UNSEEN or stacked & {seen, hidden}:
            continue
        digits = letters[one].character.isdigit() and letters[other].character.isdigit()
        owners = {owner_of(page_text, letters[each]) for each in (one, other)} if digits else set()
        if digits and beside(letters[one], letters[other]) and len(owners) == 1:
            yield seen


def _suspects(
    page: pypdfium2.PdfPage, objects: PageObjects, boxes: NDArray[np.float32], letters: Sequence[Letter]
) -> list[int]:
    """Return the characters that a first look at the page does not plainly show."""
    scale = scale_of(page, _FAR)
    whole = painted(page, scale)
    bare = without(page, scale, (text for text, _ in objects.texts))
    shown, ground = _points(whole, boxes * scale), _points(bare, boxes * scale)
    traces = np.abs(shown - ground)
    darkest = traces.reshape(len(boxes), -1).max(axis=1)
    middle = ground[:, 2:-2, 1:-1].reshape(len(boxes), -1)
    crossed = middle.max(axis=1) - middle.min(axis=1) > _DRAWN
    digits = np.array([letter.character.isdigit() for letter in letters])
    suspect = crossed | (darkest < np.where(digits, _PLAIN, _TRACED))
    ink = traces[digits] > _INK * darkest[digits, None, None]
    sides = (ink[:, :2], ink[:, -2:], ink[:, :, :2], ink[:, :, -2:])
    suspect[digits] |= ~np.logical_and.reduce([side.any(axis=(1, 2)) for side in sides])
    has_glyph = boxes[:, 3] - boxes[:, 1] > FLAT
    return np.flatnonzero(has_glyph & suspect).tolist()


def _is_below(page: pypdfium2.PdfPage, letter: Letter) -> bool:
    """Return whether a character stands below the foot of a page that nobody cropped: its table is too long for it."""
    across = (letter.box[0] + letter.box[2]) / 2
    below = letter.box[3] > page.get_height() and 0 <= across <= page.get_width()
    return below and tuple(page.get_bbox()) == tuple(page.get_mediabox())


def _points(pixels: Pixels, boxes: NDArray[np.float32]) -> NDArray[np.int16]:
    """Return the pixels at some points of each box, by rows and columns; 255 outside of the page."""
    down = boxes[:, 1, None] + (boxes[:, 3] - boxes[:, 1])[:, None] * (np.arange(_ROWS) + 0.5) / _ROWS
    across = boxes[:, 0, None] + (boxes[:, 2] - boxes[:, 0])[:, None] * (np.arange(_COLUMNS) + 0.5) / _COLUMNS
    height, width = pixels.shape
    rows, columns = (np.clip(at, 0, most - 1).astype(np.intp) for at, most in ((down, height), (across, width)))
    return pixels[rows[:, :, None], columns[:, None, :]].astype(np.int16)


def _close_look(page: pypdfium2.PdfPage, objects: PageObjects) -> CloseLook:
    scale, shown = scale_of(page, _NEAR), upright(page)
    whole = painted(page, scale)
    bare = without(page, scale, (text for text, _ in objects.texts))
    boxes = (box_of(drawn, outer) for drawn, outer in objects.pictures)
    pictures = tuple(shown(box) for box in boxes if box)
    return CloseLook(whole, bare, text_alone(page, scale, objects), scale, pictures)


def _closely(close: CloseLook, letters: Sequence[Letter], at: int, *, large: bool, stacked: bool) -> Sight:
    """Return what a close look tells of one character. A doubt matters for figures only."""
    letter = letters[at]
    if close.is_outside(letter.box):
        return Sight.UNSEEN
    line = close.line_through(letter.box)
    if line is not None:
        word = _word_around(letters, at)
        return Sight.UNSEEN if line <= close.longest_strike(word) else _doubt(letter)
    if stacked:
        return Sight.SEEN
    if close.contrast(letter.box) < FAINT:
        return _doubt(letter) if close.is_black(letter.box) else Sight.UNSEEN
    if close.is_clipped_away(letter.box) or (large and not close.is_legible(letter.box)):
        return Sight.UNSEEN
    return Sight.SEEN if close.is_legible(letter.box) and not close.is_drawn_over(letter.box) else _doubt(letter)


def _doubt(letter: Letter) -> Sight:
    """Return that a digit, or a sign of a number, is in doubt; other characters are taken as they are."""
    return Sight.DOUBTFUL if letter.is_numeric else Sight.SEEN


def _word_around(letters: Sequence[Letter], at: int) -> BBox:
    """Return the box of the characters next to each other on one line of which one is given."""
    left, top, right, bottom = letters[at].box
    for step in (-1, 1):
        other = at + step
        while 0 <= other < len(letters) and beside(letters[other], letters[other - step]):
            box = letters[other].box
            left, right = min(left, box[0]), max(right, box[2])
            other += step
    return left, top, right, bottom


# Texts on each other


def _tell_apart(
    page: pypdfium2.PdfPage,
    page_text: Address,
    letters: Sequence[Letter],
    pairs: Sequence[tuple[int, int]],
    sights: list[Sight],
) -> None:
    """Decide which of the characters on each other are seen, by taking away the texts of which they are part."""
    open_pairs: list[tuple[int, int]] = []
    for first, second in pairs:
        if any(sights[at] is Sight.UNSEEN for at in (first, second)):
            continue
        if _is_bold(page_text, letters[first], letters[second]):
            sights[second] = Sight.UNSEEN
        else:
            open_pairs.append((first, second))
    if not open_pairs:
        return
    traces = _traces(page, page_text, letters, {at for pair in open_pairs for at in pair})
    for pair in open_pairs:
        _judge_pair(letters, pair, traces, sights)


def _is_bold(page_text: Address, one: Letter, other: Letter) -> bool:
    """Return whether the same character is drawn twice at nearly the same place in the same colour."""
    apart = max(abs(one.box[0] - other.box[0]), abs(one.box[1] - other.box[1]))
    alike = one.character == other.character and apart <= _SAME_PLACE * min(one.height, other.height)
    return alike and not differ_in_colour(page_text, one, other)


def _traces(
    page: pypdfium2.PdfPage, page_text: Address, letters: Sequence[Letter], stacked: set[int]
) -> dict[int, float]:
    """Return by how many grey levels each character's place changes without its text; less than FAINT: not at all."""
    owners: dict[int, list[int]] = {}
    for at in sorted(stacked):
        owners.setdefault(owner_of(page_text, letters[at]), []).append(at)
    if len(owners) > _MOST_LIFTED:
        return dict.fromkeys(stacked, 255.0)
    scale = scale_of(page, _MIDDLE)
    whole = painted(page, scale).astype(np.int16)
    traces: dict[int, float] = {}
    for own in owners.values():
        text = calls.text_at(page_text, letters[own[0]].number)
        changed = np.abs(whole - without(page, scale, [text] if text else [])).astype(np.uint8)
        for at in own:
            traces[at] = float(np.quantile(region(changed, letters[at].box, scale), 1 - _TRACE))
    return traces


def _judge_pair(
    letters: Sequence[Letter], pair: tuple[int, int], traces: dict[int, float], sights: list[Sight]
) -> None:
    seen = [at for at in pair if traces[at] >= FAINT]
    for at in pair:
        if at not in seen:
            sights[at] = Sight.UNSEEN
    if len(seen) < 2:
        return
    small, large = sorted(pair, key=lambda at: letters[at].height)
    if letters[large].height < _BACKGROUND * letters[small].height:
        for at in pair:
            sights[at] = _doubt(letters[at])
        return
    sights[large] = Sight.UNSEEN
    if traces[large] > 0.6 * traces[small]:
        sights[small] = _doubt(letters[small])
