"""Signs in place of letters: typefaces that a PDF needs so that each character has its place and its size.

Owns what stands for a character: OFD files lack most of their typefaces, and how a letter looks decides nothing. ASCII
is set in Courier, which every reader of PDF has; any other character is a square.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

ASCII, COURIER_WIDTH = "C", 0.6
"""The name of Courier, and how wide all its characters are, in their size."""
COURIER_SIZE = 1.13
"""How much larger Courier is set, so that its digits are as high as those of other typefaces."""
_FOOT, _TOP, _EDGE = -110, 830, 60
"""The square of a character in thousandths of its size: from below its line to its top, and how far from its sides."""
_STROKE = 90
"""How thick its strokes are: letters that lie on others hide them in part only."""
_LEFT = frozenset("，。、；：？！）」』》】〉〕｝］．,.;:?!%")
_RIGHT = frozenset("（「『《【〈〔｛［")
"""Signs in full width whose ink stands in one half of their square."""
_MOST = 255
"""Characters of one typeface: a code is a byte, of which 0 is none."""


class Shape(Enum):
    """How wide a character is set, and from where to where its square goes, in thousandths of its size."""

    WHOLE = (1000, _EDGE, 1000 - _EDGE)
    LEFT = (1000, _EDGE, 500)
    RIGHT = (1000, 500, 1000 - _EDGE)
    NARROW = (500, _EDGE, 500 - _EDGE)

    @property
    def width(self) -> int:
        """How far the next character is, in thousandths of the size."""
        return int(self.value[0])

    def procedure(self) -> bytes:
        """Return what draws the square (ISO 32000-1, 9.6.5): its sides, and a cross in it, as in 田."""
        width, left, right = self.value
        middle, level = (left + right - _STROKE) / 2, (_FOOT + _TOP - _STROKE) / 2
        across = (f"{left} {at} {right - left} {_STROKE} re" for at in (_FOOT, level, _TOP - _STROKE))
        down = (f"{at} {_FOOT} {_STROKE} {_TOP - _FOOT} re" for at in (left, middle, right - _STROKE))
        return f"{width} 0 {left} {_FOOT} {right} {_TOP} d1 {' '.join((*across, *down))} f".encode()


def shape_of(character: str, *, narrow: bool) -> Shape:
    """Return the shape of a character; `narrow` ones take half a square.

    >>> shape_of("。", narrow=False), shape_of("年", narrow=False)
    (<Shape.LEFT: (1000, 60, 500)>, <Shape.WHOLE: (1000, 60, 940)>)
    """
    if narrow:
        return Shape.NARROW
    return Shape.LEFT if character in _LEFT else Shape.RIGHT if character in _RIGHT else Shape.WHOLE


@dataclass(frozen=True, slots=True)
class Glyph:
    """The typeface and the code by which a character is set, and how far that moves on, in its size."""

    typeface: str
    code: int
    width: float


@dataclass(slots=True)
class Glyphs:
    """The characters that a file sets, in the order in which they come."""

    known: dict[tuple[str, Shape], Glyph] = field(default_factory=dict)

    def glyph(self, character: str, *, narrow: bool) -> Glyph:
        """Return what is set for a character; `narrow` ones take half a square."""
        if is_ascii(character):
            return Glyph(ASCII, ord(character), COURIER_WIDTH)
        key = character, shape_of(character, narrow=narrow)
        if key not in self.known:
            typeface, code = divmod(len(self.known), _MOST)
            self.known[key] = Glyph(f"T{typeface}", code + 1, key[1].width / 1000)
        return self.known[key]

    def typefaces(self) -> dict[str, list[tuple[str, Shape]]]:
        """Return the characters of each typeface of squares, in the order of their codes."""
        found: dict[str, list[tuple[str, Shape]]] = {}
        for key, glyph in self.known.items():
            found.setdefault(glyph.typeface, []).append(key)
        return found


def is_ascii(character: str) -> bool:
    """Return whether a character is set in Courier."""
    return " " <= character <= "~"


def unicode_map(characters: list[tuple[str, Shape]]) -> bytes:
    """Return the map from codes to characters (ISO 32000-1, 9.10.3)."""
    pairs = [f"<{at:02X}> <{one.encode('utf-16-be').hex()}>" for at, (one, _) in enumerate(characters, start=1)]
    groups = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    lines = [f"{len(group)} beginbfchar\n" + "\n".join(group) + "\nendbfchar" for group in groups]
    head = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Places def\n/CMapType 2 def\n"
    space = "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
    return "\n".join([head + space, *lines, "endcmap\nend\nend"]).encode()
