"""Tables without ruled lines: figures told by what stands above and beside them, and lines left as text in doubt."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.pdfgen.canvas import Canvas

from extractors.document import Block, Grid
from extractors.formats.pdf import read
from tests.support.reports.drawings import drawn
from tests.support.sample_portal.typeface import draw_line

HEADS = (100, 250, 350, 450)
"""Left edges of the words of four columns."""


def aligned(draw: Callable[[Canvas], None]) -> list[str | list[str]]:
    """Return what the second reading gives: lines as text, rows as lists."""
    _, document, *_ = read(drawn(draw))
    assert document.method == "aligned_grid"
    return [part.text if isinstance(part, Block) else texts(part) for part in document.parts]


def texts(row: Grid) -> list[str]:
    return [cell.text for cell in sorted(row.cells, key=lambda cell: cell.column)]


def line(canvas: Canvas, top: float, *placed: tuple[float, str]) -> None:
    for left, text in placed:
        draw_line(canvas, left, 800 - top, text, 9)


def header(canvas: Canvas) -> None:
    line(canvas, 100, *zip(HEADS, ("信息内容", "制发件数", "废止件数", "现行件数"), strict=True))


def test_a_blank_stands_below_the_words_of_its_column() -> None:
    def draw(canvas: Canvas) -> None:
        header(canvas)
        line(canvas, 120, (100, "规章"), (360, "3"), (460, "12"))
        line(canvas, 140, (100, "行政规范性文件"), (258, "7"))

    assert aligned(draw)[1:] == [["规章", "", "3", "12"], ["行政规范性文件", "7", "", ""]]


def test_a_row_without_figures_is_a_row_where_rows_follow() -> None:
    def draw(canvas: Canvas) -> None:
        header(canvas)
        line(canvas, 120, (100, "规章"))
        line(canvas, 140, (100, "行政规范性文件"), (258, "7"))
        line(canvas, 160, (100, "六、其他事项"))

    assert aligned(draw)[1:] == [["规章", "", "", ""], ["行政规范性文件", "7", "", ""], "六、其他事项"]


def test_the_label_of_several_rows_is_no_row() -> None:
    def draw(canvas: Canvas) -> None:
        line(canvas, 100, (100, "信息内容"), (300, "制发件数"))
        line(canvas, 120, (200, "规章"), (310, "3"))
        line(canvas, 130, (100, "全部"))
        line(canvas, 142, (100, "事项"))
        line(canvas, 150, (200, "行政规范性文件"), (310, "7"))

    assert aligned(draw)[1:] == [["规章", "3"], "全部事项", ["行政规范性文件", "7"]]


def test_a_label_of_several_lines_stands_beside_its_figures_whatever_is_drawn_first() -> None:
    def draw(canvas: Canvas) -> None:
        line(canvas, 127, (258, "7"), (358, "8"), (458, "9"))
        line(canvas, 120, (100, "行政规范性"))
        line(canvas, 132, (100, "文件"))
        header(canvas)

    assert aligned(draw)[1:] == [["行政规范性文件", "7", "8", "9"]]


def test_the_labels_of_close_rows_stay_apart() -> None:
    rows = (("规章", "3"), ("行政许可", ""), ("行政处罚", "5"), ("行政强制", "6"))

    def draw(canvas: Canvas) -> None:
        header(canvas)
        for at, (label, figure) in enumerate(rows):
            line(canvas, 120 + 12 * at, (100, label), (260, figure))

    assert aligned(draw)[1:] == [[label, figure, "", ""] for label, figure in rows]


def test_a_figure_between_two_columns_is_left_as_text() -> None:
    def draw(canvas: Canvas) -> None:
        header(canvas)
        line(canvas, 120, (100, "规章"), (330, "3"))
        line(canvas, 140, (100, "行政规范性文件"), (258, "7"))

    assert aligned(draw)[1:] == ["规章 3", ["行政规范性文件", "7", "", ""]]


def test_figures_without_heads_and_numbers_in_sentences_are_text() -> None:
    def draw(canvas: Canvas) -> None:
        line(canvas, 100, (100, "规章"), (260, "3"))
        line(canvas, 120, (100, "全年收到申请5件，办结4件，结转1件。"))

    assert aligned(draw) == ["规章 3", "全年收到申请5件，办结4件，结转1件。"]
