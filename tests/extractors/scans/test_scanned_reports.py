"""Scanned reports: figures in are figures out, and what is not right is not silent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from extractors.document import Document, Grid
from extractors.reader import read_documents
from tests.support.paths import SHARED
from tests.support.reports.random_reports import (
    COUNTY,
    Expected,
    Printer,
    as_drawn,
    decorated,
    print_report,
    sparse,
    zeros_blank,
)
from tests.support.reports.scan import Scanner, pictures_of_tables, scanned_pdf
from tests.support.reports.score import score
from tests.support.sample_portal.page import render_article, render_parts
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import Heading, Part
from tests.support.sample_portal.tables import Table
from transforms.forms.layout import code_columns
from transforms.report import Context, Report, interpret

HONGZE = SHARED / "real" / "hongze_district_2023.pdf"
AGENCY = f"{COUNTY}人民政府"
PRINTERS: tuple[Printer, ...] = (as_drawn, decorated, sparse("/", "—", "", share=0.15), zeros_blank)
LEAST_RIGHT = 0.995
TABLES = 13  # of each kind and year
TABLES_EACH_RUN = {
    ("disclosures", 2020): range(2),
    ("disclosures", 2023): range(2, 4),
    ("proceedings", 2020): range(4, 6),
    ("proceedings", 2023): range(6, 8),
}
"""Two of each kind and year, of each kind one by each printer."""


def understood(documents: Iterable[Document]) -> Report:
    return interpret(documents, Context(agency=AGENCY))


def scanned(year: int, seed: int, printer: Printer, scanner: Scanner) -> tuple[Report, Expected]:
    printed = print_report(year, seed, printer)
    body = scanned_pdf(render_pdf(AGENCY, year, printed.parts), scanner, seed)
    return understood(read_documents(body)), printed.expected


def test_a_scanned_report_is_read_cell_for_cell() -> None:
    report, expected = scanned(2022, 11, as_drawn, Scanner(150))
    found = score(report, expected)
    assert (found.wrong, found.missing) == ([], [])
    assert report.status == "complete"
    assert report.year == 2022
    for reading in report.matched.readings.values():
        assert reading.method == "ocr"
        for figure in reading.figures.values():
            assert figure.place.page
            assert figure.place.bbox
            assert 0 <= figure.place.confidence <= 1


def test_pictures_of_tables_are_read_cell_for_cell() -> None:
    printed = print_report(2016, 5, as_drawn)
    pictures = pictures_of_tables(AGENCY, 2016, printed.parts, Scanner(150), seed=5)
    report = understood(iter([_as_one(chain.from_iterable(read_documents(picture) for picture in pictures))]))
    assert score(report, printed.expected).right == 1


@pytest.mark.parametrize(("table", "year"), TABLES_EACH_RUN)
@pytest.mark.parametrize("all_of_them", [False, pytest.param(True, marks=pytest.mark.long)])
def test_scanned_tables_are_read_cell_for_cell(table: str, year: int, all_of_them: bool) -> None:
    for seed in range(TABLES) if all_of_them else TABLES_EACH_RUN[table, year]:
        printed = print_report(year, seed, PRINTERS[seed % 4])
        (picture,) = pictures_of_tables(AGENCY, year, _alone(table, printed.parts), Scanner((150, 200)[seed % 2]), seed)
        found = score(understood(read_documents(picture)), {k: v for k, v in printed.expected.items() if k[0] == table})
        assert (found.wrong, found.missing) == ([], []), seed


def _alone(table: str, parts: Sequence[Part]) -> list[Part]:
    """One table of a report below its heading."""
    number = {"disclosures": 0, "proceedings": 2}[table]
    at = [place for place, part in enumerate(parts) if isinstance(part, Table)][number]
    heading = next(part for part in reversed(parts[:at]) if isinstance(part, Heading))
    return [heading, parts[at]]


def _as_one(documents: Iterable[Document]) -> Document:
    """One document of the pages that stand in several pictures."""
    pages = list(documents)
    return Document("image/png", "ocr", tuple(part for page in pages for part in page.parts))


def test_a_number_that_is_not_surely_recognised_has_a_finding() -> None:
    printed = print_report(2022, 3, as_drawn)
    page = render_article(printed.title, AGENCY, date(2023, 1, 20), render_parts(printed.parts))
    (document,) = read_documents(page.encode())
    parts = [_doubted(part) if isinstance(part, Grid) else part for part in document.parts]
    report = understood([replace(document, parts=tuple(parts))])
    (found,) = [finding for finding in report.findings if finding.check == "low_confidence"]
    assert (found.table, found.severity, found.actual) == ("requests", "warning", "0.94")
    assert found.cells == ("received/total",)


@pytest.mark.parametrize(("method", "doubted"), [("ocr", True), ("markup_grid", False)])
def test_a_point_that_a_coarse_picture_may_have_made_of_a_comma_has_a_finding(method: str, doubted: bool) -> None:
    printed = print_report(2020, 3, as_drawn)
    page = render_article(printed.title, AGENCY, date(2021, 1, 20), render_parts(printed.parts))
    page = re.sub(r">[\d.]+万元<", ">56.343万元<", page)
    (document,) = read_documents(page.encode())
    report = understood([replace(document, method=method)])
    cells = [finding.cells for finding in report.findings if finding.check == "low_confidence"]
    assert cells == ([("20(9)/procurement/procurement_amount",)] if doubted else [])


def _doubted(grid: Grid) -> Grid:
    """Return the grid with less confidence in the last cell of the row of received applications."""
    (row,) = [cell.row for cell in grid.cells if "本年新收" in cell.text] or [-1]
    last = max((cell.column for cell in grid.cells if cell.row == row), default=-1)
    cells = (replace(cell, confidence=0.94) if (cell.row, cell.column) == (row, last) else cell for cell in grid.cells)
    return replace(grid, cells=tuple(cells))


@pytest.mark.long
@pytest.mark.parametrize("scanner", [Scanner(100, 1.5, 0.8, 12, 40), Scanner(120, 1.5, 1.0, 16, 50)], ids=repr)
def test_a_bad_scan_is_not_silent(scanner: Scanner) -> None:
    for seed in range(6):
        report, expected = scanned(2022, seed, PRINTERS[seed % 4], scanner)
        assert score(report, expected).silent == []


@pytest.mark.long
@pytest.mark.skipif(not HONGZE.exists(), reason="the real reports are not here (../shared/real)")
@pytest.mark.parametrize("scanner", [Scanner(150), Scanner(200), Scanner(150, 0, 0.3, 0, 95)], ids=repr)
def test_a_real_report_as_pictures(scanner: Scanner) -> None:
    report = interpret(read_documents(scanned_pdf(HONGZE.read_bytes(), scanner, seed=5)), Context())
    found = score(report, _gold())
    assert found.silent == []
    assert found.right >= LEAST_RIGHT
    assert report.year == 2023


@cache
def _gold() -> Expected:
    gold = json.loads((HONGZE.parent / "gold" / f"{HONGZE.stem}.json").read_text("utf-8"))
    return {
        (table, *(row[code] for code in codes)): None if row["value"] is None else Decimal(str(row["value"]))
        for table, codes in code_columns().items()
        for row in gold.get(table, ())
    }


@pytest.mark.long
def test_memory_does_not_grow_with_documents() -> None:
    body = scanned_pdf(render_pdf(AGENCY, 2016, print_report(2016, 1, as_drawn).parts), Scanner(150), 1)
    used = []
    for _ in range(12):
        understood(read_documents(body))
        used.append(_resident())
    assert max(used[6:]) < 1.1 * max(used[:6])


def _resident() -> int:
    """Bytes of this process that are in memory."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * 4096
