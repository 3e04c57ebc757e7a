"""The text of a cell: digits below each other, and digits with blanks between them, are one number or several."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from extractors.formats.pdf import read
from tests.support.reports.drawings import draw_grid, drawn, texts
from tests.support.sample_portal.typeface import draw_line


def test_numbers_below_each_other_are_one_only_where_there_was_no_room() -> None:
    """A digit below a number is the rest of it in a column as narrow as that, else another number."""

    def draw(canvas: Canvas) -> None:
        for left, right in ((100, 160), (160, 175), (175, 300)):
            canvas.rect(left, 560, right - left, 60)
        for at, text in enumerate(("4", "4", "1")):
            draw_line(canvas, 165, 600 - 12 * at, text, 9)
        for at, text in enumerate(("采购项目数量", "755", "2")):
            draw_line(canvas, 180, 600 - 12 * at, text, 9)
        draw_line(canvas, 105, 590, "总计", 9)
        for at, text in enumerate(("755", "2")):
            draw_line(canvas, 180, 530 - 12 * at, text, 9)
        canvas.rect(100, 500, 75, 60)
        canvas.rect(175, 500, 125, 60)

    (grid,) = list(read(drawn(draw)))[1].grids()
    assert texts(grid)[0][1:] == ["4\n4\n1", "采购项目数量\n755\n2"]
    assert texts(grid)[1][-1] == "755 2"


def test_letters_and_digits_set_with_blanks_are_one_word_in_a_cell() -> None:
    def draw(canvas: Canvas) -> None:
        draw_grid(canvas, 100, 600, [["总 计", "4 4 1"], ["其 他", "0"]])

    first, second, *_ = read(drawn(draw))
    assert [first.method, second.method] == ["ruled_grid", "text_flow"]
    (grid,) = first.grids()
    assert texts(grid) == [["总计", "441"], ["其他", "0"]]
    assert "441" not in "".join(block.text for block in second.blocks())


@pytest.mark.parametrize("others", [["0", "0"], ["0", "12"]])
def test_two_digits_with_a_blank_between_them_may_be_two_figures(others: list[str]) -> None:
    def draw(canvas: Canvas) -> None:
        draw_grid(canvas, 100, 600, [["总 计", "3 5"], ["其 他", "0"], others])

    (grid,) = next(iter(read(drawn(draw)))).grids()
    assert texts(grid)[0] == ["总计", "3 5"]


def test_digits_with_blanks_are_one_number_where_every_number_is_set_so() -> None:
    def draw(canvas: Canvas) -> None:
        draw_grid(canvas, 100, 600, [["总 计", "3 5"], ["其 他", "1 2"]])

    (grid,) = next(iter(read(drawn(draw)))).grids()
    assert texts(grid) == [["总计", "35"], ["其他", "12"]]


def test_a_page_with_one_number_set_apart_follows_the_document() -> None:
    def draw(canvas: Canvas) -> None:
        draw_grid(canvas, 100, 600, [["总 计", "3 5"], ["其 他", "0"]])
        canvas.showPage()
        draw_grid(canvas, 100, 600, [["总 计", "4 4 1"], ["其 他", "1 2"]])

    document = next(iter(read(drawn(draw))))
    assert [texts(grid)[0][1] for grid in document.grids()] == ["35", "441"]


@pytest.mark.parametrize("printed", ["3   5", "0 5"])
def test_digits_set_apart_are_two_figures_where_no_number_is_set_so(printed: str) -> None:
    def draw(canvas: Canvas) -> None:
        draw_grid(canvas, 100, 600, [["总 计", printed], ["其 他", "1 2"], ["合 计", "4 4 1"]])

    (grid,) = next(iter(read(drawn(draw)))).grids()
    assert " ".join(texts(grid)[0][1].split()) == " ".join(printed.split())
