"""From readings to a report: what is none, and how complete one is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

import pytest

from extractors.document import Document
from extractors.reader import read_documents
from tests.support.reports.flatten import bare_tabs, flatten_report, padded_tabs
from tests.support.reports.random_reports import as_drawn, print_report, sparse
from transforms.chapters.wording import section_names
from transforms.report import Context, NotAReport, Report, interpret, rows_of
from transforms.rows import ReportSource

HEADINGS = [
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
]
TITLE = "甲子县人民政府{}年政府信息公开工作年度报告"
NOW = datetime(2021, 1, 20, tzinfo=UTC)
SOURCE = ReportSource("http://www.sample.example/1.html", "0" * 64, "text/plain", NOW, NOW, NOW, "1")


def _interpret(text: str, context: Context | None = None) -> Report:
    return interpret(read_documents(text.encode()), context or Context())


def _prose(year: int) -> str:
    return "\n".join([TITLE.format(year), *(f"{heading}\n全年平稳，办理申请3件。" for heading in HEADINGS)])


def _text(year: int, seed: int = 1) -> list[str]:
    printed = print_report(year, seed, as_drawn)
    return flatten_report(printed.title, printed.parts, bare_tabs, Random(seed)).split("\n")


@pytest.mark.parametrize(
    "text",
    [
        "今天天气很好。\n明天也好。",
        "关于做好2025年政府信息公开工作年度报告编制和发布工作的通知\n请各单位按时报送。",
        "财政预算\n项目\t预算数\t决算数\n总计\t7\t8\n其他\t1\t2",
        "规章\t5\n行政许可\t7",
    ],
)
def test_text_that_is_no_report_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(NotAReport, match="not an annual report"):
        _interpret(text)


def test_an_empty_document_is_no_report() -> None:
    with pytest.raises(NotAReport, match="neither its chapters nor its tables"):
        interpret(iter([Document("text/plain", "text_flow", ())]), Context())


def _checks(report: Report) -> set[str]:
    return {finding.check for finding in report.findings if finding.check != "table_missing"}


def test_what_nothing_names_is_null_with_a_finding() -> None:
    nameless = _prose(2020).replace("甲子县人民政府", "")
    report = _interpret(nameless.replace("2020年", ""))
    assert (report.agency, report.year, report.body, report.jurisdiction) == (None, None, None, None)
    assert _checks(report) == {"agency_unknown", "year_unknown"}
    row = rows_of(report, SOURCE)["reports"][0]
    assert (row["agency"], row["agency_kind"]) == (None, None)


def test_the_context_names_what_the_text_does_not() -> None:
    nameless = _prose(2020).replace("甲子县人民政府", "")
    report = _interpret(nameless, Context(agency="乙丑县财政局", year=2019))
    assert (report.agency, report.year) == ("乙丑县财政局", 2020)
    assert _checks(report) == {"agency_from_context", "year_mismatch"}


def test_the_name_of_the_file_is_the_last_witness() -> None:
    nameless = _prose(2020).replace("甲子县人民政府", "").replace("2020年", "")
    name = "2020年乙丑县财政局政府信息公开工作年度报告.docx"
    report = _interpret(nameless, Context(file_name=name))
    assert (report.agency, report.year) == ("乙丑县财政局", 2020)
    assert _checks(report) == {"agency_from_file_name", "year_from_file_name"}
    assert _interpret(nameless, Context(agency="丙寅县财政局", file_name=name)).agency == "丙寅县财政局"


def test_a_report_by_school_year_belongs_to_another_series() -> None:
    with pytest.raises(NotAReport, match="学年"):
        _interpret(_prose(2020).replace("2020年", "2020—2021学年", 1))


@pytest.mark.parametrize(("year", "tables"), [(2020, 3), (2022, 3), (2016, 1)])
def test_sections_without_tables_are_tables_missing(year: int, tables: int) -> None:
    report = _interpret(_prose(year))
    assert report.status == "tables_missing"
    assert [finding.check for finding in report.findings] == ["table_missing"] * tables
    rows = rows_of(report, SOURCE)
    assert rows["disclosures"] == rows["requests"] == rows["proceedings"] == rows["indicators"] == []
    assert len(rows["statements"]) == len(HEADINGS)


def test_years_before_the_first_national_form_are_narrative_only() -> None:
    report = _interpret(_prose(2012))
    assert report.status == "narrative_only"
    assert report.findings == ()


@pytest.mark.parametrize("year", [2016, 2020, 2022])
def test_a_whole_report_is_complete_and_one_without_a_row_partial(year: int) -> None:
    lines = _text(year)
    assert _interpret("\n".join(lines)).status == "complete"
    row = next(
        number for number, line in enumerate(lines) if line.count("\t") > 1 and line.replace(" ", "")[0] in "123"
    )
    report = _interpret("\n".join(lines[:row] + lines[row + 1 :]))
    assert report.status == "partial"
    assert "rows_missing" in {finding.check for finding in report.findings}


def test_a_report_without_one_of_its_tables_is_partial_and_says_which() -> None:
    lines = _text(2020)
    start, end = (next(n for n, line in enumerate(lines) if line.startswith(mark)) for mark in ("三、收", "四、政"))
    report = _interpret("\n".join(lines[: start + 1] + lines[end:]))
    assert report.status == "partial"
    assert [(f.check, f.table) for f in report.findings] == [("table_missing", "requests")]


def test_blank_cells_leave_a_report_complete_and_their_rows_null_with_what_the_sums_force() -> None:
    printed = print_report(2020, 4, sparse("/", share=0.05))
    text = flatten_report(printed.title, printed.parts, padded_tabs, Random(4))
    report = _interpret(text)
    rows = rows_of(report, SOURCE)["requests"]
    blanks = [row for row in rows if row["state"] == "not_applicable"]
    drawn = print_report(2020, 4, as_drawn).expected
    assert report.status == "complete"
    assert blanks
    assert all(row["value"] is None for row in blanks)
    for row in blanks:
        assert row["implied"] in (None, drawn["requests", str(row["outcome"]), str(row["applicant"])])
    assert all(row["implied"] is None for row in rows if row["value"] is not None)


def test_a_period_that_is_not_the_year_of_the_title_gives_a_finding() -> None:
    text = "\n".join(_text(2020)).replace("2020年1月1日至", "2019年1月1日至")
    report = _interpret(text)
    assert report.year == 2020
    assert "year_mismatch" in {finding.check for finding in report.findings}


def test_context_gives_what_the_file_does_not_say() -> None:
    context = Context(published_on=date(2021, 1, 20), jurisdiction="CN-000001")
    report = _interpret("\n".join(_text(2020)), context)
    assert report.facts.published_on == date(2021, 1, 20)
    assert report.jurisdiction == "CN-000001"
    assert "jurisdiction_from_context" in {finding.check for finding in report.findings}


def test_tables_in_the_flow_are_no_running_text() -> None:
    report = _interpret("\n".join(_text(2020)))
    assert [chapter.section for chapter in report.chapters] == [None, *section_names()]
    assert "公开申请" in report.chapters[1].text
    assert not any("\t" in chapter.text for chapter in report.chapters)
    assert list(rows_of(report, SOURCE)["requests"]) != []
