"""Styles of a Word file: how a run is shown once its own properties and those of its styles are put together.

Owns inheritance (ECMA-376, part 1, 17.7.2 and 17.7.3). Decides nothing of what a person sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from lxml import etree

Element = etree._Element
Properties = Mapping[str, Element]
"""Properties by their name without namespace."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = frozenset({"0", "false", "off"})
_TOGGLES = ("strike", "vanish")
"""Properties of which an even number in the styles of a run cancel each other (17.7.3)."""
_LONGEST_CHAIN = 30


@dataclass(frozen=True, slots=True)
class Style:
    """What a style with all that it is based on says of runs and of paragraphs."""

    run: Properties
    paragraph: Properties


_NO_STYLE = Style({}, {})


class Styles:
    """The styles of one file."""

    def __init__(self, root: Element | None) -> None:
        found = [] if root is None else root.findall(W + "style")
        self._elements = {style.get(W + "styleId", ""): style for style in found}
        self._default = next((each for each, style in self._elements.items() if _is_default_of_paragraphs(style)), "")
        run = None if root is None else root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._document = properties_of(run)
        self.style = cache(self._style)
        self.shades = cache(self._shades)

    def _style(self, name: str) -> Style:
        """Return a style by its identifier; empty for one that the file does not define."""
        chain: list[Element] = []
        element = self._elements.get(name)
        while element is not None and element not in chain and len(chain) < _LONGEST_CHAIN:
            chain.append(element)
            element = self._elements.get(value_of(element.find(W + "basedOn")))
        run = _merged([properties_of(each.find(W + "rPr")) for each in reversed(chain)])
        paragraph = _merged([properties_of(each.find(W + "pPr")) for each in reversed(chain)])
        return Style(run, paragraph)

    def _shades(self, name: str) -> bool:
        """Return whether a style of tables, or one that it is based on, shades cells, if only some of them."""
        seen: set[str] = set()
        while name in self._elements and name not in seen:
            seen.add(name)
            if next(self._elements[name].iter(W + "shd"), None) is not None:
                return True
            name = value_of(self._elements[name].find(W + "basedOn"))
        return False

    def paragraph(self, own: Element | None) -> tuple[Style, Properties]:
        """Return the style of a paragraph with the properties `own`, and its properties with those of the style."""
        direct = properties_of(own)
        style = self.style(value_of(direct.get("pStyle")) or self._default)
        return style, {**style.paragraph, **direct}

    def run(self, own: Element | None, paragraph: Style, table: Style) -> Properties:
        """Return the properties of a run, those of its styles among them; a toggle that is off is left out."""
        direct = properties_of(own)
        character = self.style(value_of(direct["rStyle"])) if "rStyle" in direct else _NO_STYLE
        levels = (table.run, paragraph.run, character.run)
        merged = _merged([self._document, *levels, direct])
        for name in _TOGGLES:
            if name in merged and not self._is_on(name, direct, levels):
                del merged[name]
        return merged

    def _is_on(self, name: str, direct: Properties, levels: tuple[Properties, ...]) -> bool:
        if name in direct:
            return is_on(direct.get(name))
        return is_on(self._document.get(name)) or sum(is_on(level.get(name)) for level in levels) % 2 == 1


def _merged(levels: Sequence[Properties]) -> dict[str, Element]:
    """Return the properties of all levels, the last first; typefaces by the last that names one for Latin letters."""
    merged = {name: element for level in levels for name, element in level.items()}
    for level in levels:
        typefaces = level.get("rFonts")
        if typefaces is not None and (typefaces.get(W + "ascii") or typefaces.get(W + "asciiTheme")):
            merged["rFonts"] = typefaces
    return merged


def properties_of(element: Element | None) -> dict[str, Element]:
    """Return the properties that an element lists."""
    return {} if element is None else {etree.QName(child).localname: child for child in element}


def value_of(element: Element | None) -> str:
    """Return the value of a property; empty if it is missing."""
    return "" if element is None else element.get(W + "val") or ""


def is_on(element: Element | None) -> bool:
    """Return whether a property that is on or off is on."""
    return element is not None and value_of(element) not in _OFF


def number_of(element: Element | None, default: float) -> float:
    """Return the number that a property holds; the default if it is missing or nonsense."""
    try:
        return float(value_of(element).rstrip("%") or default)
    except ValueError:
        return default


def _is_default_of_paragraphs(style: Element) -> bool:
    return style.get(W + "type") == "paragraph" and style.get(W + "default", "0") not in _OFF
