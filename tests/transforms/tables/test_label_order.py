"""When the order of the form stands in for a label: one answer, and sums that hold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from transforms.forms.layout import Key, TableLayout, layouts
from transforms.tables.label_order import confirm, is_lost, is_rest, lines_between


def _table(edition: str, name: str) -> TableLayout:
    layout = next(layout for layout in layouts() if layout.edition == edition)
    return next(table for table in layout.tables if table.table == name)


PROCEEDINGS = _table("30号", "proceedings")
REQUESTS = _table("30号", "requests")
DISCLOSURES = _table("30号", "disclosures")


def _numbers(*values: int) -> dict[Key, Decimal | None]:
    return dict(zip(PROCEEDINGS.keys, map(Decimal, values), strict=True))


def test_a_column_holds_where_the_sum_of_its_row_does() -> None:
    lost = frozenset({PROCEEDINGS.keys[1]})
    holding = _numbers(1, 2, 3, 4, 10, *[0] * 10)
    assert confirm(PROCEEDINGS, holding, lost, columns=True).confirmed == lost
    assert confirm(PROCEEDINGS, {**holding, PROCEEDINGS.keys[4]: Decimal(11)}, lost, columns=True).refused == lost


def test_a_sum_with_a_cell_that_is_not_printed_confirms_nothing() -> None:
    lost = frozenset({PROCEEDINGS.keys[1]})
    numbers = {key: number for key, number in _numbers(1, 2, 0, 4, 7, *[0] * 10).items() if key != PROCEEDINGS.keys[2]}
    assert confirm(PROCEEDINGS, numbers, lost, columns=True).refused == lost


@pytest.mark.parametrize(
    ("table", "printed", "lost"),
    [
        (REQUESTS, "夲杌关不掌握", True),
        (REQUESTS, "2.重复申请", False),
        (REQUESTS, "", True),
        (DISCLOSURES, "", True),
        (DISCLOSURES, "＊＊", True),
        (DISCLOSURES, "值2", True),
        (DISCLOSURES, "行攻许可", True),
        (DISCLOSURES, "彳亍政许可", True),
        (DISCLOSURES, "行政确认", False),
        (DISCLOSURES, "行政许可", False),
    ],
)
def test_words_that_may_be_another_label_are_lost_only_where_sums_judge(
    table: TableLayout, printed: str, lost: bool
) -> None:
    assert is_lost(printed, ("行政许可",), table) is lost


@pytest.mark.parametrize(
    ("printed", "tells"),
    [
        ("其他\n￼￼ 果- ", True),
        ("￼他结果", True),
        ("其他结￼", True),
        ("￼￼结果", True),
        ("￼果￼", False),  # 结果维持 has 果 within, too
        ("￼￼￼￼", False),
        ("其￼果", False),
        ("其他果", False),
        ("其他￼￼ 果- 1", False),
    ],
)
def test_a_label_is_told_by_what_is_legible_of_it(printed: str, tells: bool) -> None:
    assert is_rest(printed, ["其他结果"], ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]) is tells


def test_rows_that_stand_for_each_other_are_told_by_their_number() -> None:
    names = [line.label.labels[0] for line in REQUESTS.lines]
    above = next(at for at, name in enumerate(names) if name.startswith("5.要求"))
    below = names.index("（七）总计")
    between = {count: lines_between(REQUESTS, above, below, count, set()) for count in range(1, 5)}
    assert {count: len(lines) for count, lines in between.items()} == {1: 1, 2: 0, 3: 3, 4: 0}
    assert between[1][0].label.codes == {"outcome": "other"}
