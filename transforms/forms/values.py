"""The printed text of a cell → state, value and unit.

Owns the ways in which a number, a blank and "does not apply" are printed. Nothing is guessed: anything else is
`unreadable`, and a blank is null.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

# What Chinese text prints in a number in its own form, character by character, so that offsets stay valid; readers
# have folded all other forms.
FOLD = str.maketrans("，−–（）：", ",--():")
SIGNS = {"+": 1, "-": -1, "增": 1, "减": -1, "增加": 1, "减少": -1, "新增": 1}
UNITS = ("万元", "亿元", "元", "万件", "件", "条", "项", "个", "次", "人", "宗", "份", "篇", "起")
SIGN = rf"(?P<sign>{'|'.join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))})?"
DIGITS = r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
UNIT = rf"(?P<unit>{'|'.join(UNITS)})?"
_NUMBER = re.compile(rf"\s*{SIGN}\s*{DIGITS}\s*{UNIT}\s*")
_DASH = re.compile(r"[-—―─一﹣]{1,4}")
_NOT_APPLICABLE = frozenset({"/", "\\", "无", "不适用", "N/A", "n/a"})


@dataclass(frozen=True, slots=True)
class Value:
    """The content of a cell: its state (a value of the column `state`), its number, if any, and the printed unit."""

    state: str
    number: Decimal | None = None
    unit: str | None = None


@lru_cache(maxsize=20_000)
def parse_value(raw: str) -> Value:
    """Return state, number and unit of a printed cell.

    >>> parse_value("减2").number, parse_value("47212 万元")
    (Decimal('-2'), Value(state='number', number=Decimal('47212'), unit='万元'))
    >>> [parse_value(raw).state for raw in ("", "0", "—", "/", "见附件")]
    ['blank', 'zero', 'dash', 'not_applicable', 'unreadable']
    """
    text = _in_one_line(raw.translate(FOLD))
    match = _NUMBER.fullmatch(text)
    if match:
        number = Decimal(match["digits"].replace(",", "")) * SIGNS.get(match["sign"] or "+", 1)
        return Value("number" if number else "zero", number + 0, match["unit"])
    squeezed = re.sub(r"\s+", "", text)
    if squeezed in ("", "空"):
        return Value("blank")
    if _DASH.fullmatch(squeezed):
        return Value("dash")
    if squeezed in _NOT_APPLICABLE:
        return Value("not_applicable")
    return Value("unreadable")


def _in_one_line(text: str) -> str:
    """Join the lines of a narrow cell, which all have the same length; several numbers stay apart.

    >>> _in_one_line("4410\\n25"), _in_one_line("12\\n12")
    ('441025', '12\\n12')
    """
    *full, last = [line.strip() for line in text.strip().split("\n") if line.strip()] or [""]
    broken = len({len(line) for line in full}) == 1 and len(last) <= len(full[0]) and {*full, last} != {last}
    return "".join((*full, last)) if broken else text
