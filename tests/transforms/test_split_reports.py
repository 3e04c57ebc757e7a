"""Several reports in one file: each is told by itself, and no figure of one stands in for another's."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from random import Random

import pypdfium2
import pytest

from extractors.reader import read_documents
from tests.support.reports.figures import figures_of
from tests.support.reports.flatten import bare_tabs, flatten_report, padded_tabs, pdf_lines
from tests.support.reports.random_reports import COUNTY, Printed, as_drawn, print_report, sparse
from tests.support.sample_portal.page import render_article, render_parts
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import Heading, Part
from tests.support.sample_portal.tables import Table
from transforms.report import Context, Report, interpret_each

OTHER = "乙丑县"
LATER = "丙寅县"


def _read(body: bytes, context: Context | None = None) -> list[Report]:
    return interpret_each(read_documents(body), context or Context())


def _text(printed: Printed, county: str = COUNTY) -> str:
    style = (bare_tabs, padded_tabs)[len(printed.expected) % 2]
    return flatten_report(printed.title, printed.parts, style, Random(1)).replace(COUNTY, county)


def _joined(files: Iterable[bytes]) -> bytes:
    """Return the pages of several PDFs in one."""
    stream = io.BytesIO()
    with closing(pypdfium2.PdfDocument.new()) as whole:
        for file in files:
            with closing(pypdfium2.PdfDocument(file)) as source:
                whole.import_pages(source)
        whole.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("seed", range(6))
def test_reports_of_several_bodies_in_one_text(seed: int) -> None:
    printed = [print_report(2023, 10 * seed + number, (as_drawn, sparse("/", "—"))[number % 2]) for number in range(3)]
    counties = (COUNTY, OTHER, LATER)
    text = "\n".join(_text(one, county) for one, county in zip(printed, counties, strict=True))
    reports = _read(text.encode())
    assert [report.agency for report in reports] == [f"{county}人民政府" for county in counties]
    assert [figures_of(report) for report in reports] == [one.expected for one in printed]


@pytest.mark.parametrize("years", [(2020, 2021), (2023, 2022), (2023, 2019, 2022)])
def test_reports_of_several_years_in_one_page(years: tuple[int, ...]) -> None:
    printed = [print_report(year, year, as_drawn) for year in years]
    inner = "".join(f"<h2>{one.title}</h2>{render_parts(one.parts)}" for one in printed)
    page = render_article("政府信息公开工作年度报告汇编", f"{COUNTY}人民政府", date(2024, 1, 20), inner)
    reports = _read(page.encode())
    assert [report.year for report in reports] == list(years)
    assert [figures_of(report) for report in reports] == [one.expected for one in printed]
    assert {report.facts.published_on for report in reports} == {date(2024, 1, 20)}


@pytest.mark.parametrize("years", [(2020, 2021), (2023, 2022)])
def test_reports_of_several_years_in_one_pdf(years: tuple[int, ...]) -> None:
    printed = [print_report(year, year, as_drawn) for year in years]
    files = (render_pdf(f"{COUNTY}人民政府", year, one.parts) for year, one in zip(years, printed, strict=True))
    reports = _read(_joined(files), Context(agency="某市人民政府"))
    assert [(report.year, report.agency) for report in reports] == [(year, f"{COUNTY}人民政府") for year in years]
    assert [figures_of(report) for report in reports] == [one.expected for one in printed]
    assert all(report.status == "complete" for report in reports)


def test_a_report_whose_tables_are_lost_takes_none_of_the_next() -> None:
    first, second = print_report(2022, 1, as_drawn), print_report(2023, 2, as_drawn)
    told: list[Part] = [part for part in first.parts if not isinstance(part, Table)]
    prose = flatten_report(first.title, told, pdf_lines, Random(1))
    reports = _read(f"{prose}\n{_text(second)}".encode())
    assert [(report.year, report.status) for report in reports] == [(2022, "tables_missing"), (2023, "complete")]
    assert figures_of(reports[0]) == {}
    assert figures_of(reports[1]) == second.expected


def test_a_table_of_contents_and_a_title_over_again_begin_no_report() -> None:
    printed = print_report(2023, 5, as_drawn)
    contents = "\n".join(part.text for part in printed.parts if isinstance(part, Heading))
    text = f"{printed.title}\n目录\n{contents}\n{printed.title}\n{_text(printed)}"
    (report,) = _read(text.encode())
    assert figures_of(report) == printed.expected
