"""How an object of an OFD page is drawn: its own attributes, those of its parameters, and those of its layer.

Owns the order in which these are asked, colours and opacity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.ofd.package import Element
from extractors.ofd.values import is_true, number, numbers

_OPAQUE = 255.0
_LINE_WIDTH = "0.353"
"""Millimetres (GB/T 33190, 8.5): one point."""
_UNKNOWN = (0.5,)
"""Grey, for patterns."""


@dataclass(frozen=True, slots=True)
class Colour:
    """One level (grey), three (red, green, blue) or four (cyan … black) from 0 to 1, and the opacity."""

    levels: tuple[float, ...]
    opacity: float = 1.0

    @property
    def darkness(self) -> float:
        """0 for white, 1 for black."""
        if len(self.levels) == 4:
            return min(1.0, self.levels[3] + sum(self.levels[:3]) / 3)
        return 1 - sum(self.levels) / len(self.levels)


BLACK = Colour((0.0,))


@dataclass(frozen=True, slots=True)
class Style:
    """The object and what it takes from elsewhere, the nearest first."""

    elements: Sequence[Element]

    def attribute(self, name: str, default: str = "") -> str:
        """Return an attribute of the first that has it."""
        return next((text for element in self.elements if (text := element.get(name)) is not None), default)

    def colour(self, name: str) -> Colour | None:
        """Return the colour of the first that has one; None if none has."""
        found = (element.find(name) for element in self.elements)
        element = next((one for one in found if one is not None), None)
        return None if element is None else _colour(element)

    @property
    def line_width(self) -> float:
        """Millimetres."""
        return max(0.0, number(self.attribute("LineWidth", _LINE_WIDTH)))

    @property
    def dashes(self) -> tuple[float, ...]:
        """Lengths of dashes and gaps in millimetres; none for a whole line."""
        pattern = numbers(self.attribute("DashPattern"))
        return pattern if sum(pattern) > 0 and min(pattern) >= 0 else ()

    def is_true(self, name: str, default: bool) -> bool:
        """Return whether an attribute of the object itself says yes."""
        return is_true(self.elements[0], name, default)


def opacity_of(element: Element) -> float:
    """Return the opacity of an object or a colour, from 0 to 1."""
    return min(1.0, max(0.0, number(element.get("Alpha", str(_OPAQUE))) / _OPAQUE))


def _colour(element: Element) -> Colour:
    """Return a colour; of several that run into each other the first one."""
    opacity, value = opacity_of(element), element.get("Value")
    inner = element.find(".//Color")
    if value is None and element.find("Pattern") is not None:
        return Colour(_UNKNOWN, opacity)
    if value is None and inner is not None:
        value = inner.get("Value")
    levels = tuple(map(_level, (value or "0").replace(",", " ").split()))
    return Colour(levels if len(levels) in (1, 3, 4) else BLACK.levels, opacity)


def _level(text: str) -> float:
    """Return a level of a colour: 255, or #FF.

    >>> _level("255"), _level("#00")
    (1.0, 0.0)
    """
    value = float(int(text[1:], 16)) if text[:1] == "#" and text[1:].isalnum() and _is_hex(text[1:]) else number(text)
    return min(1.0, max(0.0, value / _OPAQUE))


def _is_hex(text: str) -> bool:
    return all(sign in "0123456789abcdefABCDEF" for sign in text)
