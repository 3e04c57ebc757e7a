"""Tables of web pages: the markup may be careless, the labels decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from lxml import html

from extractors.reader import read_documents
from tests.support.reports.figures import Figures, figures_of
from tests.support.reports.random_reports import (
    Printed,
    Printer,
    as_drawn,
    decorated,
    print_report,
    sparse,
    zeros_blank,
)
from tests.support.sample_portal.page import render_article, render_parts
from transforms.report import Context, Report, interpret

YEARS = (2016, 2020, 2022)
PRINTERS: tuple[Printer, ...] = (as_drawn, decorated, sparse("", "/", "—", "空", "&nbsp;"), zeros_blank)
BUDGET = (
    "<table><tr><td>项目</td><td>预算数</td><td>决算数</td><td>总计</td></tr>"
    "<tr><td>其他</td><td>77</td><td>88</td><td>165</td></tr><tr><td>总计</td><td>7</td><td>8</td><td>15</td></tr></table>"
)
LEGEND = (
    "<table><tr><td>图解</td><td>1</td></tr><tr><td>行政复议</td><td>2</td></tr>"
    "<tr><td>自然人</td><td>3</td></tr></table>"
)


def _page(printed: Printed) -> str:
    return render_article(printed.title, "甲子县人民政府", date(2021, 1, 20), render_parts(printed.parts))


def _read(page: str) -> Report:
    return interpret(read_documents(page.encode()), Context())


def _misread(expected: Figures, report: Report) -> Iterator[tuple[object, ...]]:
    read = figures_of(report)
    for key in expected.keys() | read.keys():
        if read.get(key) != expected.get(key):
            yield key, expected.get(key), read.get(key)


def _tables(page: str) -> tuple[html.HtmlElement, list[html.HtmlElement]]:
    root = html.document_fromstring(page)
    return root, [table for table in root.iter("table") if isinstance(table, html.HtmlElement)]


def _text(root: html.HtmlElement) -> str:
    return str(html.tostring(root, encoding="unicode"))


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("printer", PRINTERS, ids=["drawn", "decorated", "sparse", "zeros_blank"])
def test_pages_are_read_as_printed(year: int, printer: Printer) -> None:
    for seed in range(8):
        printed = print_report(year, seed, printer)
        report = _read(_page(printed))
        assert list(_misread(printed.expected, report)) == [], f"seed {seed}"


def _empty_cells_for_row_spans(page: str) -> str:
    """Every place that a rowspan covers becomes an empty cell of its own."""
    root, tables = _tables(page)
    for table in tables:
        rows = list(table.iter("tr"))
        open_spans: dict[int, tuple[int, str]] = {}
        for row in rows:
            column = 0
            cells = list(row)
            for cell in [*cells, None]:
                while column in open_spans:
                    left, width = open_spans.pop(column)
                    empty = html.fromstring(f"<table><tr><td colspan='{width}'></td></tr></table>").find(".//td")
                    assert empty is not None
                    row.insert(len(row) if cell is None else row.index(cell), empty)
                    if left > 1:
                        open_spans[-1 - column] = (left - 1, width)
                    column += int(width)
                if cell is not None:
                    width = cell.get("colspan", "1")
                    if int(cell.get("rowspan", "1")) > 1:
                        open_spans[-1 - column] = (int(cell.attrib.pop("rowspan")) - 1, width)
                    column += int(width)
            open_spans = {-1 - at if at < 0 else at: span for at, span in open_spans.items()}
    return _text(root)


def _second_header_row_padded(page: str) -> str:
    """Empty cells behind the last one of every header row but the first."""
    root, tables = _tables(page)
    for table in tables:
        for row in list(table.iter("tr"))[1:3]:
            for _ in range(3):
                row.append(html.fromstring("<table><tr><td></td></tr></table>").find(".//td"))
    return _text(root)


def _split(page: str, between: str = "") -> str:
    """Return the table of 三 in two, as a page break leaves it."""
    root, tables = _tables(page)
    table = next(table for table in tables if "申请人情况" in table.text_content())
    rows = list(table.iter("tr"))
    second = html.fromstring("<table></table>")
    for row in rows[14:]:
        second.append(row)
    table.addnext(second)
    if between:
        table.addnext(html.fromstring(between))
    return _text(root)


def _foreign_tables(page: str) -> str:
    page = page.replace("<table", f"{BUDGET}\n<p>说明</p>\n<table", 1)
    return page.replace("</table>\n<p><strong>", f"</table>\n<p>图解</p>{LEGEND}<p><strong>")


def _in_layout_table(page: str) -> str:
    return page.replace('<div class="TRS_Editor">', "<div><table width='100%'><tr><td>").replace(
        '</div>\n<div class="footer">', '</td></tr></table></div>\n<div class="footer">'
    )


def _header_and_data_cells(page: str) -> str:
    return page.replace("<td", "<th").replace("</td>", "</th>")


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    "mutate",
    [_second_header_row_padded, _foreign_tables, _in_layout_table, _header_and_data_cells],
    ids=lambda mutate: mutate.__name__,
)
def test_careless_markup_changes_no_figure(mutate: Callable[[str], str], year: int) -> None:
    for seed in (1, 2):
        printed = print_report(year, seed, PRINTERS[2])
        page = mutate(_page(printed))
        assert page != _page(printed)
        assert list(_misread(printed.expected, _read(page))) == []


@pytest.mark.parametrize("year", YEARS[1:])
@pytest.mark.parametrize("note", ["", "<p>（续表）</p>"])
def test_empty_cells_for_row_spans_and_split_tables_change_no_figure(note: str, year: int) -> None:
    for seed in (1, 2):
        printed = print_report(year, seed, PRINTERS[2])
        whole = _empty_cells_for_row_spans(_page(printed))
        assert list(_misread(printed.expected, _read(whole))) == []
        report = _read(_split(whole, note))
        assert [found for found in _misread(printed.expected, report) if found[2] is not None] == []
        assert not list(_misread(printed.expected, report)) or report.status == "partial"


@pytest.mark.parametrize("year", YEARS[1:])
def test_a_table_cut_through_its_row_spans_is_read_by_its_flow(year: int) -> None:
    printed = print_report(year, 1, as_drawn)
    report = _read(_split(_page(printed)))
    assert list(_misread(printed.expected, report)) == []
    assert report.matched.readings["requests"].method == "markup_grid_flow"


def _row(page: str, label: str) -> tuple[int, int]:
    """Where the row that prints a label begins and ends."""
    plain = page.replace("<br/>", "\0" * 5)
    letters = "\0*".join(map(re.escape, label))
    found = re.search(letters, plain)
    assert found
    return page.rindex("<tr>", 0, found.start()), page.index("</tr>", found.start()) + len("</tr>")


def test_an_unknown_row_gives_a_finding_and_shifts_nothing() -> None:
    printed = print_report(2020, 3, as_drawn)
    page = _page(printed)
    start, _ = _row(page, "四、结转下年度继续办理")
    new = "<tr><td colspan=3>（八）新发明的情形</td>" + "".join(f"<td>{cell}</td>" for cell in "1000001") + "</tr>"
    report = _read(page[:start] + new + page[start:])
    assert list(_misread(printed.expected, report)) == []
    assert "unknown_row" in {finding.check for finding in report.findings}
    assert report.status == "partial"


def test_a_column_that_moved_with_its_header_keeps_its_meaning() -> None:
    printed = print_report(2020, 3, as_drawn)
    root, tables = _tables(_page(printed))
    table = next(table for table in tables if "对外公开总数量" in table.text_content())
    for row in list(table.iter("tr"))[1:4]:
        row.insert(1, row[3])
    assert list(_misread(printed.expected, _read(_text(root)))) == []


def test_a_column_that_moved_without_its_header_breaks_a_sum() -> None:
    printed = print_report(2020, 3, as_drawn)
    root, tables = _tables(_page(printed))
    table = next(table for table in tables if "申请人情况" in table.text_content())
    for row in list(table.iter("tr"))[3:]:
        row.insert(len(row) - 7, row[-1])
    report = _read(_text(root))
    assert {finding.check for finding in report.findings if finding.table == "requests"} >= {"row_total"}


def test_a_missing_row_makes_the_report_partial_and_names_its_cells() -> None:
    printed = print_report(2020, 3, as_drawn)
    page = _page(printed)
    start, end = _row(page, "2.重复申请")
    report = _read(page[:start] + page[end:])
    lost = next(finding for finding in report.findings if finding.check == "rows_missing")
    assert set(lost.cells) == {f"not_processed.repeat/{key[2]}" for key in printed.expected if key[1:2] == ("granted",)}
    assert [found for found in _misread(printed.expected, report) if found[2] is not None] == []
    assert report.status == "partial"


def test_a_number_under_no_header_gives_a_finding() -> None:
    printed = print_report(2020, 3, as_drawn)
    page = _page(printed)
    start, end = _row(page, "2.重复申请")
    report = _read(page[:start] + page[start:end].replace("</tr>", "<td>9</td></tr>") + page[end:])
    assert list(_misread(printed.expected, report)) == []
    assert "unknown_column" in {finding.check for finding in report.findings}


def test_a_printed_error_stays_as_printed_with_a_finding() -> None:
    printed = print_report(2020, 3, as_drawn)
    key = ("requests", "granted", "total")
    old = printed.expected[key]
    page = _page(printed)
    start, end = _row(page, "（一）予以公开")
    row = page[start:end]
    at = row.rindex(f">{old}<")
    report = _read(page[:start] + row[:at] + f">{old}9<" + row[at + len(f">{old}<") :] + page[end:])
    assert [found[0] for found in _misread(printed.expected, report)] == [key]
    errors = {finding.check for finding in report.findings if "granted/total" in finding.cells}
    assert errors == {"row_total", "results_total"}
