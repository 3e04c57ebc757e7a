"""Excel files: cells as they are shown, sheets divided into text and tables, and the limits."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from extractors.document import ILLEGIBLE, Unreadable
from extractors.office.sheets.number_format import print_number
from extractors.reader import read_documents
from tests.support.examples import examples
from tests.support.reports.containers import OFFICE, changed, overwritten, shown
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.reports.xlsx import render_xlsx

BORDER = Border(bottom=Side(style="thin"))
SHEET = "xl/worksheets/sheet1.xml"
Cells = dict[str, Any]


def written(cells: Cells, change: Callable[[Worksheet], None] = lambda sheet: None) -> bytes:
    """Return a workbook of one sheet with the given cells by name."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for name, value in cells.items():
        sheet[name] = value
    change(sheet)
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def read_first(body: bytes) -> list[str | list[list[str]]]:
    document = next(read_documents(body))
    assert document.media_type == f"{OFFICE}spreadsheetml.sheet"
    assert document.method == "sheet_grid"
    return shown(document)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (5, "General", "5"),
        (-5, "0", "-5"),
        (1234567, "#,##0", "1,234,567"),
        (0, "#,##0", "0"),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
        (1234.5, '_-"¥"* #,##0.00_-', "1,234.50"),
        (-1234.5, "#,##0.00_);[Red]\\(#,##0.00\\)", "(1,234.50)"),
        (0.125, "0.00", "0.13"),
        (-0.001, "0.00", "0.00"),
        (12.5, "0.##", "12.5"),
        (12.0, "0.##", "12"),
        (7, "000", "007"),
        (0.5, "0%", "50%"),
        (47212, '0"万元"', "47212万元"),
        (3, '"共"0"件"', "共3件"),
        (12.0, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (1e15, "General", ILLEGIBLE),
        (99_999_999_999, "General", "99999999999"),
        (1e-7, "General", "0.0000001"),
        (5, "@", "5"),
        (12345, "0.00E+00", ILLEGIBLE),
        (12345, '[>=10000]0.0,"千";0', "12.3千"),
        (345, '[>=10000]0.0,"千";0', "345"),
        (12000, '0!.0,"万"', "1.2万"),
        (27819600, "0!.0000", "2781.9600"),
        (1.5, "# ?/?", ILLEGIBLE),
        (0, "[=0]—;0", "—"),
        (0, "#", ""),
        (412, ";;;", ""),
        (412, '"无"', "无"),
        (412, '"约"0', "约412"),
        (412, '0"0"', "4120"),
        (412, "0-0", "41-2"),
        (412, "000-0000", "000-0412"),
        (412, "[DBNum1]General", ILLEGIBLE),
        (412, "[DBNum2][$-804]G/通用格式", ILLEGIBLE),
        (412, "[$-D000000]0", ILLEGIBLE),
        (412, "[White]0", ILLEGIBLE),
        (412, "[$￥-804]#,##0", "412"),
        (412, "*-0", ILLEGIBLE),
        (-412, "0;0", "412"),
        (412, '0"件";-0"件";;@', "412件"),
        (0, '0"件";-0"件";;@', ""),
    ],
)
def test_numbers_are_printed_as_their_format_shows_them(value: float, number_format: str, text: str) -> None:
    assert print_number(value, number_format) == text


@given(st.integers(-(10**11) + 1, 10**11 - 1))
def test_whole_numbers_are_printed_whole(value: int) -> None:
    assert int(print_number(value, "#,##0").replace(",", "")) == value
    assert int(print_number(float(value), "General")) == pytest.approx(value, rel=1e-10)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("行政\n许可 ", "行政\n许可"),
        ("甲_x000D_\n乙", "甲\n乙"),
        (True, "TRUE"),
        ("#REF!", "#REF!"),
        (date(2021, 1, 20), "2021-01-20"),
        (datetime(2021, 1, 20, 8, 30), "2021-01-20 08:30:00"),
        (time(8, 30), "08:30:00"),
        ("=1+1", "=1+1"),
        (ArrayFormula("B1", "=SUM(A1:A1)"), "=SUM(A1:A1)"),
    ],
)
def test_texts_of_cells(value: object, text: str) -> None:
    assert read_first(written({"A1": "规章", "B1": value})) == [[["规章", text]]]


def test_formulas_have_the_value_that_was_saved() -> None:
    body = written({"A1": "总计", "B1": "=1+1"})
    calculated = changed(body, lambda name, part: part.replace(b"<v></v>", b"<v>2</v>").replace(b"<v/>", b"<v>2</v>"))
    assert read_first(calculated) == [[["总计", "2"]]]


def test_a_formula_without_its_value_is_no_blank() -> None:
    assert read_first(written({"A1": "总计", "B1": "=1+1", "C1": 3})) == [[["总计", "=1+1", "3"]]]


def test_merged_cells_are_spans_and_outer_blanks_are_trimmed() -> None:
    cells: Cells = {"C4": "角", "D4": "甲", "D5": "a", "E5": "b", "C6": "行", "D6": 1, "E6": 2}

    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("C4:C5")
        sheet.merge_cells("D4:E4")

    assert read_first(written(cells, merge)) == [[["角", "甲", "甲"], ["角", "a", "b"], ["行", "1", "2"]]]


def test_hidden_sheets_are_left_out() -> None:
    workbook = Workbook()
    workbook.worksheets[0].append(["规章", 5])
    for state in ("hidden", "veryHidden"):
        sheet = workbook.create_sheet(state)
        sheet.append(["作废", 9])
        sheet.sheet_state = state
    workbook.create_sheet("空")
    assert read_first(saved(workbook)) == [[["规章", "5"]]]


def test_text_around_tables_is_told_from_them() -> None:
    rows: list[list[object]] = [["甲县年报"], ["一、总体情况"], ["情况很好。"], ["规章", 5], ["行政许可"], [None, 7]]
    rows += [["三、收到和处理政府信息公开申请情况"], ["自然人", 8], ["商业企业", 9], [], ["六、其他"], ["没有。"]]
    workbook = Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    split, whole = read_documents(saved(workbook))
    tables = [["规章", "5"], ["行政许可", ""], ["", "7"]], [["自然人", "8"], ["商业企业", "9"]]
    heading = "三、收到和处理政府信息公开申请情况"
    before = ["甲县年报", "一、总体情况", "情况很好。"]
    assert shown(split) == [*before, tables[0], heading, tables[1], "六、其他", "没有。"]
    assert [grid.shape for grid in whole.grids()] == [(12, 2)]
    assert list(whole.blocks()) == []


@pytest.mark.parametrize("bordered", [True, False])
def test_a_label_beside_blanks_stays_in_its_table(bordered: bool) -> None:
    label = "一、本年新收政府信息公开申请数量"

    def draw(sheet: Worksheet) -> None:
        if bordered:
            sheet["B2"].border = BORDER
        else:
            sheet.merge_cells("A2:B2")

    body = written({"A1": "申请", "B1": "自然人", "C1": "总计", "A2": label, "A3": "结转", "C3": 3}, draw)
    assert [len(part) for part in read_first(body)] == [3]


def test_a_blank_row_of_figures_under_a_header_is_kept_where_it_is_bordered() -> None:
    def draw(sheet: Worksheet) -> None:
        sheet["A2"].border = sheet["B2"].border = BORDER
        sheet["A900"].border = BORDER

    assert read_first(written({"A1": "结果维持", "B1": "结果纠正"}, draw)) == [[["结果维持", "结果纠正"], ["", ""]]]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (written({}), "holds no text"),
        (written({"A1": 1, "XFD1048576": 2}), "larger than 1,000,000 cells"),
        (
            changed(
                written({"A1": 1}, lambda sheet: sheet.merge_cells("A1:B2")),
                lambda name, part: part.replace(b"A1:B2", b"A1:XFD1048576"),
            ),
            "more than 1,000,000 cells",
        ),
        (changed(written({"A1": 1}), lambda name, part: part[:-9] if name == SHEET else part), "is no XML"),
        (changed(written({"A1": 1}), lambda name, part: b"<a/>" if "workbook.xml.rels" in name else part), "damaged"),
        (changed(written({"A1": 1}), lambda name, part: part.replace(b'r="A1"', b'r="1A"')), "damaged"),
    ],
)
def test_files_that_cannot_be_read_say_why(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as raised:
        list(read_documents(body))
    assert "\n" not in str(raised.value)


def test_cells_need_not_say_where_they_stand() -> None:
    body = changed(
        written({"A1": "规章", "B1": 5}), lambda name, part: part.replace(b' r="A1"', b"").replace(b' r="B1"', b"")
    )
    assert read_first(body) == [[["规章", "5"]]]


@cache
def sample_file() -> bytes:
    printed = print_report(2020, 1, as_drawn)
    return render_xlsx(printed.title, printed.parts)


@settings(max_examples=examples(15), deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_unreadable(data: st.DataObject) -> None:
    body = sample_file()
    if data.draw(st.booleans()):
        body = body[: data.draw(st.integers(4, len(body)))]
    else:
        for _ in range(data.draw(st.integers(1, 5))):
            body = overwritten(body, data.draw(st.integers(4, len(body) - 1)), data.draw(st.integers(0, 255)))
    read_or_unreadable(body)


@settings(max_examples=examples(20), deadline=None)
@given(st.data())
def test_a_file_of_damaged_parts_is_read_or_unreadable(data: st.DataObject) -> None:
    parts = [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"]
    hurt = data.draw(st.sampled_from(parts))
    at, value = data.draw(st.integers(0, 3000)), data.draw(st.integers(0, 255))
    read_or_unreadable(
        changed(sample_file(), lambda name, part: overwritten(part, at % len(part), value) if name == hurt else part)
    )


def read_or_unreadable(body: bytes) -> None:
    try:
        documents = list(read_documents(body))
    except Unreadable:
        return
    assert all(document.parts for document in documents)
