"""A correction changes a value and nothing else, and never in silence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from extractors.reader import read_documents
from tests.support.reports.flatten import bare_tabs, flatten_report
from tests.support.reports.random_reports import as_drawn, print_report
from transforms.checks.checks import Finding
from transforms.checks.corrections import Correction, correct
from transforms.report import Context, interpret
from transforms.rows import figure_rows
from transforms.tables.reading import TableReading

CELL = ("granted", "total")


def _readings() -> dict[str, TableReading]:
    printed = print_report(2022, 4, as_drawn)
    text = flatten_report(printed.title, printed.parts, bare_tabs, Random(4))
    return dict(interpret(read_documents(text.encode()), Context()).matched.readings)


def _correct(printed: str, value: int) -> tuple[dict[str, TableReading], list[Finding]]:
    one = Correction(
        jurisdiction="CN-990101",
        body="人民政府",
        year=2022,
        table="requests",
        cell=CELL,
        printed=printed,
        value=Decimal(value),
        reason="the body's notice",
        date=date(2026, 1, 20),
    )
    return correct(_readings(), [one])


def test_the_value_changes_and_the_printed_text_stays() -> None:
    before = _readings()
    raw = before["requests"].figures[CELL].raw
    corrected, (found,) = _correct(raw, 12345)
    row = next(row for row in figure_rows("r", corrected["requests"]) if (row["outcome"], row["applicant"]) == CELL)
    assert (row["value"], row["raw"], row["state"]) == (12345, raw, "number")
    others = {key: figure for key, figure in corrected["requests"].figures.items() if key != CELL}
    assert others == {key: figure for key, figure in before["requests"].figures.items() if key != CELL}
    assert (found.check, found.severity, found.cells) == ("corrected", "info", ("granted/total",))
    assert "the body's notice (2026-01-20)" in found.message


@pytest.mark.parametrize("printed", ["no such number", ""])
def test_a_correction_of_a_cell_that_prints_something_else_is_not_applied(printed: str) -> None:
    corrected, (found,) = _correct(printed, 12345)
    assert corrected["requests"].figures == _readings()["requests"].figures
    assert (found.check, found.severity) == ("correction_not_applied", "warning")
