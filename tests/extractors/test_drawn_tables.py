"""Tables drawn with characters: cells where the lines meet, else nothing."""

from __future__ import annotations

import pytest

from extractors.drawn_tables import drawing_at, drawn_cells, rows_between_bars

BOX = """\
┌──────┬───┐
│规章  │ 2 │
├──────┼───┤
│“新”字│-1 │
│件    │   │
├──────┴───┤
│备注      │
└──────────┘"""
SIGNS = str.maketrans("┌┐└┘├┤┬┴┼─│", "+++++++++-|")


def _cells(drawing: str) -> list[tuple[str, int, int, int, int]]:
    cells = drawn_cells(drawing.split("\n")) or ()
    return [(cell.text, cell.row, cell.column, cell.row_span, cell.column_span) for cell in cells]


@pytest.mark.parametrize("signs", ["╔╗╚╝╠╣╦╩╬═║", "┏┓┗┛┣┫┳┻╋━┃", "╭╮╰╯├┤┬┴┼─│"])
def test_any_characters_draw_the_same_cells(signs: str) -> None:
    expected = [
        ("规章", 0, 0, 1, 1),
        ("2", 0, 1, 1, 1),
        ("“新”字\n件", 1, 0, 1, 1),
        ("-1", 1, 1, 1, 1),
        ("备注", 2, 0, 1, 2),
    ]
    assert _cells(BOX) == expected
    assert _cells(BOX.translate(str.maketrans("┌┐└┘├┤┬┴┼─│", signs))) == expected
    # These quotes are as wide as the drawing takes them to be: one column each.
    assert _cells(BOX.translate(SIGNS)) == expected


def test_lines_that_end_in_the_air_draw_no_cells() -> None:
    assert drawn_cells(BOX.replace("├──────┼───┤", "├──────────┤").split("\n")) is None
    assert drawn_cells(BOX.split("\n")[:-1]) is None


def test_several_figures_between_two_rules_are_rows_of_their_own() -> None:
    drawing = ["+----+---+", "| 甲 | 1 |", "| 乙 | 2 |", "+----+---+"]
    assert drawn_cells(drawing) is None
    assert list(rows_between_bars(drawing)) == ["甲\t1", "乙\t2"]


def test_a_drawing_begins_with_a_rule_and_ends_before_other_text() -> None:
    lines = ["正文。", *BOX.split("\n"), "", "正文。"]
    assert [drawing_at(lines, at) for at in (0, 1, 2)] == [0, 9, 2]
