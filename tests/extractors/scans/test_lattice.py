"""Ruled lines of a picture: which make a table, and the places of its cells."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.pdfgen.canvas import Canvas

from extractors.formats.image import read as read_image
from extractors.scans.binarize import ink, letter_height
from extractors.scans.lattice import Lattice, find_rules, lattices
from tests.support.reports.small_pages import packed, page_of, shape
from tests.support.sample_portal.typeface import draw_line


def tables_of(draw: Callable[[Canvas], None]) -> list[Lattice]:
    mask = ink(page_of(draw))
    letter = letter_height(mask)
    return lattices(find_rules(mask, letter), letter)


def test_spans_of_cells() -> None:
    def draw(canvas: Canvas) -> None:
        for left, foot, width, height in (
            (60, 150, 90, 60),
            (150, 180, 180, 30),
            (150, 150, 90, 30),
            (240, 150, 90, 30),
        ):
            canvas.rect(left, foot, width, height)
            draw_line(canvas, left + 10, foot + 10, "总计", 10)

    (table,) = tables_of(draw)
    found = {(frame.row, frame.column, frame.row_span, frame.column_span) for frame in table.frames}
    assert found == {(0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1), (1, 2, 1, 1)}


def test_a_table_without_outer_lines_at_its_sides() -> None:
    def draw(canvas: Canvas) -> None:
        for height in (150, 180, 210):
            canvas.line(60, height, 330, height)
        canvas.line(200, 150, 200, 210)
        for left in (70, 210):
            draw_line(canvas, left, 160, "总计", 10)
            draw_line(canvas, left, 190, "其他", 10)

    (table,) = tables_of(draw)
    assert sorted((frame.row, frame.column) for frame in table.frames) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_framed_prose_is_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(50, 80, 300, 150)
        draw_line(canvas, 60, 150, "一、总体情况", 12)

    assert tables_of(draw) == []
    (document,) = read_image(packed(page_of(draw), "PNG"))
    assert shape(document) == ["一、总体情况"]
