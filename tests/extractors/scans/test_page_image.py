"""Pictures: cells by ruled lines, print in them, words outside of them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from extractors.document import BBox
from extractors.formats.image import read as read_image
from extractors.formats.pdf import read as read_pdf
from extractors.page_breaks import realign_columns
from extractors.reader import read_documents
from extractors.scans.deskew import turn
from tests.support.reports.scan import Page, Scanner, scanned_pdf
from tests.support.reports.small_pages import (
    EXPECTED,
    ROWS,
    SMALL_PRINT,
    as_dashes,
    draw_rows,
    packed,
    page_of,
    pdf_of,
    shape,
    small,
)
from tests.support.sample_portal.typeface import draw_line


@pytest.mark.parametrize("dpi", [150, 200])
def test_a_scan_is_read_with_boxes_on_the_page_as_it_was_scanned(dpi: int) -> None:
    (document,) = read_pdf(scanned_pdf(pdf_of(small), Scanner(dpi, askew=1.5), seed=4))
    assert as_dashes(shape(document)) == EXPECTED
    (grid,) = document.grids()
    for cell in grid.cells:
        assert cell.bbox
        drawn = (60 + 90 * cell.column, 70 + 24 * cell.row, 150 + 90 * cell.column, 94 + 24 * cell.row)
        # A scanner moves and turns the page by some points.
        assert cell.bbox == pytest.approx(drawn, abs=15)
        assert 0.5 < cell.confidence <= 1
    for block in document.blocks():
        assert block.page == 1
        assert len(block.boxes) == len(block.text)
        assert block.confidence > 0.9


def test_the_boxes_of_a_turned_page_hold_the_ink_of_their_cells() -> None:
    page = turn(page_of(small), 1.4, 255)
    (document,) = read_image(packed(page, "PNG"))
    (grid,) = document.grids()
    found = {cell.text: share_of_ink(page, cell.bbox) for cell in grid.cells}
    assert found["108"] > 0.02
    assert found["行政处罚"] > 0.02


def share_of_ink(page: Page, box: BBox | None) -> float:
    assert box
    middle_x, middle_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    # The inner part: the box around a turned cell reaches over its ruled lines.
    left, right, top, bottom = middle_x - 80, middle_x + 60, middle_y - 12, middle_y + 12
    return float((page[int(top) : int(bottom), int(left) : int(right)] < 128).mean())


def test_an_empty_cell_is_sure_and_one_with_ink_that_is_no_sign_is_unreadable() -> None:
    def draw(canvas: Canvas) -> None:
        draw_rows(canvas, [["总计", "", "12"], ["其他", "", "7"]])
        canvas.line(165, 186, 230, 200)
        canvas.line(165, 200, 230, 186)
        canvas.circle(200, 193, 7)
        canvas.circle(200, 193, 3)

    (document,) = read_image(packed(page_of(draw), "PNG"))
    (grid,) = document.grids()
    cells = {(cell.row, cell.column): cell for cell in grid.cells}
    assert (cells[0, 1].text, cells[0, 1].confidence) == ("", 1.0)
    assert cells[1, 1].confidence < 0.95
    assert not cells[1, 1].text.strip().isdigit()


def test_a_minus_before_a_digit_is_not_lost_and_a_slash_is_no_one() -> None:
    rows = [["-8", "+6", "/"], ["1", "-11", "/"], ["4.5", "7", "1"]]
    scanner = Scanner(150)
    (document,) = read_pdf(scanned_pdf(pdf_of(lambda canvas: draw_rows(canvas, rows)), scanner, seed=3))
    assert shape(document) == [rows]


def test_a_bar_before_a_number_that_is_read_without_it_leaves_it_in_doubt() -> None:
    """A recogniser that drops the minus of －7 is sure of the 7: what was printed before it must show."""

    def bars(canvas: Canvas) -> None:
        draw_rows(canvas, [["增减", "7"], ["数量", "12"]])
        canvas.rect(153, 217.3, 4.5, 0.8, stroke=0, fill=1)

    (document,) = read_pdf(scanned_pdf(pdf_of(bars), Scanner(150), seed=3))
    (grid,) = document.grids()
    texts = {cell.text: cell.confidence for cell in grid.cells}
    assert texts["12"] > 0.95
    assert texts.get("7", 0.0) < 0.95


def test_pages_of_one_scan_count_their_columns_alike() -> None:
    def wide(canvas: Canvas) -> None:
        draw_rows(canvas, [["自然人", "总计", "其他"], ["1", "2", "3"]])

    def narrow(canvas: Canvas) -> None:
        canvas.rect(60, 206, 270, 24)
        canvas.rect(60, 206, 180, 24)
        draw_line(canvas, 90, 214, "结转下年度", 10)
        draw_line(canvas, 270, 214, "4", 10)

    pages = [page_of(wide), page_of(narrow)]
    stream = io.BytesIO()
    images = [Image.fromarray(np.roll(page, 12 * number, axis=1)) for number, page in enumerate(pages)]
    images[0].save(stream, "TIFF", save_all=True, append_images=images[1:])
    (document,) = read_documents(stream.getvalue())
    first, second = document.grids()
    assert [(cell.text, cell.column, cell.column_span) for cell in second.cells] == [("结转下年度", 0, 2), ("4", 2, 1)]
    assert (first.page, second.page, second.number) == (1, 2, 1)


def test_pages_with_text_are_not_recognised() -> None:
    """A file of one page with a text layer and one without."""
    text, picture = pdf_of(small), scanned_pdf(pdf_of(small), Scanner(150), seed=1)
    flow, ruled, *_ = read_pdf(joined(text, picture))
    assert (flow.method, ruled.method) == ("text_flow+ocr", "ruled_grid+ocr")
    for document in (flow, ruled):
        assert sorted({part.page or 0 for part in document.parts}) == [1, 2]
        assert [grid.number for grid in document.grids()] == list(range(len(list(document.grids()))))
    first, second = ruled.grids()
    assert all(cell.confidence == 1.0 for cell in first.cells)
    assert any(cell.confidence < 1.0 for cell in second.cells)


def joined(*bodies: bytes) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for body in bodies:
        document.import_pages(pypdfium2.PdfDocument(body))
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    return stream.getvalue()


@pytest.mark.parametrize("dpi", [100, 150, 200])
def test_strokes_of_large_letters_are_no_ruled_lines(dpi: int) -> None:
    def draw(canvas: Canvas) -> None:
        draw_line(canvas, 30, 260, "2023年政府信息公开工作年度报告", 22)
        for number, line in enumerate(SMALL_PRINT):
            draw_line(canvas, 60, 246 - 13 * number, line, 9)
        draw_rows(canvas, ROWS[:2], top=220)

    (document,) = read_image(packed(page_of(draw, dpi), "PNG"))
    assert shape(document) == ["2023年政府信息公开工作年度报告", *SMALL_PRINT, ROWS[:2]]


def test_print_within_a_stamp_is_found() -> None:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(("甲子县人民政府", "二〇二四年一月")):
            draw_line(canvas, 150, 200 - 20 * number, line, 12)
        canvas.circle(195, 190, 60)
        draw_line(canvas, 60, 100, "特此报告", 12)

    (document,) = read_image(packed(page_of(draw), "PNG"))
    found = [block.text for block in document.blocks()]
    assert [text for text in ("甲子县人民政府", "特此报告") if text in found] == ["甲子县人民政府", "特此报告"]


def test_words_far_apart_and_signs_beside_them_are_one_row() -> None:
    def draw(canvas: Canvas) -> None:
        draw_line(canvas, 30, 200, "填报单位：甲子县人民政府", 11)
        draw_line(canvas, 250, 200, "2023年度。", 11)
        draw_line(canvas, 190, 12, "- 12 -", 9)

    (document,) = read_image(packed(page_of(draw), "PNG"))
    assert shape(document) == ["填报单位：甲子县人民政府 2023年度。"]


def test_grids_that_stand_on_one_page_are_not_counted_alike() -> None:
    (document,) = read_image(packed(page_of(small), "PNG"))
    (grid,) = document.grids()
    assert list(realign_columns([grid, grid])) == [grid, grid]
