"""What people give for a figure: the text that is printed, or the right number, as its column can hold it.

Owns what is refused, so that a correction is never accepted that no run could apply.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pyarrow as pa

from flows.decisions.texts import Unfit
from flows.explorer.review.desk import DeskFigure
from transforms.checks.checks import is_counted
from transforms.forms.values import parse_value
from warehouse.arrow_types import arrow_type
from warehouse.schema import load_tables

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_CHANGE = "change"
"""The only measure that may be below 0."""


def printed_text(text: str, figure: DeskFigure, *, blank: bool) -> str:
    """Return what a cell prints; that it prints nothing must be said. Raise Unfit."""
    if blank and text:
        raise Unfit(f"prints: either the cell is blank, or it prints {text}")
    if not blank and not text:
        raise Unfit("prints: empty: tick that the cell is blank if it prints nothing")
    value = parse_value(text)
    if value.state == "unreadable":
        raise Unfit(f"prints: {text} can be read as no number, no dash and no blank")
    if value.number is not None:
        _check_fits("prints", value.number, figure)
    return text


def right_number(text: str, figure: DeskFigure) -> Decimal:
    """Return the right number of a figure. Raise Unfit."""
    if not _NUMBER.fullmatch(text):
        raise Unfit(f"value: {text or 'nothing'} is no number: digits, with a point before decimals, as in 1234.5")
    number = Decimal(text)
    if number < 0 and figure.cell[-1] != _CHANGE:
        raise Unfit(f"value: {text} is below 0, which only a change can be")
    if is_counted(figure.table, figure.cell) and number != number.to_integral_value():
        raise Unfit(f"value: {text} is not whole, and a count is")
    _check_fits("value", number, figure)
    return number


def _check_fits(field: str, number: Decimal, figure: DeskFigure) -> None:
    """Raise Unfit if the column of a figure cannot hold a number; in a column of counts, a fraction is no number."""
    declared = next(column.type for column in load_tables()[figure.table].columns if column.name == "value")
    own = arrow_type(declared)
    try:
        pa.scalar(int(number) if pa.types.is_integer(own) else number, own)
    except (pa.ArrowInvalid, OverflowError):
        raise Unfit(f"{field}: {number} is too long for {figure.table}, which holds {declared}") from None
