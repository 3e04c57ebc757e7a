"""A correction changes a value and nothing else, and never in silence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from pydantic import ValidationError

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


CAPTURE = "4c3f"


def _correct(capture: str | None = None, **says: object) -> tuple[dict[str, TableReading], list[Finding]]:
    where = {"jurisdiction": "CN-990101", "body": "人民政府", "year": 2022, "table": "requests", "cell": CELL}
    why = {"reason": "the body's notice", "by": "王五", "date": date(2026, 1, 20), "capture": capture}
    return correct(_readings(), [Correction.model_validate({**where, **says, **why})], CAPTURE)


def test_the_value_changes_and_the_printed_text_stays() -> None:
    before = _readings()
    raw = before["requests"].figures[CELL].raw
    corrected, (found,) = _correct(printed=raw, value=Decimal(12345))
    row = next(row for row in figure_rows("r", corrected["requests"]) if (row["outcome"], row["applicant"]) == CELL)
    assert (row["value"], row["raw"], row["state"]) == (12345, raw, "number")
    others = {key: figure for key, figure in corrected["requests"].figures.items() if key != CELL}
    assert others == {key: figure for key, figure in before["requests"].figures.items() if key != CELL}
    assert (found.check, found.severity, found.cells) == ("corrected", "info", ("granted/total",))
    assert "the body's notice (王五, 2026-01-20)" in found.message


@pytest.mark.parametrize("printed", ["no such number", ""])
def test_a_correction_of_a_cell_that_prints_something_else_is_not_applied(printed: str) -> None:
    corrected, (found,) = _correct(printed=printed, value=Decimal(12345))
    assert corrected["requests"].figures == _readings()["requests"].figures
    assert (found.check, found.severity) == ("correction_not_applied", "warning")


@pytest.mark.parametrize(
    ("prints", "value", "state"), [("17", 17, "number"), ("0", 0, "zero"), ("", None, "blank"), ("—", None, "dash")]
)
def test_a_misread_cell_is_in_all_what_the_document_prints(prints: str, value: int | None, state: str) -> None:
    before = _readings()
    raw = before["requests"].figures[CELL].raw
    corrected, (found,) = _correct(CAPTURE, read=raw, prints=prints)
    row = next(row for row in figure_rows("r", corrected["requests"]) if (row["outcome"], row["applicant"]) == CELL)
    assert (row["value"], row["raw"], row["state"]) == (value, prints, state)
    others = {key: figure for key, figure in corrected["requests"].figures.items() if key != CELL}
    assert others == {key: figure for key, figure in before["requests"].figures.items() if key != CELL}
    assert (found.check, found.severity, found.expected, found.actual) == ("misread", "info", prints, raw)


def test_a_reader_that_has_learnt_to_read_the_cell_agrees_with_its_correction() -> None:
    raw = _readings()["requests"].figures[CELL].raw
    corrected, (found,) = _correct(read="no such number", prints=raw)
    assert (corrected["requests"].figures[CELL].raw, found.check) == (raw, "misread")


def test_a_correction_that_was_made_of_other_bytes_is_not_applied() -> None:
    raw = _readings()["requests"].figures[CELL].raw
    corrected, (found,) = _correct("another", printed=raw, value=Decimal(12345))
    assert corrected["requests"].figures == _readings()["requests"].figures
    assert (found.check, found.severity) == ("correction_outdated", "warning")


@pytest.mark.parametrize("says", [{}, {"printed": "1"}, {"printed": "1", "prints": "2"}, {"read": "1", "value": "2"}])
def test_a_correction_says_one_thing_of_its_cell(says: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="give printed and value if the body printed a wrong number"):
        _correct(None, **says)
