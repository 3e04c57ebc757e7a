"""Figures in, figures out: reports as PDF in every way of ruling, cutting, numbering and drawing, and real ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from extractors.document import SECOND_READER, BBox
from extractors.reader import read_documents
from tests.support.paths import SHARED
from tests.support.reports.figures import Figures, figures_of
from tests.support.reports.office import convert_all, needs_office
from tests.support.reports.page_layout import Page
from tests.support.reports.pdf import FORMS, draw_pdf, lay_out_as
from tests.support.reports.random_reports import (
    Expected,
    Printer,
    as_drawn,
    decorated,
    print_report,
    sparse,
    zeros_blank,
)
from transforms.forms.layout import code_columns
from transforms.report import Context, Report, interpret, rows_of
from transforms.rows import ReportSource
from transforms.tables.document_view import DocumentView
from transforms.tables.match import match

YEARS = (2018, 2020, 2023)
PRINTERS: tuple[Printer, ...] = (as_drawn, decorated, sparse("", "/", "—"), zeros_blank)
LONG_REPORTS = 1000
OPEN = frozenset(
    name for name in FORMS if name.startswith("no rules") or name in ("page and pages inside", "bare number inside")
)
"""Forms that may leave open what belongs together: a page number over a cell, a cut row or a blank without lines."""
CASES = [
    pytest.param(form, year, 7 * at + number, marks=() if number == at % len(YEARS) else pytest.mark.long)
    for at, form in enumerate(FORMS)
    for number, year in enumerate(YEARS)
]
"""Each form in one of the years, the years by turns; in the long run each in all of them."""
REAL = SHARED / "real"
REAL_FILES = sorted(path for path in REAL.glob("*.*") if path.suffix in (".html", ".txt"))
HONGZE = REAL / "hongze_district_2023.pdf"
ROUNDING = 0.6
"""Points by which what is drawn may stand beyond the lines of its cell, or of its own line."""


@dataclass(frozen=True)
class Case:
    """A report drawn in a form: its pages as laid out, what stands in it, and what was read."""

    pages: list[Page]
    expected: Expected
    report: Report

    @property
    def different(self) -> list[tuple[str, ...]]:
        """Keys of the figures that were not read as printed."""
        read = figures_of(self.report)
        return [key for key, number in self.expected.items() if key not in read or read[key] != number]

    @property
    def silent(self) -> list[tuple[str, ...]]:
        """Those among them without a finding for their table."""
        flagged = {finding.table for finding in self.report.findings}
        return [key for key in self.different if key[0] not in flagged]


@cache
def _case(form: str, year: int, seed: int) -> Case:
    printed = print_report(year, seed, PRINTERS[seed % len(PRINTERS)])
    pages = lay_out_as(printed.title, printed.parts, FORMS[form], seed)
    report = interpret(read_documents(draw_pdf(pages, FORMS[form])), Context())
    return Case(pages, printed.expected, report)


def _check(case: Case, form: str) -> None:
    assert case.silent == []
    if form not in OPEN:
        assert case.different == []
        assert case.report.status == "complete"


@pytest.mark.parametrize(("form", "year", "seed"), CASES)
def test_figures_are_read_as_printed(form: str, year: int, seed: int) -> None:
    case = _case(form, year, seed)
    _check(case, form)
    assert (case.report.year, case.report.agency) == (year, "甲子县人民政府")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("year", YEARS)
def test_without_rules_blanks_are_told_by_their_columns(year: int, seed: int) -> None:
    case = _case("no rules", year, seed)
    assert case.different == []
    assert case.report.status == "complete"


@pytest.mark.parametrize(("form", "year", "seed"), CASES)
def test_every_figure_has_its_page_and_box(form: str, year: int, seed: int) -> None:
    case = _case(form, year, seed)
    when = datetime(2024, 1, 20)
    rows = rows_of(case.report, ReportSource("", "", "application/pdf", when, when, when, ""))
    printed = [row for table in code_columns() for row in rows[table] if row["value"] is not None]
    assert printed
    for row in printed:
        page, box = row["page"], row["bbox"]
        assert isinstance(page, int)
        assert isinstance(box, list)
        within = [text.text for text in case.pages[page - 1].texts if text.kind == "figure" and _in(text.box, box)]
        assert within == ["".join(str(row["raw"]).split())]


def _in(drawn: BBox, box: list[float]) -> bool:
    """Whether the middle of what was drawn stands within a box, and the box is no larger than a cell or a line."""
    across, down = (drawn[0] + drawn[2]) / 2, (drawn[1] + drawn[3]) / 2
    return box[0] - ROUNDING <= across <= box[2] + ROUNDING and box[1] - ROUNDING <= down <= box[3] + ROUNDING


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("year", YEARS)
def test_many_files_are_read_as_printed(year: int) -> None:
    names = list(FORMS)
    for seed in range(1000, 1000 + LONG_REPORTS):
        form = names[seed // len(PRINTERS) % len(names)]
        _check(_case.__wrapped__(form, year, seed), form)


# Real reports


@cache
def _real_as_pdf() -> dict[str, bytes]:
    return convert_all({path.name: path.read_bytes() for path in REAL_FILES}, "pdf")


def _read(body: bytes) -> Report:
    return interpret(read_documents(body), Context())


@needs_office
@pytest.mark.skipif(not REAL_FILES, reason="the real reports are not here (../shared/real)")
@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.stem)
def test_real_reports_as_pdf_are_read_as_printed(path: Path) -> None:
    """LibreOffice cuts a wide table off at the page's edge; an empty cell at a row's end leaves no trace in it."""
    report, original = _read(_real_as_pdf()[path.stem]), figures_of(_read(path.read_bytes()))
    read = figures_of(report)
    different = {key for key, number in original.items() if read.get(key) != number or key not in read}
    flagged = {finding.table for finding in report.findings}
    assert {key[0] for key in different} <= flagged
    assert [read[key] for key in different if read.get(key) is not None] == []
    assert len(different) <= 0.02 * len(original)


@pytest.mark.skipif(not HONGZE.exists(), reason="the real reports are not here (../shared/real)")
def test_a_real_pdf_is_read_the_same_by_flow_and_by_ruled_lines() -> None:
    gold = json.loads((REAL / "gold" / f"{HONGZE.stem}.json").read_text("utf-8"))
    expected = {
        (table, *(row[code] for code in names)): None if row["value"] is None else Decimal(str(row["value"]))
        for table, names in code_columns().items()
        for row in gold.get(table, ())
    }
    for document in read_documents(HONGZE.read_bytes()):
        if document.method == SECOND_READER:  # it is asked where others leave something open
            continue
        matched = match([DocumentView(document)], gold["year"])
        read: Figures = {
            (table, *key): figure.value.number
            for table, reading in matched.readings.items()
            for key, figure in reading.figures.items()
        }
        assert {key: read[key] for key in expected} == expected
        assert not any(reading.missing or reading.problems for reading in matched.readings.values())
