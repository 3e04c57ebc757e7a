"""Ruled tables of PDF files: cells with spans and boxes, whatever draws their lines, and what is no table."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from extractors.document import ILLEGIBLE, BBox, Block, Document, Grid
from extractors.formats.pdf import read
from tests.support.reports.drawings import draw_grid, drawn, flat, inside_page, small, texts
from tests.support.reports.sample_pdfs import PDF_REPORTS, read_sample
from tests.support.sample_portal.catalogue import PublishedReport
from tests.support.sample_portal.tables import Table, tables_of
from tests.support.sample_portal.typeface import draw_line


@pytest.mark.parametrize("report", PDF_REPORTS, ids=lambda report: f"{report.county}{report.year}")
def test_ruled_grids_equal_the_tables(report: PublishedReport) -> None:
    _, ruled = read_sample(report)
    assert ruled.method == "ruled_grid"
    grids = list(ruled.grids())
    assert [grid.number for grid in grids] == list(range(len(grids)))
    for table in tables_of(report.figures):
        pieces, grids = take(grids, table)
        cells = [(table_row(pieces, at, cell.row), cell) for at, piece in enumerate(pieces) for cell in piece.cells]
        found = {(row, cell.column): (cell.column_span, cell.row_span, flat(cell.text)) for row, cell in cells}
        for printed in table.cells:
            column_span, row_span, text = found[printed.row, printed.column]
            assert column_span == printed.column_span
            if len(pieces) == 1 or printed.row_span == 1:
                assert (row_span, text) == (printed.row_span, flat(printed.text))
        if len(pieces) == 1:
            assert len(cells) == len(table.cells)
        assert all(inside_page(cell.bbox) for _, cell in cells if cell.bbox)
    assert not grids


def take(grids: list[Grid], table: Table) -> tuple[list[Grid], list[Grid]]:
    """Return the grids that together have the rows of a table, and the others."""
    count = 0
    for number, grid in enumerate(grids, start=1):
        count += grid.shape[0]
        if count >= table.row_count:
            assert count == table.row_count
            return grids[:number], grids[number:]
    raise AssertionError(f"only {count} of {table.row_count} rows")


def table_row(pieces: list[Grid], at: int, row: int) -> int:
    return row + sum(piece.shape[0] for piece in pieces[:at])


def test_a_table_over_a_page_break_is_one_grid_a_page_with_nothing_between() -> None:
    _, ruled = read_sample(next(report for report in PDF_REPORTS if report.edition == "30号"))
    parts = list(ruled.parts)
    broken = [
        (first, second)
        for first, second in pairwise(parts)
        if isinstance(first, Grid) and isinstance(second, Grid) and first.page != second.page
    ]
    assert broken
    for first, second in broken:
        assert (first.page or 0) + 1 == second.page
        assert first.shape[1] == second.shape[1]


# Positions


def moved(media: BBox | None = None, crop: BBox | None = None, rotation: int = 0) -> bytes:
    """Return the small page with other boxes (left, bottom, right, top) or rotation."""
    document = pypdfium2.PdfDocument(drawn(small))
    page = document[0]
    if media:
        page.set_mediabox(*media)
    if crop:
        page.set_cropbox(*crop)
    page.set_rotation(rotation)
    stream = io.BytesIO()
    document.save(stream)
    page.close()
    document.close()
    return stream.getvalue()


CROP = (50.0, 60.0, 500.0, 720.0)


@pytest.mark.parametrize(
    ("body", "corner"),
    [
        (moved(), (100, 200)),
        (moved(rotation=90), (580, 100)),
        (moved(rotation=180), (440, 580)),
        (moved(rotation=270), (200, 440)),
        (moved(media=CROP), (50, 120)),
        (moved(media=CROP, rotation=90), (520, 50)),
        (moved(crop=CROP), (50, 120)),
        (moved(crop=CROP, rotation=90), (520, 50)),
        (moved(crop=CROP, rotation=180), (340, 520)),
        (moved(crop=CROP, rotation=270), (120, 340)),
    ],
)
def test_boxes_are_those_of_the_page_as_shown(body: bytes, corner: tuple[int, int]) -> None:
    """`corner`: left and top of the cell that holds 自然人."""
    flow, ruled, *_ = read(body)
    cell = next(cell for grid in ruled.grids() for cell in grid.cells if flat(cell.text) in ("自然人", "人然自"))
    assert cell.bbox is not None
    assert cell.bbox[:2] == pytest.approx(corner, abs=0.5)
    name = next(block for block in flow.blocks() if "自然人" in block.text)
    start = name.text.index("自然人")
    for box in name.boxes[start : start + 3]:
        assert box is not None
        assert cell.bbox[0] <= box[0] < box[2] <= cell.bbox[2]
        assert cell.bbox[1] <= box[1] < box[3] <= cell.bbox[3]


# Tables and what is none


def shape(document: Document) -> list[str | list[list[str]]]:
    return [part.text if isinstance(part, Block) else texts(part) for part in document.parts]


def test_text_stands_above_between_and_below_tables() -> None:
    def draw(canvas: Canvas) -> None:
        small(canvas)
        draw_grid(canvas, 100, 460, [["总计", "3"]])
        draw_line(canvas, 290, 20, "- 1 -", 9)

    _, ruled, *_ = read(drawn(draw))
    assert shape(ruled) == ["一、总体情况", [["自然人", "12"], ["总计", "0"]], "二、其他", [["总计", "3"]]]


@pytest.mark.parametrize("narrow_first", [True, False])
def test_a_page_break_does_not_change_how_columns_are_counted(narrow_first: bool) -> None:
    wide, narrow = [["自然人", "总计", "其他"]], [["12"]]

    def draw(canvas: Canvas) -> None:
        for number, rows in enumerate([narrow, wide] if narrow_first else [wide, narrow]):
            canvas.rect(100, 180, 180, 20)
            draw_grid(canvas, 100, 200, rows)
            draw_line(canvas, 290, 20, f"- {number + 1} -", 9)
            if number == 0:
                canvas.showPage()

    _, ruled, *_ = read(drawn(draw))
    found = {tuple(texts(grid)[0]) for grid in ruled.grids()}
    assert found == {("自然人", "总计", "其他"), ("12", "", "")}


def test_tables_side_by_side_lose_no_line() -> None:
    def draw(canvas: Canvas) -> None:
        draw_grid(canvas, 50, 700, [["自然人", "1"], ["总计", "2"]])
        draw_grid(canvas, 300, 690, [["自然人", "3"]])
        draw_line(canvas, 100, 720, "一、总体情况", 12)
        draw_line(canvas, 100, 500, "二、其他", 12)

    _, ruled, *_ = read(drawn(draw))
    assert shape(ruled) == ["一、总体情况", [["自然人", "1"], ["总计", "2"]], [["自然人", "3"]], "二、其他"]


@pytest.mark.parametrize(("label", "number"), [("总计", "26"), ("总", "2\n6")], ids=["upright", "a line"])
def test_a_number_is_set_a_character_a_line_where_its_label_is(label: str, number: str) -> None:
    """Two numbers below each other look the same in a column that has room for both on one line."""

    def draw(canvas: Canvas) -> None:
        draw_grid(canvas, 100, 700, [["行政复议", ""], ["维持", ""], ["新收", ""]])
        for row, text in enumerate((label, "3", "26")):
            for line, character in enumerate(text):
                draw_line(canvas, 165, 691 - 20 * row - 9 * line, character, 8)

    _, ruled, *_ = read(drawn(draw))
    ((_, (_, above), (_, below)),) = map(texts, ruled.grids())
    assert (above, below) == ("3", number)
    assert next(ruled.grids()).cells[-1].raw == "2\n6"


def test_framed_prose_is_text() -> None:
    def draw(canvas: Canvas) -> None:
        small(canvas)
        canvas.rect(90, 480, 400, 260)

    _, ruled, *_ = read(drawn(draw))
    assert shape(ruled) == ["一、总体情况", [["自然人", "12"], ["总计", "0"]], "二、其他"]


# Ways to draw a ruled line

LEFTS, TOPS = (100, 160, 220), (600, 580, 560)
"""Of a table of two rows and two columns, `TOPS` counted from the foot of the page."""


def bars(canvas: Canvas) -> None:
    for left in LEFTS:
        canvas.rect(left, TOPS[-1], 0.5, TOPS[0] - TOPS[-1], stroke=0, fill=1)
    for top in TOPS:
        canvas.rect(LEFTS[0], top, LEFTS[-1] - LEFTS[0], 0.5, stroke=0, fill=1)


def strokes(canvas: Canvas, apart: float = 0) -> None:
    for left in LEFTS:
        canvas.line(left + apart, TOPS[0], left + apart, TOPS[-1])
    for top in TOPS:
        canvas.line(LEFTS[0], top + apart, LEFTS[-1], top + apart)


def pieces(canvas: Canvas) -> None:
    """Each line in strokes of three points with gaps of two."""
    for left in LEFTS:
        for at in range(TOPS[-1], TOPS[0], 5):
            canvas.line(left, at, left, min(at + 3, TOPS[0]))
    for top in TOPS:
        for at in range(LEFTS[0], LEFTS[-1], 5):
            canvas.line(at, top, min(at + 3, LEFTS[-1]), top)


def doubled(canvas: Canvas) -> None:
    strokes(canvas, -0.75)
    strokes(canvas, 0.75)


def open_sides(canvas: Canvas) -> None:
    """No line at the left and at the right, as in many a printed table."""
    canvas.line(LEFTS[1], TOPS[0], LEFTS[1], TOPS[-1])
    for top in TOPS:
        canvas.line(LEFTS[0], top, LEFTS[-1], top)


def nested(canvas: Canvas) -> None:
    """Return the lines in a drawing of half their size that is drawn doubled and moved."""
    canvas.beginForm("lines", 0, 0, 600, 800)
    canvas.scale(0.5, 0.5)
    strokes(canvas)
    canvas.endForm()
    canvas.saveState()
    canvas.transform(2, 0, 0, 2, 0, 0)
    canvas.doForm("lines")
    canvas.restoreState()


def curved(canvas: Canvas) -> None:
    """Return a frame with a curve beside the straight lines, and a line aslant, which rule nothing."""
    strokes(canvas)
    canvas.bezier(100, 400, 200, 500, 300, 300, 400, 400)
    canvas.line(50, 50, 500, 750)


@pytest.mark.parametrize("rule", [bars, strokes, pieces, doubled, open_sides, nested, curved])
def test_a_table_is_the_same_whatever_draws_its_lines(rule: Callable[[Canvas], None]) -> None:
    def draw(canvas: Canvas) -> None:
        rule(canvas)
        for row, words in enumerate((("自然人", "12"), ("总计", "0"))):
            for column, word in enumerate(words):
                draw_line(canvas, LEFTS[column] + 5, TOPS[row] - 14, word, 9)

    (grid,) = list(read(drawn(draw)))[1].grids()
    assert texts(grid) == [["自然人", "12"], ["总计", "0"]]
    for cell in grid.cells:
        assert cell.bbox == pytest.approx(
            (LEFTS[cell.column], 800 - TOPS[cell.row], LEFTS[cell.column + 1], 800 - TOPS[cell.row + 1]), abs=1.5
        )


def test_no_sign_is_lost_in_a_drawing_of_many_lines() -> None:
    def draw(canvas: Canvas) -> None:
        for at in range(800):
            canvas.line(10, 0.9 * at, 500 + at % 7, 0.9 * at + at % 2)
            canvas.line(0.7 * at, 10, 0.7 * at, 700)
        small(canvas)

    placed, flow, *_ = read(drawn(draw))
    assert (placed.method, flow.method) == ("ruled_grid", "text_flow")
    assert _signs(flow) == _signs(placed)


def _signs(document: Document) -> list[str]:
    """Every sign that a reading holds, in text and cells, in no order."""
    texts = [block.text for block in document.blocks()] + [
        cell.text for grid in document.grids() for cell in grid.cells
    ]
    return sorted("".join("".join(texts).split()))


def test_a_number_that_runs_over_the_edge_of_its_cell_is_illegible_in_both() -> None:
    """No digits of one cell become a number of the next."""

    def draw(canvas: Canvas) -> None:
        draw_grid(canvas, 100, 600, [["其他", "1", "2"], ["总计", "123456789012345", ""]])

    (grid,) = next(iter(read(drawn(draw)))).grids()
    assert all(ILLEGIBLE in text for text in texts(grid)[1][1:])


@pytest.mark.parametrize(("left", "beside"), [(282.0, True), (300.0, False), (165.0, False)])
def test_a_number_right_beside_a_table_may_be_of_its_last_cell(left: float, beside: bool) -> None:
    def draw(canvas: Canvas) -> None:
        draw_grid(canvas, 100, 600, [["其他", "1", "2"], ["总计", "3", "            45"]])
        draw_line(canvas, left, 566 if beside else 540, "67", 9)

    grids = [grid for document in read(drawn(draw)) for grid in document.grids()]
    assert texts(grids[0])[1] == ["总计", "3", f"45 {ILLEGIBLE}" if beside else "45"]
