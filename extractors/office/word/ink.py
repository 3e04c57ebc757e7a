"""Word trees as a person sees them: what is hidden, struck or painted over goes, what cannot be told is marked.

Owns what of runs, pictures and numbers of lists is seen (ECMA-376, part 1, 17.3.2). `styles` puts the looks of
runs together, `marks` knows the marks of notes, `fields` what fields and controls show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from extractors.document import ILLEGIBLE
from extractors.office.colours import BLACK, WHITE, Colour, Sight, colour_of, is_dark, mixed, sight_of
from extractors.office.typefaces import shows_symbols
from extractors.office.word.fields import leave_results, leave_values
from extractors.office.word.marks import Shown, leave_out_marks, text_of
from extractors.office.word.numbering import Numbering
from extractors.office.word.styles import Element, Properties, Style, Styles, W, is_on, number_of, value_of

_RUN, _TEXT, _PARAGRAPH, _CELL, _TABLE, _TEXT_BOX = (W + name for name in ("r", "t", "p", "tc", "tbl", "txbxContent"))
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_WORD_2010 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_SHAPE = "{urn:schemas-microsoft-com:vml}"

_UNSEEN = frozenset(W + name for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "rt"))
_GRAPHICS = (W + "drawing", W + "pict", W + "object")
_KNOWN_NAMESPACES = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/")
_HIGHLIGHTS: dict[str, Colour] = {
    "black": BLACK,
    "white": WHITE,
    "darkBlue": (0, 0, 128),
    "darkRed": (128, 0, 0),
    "darkGreen": (0, 128, 0),
}
_LIGHT_THEME_COLOURS = frozenset({"background1", "light1"})

_SPECK, _TINY = 3, 7
"""Sizes in half points up to which text is not seen, or cannot be read."""
_NARROW = 10
"""Per cent of its usual width up to which text cannot be read."""
_OVERLAID = -60
"""Room between letters, in twentieths of a point, from which on they stand upon one another."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a paragraph stands: within a cell or not, on which ground, under which styles."""

    in_cell: bool
    ground: Colour | None
    paragraph: Style
    properties: Properties
    table: Style


def leave_what_is_seen(root: Element, styles: Styles, numbering: Numbering) -> None:
    """Change a tree so that its texts are those that a person sees.

    Doubts are marked by ILLEGIBLE in the cells of tables; elsewhere a doubtful text stays as it is.
    """
    _choose_alternatives(root)
    leave_results(root)
    leave_values(root)
    for equation in list(root.iter(_MATH + "oMath")):
        _show_equation(equation)
    for paragraph in list(root.iter(_PARAGRAPH)):
        _show_paragraph(paragraph, _place_of(paragraph, styles), styles, numbering)


def _choose_alternatives(root: Element) -> None:
    """Leave of the same content in several forms the one that Word shows."""
    for alternatives in list(root.iter(_COMPATIBILITY + "AlternateContent")):
        choices = [each for each in alternatives.iterchildren(_COMPATIBILITY + "Choice") if _is_understood(each)]
        kept = choices[:1] or alternatives.findall(_COMPATIBILITY + "Fallback")
        for each in alternatives:
            if each not in kept:
                alternatives.remove(each)


def _is_understood(choice: Element) -> bool:
    """Return whether Word knows all that a choice requires."""
    namespaces = (choice.nsmap.get(prefix, "") for prefix in (choice.get("Requires") or "").split())
    return all(namespace.startswith(_KNOWN_NAMESPACES) for namespace in namespaces)


def _show_equation(equation: Element) -> None:
    """Leave the text of an equation that is a line of signs; mark one that is built of parts."""
    if any(child.tag not in (_MATH + "r", _MATH + "oMathParaPr") for child in equation):
        for text in list(equation.iter(_MATH + "t")):
            text.text = ""
        equation.append(_run_of(ILLEGIBLE))


def _place_of(paragraph: Element, styles: Styles) -> _Place:
    """Return the place of a paragraph; the ground in a text box is not known."""
    style, properties = styles.paragraph(paragraph.find(W + "pPr"))
    cell, table, boxed = None, None, False
    for ancestor in paragraph.iterancestors(_CELL, _TABLE, _TEXT_BOX):
        boxed |= ancestor.tag == _TEXT_BOX and cell is None
        if ancestor.tag == _CELL and cell is None:
            cell = ancestor
        if ancestor.tag == _TABLE and table is None:
            table = ancestor
    table_name = "" if table is None else value_of(table.find(f"{W}tblPr/{W}tblStyle"))
    ground: Colour | None = WHITE
    if boxed or (table_name and styles.shades(table_name)):
        ground = None
    own = () if table is None else (table.find(f"{W}tblPr/{W}shd"),)
    cells = () if cell is None else (cell.find(f"{W}tcPr/{W}shd"),)
    for shading in (*own, *cells, properties.get("shd")):
        ground = _shaded(shading, ground)
    return _Place(cell is not None, ground, style, properties, styles.style(table_name))


def _shaded(shading: Element | None, ground: Colour | None) -> Colour | None:
    """Return the ground with a shading on it."""
    if shading is None:
        return ground
    pattern, fill = value_of(shading), colour_of(shading.get(W + "fill"))
    ink = colour_of(shading.get(W + "color")) or BLACK
    if pattern == "solid":
        return ink
    if pattern.startswith("pct") and pattern[3:].isdecimal():
        return mixed(fill or WHITE, ink, int(pattern[3:]) / 100)
    if pattern in ("clear", "nil", ""):
        return fill or ground
    return None


def _show_paragraph(paragraph: Element, place: _Place, styles: Styles, numbering: Numbering) -> None:
    shown: list[Shown] = []
    for run in list(_runs_of(paragraph)):
        look = styles.run(run.find(W + "rPr"), place.paragraph, place.table)
        if "vanish" in look:
            _empty(run, keep=frozenset({W + "rPr"}))
        elif _sight(look, place) is Sight.UNSEEN:
            _empty(run, keep=frozenset({W + "rPr", *_GRAPHICS, *_wrappers(run)}))
        else:
            _mark_doubts(run, look, place)
            shown.append(Shown(run, look))
    leave_out_marks(shown, in_cell=place.in_cell)
    if place.in_cell:
        _mark_graphics(paragraph)
        _mark_overrides(paragraph)
        _mark_number(paragraph, place, numbering)


def _runs_of(container: Element) -> Iterator[Element]:
    """Yield the runs of a paragraph that are not deleted, those of text boxes on it not among them."""
    for child in container:
        if child.tag == _RUN:
            base = child.find(f"{W}ruby/{W}rubyBase")
            yield from [child] if base is None else _runs_of(base)
        elif child.tag not in _UNSEEN and child.tag != _PARAGRAPH:
            yield from _runs_of(child)


def _sight(look: Properties, place: _Place) -> Sight:
    """Return whether text of a look is seen."""
    size = number_of(look.get("sz"), 20)
    if "strike" in look or is_on(look.get("dstrike")) or size <= _SPECK:
        return Sight.UNSEEN
    by_colour = _sight_of_colour(look, place)
    width, room = number_of(look.get("w"), 100), number_of(look.get("spacing"), 0)
    rare = is_on(look.get("rtl")) or _is_combined(look)
    if by_colour is Sight.SEEN and (size <= _TINY or width <= _NARROW or room <= _OVERLAID or rare):
        return Sight.DOUBTFUL
    return by_colour


def _is_combined(look: Properties) -> bool:
    """Return whether the letters of a run stand in two lines within one."""
    layout = look.get("eastAsianLayout")
    return layout is not None and layout.get(W + "combine", "0") not in ("0", "false", "off")


def _sight_of_colour(look: Properties, place: _Place) -> Sight:
    fill = look.get("textFill")
    if fill is not None and fill.find(_WORD_2010 + "noFill") is not None:
        return Sight.UNSEEN
    ground = _shaded(look.get("shd"), place.ground)
    behind = value_of(look.get("highlight"))
    if behind not in ("", "none"):
        ground = _HIGHLIGHTS.get(behind, (255, 255, 0))
    colour = _text_colour(look)
    if colour is not None:
        return sight_of(colour, ground)
    # Text of the automatic colour turns white on dark shading, which only some programs do on a highlight.
    on_dark = ground is not None and ground != place.ground and is_dark(ground)
    return Sight.DOUBTFUL if on_dark else Sight.SEEN


def _text_colour(look: Properties) -> Colour | None:
    """Return the colour of text; None for the automatic one."""
    colour = look.get("color")
    if colour is None:
        return None
    theme = colour.get(W + "themeColor")
    if theme in _LIGHT_THEME_COLOURS and colour.get(W + "themeShade") is None:
        return WHITE
    return colour_of(value_of(colour))


def _mark_doubts(run: Element, look: Properties, place: _Place) -> None:
    """Mark text of a run that is seen but cannot be told."""
    symbols = shows_symbols(_typeface(look))
    texts = [text for text in run.findall(_TEXT) if (text.text or "").strip()]
    for text in texts:
        if symbols:
            text.text = ILLEGIBLE
    if texts and place.in_cell and not symbols and _sight(look, place) is Sight.DOUBTFUL:
        texts[-1].text = (texts[-1].text or "") + ILLEGIBLE


def _typeface(look: Properties) -> str | None:
    """Return the typeface of Latin letters and digits; None for one of the theme, which takes precedence."""
    typefaces = look.get("rFonts")
    return None if typefaces is None or typefaces.get(W + "asciiTheme") else typefaces.get(W + "ascii")


def _wrappers(run: Element) -> Iterable[str]:
    return {child.tag for child in run if child.tag.startswith(_COMPATIBILITY)}


def _empty(run: Element, keep: frozenset[str]) -> None:
    for child in list(run):
        if child.tag not in keep:
            run.remove(child)


def _mark_graphics(paragraph: Element) -> None:
    """Mark pictures, objects and shapes without text in a cell: they may show a digit, or cover one."""
    for graphic in list(paragraph.iter(*_GRAPHICS)):
        nearest = next(graphic.iterancestors(_PARAGRAPH), None)
        if nearest is paragraph and not _is_unseen_graphic(graphic) and not _holds_text(graphic):
            graphic.addprevious(_text_element(ILLEGIBLE))


def _is_unseen_graphic(graphic: Element) -> bool:
    """Return whether a graphic is hidden, or lies behind the text."""
    names = graphic.iter(_DRAWING + "docPr")
    anchors = graphic.iter(_DRAWING + "anchor")
    styles = [(shape.get("style") or "").replace(" ", "") for shape in graphic if shape.tag.startswith(_SHAPE)]
    return (
        any(name.get("hidden") in ("1", "true") for name in names)
        or any(anchor.get("behindDoc") in ("1", "true") for anchor in anchors)
        or any("visibility:hidden" in style or "z-index:-" in style for style in styles)
        or (graphic.tag == W + "pict" and not any(True for _ in graphic))
    )


def _holds_text(graphic: Element) -> bool:
    boxes = graphic.iter(_TEXT_BOX)
    return any((text.text or "").strip() for box in boxes for text in box.iter(_TEXT))


def _mark_overrides(paragraph: Element) -> None:
    """Mark text that is turned round."""
    for turned in list(paragraph.iter(W + "bdo")):
        if turned.get(W + "val") == "rtl":
            turned.append(_run_of(ILLEGIBLE))


def _mark_number(paragraph: Element, place: _Place, numbering: Numbering) -> None:
    """Mark a cell without words before which a number of a list is printed."""
    words = "".join(text_of(run) for run in _runs_of(paragraph))
    if numbering.prints(place.properties.get("numPr")) and not any(sign.isalpha() for sign in words):
        at = 0 if paragraph.find(W + "pPr") is None else 1
        paragraph.insert(at, _run_of(ILLEGIBLE))


def _run_of(text: str) -> Element:
    run = etree.Element(_RUN)
    run.append(_text_element(text))
    return run


def _text_element(text: str) -> Element:
    element = etree.Element(_TEXT)
    element.text = text
    return element
