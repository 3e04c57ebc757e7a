"""What people give for a figure is what its column can hold, or is refused with a reason."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flows.decisions.texts import Unfit
from flows.explorer.review.desk import DeskFigure
from flows.explorer.review.given_figures import printed_text, right_number

GRANTED = ("requests", ("granted", "total"))
UPHELD = ("proceedings", ("reconsideration", "upheld"))
CHANGE = ("disclosures", ("20(5)", "licence", "change"))
MADE = ("disclosures", ("20(1)", "regulation", "made"))
AMOUNT = ("disclosures", ("20(9)", "procurement", "procurement_amount"))
Cell = tuple[str, tuple[str, ...]]


def figure(cell: Cell) -> DeskFigure:
    return DeskFigure(cell[0], "/".join(cell[1]), cell[1], "", None, None, "number")


@pytest.mark.parametrize(
    ("cell", "text"), [(GRANTED, "12"), (UPHELD, "0"), (CHANGE, "-3"), (AMOUNT, "12.3456"), (AMOUNT, "1" * 16)]
)
def test_a_number_that_the_column_holds_is_kept(cell: Cell, text: str) -> None:
    assert right_number(text, figure(cell)) == Decimal(text)


@pytest.mark.parametrize(
    ("cell", "text", "why"),
    [
        (GRANTED, "1.5", "not whole"),
        (UPHELD, "1.5", "not whole"),
        (CHANGE, "-1.5", "not whole"),
        (MADE, "-3", "below 0"),
        (GRANTED, "-3", "below 0"),
        (AMOUNT, "-0.1", "below 0"),
        (AMOUNT, "1" * 17, "too long"),
        (AMOUNT, "0.00001", "too long"),
        (GRANTED, "9223372036854775808", "too long"),
        (AMOUNT, "1e17", "no number"),
        (GRANTED, "1_000", "no number"),
        (GRANTED, "", "no number"),
        (GRANTED, "１２", "no number"),
    ],
)
def test_a_number_that_it_cannot_hold_is_refused(cell: Cell, text: str, why: str) -> None:
    with pytest.raises(Unfit, match=f"^value: .*{why}"):
        right_number(text, figure(cell))


@pytest.mark.parametrize("text", ["12", "—", "/", "1,234件", "-3"])
def test_what_can_be_read_may_be_printed(text: str) -> None:
    assert printed_text(text, figure(GRANTED), blank=False) == text


@pytest.mark.parametrize(
    ("text", "blank", "why"),
    [("", False, "tick"), ("12", True, "blank"), ("见附件", False, "no number"), ("9" * 20, False, "too long")],
)
def test_what_cannot_be_read_is_refused(text: str, blank: bool, why: str) -> None:
    with pytest.raises(Unfit, match=f"^prints: .*{why}"):
        printed_text(text, figure(GRANTED), blank=blank)
    assert printed_text("", figure(GRANTED), blank=True) == ""
