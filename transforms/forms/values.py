"""The printed text of a cell → state, value and unit.

Owns the ways in which a number, a blank and "does not apply" are printed. Nothing is guessed: anything else is
`unreadable`, and a blank is null. Two numbers, or two lines of digits, are never run together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

# What Chinese text prints in a number in its own form, character by character, so that offsets stay valid; readers
# have folded all other forms.
_FOLDED = tuple(zip("，−–（）：", ",--():", strict=True))
SIGNS = {"+": 1, "-": -1, "增": 1, "减": -1, "增加": 1, "减少": -1, "新增": 1}
UNITS = ("万元", "亿元", "元", "万件", "件", "条", "项", "个", "次", "人", "宗", "份", "篇", "起")
SIGN = rf"(?P<sign>{'|'.join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))})?"
DIGITS = r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
UNIT = rf"(?P<unit>{'|'.join(UNITS)})"
_NUMBER = re.compile(rf"\s*{SIGN}\s*{DIGITS}\s*{UNIT}?\s*")
# 一 alone may be the numeral.
_DASH = re.compile(r"[-—―─﹣]{1,4}|一{2,4}")
_NO_VALUE = re.compile(r"#(?:REF|N/A|VALUE|DIV/0|NAME|NUM|NULL)[!?]?|^\W*略\W*$")
_NOT_APPLICABLE = frozenset({"/", "\\", "无", "不适用", "N/A", "n/a"})
_UNUSUAL = re.compile(r"^\D*[0０][\d,，]|\d，\d")


@dataclass(frozen=True, slots=True)
class Value:
    """The content of a cell: its state (a value of the column `state`), its number, if any, and the printed unit."""

    state: str
    number: Decimal | None = None
    unit: str | None = None


def folded(text: str) -> str:
    """Return a text with its commas, dashes, brackets and colons as numbers have them, each at its place.

    >>> folded("（减）1，286")
    '(减)1,286'
    """
    for printed, plain in _FOLDED:  # a hundredth of the time of one translation
        text = text.replace(printed, plain)
    return text


@lru_cache(maxsize=20_000)
def parse_value(raw: str) -> Value:
    """Return state, number and unit of a printed cell.

    >>> parse_value("减2").number, parse_value("47212 万元")
    (Decimal('-2'), Value(state='number', number=Decimal('47212'), unit='万元'))
    >>> [parse_value(raw).state for raw in ("", "0", "—", "/", "见附件")]
    ['blank', 'zero', 'dash', 'not_applicable', 'unreadable']
    """
    text = folded(raw)
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


def is_mark(text: str) -> bool:
    """Return whether a text prints something that is neither words nor a value: a sign, a numbered circle, 3. or ≈3.

    What sheets print for a failed formula, and 略, stand in the place of a value and are no words.

    >>> [text for text in ("①", "（3）", "3*", "≈3", "\ufffc", "3", "—", "", "3户", "（七）总计") if is_mark(text)]
    ['①', '（3）', '3*', '≈3', '\ufffc']
    >>> is_mark("#N/A"), is_mark("（略）")
    (True, True)
    """
    signs = _NO_VALUE.sub("", folded(text))
    return parse_value(text).state == "unreadable" and not any(map(str.isalpha, signs))


def is_joined(raw: str) -> bool:
    """Return whether a printed number is in pieces, which only the sums of the form can have joined.

    >>> is_joined("4410\\n25"), is_joined("减 2"), is_joined("3 件")
    (True, False, False)
    """
    return re.search(r"\d\s+[\d.,]", raw.strip()) is not None


def is_unusual(raw: str) -> bool:
    """Return whether a printed number is written as forms rarely are: 03, or 3，000, which may be two numbers.

    >>> [raw for raw in ("03", "0", "0.5", "3，000", "3,000", "３０") if is_unusual(raw)]
    ['03', '3，000']
    """
    return _UNUSUAL.search(raw.strip()) is not None
