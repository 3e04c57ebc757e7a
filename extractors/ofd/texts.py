"""Text objects of OFD → the operators of a PDF that set their characters, each in its place.

Owns where a character stands (offsets, directions, squeezing), and which characters are set in one run.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise
from statistics import median_low

from extractors.document import ILLEGIBLE
from extractors.ofd.glyphs import ASCII, COURIER_SIZE, COURIER_WIDTH, Glyph, Glyphs
from extractors.ofd.package import Element, text_of
from extractors.ofd.styles import BLACK, Colour, Style
from extractors.ofd.values import number, offsets

_NARROW = 0.75
"""Sizes of a character to the next one: with less, it takes half a square."""
_FARTHEST = 5.0
"""Sizes of a character to the next one in a run, at most."""
_DIGIT, _DIGITS = 0.5, (0.4, 0.72)
"""Usual width of a digit in sizes of it, and the narrowest and widest that typefaces have."""
_WIDE = frozenset("WFA")
_MOST_GLYPHS = 10_000
"""Glyphs that characters make together, at most."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A character and where it stands: the left end of its line, in the coordinates of its object."""

    glyph: Glyph
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Print:
    """How large characters are set, across and up, and how they are turned."""

    wide: float
    high: float
    turn: float


def colour_of_text(style: Style) -> Colour | None:
    """Return the colour in which a text is seen: the darker one of letters with an outline; None if it has no ink."""
    fill = (style.colour("FillColor") or BLACK) if style.is_true("Fill", default=True) else None
    outline = style.colour("StrokeColor") if style.is_true("Stroke", default=False) else None
    inks = [ink for ink in (fill, outline) if ink and ink.opacity > 0]
    return max(inks, key=lambda ink: ink.darkness, default=None)


def text_operators(element: Element, glyphs: Glyphs) -> Iterator[str]:
    """Yield the operators that set the characters of a text object, run by run."""
    size = number(element.get("Size", "0"))
    stretch = number(element.get("HScale") or "1")
    turn = math.radians(number(element.get("CharDirection") or "0"))
    if size <= 0 or stretch <= 0:
        return
    form = _Print(size * stretch, size, turn)
    x, y = "0", "0"
    changes: list[Element] = []
    for part in element:
        if part.tag == "CGTransform":
            changes.append(part)
        elif part.tag == "TextCode":
            x, y = part.get("X") or x, part.get("Y") or y
            placed = list(_placed(part, (number(x), number(y)), changes, form, glyphs))
            yield from (_run(run, form) for run in _runs(placed, form))
            changes = []


def _placed(
    code: Element, origin: tuple[float, float], changes: Sequence[Element], form: _Print, glyphs: Glyphs
) -> Iterator[_Placed]:
    """Yield the characters of a text that leave ink, and the blanks of ASCII."""
    text = "".join(map(str, code.itertext()))
    text = text.strip() if "\n" in text or "\t" in text else text  # the file's own layout
    text = _with_unnamed(text, changes)
    across, down = (_advances(code.get(name), changes, len(text)) for name in ("DeltaX", "DeltaY"))
    text = _with_heaped(text, [one or other for one, other in zip(across, down, strict=True)])
    x, y = origin
    for at, character in enumerate(text):
        if character == " " or not character.isspace():
            last = at + 1 == len(text)
            room = max(abs(across[at]), abs(down[at]))
            squeezed = unicodedata.east_asian_width(character) not in _WIDE if last else room < _NARROW * form.wide
            yield _Placed(glyphs.glyph(character, narrow=squeezed), x, y)
        x, y = x + across[at], y + down[at]


def _advances(given: str | None, changes: Sequence[Element], count: int) -> list[float]:
    """Return how far each of `count` characters moves on, where some of them are shown by more or fewer glyphs.

    Offsets are those of glyphs; characters that make glyphs together share theirs.
    """
    groups = {int(number(change.get("CodePosition", "0"))): _counts(change) for change in changes}
    steps = iter(offsets(given, count + sum(min(glyphs, _MOST_GLYPHS) for _, glyphs in groups.values())))
    found: list[float] = []
    while len(found) < count:
        codes, shown = groups.get(len(found), (1, 1))
        own = list(islice(steps, min(shown, _MOST_GLYPHS)))
        found += own if codes == shown else [sum(own) / codes] * min(codes, count - len(found))
    return found[:count]


def _with_heaped(text: str, steps: Sequence[float]) -> str:
    """Return the text with ILLEGIBLE where a character lies on its like: 11 without offsets would pass for a bold 1."""
    heaped = {at for at, (one, after) in enumerate(pairwise(text)) if one == after and not steps[at]}
    return "".join(ILLEGIBLE if {at - 1, at} & heaped else one for at, one in enumerate(text))


def _with_unnamed(text: str, changes: Sequence[Element]) -> str:
    """Return the text with ILLEGIBLE for blanks of one code that several glyphs show: letters whose names are lost."""
    shown: dict[str, set[str]] = {}
    for change in changes:
        codes, glyphs = _counts(change)
        if codes == glyphs:
            at = max(0, int(number(change.get("CodePosition", "0"))))
            for character, glyph in zip(text[at : at + codes], text_of(change.find("Glyphs")).split(), strict=False):
                shown.setdefault(character, set()).add(glyph)
    unnamed = {ord(one): ILLEGIBLE for one, glyphs in shown.items() if one.isspace() and len(glyphs) > 1}
    return text.translate(unnamed)


def _counts(change: Element) -> tuple[int, int]:
    """Return how many characters are shown by how many glyphs.

    Makers leave out the number of glyphs, or write 0, where they list one for each character, or none at all.
    """
    codes = max(1, int(number(change.get("CodeCount", "1"))))
    listed = len(text_of(change.find("Glyphs")).split())
    return codes, max(0, int(number(change.get("GlyphCount", "0")))) or min(listed, codes) or codes


def _runs(placed: Sequence[_Placed], form: _Print) -> Iterator[list[_Placed]]:
    """Yield the characters of one typeface that follow each other on one line."""
    numbered, run = [0] * len(placed), 0
    for at, (before, one) in enumerate(pairwise(placed), start=1):
        follows = one.y == before.y and 0 < one.x - before.x <= _FARTHEST * form.wide and not form.turn
        run += not (follows and one.glyph.typeface == before.glyph.typeface)
        numbered[at] = run
    for _, group in groupby(zip(numbered, placed, strict=True), key=lambda pair: pair[0]):
        yield [one for _, one in group]


def _run(run: Sequence[_Placed], form: _Print) -> str:
    """Return the operators of one run; its first character stands where it must, the others by their distances."""
    first, sine, cosine = run[0], math.sin(form.turn), math.cos(form.turn)
    matrix = (form.wide * cosine, form.wide * sine, form.high * sine, -form.high * cosine, first.x, first.y)
    size, stretch = 1.0, 1.0
    if first.glyph.typeface == ASCII:
        size, stretch = COURIER_SIZE, _width_of_ascii(run, form) / COURIER_WIDTH / COURIER_SIZE
    shown = []
    for one, after in zip(run, [*run[1:], None], strict=True):
        shown.append(f"<{one.glyph.code:02X}>")
        if after:
            shown.append(f"{1000 * (one.glyph.width - (after.x - one.x) / form.wide / stretch / size):.2f}")
    place = " ".join(f"{value:.4f}" for value in matrix)
    return f"BT /{first.glyph.typeface} {size} Tf {100 * stretch:.4f} Tz {place} Tm [{' '.join(shown)}] TJ ET"


def _width_of_ascii(run: Sequence[_Placed], form: _Print) -> float:
    """Return how wide characters of ASCII are set, in their size: as far as digits that are one number are apart."""
    apart = [(after.x - one.x) / form.wide for one, after in pairwise(run) if chr(one.glyph.code).isdigit()]
    return min(max(median_low(apart), _DIGITS[0]), _DIGITS[1]) if apart and median_low(apart) < 1 else _DIGIT
