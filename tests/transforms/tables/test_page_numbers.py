"""Bare page numbers: left out where they count up through the document, kept where they may be cells."""

from __future__ import annotations

from extractors.document import Block
from transforms.tables.page_numbers import without_bare_page_numbers

PROSE = ["全年共收到申请，", "均已按时办结。"] * 8


def _texts(blocks: list[Block]) -> list[str]:
    return [part.text for part in without_bare_page_numbers(blocks) if isinstance(part, Block)]


def test_numbers_at_the_end_of_most_pages_are_left_out() -> None:
    blocks = [Block(text, page) for page in (1, 2, 3, 4) for text in (*PROSE, str(page + 6))]
    assert _texts(blocks) == PROSE * 4


def test_a_cell_at_the_end_of_one_page_is_kept() -> None:
    blocks = [Block(text, page) for page in (1, 2, 3, 4) for text in PROSE]
    blocks.insert(2 * len(PROSE), Block("42", 2))
    assert "42" in _texts(blocks)


def test_numbers_that_count_up_amid_sentences_are_left_out_of_text_without_pages() -> None:
    blocks = [Block(text) for page in (3, 4, 5) for text in (*PROSE, str(page))] + [Block("完，")]
    assert _texts(blocks) == [*PROSE * 3, "完，"]


def test_cells_on_lines_of_their_own_are_kept() -> None:
    blocks = [Block(text) for row in range(40) for text in (f"第{row}行的标签", str(row % 4), "0", "7")]
    assert _texts(blocks) == [block.text for block in blocks]


def test_two_numbers_are_no_proof() -> None:
    blocks = [Block(text) for page in (3, 4) for text in (*PROSE, str(page))]
    assert _texts(blocks) == [block.text for block in blocks]


def test_a_number_that_two_lines_print_is_not_taken_for_the_page() -> None:
    blocks = [Block(text) for page in (3, 4, 5) for text in (*PROSE, str(page))] + [Block("完，")]
    blocks.insert(2 * len(PROSE) - 3, Block("4"))
    assert _texts(blocks).count("4") == 2
