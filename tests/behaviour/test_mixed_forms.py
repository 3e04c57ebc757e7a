"""Forms as offices mix and cut them: every figure is told by its labels, and what is not there is a finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from extractors.portals.sample.page import render_article, render_parts
from extractors.portals.sample.prose import Paragraph, Part
from extractors.portals.sample.tables import Cell, Table
from extractors.reader import read_documents
from tests.support.reports.figures import figures_of
from tests.support.reports.printed import Printed, as_drawn, print_report
from transforms.report import Context, Report, interpret

YEARS = pytest.mark.parametrize("year", [2020, 2023])
CHANNELS = ("行政复议", "未经复议直接起诉", "复议后起诉")


def _read(printed: Printed, parts: list[Part]) -> Report:
    page = render_article(printed.title, "甲子县人民政府", date(2024, 1, 20), render_parts(parts))
    return interpret(read_documents(page.encode()), Context())


def _with(printed: Printed, name: str, change: Callable[[Table], list[Part]]) -> list[Part]:
    """The parts of a report with one table replaced."""
    parts: list[Part] = []
    for part in printed.parts:
        parts += change(part) if isinstance(part, Table) and part.name == name else [part]
    return parts


def _rows(table: Table, start: int, end: int) -> Table:
    """Some rows of a table as a table."""
    return replace(
        table, cells=tuple(replace(cell, row=cell.row - start) for cell in table.cells if start <= cell.row < end)
    )


def _articles(table: Table) -> list[Table]:
    """Table 二 cut before each 第二十条第…项."""
    starts = [cell.row for cell in table.cells if cell.text.startswith("第二十条")]
    return [_rows(table, start, end) for start, end in zip(starts, [*starts[1:], table.row_count], strict=True)]


@YEARS
@pytest.mark.parametrize("titled", [False, True], ids=["in the table", "above it"])
def test_a_table_an_article(year: int, titled: bool) -> None:
    printed = print_report(year, 3, as_drawn)

    def cut(table: Table) -> list[Part]:
        if not titled:
            return [*_articles(table)]
        return [
            part
            for piece in _articles(table)
            for part in (Paragraph(piece.row(0)[0].text), _rows(piece, 1, piece.row_count))
        ]

    report = _read(printed, _with(printed, "disclosures", cut))
    assert (figures_of(report), report.status) == (printed.expected, "complete")


def _small(table: Table, number: int) -> Table:
    """One of three tables that table 四 is cut into: its heading, five labels, five figures."""
    columns = range(5 * number, 5 * number + 5)
    labels = [cell for cell in table.cells if cell.column in columns and cell.kind == "label" and cell.column_span == 1]
    figures = [cell for cell in table.cells if cell.column in columns and cell.kind == "figure"]
    moved = [replace(cell, row=1, column=cell.column - columns[0], row_span=1) for cell in labels]
    moved += [replace(cell, row=2, column=cell.column - columns[0]) for cell in figures]
    return Table("proceedings", (1,) * 5, (Cell(CHANNELS[number], 0, 0, column_span=5), *moved))


@YEARS
@pytest.mark.parametrize("between", ["", "（{}）"], ids=["one below the other", "text between"])
def test_three_small_tables(year: int, between: str) -> None:
    printed = print_report(year, 5, as_drawn)

    def cut(table: Table) -> list[Part]:
        parts: list[Part] = []
        for number, numeral in enumerate("一二三"):
            parts += [Paragraph(between.format(numeral) + CHANNELS[number])] if between else []
            parts.append(_small(table, number))
        return parts

    report = _read(printed, _with(printed, "proceedings", cut))
    assert (figures_of(report), report.status) == (printed.expected, "complete")


@YEARS
def test_documents_under_the_other_edition_s_name(year: int) -> None:
    printed = print_report(year, 7, as_drawn)
    names = {"规范性文件": "行政规范性文件", "行政规范性文件": "规范性文件"}

    def rename(table: Table) -> list[Part]:
        return [
            replace(table, cells=tuple(replace(cell, text=names.get(cell.text, cell.text)) for cell in table.cells))
        ]

    report = _read(printed, _with(printed, "disclosures", rename))
    assert (figures_of(report), report.status) == (printed.expected, "complete")


def test_a_missing_article_is_a_finding_and_shifts_nothing() -> None:
    printed = print_report(2020, 9, as_drawn)
    report = _read(printed, _with(printed, "disclosures", lambda table: [*_articles(table)[:-1]]))
    lost = {key for key in printed.expected if "20(9)" in key}
    assert figures_of(report) == {key: value for key, value in printed.expected.items() if key not in lost}
    assert report.status == "partial"
    (found,) = [found for found in report.findings if found.severity == "error"]
    assert (found.check, set(found.cells)) == ("rows_missing", {"/".join(key[1:]) for key in lost})


def test_one_row_of_other_outcomes_under_the_newer_form() -> None:
    printed = print_report(2023, 11, as_drawn)
    others = [cell for cell in _table(printed, "requests").cells if cell.text.startswith("（六）")]
    first = others[0].row

    def merge(table: Table) -> list[Part]:
        """（六） in one row: the figures of its three rows added up."""
        cells: list[Cell] = []
        for cell in table.cells:
            if first < cell.row < first + 3:
                continue
            if cell.row == first and cell.kind == "figure":
                column = [
                    other for other in table.cells if other.column == cell.column and first <= other.row < first + 3
                ]
                cell = replace(cell, text=str(sum(int(other.text) for other in column)))
            elif cell.row == first and cell.column == 1:
                cell = replace(cell, row_span=1, column_span=2)
            elif cell.row == first and cell.column == 2:
                continue
            elif cell.row < first < cell.row + cell.row_span:
                cell = replace(cell, row_span=cell.row_span - 2)
            cells.append(replace(cell, row=cell.row - 2) if cell.row > first else cell)
        return [replace(table, cells=tuple(cells))]

    report = _read(printed, _with(printed, "requests", merge))
    figures = figures_of(report)
    apart = {key: value for key, value in printed.expected.items() if key[1].startswith("other.")}
    for applicant in {key[2] for key in apart}:
        parts = [value or Decimal() for key, value in apart.items() if key[2] == applicant]
        assert figures.pop(("requests", "other", applicant)) == sum(parts)
    assert figures == {key: value for key, value in printed.expected.items() if key not in apart}
    assert (report.status, report.matched.layout and report.matched.layout.edition) == ("complete", "30号")


def _table(printed: Printed, name: str) -> Table:
    return next(part for part in printed.parts if isinstance(part, Table) and part.name == name)


@YEARS
def test_other_tables_before_between_and_after(year: int) -> None:
    printed = print_report(year, 13, as_drawn)
    rows = (("项目", "件数", "总计"), ("收费", "3", "9"), ("其他", "1", "2"), ("总计", "4", "11"))
    cells = (Cell(text, row, column) for row, texts in enumerate(rows) for column, text in enumerate(texts))
    fees = Table("disclosures", (1, 1, 1), tuple(cells))
    parts: list[Part] = []
    for part in printed.parts:
        around = isinstance(part, Table)
        parts += [fees, Paragraph("如下表。"), part, Paragraph("见上。"), fees] if around else [part]
    report = _read(printed, parts)
    assert (figures_of(report), report.status) == (printed.expected, "complete")
