"""Formats that apply by a condition."""

from __future__ import annotations

from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle

from extractors.office.colours import WHITE
from extractors.office.sheets.colours import Palette
from extractors.office.sheets.conditions import Conditions

UNSEEN = Font(color="FFFFFFFF")


@pytest.mark.parametrize(
    ("operator", "limits", "hides"),
    [
        ("greaterThan", ["4"], True),
        ("greaterThan", ["5"], False),
        ("lessThanOrEqual", ["5"], True),
        ("equal", ["0"], False),
        ("between", ["9", "1"], True),
        ("notBetween", ["1", "9"], False),
        ("equal", ["$A$1"], True),
    ],
)
def test_comparisons_with_numbers_are_decided(operator: Any, limits: list[str], hides: bool) -> None:
    sheet = Workbook().worksheets[0]
    sheet["B2"] = 5
    unseen = DifferentialStyle(font=UNSEEN)
    sheet.conditional_formatting.add("B1:B3", Rule("cellIs", operator=operator, formula=limits, dxf=unseen))
    assert Conditions(sheet, Palette(None)).may_hide(sheet["B2"], WHITE) is hides
    assert not Conditions(sheet, Palette(None)).may_hide(sheet["C2"], WHITE)


@pytest.mark.parametrize(
    ("font", "fill", "hides"),
    [
        (Font(color="FFFF0000"), None, False),
        (Font(b=True), None, False),
        (Font(strike=True), None, True),
        (None, PatternFill(bgColor="FF000000"), True),
        (None, PatternFill(bgColor="FFFFFF00"), False),
        (Font(color="FFFFFFFF"), PatternFill(bgColor="FF1F4E79"), False),
    ],
)
def test_looks_that_leave_a_figure_unseen(font: Font | None, fill: PatternFill | None, hides: bool) -> None:
    sheet = Workbook().worksheets[0]
    sheet["B2"] = 5
    look = DifferentialStyle(font=font, fill=fill)
    sheet.conditional_formatting.add("B2", Rule("expression", formula=["TRUE"], dxf=look))
    assert Conditions(sheet, Palette(None)).may_hide(sheet["B2"], WHITE) is hides
