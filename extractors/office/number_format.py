"""Numbers of a spreadsheet as their number format prints them.

Owns the simple formats: digits, decimals, thousands, per cent and words around them. What goes beyond (fractions,
powers of ten, conditions, scaling) is printed as the plain number.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

# A condition chooses between formats; what else stands in square brackets are colours, currencies and locales.
_CONDITION = re.compile(r"\[[<>=]")
# Also: room as wide as a sign (`_ `), a sign that fills the cell (`* `), and the mark of a literal sign.
_NO_TEXT = re.compile(r'\[[^\]]*\]|[_*].|[\\"¥￥$]')
_SIMPLE = re.compile(r"([^#0?,.%]*)([#0?,]*[#0?])(\.[#0?]+)?(%?)([^#0?,.%]*)")
_GENERAL_DIGITS = 11
"""Digits that a cell of the format General shows at most."""


def print_number(value: int | float, number_format: str) -> str:
    """Return the text of a number under a format of ECMA-376, part 1, 18.8.31.

    The first section is followed for all numbers: a zero that its own section prints as a dash, or not at all, is still
    a zero.

    >>> print_number(1234.5, "#,##0.00"), print_number(1234.5, "General"), print_number(-3, '0_);[Red](0)')
    ('1,234.50', '1234.5', '-3')
    >>> print_number(12, '0"件"'), print_number(0.256, "0.0%"), print_number(0.1 + 0.2, "General")
    ('12件', '25.6%', '0.3')
    """
    section = _NO_TEXT.sub("", number_format.split(";")[0])
    simple = _SIMPLE.fullmatch(section)
    if simple is None or _CONDITION.search(number_format):
        return _plain(value)
    before, whole, decimals, percent, after = simple.groups(default="")
    exact = Decimal(repr(value)) * (100 if percent else 1)
    rounded = abs(exact).quantize(Decimal(1).scaleb(-max(len(decimals) - 1, 0)), ROUND_HALF_UP)
    digits, _, fraction = f"{rounded:,f}".partition(".")
    if "," not in whole:
        digits = digits.replace(",", "").zfill(whole.count("0"))
    kept = decimals.count("0")
    fraction = fraction[:kept] + fraction[kept:].rstrip("0")
    sign = "-" if exact < 0 and rounded else ""
    return f"{before.strip()}{sign}{digits}{'.' if fraction else ''}{fraction}{percent}{after.strip()}"


def _plain(value: int | float) -> str:
    if isinstance(value, int):
        return str(value)
    text = f"{Decimal(f'{value:.{_GENERAL_DIGITS}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
