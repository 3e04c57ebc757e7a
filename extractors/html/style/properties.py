"""Declared properties of an element → what they do to its text, one question each.

Owns the meaning of their values, which are in lower case here, and the lengths from which text is out of sight.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from extractors.html.style.colours import Colour, colour_of

Values = Mapping[str, str]

FONT_SIZE = 16.0
GROUND_TAGS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "body"})
_TABLE_PARTS = GROUND_TAGS - {"table", "body"}
_INLINE_TAGS = frozenset(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small span strike strong "
    "sub sup time tt u var".split()
)
STRUCK_TAGS = frozenset({"s", "strike", "del"})
RAISED_TAGS = frozenset({"sup", "sub"})
_FLUSH = frozenset({"block", "list-item", "table", "table-row", "flex", "grid"})
_SIZE_NAMES = "xx-small x-small small medium large x-large xx-large".split()
_SIZES = dict(zip(_SIZE_NAMES, (9.0, 10.0, 13.0, 16.0, 18.0, 24.0, 32.0), strict=True))
_FACTORS = {"smaller": -0.83, "larger": -1.2}
_FACTORS_OF_TAGS = {"small": -0.83, "big": -1.2, "sup": -0.83, "sub": -0.83}
_UNITS = {"pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "em": 16.0, "rem": 16.0, "vw": 12.8, "vh": 7.2}
_FAR = 900.0
"""Pixels by which text is moved that nobody is meant to see."""
_FAINT = 0.1
"""Opacity, or scale, below which nothing is seen."""
_GAP, _SHIFT = 8.0, 2.0
"""Pixels that keep texts apart, and by which text stands visibly elsewhere."""
_LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(%|[a-z]*)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_WORD = re.compile(r"[-#\w]+(?:\([^)]*\))?")
_FILTER = re.compile(r"(?<![\w.])opacity\(\s*([\d.]+)(%?)")
_SCALE = re.compile(r"scale[xy3d]*\(\s*([\d.]+)")
_TRANSLATION = re.compile(r"translate[xy3d]*\(\s*([^),]+)")
_PICTURE = re.compile(r"url\(|gradient\(")
_SYMBOLS = re.compile(r"wingdings|webdings|dingbats|marlett")
_REVERSED = re.compile(
    r"matrix\((?!\s*1\s*,\s*0\s*,\s*0\s*,\s*1\s*,)|scale\w*\([^)]*-|rotate\w*\(\s*-?[\d.]*[1-9]|^\s*-?[1-9]\d*deg"
)


def pixels(value: str) -> float:
    """Return the pixels of a length, or about so many; 0 for what is none.

    >>> pixels("-99em"), pixels("3pt"), pixels("auto")
    (-1584.0, 4.0, 0.0)
    """
    length = _LENGTH.match(value.strip())
    if length is None:
        return 0.0
    return float(length[1]) * (FONT_SIZE / 100 if length[2] == "%" else _UNITS.get(length[2], 1.0))


def font_size(tag: str, values: Values) -> float | None:
    """Return pixels, or with a minus a factor of the size around; None if it stays."""
    value = values.get("font-size", "")
    if value in _SIZES or value in _FACTORS:
        return _SIZES.get(value, _FACTORS.get(value))
    length = _LENGTH.fullmatch(value)
    if length is None:
        return _FACTORS_OF_TAGS.get(tag)
    if length[2] in ("em", "%"):
        return -float(length[1]) / (100 if length[2] == "%" else 1)
    return pixels(value)


def is_removed(values: Values) -> bool:
    """Return whether there is no such element on the page; `mso-hide` is how Word hides text."""
    return values.get("display") == "none" or values.get("mso-hide") == "all"


def is_unseen(tag: str, values: Values) -> bool:
    """Return whether nothing in an element is seen, whatever its own style."""
    if values.get("content-visibility") == "hidden" or _is_faded(values) or _is_far_off(values):
        return True
    return _is_clipped(values) or _is_scaled_away(values) or _is_too_small(tag, values)


def _is_faded(values: Values) -> bool:
    opacity = _LENGTH.fullmatch(values.get("opacity", ""))
    filtered = _FILTER.search(values.get("filter", ""))
    return any(found and float(found[1]) / (100 if found[2] else 1) < _FAINT for found in (opacity, filtered))


def _is_placed(values: Values) -> bool:
    return values.get("position") in ("absolute", "fixed")


def _is_clipped(values: Values) -> bool:
    edges = [float(number) for number in _NUMBER.findall(values.get("clip", ""))]
    if _is_placed(values) and len(edges) == 4 and (edges[1] - edges[3] <= 1 or edges[2] - edges[0] <= 1):
        return True
    path = values.get("clip-path", "")
    numbers = [float(number) for number in _NUMBER.findall(path)]
    if path.startswith("inset"):
        return max(numbers, default=0) >= 50
    return bool(numbers) and not any(numbers)


def _is_scaled_away(values: Values) -> bool:
    scale = _SCALE.search(values.get("transform", "")) or _SCALE.search(f"scale({values.get('scale', '1')})")
    return scale is not None and float(scale[1]) < _FAINT


def _is_too_small(tag: str, values: Values) -> bool:
    """Return whether a box has no room for its text and shows nothing outside; cells and inline boxes grow with it."""
    floats = values.get("float", "none") != "none"
    inline = tag in _INLINE_TAGS and values.get("display", "inline") == "inline"
    if tag in _TABLE_PARTS or (inline and not floats and not _is_placed(values)):
        return False
    if all(values.get(name, "visible") == "visible" for name in ("overflow-x", "overflow-y")):
        return False
    sides = (values.get(name, "auto") for name in ("width", "height", "max-width", "max-height"))
    return any(_LENGTH.fullmatch(side) and pixels(side) <= 1 for side in sides)


def _is_far_off(values: Values) -> bool:
    names = ["text-indent", "margin-left", "margin-top"]
    if _is_placed(values) or values.get("position") == "relative":
        names += [side for side in ("left", "top", "right", "bottom") if "%" not in values.get(side, "")]
    if any(pixels(values.get(name, "")) <= -_FAR for name in names):
        return True
    shift = _TRANSLATION.search(values.get("transform", ""))
    return shift is not None and abs(pixels(shift[1])) >= 5 * _FAR


def text_colour(values: Values) -> Colour | None:
    """Return the colour of an element's text; None for that around it."""
    return colour_of(values.get("-webkit-text-fill-color", values.get("color", "")))


def ground_colour(values: Values) -> Colour | None:
    """Return the colour of an element's ground; None if the ground around it shows through."""
    value = values.get("background-color", "")
    found = next((colour for word in (value, *_WORD.findall(value)) if (colour := colour_of(word))), None)
    return found if found and found[3] > 0.5 else None


def is_pictured(values: Values) -> bool:
    """Return whether a picture is the ground of an element."""
    return _PICTURE.search(values.get("background-image", "")) is not None


def is_struck(tag: str, values: Values) -> bool:
    """Return whether a line goes through the text."""
    line = values.get("text-decoration-line")
    return tag in STRUCK_TAGS if line is None else "line-through" in line


def _is_shifted(values: Values, *sides: str) -> bool:
    return values.get("position") == "relative" and any(abs(pixels(values.get(side, ""))) > _SHIFT for side in sides)


def is_raised(tag: str, values: Values) -> bool:
    """Return whether text stands higher or lower than the text around it in its line."""
    align = values.get("vertical-align")
    if "font-size" in values and _is_shifted(values, "top", "bottom"):
        return True
    if align is None or tag in _TABLE_PARTS:
        return tag in RAISED_TAGS
    if align in ("super", "sub", "text-top", "text-bottom"):
        return True
    return abs(pixels(align)) > _SHIFT or (align in ("top", "bottom") and "font-size" in values)


def is_turned(values: Values) -> bool:
    """Return whether characters are seen in another order than they are written, or not as they are."""
    if values.get("direction") == "rtl" and "override" in values.get("unicode-bidi", ""):
        return True
    if "reverse" in values.get("flex-direction", values.get("flex-flow", "")):
        return True
    if _SYMBOLS.search(values.get("font-family", "")) or values.get("-webkit-text-security", "none") != "none":
        return True
    changed = (values.get(name, "") for name in ("transform", "rotate"))
    return pixels(values.get("letter-spacing", "")) <= -_GAP / 2 or any(map(_REVERSED.search, changed))


def is_moved(values: Values) -> bool:
    """Return whether an element may stand beside other text than in the page's source."""
    if values.get("float", "none") != "none" or values.get("order", "0") != "0" or _is_placed(values):
        return True
    overlaps = any(pixels(values.get(name, "")) < -_SHIFT for name in ("margin-left", "margin-right"))
    return overlaps or _is_shifted(values, "left", "right")


def is_apart(tag: str, values: Values) -> bool:
    """Return whether a gap stands between the text of an element and that beside it."""
    display = values.get("display")
    if display == "table-cell" or (display == "inline-block" and "width" in values):
        return True
    names = ("margin-left", "margin-right", "padding-left", "padding-right", "padding", "margin")
    return tag in _INLINE_TAGS and any(pixels(side) >= _GAP for name in names for side in values.get(name, "").split())


def is_spread(values: Values) -> bool:
    """Return whether gaps stand between the elements in an element, or each is a line of its own."""
    display = values.get("display", "")
    if "grid" in display:
        return True
    gaps = values.get("justify-content", "").startswith("space") or "column" in values.get("flex-direction", "")
    return "flex" in display and (gaps or any(pixels(values.get(name, "")) >= _GAP for name in ("gap", "column-gap")))


def is_block(tag: str, values: Values) -> bool:
    """Return whether an element breaks the line although its tag does not."""
    return tag in _INLINE_TAGS and values.get("display", "").partition(" ")[0] in _FLUSH


def has_no_height(values: Values) -> bool:
    """Return whether an element takes no height, as what only ends floats does."""
    return "height" in values and pixels(values["height"]) == 0
