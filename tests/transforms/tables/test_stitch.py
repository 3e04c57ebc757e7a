"""Tables that page breaks cut: through a row, through a label, or between two rows that look like one."""

from __future__ import annotations

import pytest

from extractors.document import BBox, Cell, Grid
from transforms.tables.stitch import stitch_grids

BOX: BBox = (0, 0, 10, 10)
LABEL = "5.要求行政机关确认或重新出具已获取信息"


def piece(page: int, *rows: tuple[str, ...]) -> Grid:
    cells = (
        Cell(text, at, column, page=page, bbox=BOX) for at, row in enumerate(rows) for column, text in enumerate(row)
    )
    return Grid(0, tuple(cells), page)


def joined(above: tuple[str, ...], below: tuple[str, ...]) -> list[tuple[str, ...]]:
    (grid,) = stitch_grids([piece(1, ("栏目", "甲", "乙"), above), piece(2, below, ("末行", "7", "8"))])
    return [tuple(cell.text if cell else "?" for cell in row) for row in grid.matrix()][1:-1]


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ((LABEL[:9], "1", "2"), (LABEL[9:], "", ""), (f"{LABEL[:9]}\n{LABEL[9:]}", "1", "2")),
        ((LABEL[:17], "", ""), (LABEL[17:], "1", "2"), (f"{LABEL[:17]}\n{LABEL[17:]}", "1", "2")),
        ((LABEL[:9], "1", ""), (LABEL[9:], "", "2"), (f"{LABEL[:9]}\n{LABEL[9:]}", "1", "2")),
        ((LABEL, "", ""), ("", "1", "2"), (LABEL, "1", "2")),
        (("", "1", "2"), (LABEL, "", ""), (LABEL, "1", "2")),
        ((LABEL, "1", "2"), ("", "", ""), (LABEL, "1", "2")),
        (("", "", ""), ("", "1", "2"), ("", "1", "2")),
    ],
)
def test_pieces_of_one_row_are_joined(above: tuple[str, ...], below: tuple[str, ...], whole: tuple[str, ...]) -> None:
    assert joined(above, below) == [whole]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ((LABEL, "1", "2"), ("3.其他", "3", "4")),
        ((LABEL, "", ""), ("3.其他", "3", "4")),
        ((LABEL, "", ""), ("6.本地所加", "3", "4")),
        (("规章", "", ""), ("行政规范性文件", "3", "4")),
        ((LABEL, "44", "1"), ("", "1", "")),
        (("本地所加", "", ""), ("别处所加", "3", "4")),
    ],
)
def test_two_rows_stay_two(above: tuple[str, ...], below: tuple[str, ...]) -> None:
    assert joined(above, below) == [above, below]


def test_the_label_of_a_group_that_begins_in_a_cut_row_is_no_label_of_the_row() -> None:
    above = Grid(0, (Cell("", 0, 0, page=1), Cell(LABEL, 0, 1, page=1), Cell("", 0, 2, page=1)), 1)
    group = Cell("（六）其他处理", 0, 0, row_span=2, page=2)
    below = (
        group,
        Cell("", 0, 1, page=2),
        Cell("4", 0, 2, page=2),
        Cell("3.其他", 1, 1, page=2),
        Cell("5", 1, 2, page=2),
    )
    (grid,) = stitch_grids([above, Grid(1, below, 2)])
    assert [[cell.text if cell else "?" for cell in row] for row in grid.matrix()] == [
        ["（六）其他处理", LABEL, "4"],
        ["（六）其他处理", "3.其他", "5"],
    ]


def test_the_pieces_of_a_heading_over_several_rows_are_joined() -> None:
    above = Grid(0, (Cell("结果", 0, 0, page=1), Cell("复议后起诉", 0, 1, column_span=2, page=1)), 1)
    below = Grid(1, tuple(Cell(text, 0, at, page=2) for at, text in enumerate(("维持", "其他", "总计"))), 2)
    (grid,) = stitch_grids([above, below])
    (heading,) = [cell for cell in grid.cells if cell.column == 0]
    assert (heading.text, heading.row, heading.row_span) == ("结果\n维持", 0, 2)
    assert grid.shape == (2, 3)


def test_a_cell_of_two_pages_has_the_place_of_the_piece_that_is_printed() -> None:
    above, below = piece(1, (LABEL, "", "")), piece(2, ("", "1", "2"))
    (grid,) = stitch_grids([above, below])
    assert [(cell.text, cell.page) for cell in sorted(grid.cells, key=lambda cell: cell.column)] == [
        (LABEL, 1),
        ("1", 2),
        ("2", 2),
    ]
