"""Colours of an Excel file: those of its theme, its list of colours, and their tints.

Owns what a colour of openpyxl looks like.
"""

from __future__ import annotations

from lxml import etree
from openpyxl.styles.colors import COLOR_INDEX, Color

from extractors.office.colours import BLACK, WHITE, Colour, colour_of, mixed

# Places of the colours in a theme differ from those in the file: light before dark (ECMA-376, part 1, 18.8.3).
_ORDER = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
_SYSTEM = {64: BLACK, 65: WHITE}


class Palette:
    """The colours of one workbook."""

    def __init__(self, theme: bytes | None) -> None:
        self._theme: dict[int, Colour] = {0: WHITE, 1: BLACK}
        if theme:
            scheme = next(etree.fromstring(theme, etree.XMLParser(resolve_entities=False)).iter("{*}clrScheme"), None)
            for place, name in enumerate(_ORDER):
                element = None if scheme is None else scheme.find(f"{{*}}{name}/*")
                colour = None if element is None else colour_of(element.get("lastClr") or element.get("val"))
                if colour is not None:
                    self._theme[place] = colour

    def colour(self, color: Color | None) -> Colour | None:
        """Return how a colour looks; None if it is automatic or not known."""
        if color is None:
            return None
        found: Colour | None
        if color.type == "theme":
            found = self._theme.get(int(color.theme))
        elif color.type == "indexed":
            number = int(color.indexed)
            found = _SYSTEM.get(number) or (colour_of(COLOR_INDEX[number]) if number < len(COLOR_INDEX) else None)
        else:
            found = colour_of(color.rgb) if color.type == "rgb" and isinstance(color.rgb, str) else None
        if found is None or not color.tint:
            return found
        return mixed(found, WHITE if color.tint > 0 else BLACK, min(abs(color.tint), 1.0))
