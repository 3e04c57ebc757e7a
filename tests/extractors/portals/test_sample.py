"""The sample portal's figures, and that page and PDF print every one of them in its place."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from tests.support.examples import examples
from tests.support.sample_portal import draws
from tests.support.sample_portal.catalogue import PDF, REPORTS, PublishedReport, find_report, ignored_entries, truth
from tests.support.sample_portal.figures import Figures, amended, make_figures, with_misprint
from tests.support.sample_portal.indicators import SUMS
from tests.support.sample_portal.page import render_parts
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import Heading, Paragraph, compose
from tests.support.sample_portal.tables import Table, tables_of
from tests.support.sample_portal.typeface import break_lines, text_width

COUNTIES = st.sampled_from(["甲子县", "乙丑县"])
SEEDS = st.integers(0, 10**9)
PUBLISHED = date(2025, 3, 20)
REPORT_IDS = [f"{report.county}-{report.year}-{report.published_on}" for report in truth()]


def count(figures: Figures, outcome: str, applicant: str) -> int:
    return int(figures.requests[outcome, applicant])


def outcomes_of(figures: Figures) -> tuple[str, ...]:
    return draws.OUTCOMES_60 if figures.edition == "60号" else draws.OUTCOMES_30


@given(COUNTIES, st.integers(2019, 2030), SEEDS)
def test_requests_hold_the_identities_of_the_form(county: str, year: int, seed: int) -> None:
    figures = make_figures(county, year, seed)
    outcomes = outcomes_of(figures)
    applicants = (*draws.APPLICANTS, "total")
    rows = ("received", "carried_in", *outcomes, "total", "carried_out")
    assert set(figures.requests) == {(row, applicant) for row in rows for applicant in applicants}
    for applicant in applicants:
        handled = count(figures, "total", applicant)
        assert handled == sum(count(figures, outcome, applicant) for outcome in outcomes)
        opened = count(figures, "received", applicant) + count(figures, "carried_in", applicant)
        assert opened == handled + count(figures, "carried_out", applicant)
    for row in rows:
        assert count(figures, row, "total") == sum(count(figures, row, applicant) for applicant in draws.APPLICANTS)


@given(COUNTIES, st.integers(2019, 2030), SEEDS)
def test_proceedings_add_up(county: str, year: int, seed: int) -> None:
    figures = make_figures(county, year, seed).proceedings
    assert len(figures) == 15
    for channel in draws.CHANNELS:
        assert int(figures[channel, "total"]) == sum(int(figures[channel, result]) for result in draws.RESULTS)


@given(COUNTIES, SEEDS)
def test_years_fit_together(county: str, seed: int) -> None:
    years = [make_figures(county, year, seed) for year in range(2019, 2026)]
    for earlier, later in pairwise(years):
        for applicant in (*draws.APPLICANTS, "total"):
            assert earlier.requests["carried_out", applicant] == later.requests["carried_in", applicant]
        if later.edition == "30号":
            documents = {key[2]: int(text) for key, text in later.disclosures.items() if key[1] == "normative_document"}
            measure = "disclosed_total" if earlier.edition == "60号" else "in_force"
            stock = int(earlier.disclosures["20(1)", "normative_document", measure])
            assert documents["in_force"] == stock + documents["issued"] - documents["repealed"]


@given(COUNTIES, SEEDS)
def test_disclosures_of_60_are_consistent(county: str, seed: int) -> None:
    first, second = (make_figures(county, year, seed).disclosures for year in (2019, 2020))
    document = ("20(1)", "normative_document")
    for figures in (first, second):
        assert 0 <= int(figures[*document, "disclosed"]) <= int(figures[*document, "disclosed_total"])
        assert re.fullmatch(r"\d+\.\d\d万元", figures["20(9)", "procurement", "procurement_amount"])
    for item, article in {"licence": "20(5)", "penalty": "20(6)", "fee": "20(8)"}.items():
        printed = first[article, item, "change"]
        change = int(printed.replace("增", "+").replace("减", "-"))
        before, after = (int(figures[article, item, "items_last_year"]) for figures in (first, second))
        assert after == before + change


def test_changes_are_printed_in_every_form() -> None:
    changes = {
        text[0]
        for seed in range(30)
        for key, text in make_figures("甲子县", 2020, seed).disclosures.items()
        if key[2] == "change"
    }
    assert changes == {"+", "-", "增", "减", "0"}


@given(COUNTIES, st.integers(2014, 2018), SEEDS)
def test_statistics_table_adds_up(county: str, year: int, seed: int) -> None:
    figures = make_figures(county, year, seed)
    counts = {code: Decimal(text) for code, text in figures.indicators.items()}
    assert [figures.requests, figures.disclosures, figures.proceedings] == [{}, {}, {}]
    for total, parts in SUMS.items():
        assert counts[total] == sum(counts[part] for part in parts), total
    assert counts["normative_documents_published"] <= counts["normative_documents_issued"]
    assert counts["items_on_website"] <= counts["items_published"]
    assert counts["press_conferences_by_leaders"] <= counts["press_conferences"]


def test_same_arguments_give_the_same_figures() -> None:
    assert make_figures("甲子县", 2023, 5) == make_figures("甲子县", 2023, 5)
    assert make_figures("甲子县", 2023, 5) != make_figures("甲子县", 2023, 6)


def test_years_without_form_are_refused() -> None:
    with pytest.raises(ValueError, match="2014 or later"):
        make_figures("甲子县", 2013, 1)


def test_misprint_breaks_one_cell_only() -> None:
    figures = make_figures("乙丑县", 2021, 1)
    wrong = with_misprint(figures)
    assert [key for key, text in wrong.requests.items() if text != figures.requests[key]] == [("granted", "total")]


@pytest.mark.parametrize("year", [2018, 2020, 2022])
def test_amendment_changes_one_figure(year: int) -> None:
    figures = make_figures("甲子县", year, 1)
    later = amended(figures)
    disclosures = [key for key, text in figures.disclosures.items() if later.disclosures[key] != text]
    indicators = [key for key, text in figures.indicators.items() if later.indicators[key] != text]
    assert len(disclosures) + len(indicators) == 1
    assert (later.requests, later.proceedings) == (figures.requests, figures.proceedings)


def test_catalogue_holds_what_the_portal_promises() -> None:
    reports = truth()
    assert len(reports) == REPORTS
    in_force = [(report.county, report.year) for report in reports if not report.superseded]
    wanted = {(county, year) for county in ("甲子县", "乙丑县") for year in range(2018, 2025)} - {("乙丑县", 2020)}
    assert len(in_force) == len(wanted)
    assert set(in_force) == wanted
    assert sum(report.media_type == PDF for report in reports) >= 4
    pages = [report.page for report in reports] + [entry.page for entry in ignored_entries()]
    assert len(pages) == len(set(pages))
    (first,) = [report for report in reports if report.superseded]
    corrected = find_report(first.county, first.year)
    assert corrected.published_on > first.published_on
    assert "更正" in corrected.title
    assert with_misprint(corrected.figures) == first.figures
    with pytest.raises(LookupError, match="2020"):
        find_report("乙丑县", 2020)


def text_of(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def figure_texts(table: Table) -> list[str]:
    cells = sorted(table.cells, key=lambda cell: (cell.row, cell.column))
    return [cell.text for cell in cells if cell.kind == "figure"]


@pytest.mark.parametrize("figures", [make_figures("甲子县", year, 3) for year in (2018, 2020, 2024)])
def test_tables_hold_every_figure_and_leave_no_hole(figures: Figures) -> None:
    tables = tables_of(figures)
    printed = sorted(text for table in tables for text in figure_texts(table))
    columns = (figures.indicators, figures.disclosures, figures.requests, figures.proceedings)
    assert printed == sorted(text for column in columns for text in column.values())
    for table in tables:
        places = [
            (cell.row + down, cell.column + right)
            for cell in table.cells
            for down in range(cell.row_span)
            for right in range(cell.column_span)
        ]
        assert len(places) == len(set(places)) == table.row_count * len(table.widths)


@pytest.mark.parametrize("report", truth(), ids=REPORT_IDS)
def test_page_prints_every_cell_in_its_table(report: PublishedReport) -> None:
    parts = compose(report.figures, report.published_on)
    page = html.fromstring(render_parts(parts))
    printed = page.findall(".//table")
    tables = tables_of(report.figures)
    assert len(printed) == len(tables)
    for element, table in zip(printed, tables, strict=True):
        assert [text_of(cell) for cell in element.iterfind(".//td[@nowrap]")] == figure_texts(table)
        rows = [[text_of(cell).strip() for cell in row] for row in element.iterfind(".//tr")]
        assert rows == [[cell.text for cell in table.row(number)] for number in range(table.row_count)]
    text = text_of(page)
    assert all(part.text in text for part in parts if isinstance(part, (Heading, Paragraph)))


def read_pages(pdf: bytes) -> list[str]:
    """Return the text of each page without white space and page number, by a reader of its own."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [re.sub(r"\s", "", page.get_textpage().get_text_bounded()) for page in document]
    document.close()
    for number, text in enumerate(texts, start=1):
        assert text.count(f"-{number}-") == 1
    return [text.replace(f"-{number}-", "") for number, text in enumerate(texts, start=1)]


@pytest.mark.parametrize("year", [2018, 2020, 2024])
def test_pdf_prints_every_label_figure_and_sentence(year: int) -> None:
    figures = make_figures("乙丑县", year, 9)
    parts = compose(figures, PUBLISHED)
    text = "".join(read_pages(render_pdf(figures.agency, year, parts)))
    assert text.startswith(f"乙丑县人民政府{year}年政府信息公开工作年度报告")
    for part in parts:
        if isinstance(part, Table):
            assert_rows_are_printed(part, text)
        else:
            assert part.text in text


def assert_rows_are_printed(table: Table, text: str) -> None:
    assert all(cell.text in text for cell in table.cells)
    for number in range(table.row_count):
        row = table.row(number)
        figures = "".join(cell.text for cell in row if cell.kind == "figure")
        labels = [cell.text for cell in row if cell.kind == "label"]
        assert (labels[-1] if labels else "") + figures in text


@pytest.mark.parametrize("report", [report for report in truth() if report.media_type == PDF], ids=lambda r: r.path)
def test_long_tables_run_over_a_page_break(report: PublishedReport) -> None:
    pages = read_pages(render_pdf(report.agency, report.year, compose(report.figures, report.published_on)))
    first, last = ("（一）主动公开政府信息数", "（三）接受培训人员数")
    if report.edition != "32号":
        first, last = ("一、本年新收政府信息公开申请数量", "四、结转下年度继续办理")
    (begin,) = [number for number, text in enumerate(pages) if first in text]
    (end,) = [number for number, text in enumerate(pages) if last in text]
    assert begin < end


def test_pdf_is_the_same_each_time_and_embeds_its_typefaces() -> None:
    figures = make_figures("甲子县", 2020, 2)
    parts = compose(figures, PUBLISHED)
    pdf = render_pdf(figures.agency, 2020, parts)
    assert pdf == render_pdf(figures.agency, 2020, parts)
    assert pdf.count(b"/FontFile2") == pdf.count(b"/Type /FontDescriptor") >= 2


@settings(max_examples=examples(20))
@given(st.text(alphabet="年报条件一二，。（）“”0123456789.@-", min_size=1, max_size=60), st.integers(80, 300))
def test_lines_lose_nothing_and_cut_no_number(text: str, width: int) -> None:
    lines = break_lines(text, width, 9)
    assert "".join(lines) == text
    for earlier, later in pairwise(lines):
        assert not (earlier[-1].isdigit() and later[0].isdigit())
        assert text_width(later, 9) <= width or len(re.findall(r"[0-9.@-]{8,}", later)) > 0
