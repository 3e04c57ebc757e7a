"""Page numbers: told by their form, or by their place."""

from __future__ import annotations

import pytest

from extractors.document import Block
from extractors.page_numbers import without_positioned_page_numbers


def line(text: str, page: int, left: float, top: float) -> Block:
    """Return a line whose signs are six points wide and nine high."""
    boxes = tuple((left + 6 * at, top, left + 6 * at + 6, top + 9) for at in range(len(text)))
    return Block(text, page, boxes)


def text_left(*pages: list[Block]) -> list[list[str]]:
    return [[line.text for line in lines] for lines in without_positioned_page_numbers(pages)]


@pytest.mark.parametrize("form", ["{}", "- {} -", "第{}页 共3页", "{}/3页"])
def test_a_number_at_the_same_place_of_each_page(form: str) -> None:
    pages = [[line("正文", at, 100, 100), line(form.format(at), at, 290, 800)] for at in (1, 2, 3)]
    assert text_left(*pages) == [["正文"]] * 3


def test_a_number_amid_a_table_is_known_by_another_page() -> None:
    first = [line("正文", 1, 100, 100), line("4", 1, 290, 800)]
    second = [line("总计 7 5", 2, 260, 800), line("备注", 2, 100, 805)]
    assert text_left(first, second) == [["正文"], ["总计 7 ", "备注"]]
    second = [line("总计 5 7", 2, 260, 800), line("备注", 2, 100, 805)]
    assert text_left(first, second) == [["正文", "4"], ["总计 5 7", "备注"]]


def test_a_number_between_dashes_beside_a_figure_with_a_sign() -> None:
    pages = [[line("正文", 1, 100, 100), line("- 1 -", 1, 290, 800)], [line("收费 -1 - 2 -", 2, 254, 800)]]
    assert text_left(*pages) == [["正文"], ["收费 -1 "]]


def test_two_pages_that_begin_with_a_cell_prove_nothing_among_many() -> None:
    cut = [[line(str(at), at, 290, 80), line("正文", at, 100, 100)] for at in (1, 2)]
    whole = [[line("正文", at, 100, 100)] for at in (3, 4)]
    assert text_left(*cut, *whole) == [["1", "正文"], ["2", "正文"], ["正文"], ["正文"]]


def test_cells_are_no_page_numbers() -> None:
    """They count up, but stand beside their labels, elsewhere on the page, or without another page's number."""
    beside = [[line("总计", at, 100, 400), line(str(at), at, 290, 400)] for at in (1, 2, 3)]
    assert text_left(*beside) == [["总计", "1"], ["总计", "2"], ["总计", "3"]]
    moved = [[line("总计", at, 100, 100), line(str(at), at, 290, 100 + 50 * at)] for at in (1, 2, 3)]
    assert text_left(*moved) == [["总计", "1"], ["总计", "2"], ["总计", "3"]]
    alone = [[line("总计", 1, 100, 100), line("1", 1, 290, 800)], [line("正文", 2, 100, 100)]]
    assert text_left(*alone) == [["总计", "1"], ["正文"]]
