"""A second look at print that may be misread: at which cells, what it reads, and what it costs to keep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from reportlab.pdfgen.canvas import Canvas

from extractors.document import Block, Cell, Grid
from extractors.reader import read_documents
from extractors.scans.ocr import HEIGHT, Text
from extractors.scans.second_look import look_again, twice
from tests.support.reports.random_reports import decorated, print_report
from tests.support.reports.scan import Scanner, scanned_pdf
from tests.support.reports.score import score
from tests.support.reports.small_pages import draw_rows, packed, page_of, pdf_of
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import Heading, Part
from tests.support.sample_portal.tables import Table
from tests.support.sample_portal.typeface import draw_line
from transforms.report import Context, interpret

PRINTED = [["行政处罚", "1,654", "-9"], ["行政强制", "0", "增6"], ["总计", "/", "7"]]


def printed(canvas: Canvas) -> None:
    draw_rows(canvas, PRINTED)


def cells_of(body: bytes) -> list[Cell]:
    (document,) = read_documents(body)
    (grid,) = document.grids()
    return list(grid.cells)


@pytest.mark.parametrize("scanner", [Scanner(150), Scanner(100, 1.0, 0.8, 10, 60)], ids=repr)
def test_figures_are_looked_at_again_and_labels_blanks_and_sure_zeros_are_not(scanner: Scanner) -> None:
    cells = cells_of(scanned_pdf(pdf_of(printed), scanner, seed=2))
    looks = {(cell.row, cell.column): cell.look_again() for cell in cells if cell.look_again}
    figures = {(0, 1): "1,654", (0, 2): "-9", (1, 2): "增6", (2, 1): "/", (2, 2): "7"}
    assert {place: look.text for place, look in looks.items()} == figures
    assert all(look.confidence > 0.5 for look in looks.values())


def test_a_look_at_a_cell_of_two_lines_reads_both() -> None:
    def two_lines(canvas: Canvas) -> None:
        draw_rows(canvas, [["总计", "其他"]])
        for left in (60, 150):
            canvas.rect(left, 158, 90, 48)
        for left, foot, text in ((70, 178, "合计"), (160, 190, "34"), (160, 168, "56")):
            draw_line(canvas, left, foot, text, 10)

    looks = [cell.look_again() for cell in cells_of(packed(page_of(two_lines), "PNG")) if cell.look_again]
    assert [look.text for look in looks] == ["34\n56"]


def line_of(text: str) -> NDArray[np.uint8]:
    """Return a line of print, with the room around it that lines of cells have."""
    page = page_of(lambda canvas: draw_line(canvas, 60, 200, text, 10))
    down, across = np.nonzero(page < 128)
    return page[down.min() - 8 : down.max() + 9, across.min() - 3 : across.max() + 4]


def test_halves_that_differ_leave_nothing() -> None:
    three, eight = twice(line_of("3"), 25), twice(line_of("8"), 25)
    halves = np.hstack([three[:, : three.shape[1] // 2], eight[:, eight.shape[1] // 2 :]]).astype(np.uint8)
    both, mixed = look_again([three, halves])
    assert (both.signs, mixed) == ("3", Text("", 0.0))


@pytest.mark.parametrize("scale", [1, 40])
def test_what_is_kept_for_a_second_look_is_small_however_large_the_print(scale: int) -> None:
    line = np.kron(line_of("3"), np.ones((scale, scale), np.uint8)).astype(np.uint8)
    kept = twice(line, 25 * scale)
    assert kept.shape[0] == HEIGHT
    assert kept.nbytes < 10_000


def test_of_words_that_are_read_in_two_ways_the_enlarged_ones_count() -> None:
    one, two = (twice(line_of(text), 25) for text in ("总计", "其他"))
    halves = np.hstack([one[:, : one.shape[1] // 2], two[:, two.shape[1] // 2 :]]).astype(np.uint8)
    (look,) = look_again([halves])
    assert look.signs == "其他"


def test_second_looks_find_more_of_a_bad_scan_and_nothing_that_is_not_printed() -> None:
    printed = print_report(2020, 90010, decorated)
    tables: list[Part] = [part for part in printed.parts if isinstance(part, Heading | Table)]
    body = scanned_pdf(render_pdf("甲子县人民政府", 2020, tables), Scanner(100, 1.5, 0.8, 12, 40), seed=10)
    (document,) = read_documents(body)
    once = replace(document, parts=tuple(map(without_second_looks, document.parts)))
    before, after = (score(interpret([one], Context()), printed.expected) for one in (once, document))
    assert len(after.missing) < len(before.missing)
    assert set(after.wrong) <= set(before.wrong)
    assert after.silent == []


def without_second_looks(part: Block | Grid) -> Block | Grid:
    if isinstance(part, Block):
        return part
    return replace(part, cells=tuple(replace(cell, look_again=None) for cell in part.cells))


def test_a_cell_is_the_same_with_and_without_a_second_look() -> None:
    assert Cell("1", 0, 0, look_again=lambda: Block("1")) == Cell("1", 0, 0)
