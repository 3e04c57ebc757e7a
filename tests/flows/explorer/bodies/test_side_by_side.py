"""Years side by side: each year in the table of its edition, each figure of the form in a row, none unmentioned."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from flows.explorer.bodies.side_by_side import SideBySide, YearCell, outside_forms, side_by_side
from tests.flows.explorer.bodies.test_changes import figure, year_report
from transforms.forms.layout import layouts


def _cells(compared: SideBySide) -> dict[str, tuple[YearCell, ...]]:
    """Return the cells of each row by its last label."""
    return {line.labels[-1].words: line.cells for block in compared.blocks for line in block if line.cells}


def test_years_stand_in_the_table_of_their_edition() -> None:
    reports = [
        year_report(year, figure("received/total", year), edition=edition)
        for year, edition in ((2019, "60号"), (2020, "60号"), (2021, "30号"), (2023, "30号"))
    ]
    older, newer = side_by_side(reports)
    assert [report.year for report in older.reports] == [2019, 2020]
    assert [report.year for report in newer.reports] == [2021, 2023]
    assert [compared.form.edition.edition for compared in (older, newer)] == ["60号", "30号"]


def test_a_figure_is_compared_with_the_year_before_also_across_editions_but_not_across_a_gap() -> None:
    reports = [
        year_report(2020, figure("received/total", 4), edition="60号"),
        year_report(2021, figure("received/total", 5)),
        year_report(2023, figure("received/total", 9)),
    ]
    _, newer = side_by_side(reports)
    after, behind_a_gap = _cells(newer)["一、本年新收政府信息公开申请数量"]
    assert after.change
    assert after.change.difference == Decimal(1)
    assert behind_a_gap.change is None


def test_every_figure_of_the_form_has_a_row_and_what_a_year_lacks_an_empty_place() -> None:
    newest = next(table for table in layouts()[-1].tables if table.table == "requests")
    (compared,) = side_by_side([year_report(2022, figure("received/total", 4))])
    lines = [line for block in compared.blocks for line in block]
    assert len(lines) == len({key[0] for key in newest.missing(set())})
    assert sum(cell.figure is None for line in lines for cell in line.cells) == len(lines) - 1


def test_figures_that_no_form_has_are_counted() -> None:
    local = replace(figure("local.1", 585), table="indicators")
    report = year_report(2012, figure("received/total", 4), edition="32号")
    report = replace(report, figures={**report.figures, "indicators": {local.key: local}})
    assert side_by_side([report]) == []
    assert [(each.table, each.figures) for each in outside_forms([report])] == [("requests", 1), ("indicators", 1)]
