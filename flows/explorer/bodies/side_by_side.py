"""The years of a body side by side: rows of the official form, a column for each year that follows its edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.explorer.bodies.changes import Change, change
from flows.explorer.bodies.read import YearReport
from flows.explorer.reports.editions import FollowedTable, followed
from flows.explorer.reports.figures import Figure
from transforms.forms.layout import Key, code_columns
from transforms.forms.printed_form import FormRow, listed_table
from transforms.forms.printed_words import Codes

ONLY: Mapping[str, Codes] = {"requests": {"applicant": "total"}}
"""The columns that are shown of a table that has too many: those with these codes."""


@dataclass(frozen=True, slots=True)
class YearCell:
    """A figure of a year, and its change from the year before."""

    report: YearReport
    figure: Figure | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the form: its labels, and a cell for each year; none in a heading."""

    labels: FormRow
    cells: tuple[YearCell, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A table of one edition, with the years that follow it; `width` is that of the labels."""

    table: str
    form: FollowedTable
    reports: tuple[YearReport, ...]
    width: int
    blocks: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """How many figures of a table the form that a report follows has no place for."""

    report: YearReport
    table: str
    figures: int


def side_by_side(reports: Sequence[YearReport]) -> list[SideBySide]:
    """Return the tables of all editions that a body's reports follow, table by table, the oldest edition first."""
    by_year = {report.year: report for report in reports}
    found = []
    for table in code_columns():
        forms = [(form, report) for report in reports if (form := _form(report, table))]
        editions = {form.edition.edition: form for form, _ in forms}
        for edition, form in sorted(editions.items(), key=lambda each: each[1].edition.years):
            found.append(_compared(form, [each for own, each in forms if own.edition.edition == edition], by_year))
    return found


def _form(report: YearReport, table: str) -> FollowedTable | None:
    """Return the form that a table of a report follows; None if it has no figure of any."""
    form = followed(report.edition, report.figures).get(table)
    return form if form and report.figures[table].keys() & set(form.layout.keys) else None


def outside_forms(reports: Sequence[YearReport]) -> list[Outside]:
    """Return where reports have figures for which the edition that they follow has no place."""
    found = []
    for report in reports:
        forms = followed(report.edition, report.figures)
        for table, figures in report.figures.items():
            places = set(forms[table].layout.keys) if table in forms else set()
            if outside := figures.keys() - places:
                found.append(Outside(report, table, len(outside)))
    return found


def _compared(form: FollowedTable, reports: Sequence[YearReport], by_year: Mapping[int, YearReport]) -> SideBySide:
    table = form.layout.table
    present = {key for report in reports for key in report.figures[table]} & set(form.layout.keys)
    blocks = listed_table(form.layout, present, ONLY.get(table, {}))
    width = max(sum(cell.columns for cell in row) for block in blocks for row in block.body) - 1
    compared = tuple(
        tuple(_line(table, row, reports, by_year) for row in (*block.header, *block.body)) for block in blocks
    )
    return SideBySide(table, form, tuple(reports), width, compared)


def _line(table: str, row: FormRow, reports: Sequence[YearReport], by_year: Mapping[int, YearReport]) -> Line:
    key = row[-1].key
    if key is None:
        return Line(row, ())
    return Line(row[:-1], tuple(_cell(table, key, report, by_year.get(report.year - 1)) for report in reports))


def _cell(table: str, key: Key, report: YearReport, before: YearReport | None) -> YearCell:
    figure = report.figures[table].get(key)
    return YearCell(report, figure, change(before.figures[table].get(key) if before else None, figure))
