"""How many numbers a run holds: only what is printed, or what the sums prove."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from transforms.forms.layout import Key, TableLayout, layouts
from transforms.forms.values import parse_value
from transforms.tables.reading import Place
from transforms.tables.text.cell_split import options_for, split_cells
from transforms.tables.text.tokens import Token

REQUESTS: TableLayout = next(
    table for layout in layouts() if layout.edition == "60号" for table in layout.tables if table.table == "requests"
)
DISCLOSURES: TableLayout = next(
    table for layout in layouts() if layout.edition == "60号" for table in layout.tables if table.table == "disclosures"
)
PROCEEDINGS: TableLayout = next(table for table in layouts()[-1].tables if table.table == "proceedings")
GRANTED = tuple(key for key in REQUESTS.keys if key[0] == "granted")
LICENCE = tuple(key for key in DISCLOSURES.keys if key[1] == "licence")


def _tokens(text: str) -> list[Token]:
    """Cells between spaces, `_` an empty one, `⏎` before one that begins a line, `~` one that is only supposed."""
    tokens = []
    for word in text.split():
        raw = word.strip("⏎_~")
        token = Token(raw, parse_value(raw), starts_line=word[0] == "⏎", supposed=word == "~")
        tokens.append(token)
    return tokens


def _read(text: str, line: tuple[Key, ...], layout: TableLayout) -> list[Decimal | None] | None:
    chosen = split_cells({line: options_for(_tokens(text), len(line))}, layout)[line]
    return None if chosen is None else [token.value.number for token in chosen]


def _numbers(text: str) -> list[Decimal | None]:
    return [None if word == "_" else Decimal(word) for word in text.split()]


def test_the_right_number_of_cells_is_taken_as_printed_even_where_a_sum_is_broken() -> None:
    assert _read("39 0 0 0 2 1 41", GRANTED, REQUESTS) == _numbers("39 0 0 0 2 1 41")


def test_a_number_cut_at_the_end_of_its_line_is_joined_where_the_sum_proves_it() -> None:
    assert _read("39 0 0 0 2 1 4 ⏎2", GRANTED, REQUESTS) == _numbers("39 0 0 0 2 1 42")


def test_it_may_be_cut_into_three() -> None:
    assert _read("139 0 0 0 2 1 1 ⏎4 ⏎2", GRANTED, REQUESTS) == _numbers("139 0 0 0 2 1 142")


def test_its_pieces_may_be_of_full_width() -> None:
    folded = _tokens("39 0 0 0 2 1 4 ⏎2")
    printed = [replace(token, text=text) for token, text in zip(folded, "39 0 0 0 2 1 ４ ２".split(), strict=True)]
    chosen = split_cells({GRANTED: options_for(printed, 7)}, REQUESTS)[GRANTED]
    assert chosen is not None
    assert (chosen[-1].value.number, chosen[-1].text) == (Decimal(42), "４\n２")


def test_it_is_not_joined_where_the_sum_refutes_it() -> None:
    assert _read("39 0 0 0 2 1 4 ⏎3", GRANTED, REQUESTS) is None


def test_it_is_not_joined_where_no_sum_speaks() -> None:
    assert _read("210 2 40 ⏎119", LICENCE, DISCLOSURES) is None


def test_it_is_not_joined_where_only_sums_of_other_cells_speak() -> None:
    assert _read("6 0 0 6 12 5 0 3 0 8 2 ⏎0 0 6 8 □", PROCEEDINGS.keys, PROCEEDINGS) is None


def test_padding_on_both_sides_is_dropped() -> None:
    assert _read("_ _ 6 1 0 0 0 0 7 _", GRANTED, REQUESTS) == _numbers("6 1 0 0 0 0 7")


def test_a_blank_at_an_end_is_told_from_padding_by_the_sum() -> None:
    assert _read("_ _ 2 0 0 0 0 1 _", GRANTED, REQUESTS) == _numbers("2 0 0 0 0 1 _")
    assert _read("_ _ 1 0 0 0 0 1 _", GRANTED, REQUESTS) is None
    assert _read("_ _ 0 0 0 0 0 0 _", GRANTED, REQUESTS) is None
    assert _read("_ 284 6 _", LICENCE, DISCLOSURES) is None


def test_a_printed_blank_is_no_padding() -> None:
    tokens = [replace(token, text="空") if not token.text else token for token in _tokens("_ 0 0 0 0 0 0")]
    chosen = split_cells({GRANTED: options_for([*tokens, *_tokens("5")], 7)}, REQUESTS)[GRANTED]
    assert chosen is None


def test_a_supposed_blank_is_never_taken_alone() -> None:
    assert _read("284 6 ~", LICENCE, DISCLOSURES) is None
    assert _read("_ _ 258 0 0 0 0 0 ~", GRANTED, REQUESTS) == _numbers("258 0 0 0 0 0 _")


def test_too_few_numbers_are_not_placed() -> None:
    assert _read("39 0 0 2 1 42", GRANTED, REQUESTS) is None


def test_a_blank_is_no_proof_for_a_number_on_the_next_line() -> None:
    tokens = _tokens("- 1 1 2 0 1 ⏎9")
    alone = [*tokens[:-1], replace(tokens[-1], alone=True)]
    assert split_cells({GRANTED: options_for(alone, 7)}, REQUESTS)[GRANTED] is None


@pytest.mark.parametrize(
    ("page", "top", "taken"),
    [(1, 112.0, False), (1, 140.0, True), (2, 20.0, True)],
    ids=["close below", "at the foot of the page", "at the head of the next page"],
)
def test_a_number_close_below_another_is_no_page_number(page: int, top: float, taken: bool) -> None:
    tokens = [replace(token, place=Place(1, bbox=(0, 100, 9, 108))) for token in _tokens("39 0 0 0 2 1 42")]
    below = replace(_tokens("⏎6")[0], alone=True, place=Place(page, bbox=(0, top, 9, top + 8)))
    assert (split_cells({GRANTED: options_for([*tokens, below], 7)}, REQUESTS)[GRANTED] is not None) is taken


def test_a_number_between_lines_of_its_page_is_no_page_number() -> None:
    below = replace(_tokens("⏎6")[0], alone=True, within_page=True)
    assert split_cells({GRANTED: options_for([*_tokens("39 0 0 0 2 1 42"), below], 7)}, REQUESTS)[GRANTED] is None
