"""Formats of an Excel file that apply by a condition: whether one may hide or change what a cell shows.

Owns the conditions that are decided here: comparisons with numbers. All others may hold.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import pairwise

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from extractors.office.colours import BLACK, Colour, Sight, sight_of
from extractors.office.sheets.colours import Palette

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "greaterThan": operator.gt,
    "greaterThanOrEqual": operator.ge,
    "lessThan": operator.lt,
    "lessThanOrEqual": operator.le,
    "equal": operator.eq,
    "notEqual": operator.ne,
}
_BETWEEN = {"between": True, "notBetween": False}


class Conditions:
    """The formats of one sheet that apply by a condition."""

    def __init__(self, sheet: Worksheet, palette: Palette) -> None:
        self._palette = palette
        self._rules = [(each.cells, rule) for each in sheet.conditional_formatting for rule in each.rules]

    def may_hide(self, cell: SheetCell, ground: Colour | None) -> bool:
        """Return whether a format that may apply hides the text of a cell, strikes it, or prints it otherwise."""
        return any(
            self._hides(rule, cell, ground) and _may_apply(rule, cell.value)
            for ranges, rule in self._rules
            if cell.coordinate in ranges
        )

    def _hides(self, rule: Rule, cell: SheetCell, ground: Colour | None) -> bool:
        shows_value = [part.showValue for part in (rule.dataBar, rule.iconSet) if part is not None]
        if False in shows_value:
            return True
        style = rule.dxf
        return style is not None and (style.numFmt is not None or self._is_unseen(style, cell, ground))

    def _is_unseen(self, style: DifferentialStyle, cell: SheetCell, ground: Colour | None) -> bool:
        """Return whether the typeface and the fill of a format leave text that is not seen for sure."""
        font, fill = style.font, style.fill
        if font is not None and font.strike:
            return True
        own = None if font is None else self._palette.colour(font.color)
        colour = own or self._palette.colour(cell.font.color) or BLACK
        if isinstance(fill, PatternFill) and fill.fill_type in (None, "solid"):
            ground = self._palette.colour(fill.bgColor) or ground
        return (font is not None or fill is not None) and sight_of(colour, ground) is not Sight.SEEN


def _may_apply(rule: Rule, value: object) -> bool:
    """Return whether a condition holds, or is not decided here."""
    if rule.type != "cellIs" or not isinstance(value, int | float) or isinstance(value, bool):
        return True
    try:
        limits = [float(formula) for formula in rule.formula]
    except ValueError:
        return True
    for low, high in pairwise(limits):
        if rule.operator in _BETWEEN:
            return (min(low, high) <= value <= max(low, high)) is _BETWEEN[rule.operator]
    compare = _COMPARISONS.get(rule.operator or "")
    return compare is None or not limits or compare(value, limits[0])
