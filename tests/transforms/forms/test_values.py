"""Printed cells: every state, and numbers in all the ways in which they are printed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.characters import fold
from transforms.forms.values import UNITS, Value, folded, parse_value

FULL_WIDTH = str.maketrans("0123456789.,+-", "０１２３４５６７８９．，＋－")
MINUS = ["-", "－", "−", "减", "减少"]
PLUS = ["", "+", "＋", "增", "增加", "新增"]
NUMBERS = st.decimals(min_value=0, max_value=10**10, places=2) | st.integers(0, 10**10).map(Decimal)


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        ("", "blank"),
        (" \n\u3000", "blank"),
        ("\u00a0", "blank"),
        ("空", "blank"),
        ("-", "dash"),
        ("—", "dash"),
        ("——", "dash"),
        ("/", "not_applicable"),
        ("无", "not_applicable"),
        ("不适用", "not_applicable"),
        ("N/A", "not_applicable"),
        ("0", "zero"),
        ("0.00", "zero"),
        ("0件", "zero"),
        ("见附件", "unreadable"),
        ("1 2", "unreadable"),
        ("12/13", "unreadable"),
        ("1,23", "unreadable"),
        ("1.2.3", "unreadable"),
        ("约12", "unreadable"),
        ("1O", "unreadable"),
        ("2020年", "unreadable"),
        ("--5", "unreadable"),
        ("5-", "unreadable"),
        ("12\n12", "unreadable"),
        ("120\n15", "unreadable"),
        ("410\n26", "unreadable"),
        ("4\n2", "unreadable"),
        ("（3）", "unreadable"),
        ("①", "unreadable"),
        ("一", "unreadable"),
        ("√", "unreadable"),
        ("…", "unreadable"),
        ("3.", "unreadable"),
        ("3①", "unreadable"),
        ("3²", "unreadable"),
        ("3*", "unreadable"),
        ("3%", "unreadable"),
        ("3e2", "unreadable"),
        ("—3", "unreadable"),
        ("≈3", "unreadable"),
        ("3（注1）", "unreadable"),
        ("3小时", "unreadable"),
        ("3\ufffc", "unreadable"),
        ("٣", "unreadable"),
        ("1\n12", "unreadable"),
        ("12\n1\n12", "unreadable"),
        ("12²", "unreadable"),
        ("½", "unreadable"),
        ("١٢", "unreadable"),
        ("1\u20e3", "unreadable"),
        ("1\u0336", "unreadable"),
        ("\u202e12", "unreadable"),
    ],
)
def test_state_of_a_cell_without_a_number_other_than_zero(raw: str, state: str) -> None:
    value = parse_value(raw)
    assert value.state == state
    assert (value.number == 0) if state == "zero" else value.number is None


@pytest.mark.parametrize(
    ("raw", "number", "unit"),
    [
        ("251000元", "251000", "元"),
        ("47212 万元", "47212", "万元"),
        ("1,234.50万元", "1234.50", "万元"),
        ("1，234", "1234", None),
        ("减2", "-2", None),
        ("增 8", "8", None),
        ("+42", "42", None),
        ("−6", "-6", None),
        ("减少12项", "-12", "项"),
        ("减\n2", "-2", None),
        ("47212\n万元", "47212", "万元"),
        ("007", "7", None),
    ],
)
def test_numbers_signs_and_units(raw: str, number: str, unit: str | None) -> None:
    assert parse_value(raw) == Value("number", Decimal(number), unit)


@given(
    NUMBERS,
    st.sampled_from(PLUS + MINUS),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, *UNITS]),
    st.sampled_from(["", " ", "\u3000", "\n", "\u00a0"]),
)
def test_a_number_is_read_as_it_was_printed(
    number: Decimal, sign: str, grouped: bool, wide: bool, unit: str | None, space: str
) -> None:
    digits = f"{number:,}" if grouped else str(number)
    raw = f"{space}{sign}{digits.translate(FULL_WIDTH) if wide else digits}{space if unit else ''}{unit or ''}{space}"
    value = parse_value(fold(raw))
    assert value.number == (-number if sign in MINUS else number)
    assert value.state == ("number" if number else "zero")
    assert value.unit == unit


@given(st.text(max_size=12))
def test_any_text_has_a_state_and_only_numbers_have_a_number(raw: str) -> None:
    value = parse_value(raw)
    assert (value.number is not None) == (value.state in ("number", "zero"))
    assert value.number is None or (value.number == 0) == (value.state == "zero")


@given(st.text(alphabet="0123456789 .,-+/减增元件，．", max_size=10))
def test_the_digits_of_a_number_are_those_that_are_printed(raw: str) -> None:
    value = parse_value(raw)
    if value.number is not None:
        printed = "".join(character for character in folded(raw) if character.isdigit())
        assert "".join(map(str, abs(value.number).as_tuple().digits)).lstrip("0") == printed.lstrip("0")


def test_minus_zero_is_zero() -> None:
    assert str(parse_value("-0").number) == "0"
