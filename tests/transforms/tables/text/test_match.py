"""Random reports as flattened text: figures in are figures out, or a finding says that they are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import pytest

from extractors.document import Block, Cell, Grid
from extractors.reader import read_documents
from tests.support.reports.figures import figures_of
from tests.support.reports.flatten import (
    Style,
    bare_tabs,
    cell_lines,
    flatten_report,
    markdown,
    padded_tabs,
    paged,
    pdf_lines,
)
from tests.support.reports.random_reports import (
    Printed,
    Printer,
    as_drawn,
    decorated,
    print_report,
    sparse,
    zeros_blank,
)
from transforms.forms.layout import layouts
from transforms.report import Context, Report, interpret
from transforms.tables.text.match import match_text

YEARS = (2016, 2020, 2022)
TABBED: tuple[Style, ...] = (padded_tabs, bare_tabs, markdown, cell_lines)
WHOLE: tuple[Printer, ...] = (as_drawn, decorated, sparse("/", "—", "-"))
UNAMBIGUOUS = WHOLE[:2]
"""In a text layer a number cut at the line's end is only told from two by sums, which need whole numbers."""
WITH_BLANKS: tuple[Printer, ...] = (sparse(""), sparse("", "/", "—", "空"), zeros_blank)
SEEDS = range(25)
MORE_SEEDS = range(100, 200)
STILL_MORE_SEEDS = range(200, 400)

Copy = Callable[[Printed, int], str]


def _copy(style: Style) -> Copy:
    return lambda printed, seed: flatten_report(printed.title, printed.parts, style, Random(seed))


def _paged_copy(printed: Printed, seed: int) -> str:
    return paged(_copy(pdf_lines)(printed, seed), Random(seed))


def _read(text: str) -> Report:
    return interpret(read_documents(text.encode()), Context())


def _misread(printed: Printed, report: Report) -> Iterator[tuple[object, ...]]:
    """Figures that differ from what is printed."""
    read = figures_of(report)
    for key in printed.expected.keys() | read.keys():
        if read.get(key) != printed.expected.get(key):
            yield key, printed.expected.get(key), read.get(key)


def _silent(printed: Printed, report: Report) -> list[tuple[object, ...]]:
    """Figures that differ from what is printed, in tables without any finding."""
    flagged = {finding.table for finding in report.findings}
    return [found for found in _misread(printed, report) if isinstance(found[0], tuple) and found[0][0] not in flagged]


def _wrong(printed: Printed, report: Report) -> list[tuple[object, ...]]:
    """Numbers that are not those printed in their cells, flagged or not."""
    return [found for found in _misread(printed, report) if found[2] is not None]


def _check(printers: tuple[Printer, ...], copy: Copy, year: int, seeds: range, *, exact: bool) -> None:
    for seed in seeds:
        printed = print_report(year, seed, printers[seed % len(printers)])
        report = _read(copy(printed, seed))
        assert _silent(printed, report) == [], f"seed {seed}"
        assert _wrong(printed, report) == [], f"seed {seed}"
        assert not exact or list(_misread(printed, report)) == [], f"seed {seed}"


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("style", TABBED, ids=lambda style: style.__name__)
def test_cells_between_tabs_are_read_as_printed(style: Style, year: int) -> None:
    _check(WHOLE, _copy(style), year, SEEDS[:13], exact=True)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("style", TABBED, ids=lambda style: style.__name__)
def test_blank_cells_between_tabs_are_null_and_shift_nothing(style: Style, year: int) -> None:
    _check(WITH_BLANKS, _copy(style), year, SEEDS[13:], exact=False)


@pytest.mark.parametrize("year", YEARS)
def test_the_text_layer_of_a_pdf_is_read_as_printed(year: int) -> None:
    _check(UNAMBIGUOUS, _copy(pdf_lines), year, SEEDS[:13], exact=True)


@pytest.mark.parametrize("year", YEARS)
def test_blanks_that_a_text_layer_swallows_make_no_wrong_number(year: int) -> None:
    _check(WITH_BLANKS, _copy(pdf_lines), year, SEEDS[13:], exact=False)


@pytest.mark.parametrize("year", YEARS)
def test_page_numbers_amid_a_table_are_no_figures(year: int) -> None:
    _check(UNAMBIGUOUS, _paged_copy, year, SEEDS[:15], exact=False)


@pytest.mark.parametrize("year", YEARS[1:])
def test_page_numbers_do_not_fill_blanks(year: int) -> None:
    _check(WITH_BLANKS, _paged_copy, year, SEEDS[15:], exact=False)


@pytest.mark.long
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("style", TABBED, ids=lambda style: style.__name__)
def test_many_flattened_reports(style: Style, year: int) -> None:
    for seeds in (MORE_SEEDS, STILL_MORE_SEEDS):
        _check(WHOLE, _copy(style), year, seeds, exact=True)
        _check(WITH_BLANKS, _copy(style), year, seeds, exact=False)


@pytest.mark.long
@pytest.mark.parametrize("year", YEARS)
def test_many_text_layers(year: int) -> None:
    _check(UNAMBIGUOUS, _copy(pdf_lines), year, MORE_SEEDS, exact=True)
    _check((WHOLE[2], *WITH_BLANKS), _copy(pdf_lines), year, MORE_SEEDS, exact=False)


@pytest.mark.long
@pytest.mark.parametrize("year", YEARS[1:])
def test_many_paged_reports(year: int) -> None:
    _check((*WHOLE, *WITH_BLANKS), _paged_copy, year, MORE_SEEDS, exact=False)


@pytest.mark.long
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("copy", [_copy(pdf_lines), _paged_copy], ids=["text layer", "with page numbers"])
def test_no_error_of_a_text_layer_is_silent(copy: Copy, year: int) -> None:
    """Numbers cut at a line's end, beside a page number or a blank, are at times taken wrong: then a sum fails."""
    for seed in STILL_MORE_SEEDS:
        printed = print_report(year, seed, (*WHOLE, *WITH_BLANKS)[seed % 6])
        assert _silent(printed, _read(copy(printed, seed))) == [], f"seed {seed}"


def _lines_of_2020(style: Style) -> tuple[Printed, list[str]]:
    printed = print_report(2020, 3, as_drawn)
    return printed, _copy(style)(printed, 3).split("\n")


@pytest.mark.parametrize("style", [padded_tabs, bare_tabs, markdown], ids=lambda style: style.__name__)
def test_an_unknown_row_amid_a_table_gives_a_finding_and_shifts_nothing(style: Style) -> None:
    printed, lines = _lines_of_2020(style)
    at = next(number for number, line in enumerate(lines) if "5.属于三类" in line.replace(" ", ""))
    separator = " | " if style is markdown else "\t"
    row = separator.join(["8.属于新发明的情形", "1", "0", "0", "0", "0", "0", "1"])
    lines.insert(at, f"| {row} |" if style is markdown else row)
    report = _read("\n".join(lines))
    assert list(_misread(printed, report)) == []
    assert "unknown_row" in {finding.check for finding in report.findings}
    assert report.status == "partial"


def test_columns_in_another_order_are_not_read_by_counting() -> None:
    printed, lines = _lines_of_2020(padded_tabs)
    text = "\n".join(lines)
    swapped = text.replace("本年新制作数量\t本年新公开数量", "本年新公开数量\t本年新制作数量")
    assert swapped != text
    report = _read(swapped)
    assert _wrong(printed, report) == []
    assert "columns_unconfirmed" in {finding.check for finding in report.findings}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("结果维持\t结果纠正", "结果纠正\t结果维持"),
        ("未经复议直接起诉\t\t\t\t\t复议后起诉", "复议后起诉\t\t\t\t\t未经复议直接起诉"),
    ],
)
def test_results_in_another_order_are_not_read_by_counting(before: str, after: str) -> None:
    printed, lines = _lines_of_2020(padded_tabs)
    text = "\n".join(lines)
    assert before in text
    report = _read(text.replace(before, after))
    assert _wrong(printed, report) == []
    assert "columns_unconfirmed" in {finding.check for finding in report.findings}


def test_the_last_of_three_columns_may_not_come_first() -> None:
    printed, lines = _lines_of_2020(bare_tabs)
    text = "\n".join(line.replace(" ", "") for line in lines)
    before = "上一年项目数量\t本年增/减\t处理决定数量"
    report = _read(text.replace(before, "处理决定数量\t上一年项目数量\t本年增/减"))
    assert before in text
    assert _wrong(printed, report) == []


@pytest.mark.parametrize("style", [pdf_lines, bare_tabs], ids=lambda style: style.__name__)
def test_numbers_in_sentences_beside_a_table_are_not_its_figures(style: Style) -> None:
    printed, lines = _lines_of_2020(style)
    at = next(number for number, line in enumerate(lines) if line.startswith("三、收到和处理"))
    told = "2020年，全县办理行政许可77件，行政事业性收费3项，其中行政处罚12件。"
    for place in (at, next(number for number, line in enumerate(lines) if line.startswith("二、主动公开")) + 1):
        report = _read("\n".join([*lines[:place], told, *lines[place:]]))
        assert list(_misread(printed, report)) == []


def test_numbers_glued_to_their_labels_are_read() -> None:
    printed = print_report(2020, 5, as_drawn)
    lines = [
        line.replace("\t", "", 1).replace("\t", " ") if line.count("\t") == 7 else line.replace("\t", " ")
        for line in _copy(bare_tabs)(printed, 5).split("\n")
    ]
    report = _read("\n".join(lines))
    assert _silent(printed, report) == []
    assert _wrong(printed, report) == []


def test_blanks_cut_off_at_the_end_of_a_padded_row_do_not_move_zeros() -> None:
    printed = print_report(2020, 3, zeros_blank)
    lines = [line.rstrip("\t") for line in _copy(padded_tabs)(printed, 3).split("\n")]
    report = _read("\n".join(lines))
    assert _wrong(printed, report) == []
    assert _silent(printed, report) == []


def test_a_table_printed_twice_with_different_numbers_gives_a_finding() -> None:
    _, lines = _lines_of_2020(padded_tabs)
    other = _copy(padded_tabs)(print_report(2020, 4, as_drawn), 3).split("\n")
    begin, end = (next(at for at, line in enumerate(other) if line.startswith(mark)) for mark in ("三、收", "四、政"))
    here = next(at for at, line in enumerate(lines) if line.startswith("四、政"))
    report = _read("\n".join([*lines[:here], *other[begin + 1 : end], *lines[here:]]))
    assert "table_copies_differ" in {finding.check for finding in report.findings if finding.table == "requests"}
    assert report.status == "partial"


@pytest.mark.parametrize("style", [padded_tabs, bare_tabs, markdown], ids=lambda style: style.__name__)
def test_rows_in_another_order_are_told_by_their_labels(style: Style) -> None:
    """上年结转… ends like 本年新收…, and no sum notices when they are taken for each other."""
    printed, lines = _lines_of_2020(style)
    at = next(
        at for at, line in enumerate(lines) if "本年新收" in line.replace(" ", "") and line[-1] in "|\t0123456789"
    )
    report = _read("\n".join([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]))
    assert _wrong(printed, report) == []
    assert _silent(printed, report) == []


@pytest.mark.parametrize("below", [["7"], ["", "7"], ["7729200"]])
def test_a_number_below_that_of_a_cell_is_not_joined_to_it_without_a_sum(below: list[str]) -> None:
    printed, lines = _lines_of_2020(cell_lines)
    old = str(printed.expected["disclosures", "20(6)", "penalty", "decisions"])
    at = next(at for at, line in enumerate(lines) if line.strip() == old)
    report = _read("\n".join([*lines[: at + 1], *below, *lines[at + 1 :]]))
    assert _wrong(printed, report) == []
    assert _silent(printed, report) == []


def test_an_amount_of_money_under_a_count_gives_a_finding() -> None:
    printed, lines = _lines_of_2020(padded_tabs)
    at = next(at for at, line in enumerate(lines) if line.startswith("政府集中采购"))
    label, _, *cells = lines[at].split("\t")
    report = _read("\n".join([*lines[:at], "\t".join([label, *cells, ""]), *lines[at + 1 :]]))
    assert _silent(printed, report) == []


@pytest.mark.parametrize(("top", "known"), [(110.0, False), (160.0, True)], ids=["close below", "far below"])
def test_a_number_close_below_the_last_row_belongs_to_the_table(top: float, known: bool) -> None:
    layout = next(table for table in layouts()[-1].tables if table.table == "proceedings")
    header = "行政复议 行政诉讼 结果维持 结果纠正 其他结果 尚未审结 总计 未经复议直接起诉 复议后起诉" + (
        " 结果维持 结果纠正 其他结果 尚未审结 总计" * 2
    )
    row = [Cell("1" if at % 5 == 4 else "0", 0, at, page=1, bbox=(0, 100, 5, 107)) for at in range(15)]
    row = [replace(cell, text="1") if cell.column % 5 == 0 else cell for cell in row]
    below = [Cell("32" if at == 6 else "", 0, at, page=1, bbox=(0, top, 5, top + 7)) for at in range(15)]
    parts: list[Block | Grid] = [Block(header, page=1), Grid(0, tuple(row), 1), Grid(1, tuple(below), 1)]
    (reading,) = match_text(parts, layout, "30号", "aligned_grid_flow")
    assert [problem.check for problem in reading.problems] == ([] if known else ["unknown_row"])


def test_a_row_close_below_a_figure_that_stands_alone_is_unknown() -> None:
    """Two figures above each other in one cell make three rows of a table without rules."""
    layout = next(table for table in layouts()[-1].tables if table.table == "proceedings")
    header = "行政复议 行政诉讼 结果维持 结果纠正 其他结果 尚未审结 总计 未经复议直接起诉 复议后起诉" + (
        " 结果维持 结果纠正 其他结果 尚未审结 总计" * 2
    )

    def row(number: int, top: float, *columns: int) -> Grid:
        boxes = [(10.0 * at, top, 10.0 * at + 5, top + 7) if at in columns else None for at in range(15)]
        cells = (Cell("1" if box else "", 0, at, page=1, bbox=box) for at, box in enumerate(boxes))
        return Grid(number, tuple(cells), 1)

    others = tuple(at for at in range(15) if at != 11)
    parts: list[Block | Grid] = [Block(header, page=1), row(0, 100, 11), row(1, 105, *others), row(2, 110, 11)]
    (reading,) = match_text(parts, layout, "30号", "aligned_grid_flow")
    assert "unknown_row" in [problem.check for problem in reading.problems]
