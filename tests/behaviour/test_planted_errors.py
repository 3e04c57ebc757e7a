"""What a planted error or a blank in a report brings about: a finding that names it, a value that the sums force."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.reader import read_documents
from tests.support.examples import examples
from tests.support.reports.random_reports import Printed, as_drawn, print_report
from tests.support.sample_portal.page import render_article, render_parts
from tests.support.sample_portal.prose import Part
from tests.support.sample_portal.tables import Cell, Table
from transforms.forms.sums import imply
from transforms.report import Context, Report, interpret

YEARS = pytest.mark.parametrize("year", [2018, 2020, 2023])
SEEDS = st.integers(0, 10**6)
QUICK = settings(max_examples=examples(4), deadline=None)
NOT_SUMMED = frozenset({"disclosures"})
"""Table 二 has no sums: an error in it shows only against another year, or against the prose."""


def _read(printed: Printed, parts: list[Part]) -> Report:
    page = render_article(printed.title, "甲子县人民政府", date(2024, 1, 20), render_parts(parts))
    return interpret(read_documents(page.encode()), Context())


def _places(report: Report) -> dict[tuple[str, int, int], tuple[str, ...]]:
    """Table, row and column of each figure that a sum of the form covers → its key."""
    places = {}
    for table, reading in report.matched.readings.items():
        equations = reading.layout.equations(set(reading.figures))
        covered = {key for _, total, parts in equations for key in (*total, *parts)}
        for key, figure in reading.figures.items():
            if key in covered and figure.place.row is not None and figure.place.column is not None:
                places[table, figure.place.row, figure.place.column] = key
    return places


def _changed(parts: list[Part], texts: dict[tuple[str, int, int], str]) -> list[Part]:
    """Return the parts of a report with the texts of some cells replaced."""

    def change(table: Table, cell: Cell) -> Cell:
        return replace(cell, text=texts.get((table.name, cell.row, cell.column), cell.text))

    return [
        replace(part, cells=tuple(change(part, cell) for cell in part.cells)) if isinstance(part, Table) else part
        for part in parts
    ]


@YEARS
@QUICK
@given(seed=SEEDS)
def test_a_consistent_report_has_no_finding(year: int, seed: int) -> None:
    printed = print_report(year, seed, as_drawn)
    assert _read(printed, printed.parts).findings == ()


@YEARS
@QUICK
@given(seed=SEEDS, data=st.data())
def test_an_error_in_any_cell_of_a_sum_is_found_and_named(year: int, seed: int, data: st.DataObject) -> None:
    printed = print_report(year, seed, as_drawn)
    places = _places(_read(printed, printed.parts))
    place = data.draw(st.sampled_from(sorted(places)))
    old = printed.expected[place[0], *places[place]]
    assert old is not None
    new = old + data.draw(st.integers(1, 99))
    report = _read(printed, _changed(printed.parts, {place: str(new)}))
    errors = [found for found in report.findings if found.severity == "error"]
    assert errors
    assert all("/".join(places[place]) in found.cells and found.table == place[0] for found in errors)
    figure = report.matched.readings[place[0]].figures[places[place]]
    assert (figure.value.number, figure.raw) == (new, str(new))


@YEARS
@QUICK
@given(seed=SEEDS, data=st.data())
def test_blanks_are_given_back_where_the_sums_force_them(year: int, seed: int, data: st.DataObject) -> None:
    """One in a hundred cells is blanked: one or two of a report."""
    printed = print_report(year, seed, as_drawn)
    places = _places(_read(printed, printed.parts))
    count = max(1, len(places) // 100)
    blanked = data.draw(st.sets(st.sampled_from(sorted(places)), min_size=count, max_size=count))
    report = _read(printed, _changed(printed.parts, dict.fromkeys(blanked, "")))
    assert not [found for found in report.findings if found.severity == "error"]
    implied: dict[tuple[str, ...], Decimal] = {}
    for table, reading in report.matched.readings.items():
        implied |= {(table, *key): value for key, value in imply(reading.layout, reading.values).items()}
    assert implied == {(place[0], *places[place]): printed.expected[place[0], *places[place]] for place in blanked}


def test_every_other_table_is_summed() -> None:
    for year in (2018, 2020, 2023):
        printed = print_report(year, 1, as_drawn)
        tables = {part.name for part in printed.parts if isinstance(part, Table)}
        assert {table for table, _, _ in _places(_read(printed, printed.parts))} == tables - NOT_SUMMED
