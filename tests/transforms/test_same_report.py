"""Files that came together: one report is read whole from them, two are never mixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from extractors.document import Block, Cell, Document, Grid
from extractors.reader import read_documents
from tests.support.reports.containers import pack
from tests.support.reports.docx import render_docx
from tests.support.reports.figures import figures_of
from tests.support.reports.random_reports import COUNTY, Printed, Printer, as_drawn, print_report, sparse
from tests.support.reports.scan import Scanner, pictures_of_tables
from tests.support.reports.xlsx import render_xlsx
from tests.support.sample_portal.page import render_parts
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import Part
from tests.support.sample_portal.tables import Table
from transforms.report import Context, NotAReport, Report, interpret_each
from transforms.same_report import Claim, claim_of, contradiction, first_of_each_file

OTHER = "乙丑县"
PRINTERS: tuple[Printer, ...] = (as_drawn, sparse("/", "—"))
YEARS = (2018, 2020, 2023)


def printed(year: int, seed: int, county: str = COUNTY) -> Printed:
    """Return a random report of a county."""
    made = print_report(year, seed, PRINTERS[seed % 2])
    parts = [part if isinstance(part, Table) else _of(part, county) for part in made.parts]
    return replace(made, title=made.title.replace(COUNTY, county), parts=parts)


def _of(part: Part, county: str) -> Part:
    return part if isinstance(part, Table) else replace(part, text=part.text.replace(COUNTY, county))


def prose(report: Printed) -> list[Part]:
    return [part for part in report.parts if not isinstance(part, Table)]


def tables(report: Printed) -> list[Part]:
    return [part for part in report.parts if isinstance(part, Table)]


def word(report: Printed) -> bytes:
    return render_docx(report.title, report.parts)


def pdf(report: Printed, county: str = COUNTY) -> bytes:
    year = int(report.title.removeprefix(f"{county}人民政府")[:4])
    return render_pdf(f"{county}人民政府", year, report.parts)


def read(members: Mapping[str, bytes]) -> list[Report]:
    return interpret_each(read_documents(pack(dict(members))), Context())


@pytest.mark.parametrize("year", YEARS)
def test_prose_and_tables_in_two_files_make_one_report(year: int) -> None:
    for seed in range(6):
        one = printed(year, seed)
        members = {"正文.docx": render_docx(one.title, prose(one)), "附表.xlsx": render_xlsx("", tables(one))}
        (report,) = read(members)
        assert figures_of(report) == one.expected
        assert (report.status, report.facts.title) == ("complete", one.title)
        assert any("按月提醒各单位更新栏目" in chapter.text for chapter in report.chapters)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("names", [("甲.docx", "乙.pdf"), ("甲县年报.docx", "乙县年报.pdf"), ("a.html", "b.docx")])
def test_reports_of_two_agencies_in_one_archive_are_refused(year: int, names: tuple[str, str]) -> None:
    for seed in range(2):
        one, other = printed(year, seed), printed(year, seed + 1, OTHER)
        bodies = {
            "docx": (word(one), word(other)),
            "pdf": (pdf(one), pdf(other, OTHER)),
            "html": (f"<h1>{one.title}</h1>{render_parts(one.parts)}".encode(), b""),
        }
        members = {name: bodies[name.rpartition(".")[2]][number] for number, name in enumerate(names)}
        with pytest.raises(NotAReport, match="different reports") as error:
            read(members)
        assert COUNTY in str(error.value)
        assert OTHER in str(error.value)


def test_reports_for_two_years_in_one_archive_are_refused() -> None:
    members = {"一.docx": word(printed(2020, 1)), "二.pdf": pdf(printed(2023, 2))}
    with pytest.raises(NotAReport, match=r"different reports.*2023, but .*2020"):
        read(members)


def test_tables_of_another_year_are_not_taken_for_those_of_the_report() -> None:
    one, other = printed(2023, 1), printed(2022, 2)
    members = {
        "正文.docx": render_docx(one.title, prose(one)),
        "附表.xlsx": render_xlsx("2022年政府信息公开情况统计表", tables(other)),
    }
    with pytest.raises(NotAReport, match=r"附表\.xlsx is about an unnamed agency 2022"):
        read(members)


def test_the_same_report_in_two_forms_is_one() -> None:
    one = printed(2023, 1)
    (report,) = read({"年报.docx": word(one), "年报.pdf": pdf(one)})
    assert figures_of(report) == one.expected


def test_pictures_in_an_archive_are_the_pages_of_one_report() -> None:
    one = printed(2016, 4)
    agency = f"{COUNTY}人民政府"
    pages = pictures_of_tables(agency, 2016, one.parts, Scanner(150), seed=4)
    names = [f"第{number}页.png" for number in range(len(pages), 0, -1)]
    members = dict(zip(names, reversed(pages), strict=True))
    (report,) = interpret_each(
        read_documents(pack({f"扫描/{name}": body for name, body in members.items()})), Context(agency)
    )
    assert figures_of(report) == one.expected


def test_a_claim_is_what_a_file_says_of_itself() -> None:
    grid = Grid(0, (Cell("甲", 0, 0), Cell("1", 0, 1)))

    def claim(*lines: str, title: str = "") -> Claim:
        return claim_of(Document("text/plain", "text_flow", (*map(Block, lines), grid)), title)

    assert claim(f"{COUNTY}2020年政府信息公开工作年度报告") == Claim("", frozenset({2020}), COUNTY)
    assert claim("统计表（2019年度）").years == {2019}
    assert claim("填表日期：2021年1月20日").years == frozenset()
    assert claim("统计表", title="2019年统计表").years == {2019}


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("甲子县", "甲子县人民政府", False),
        ("样例市甲子县人民政府", "甲子县人民政府", False),
        ("甲子县人民政府", "甲子县教育局", True),
        ("甲子县人民政府", "甲子县人民政府办公室", True),
        ("甲子县人民政府", "乙丑县人民政府", True),
        ("甲子县人民政府", None, False),
    ],
)
def test_names_of_one_body_and_of_two(one: str, other: str | None, differ: bool) -> None:
    claims = [Claim("a", frozenset(), one), Claim("b", frozenset(), None), Claim("c", frozenset(), other)]
    assert (contradiction(claims) is not None) is differ


@pytest.mark.parametrize(
    ("sources", "first"),
    [("", [""]), ("aba", ["a", "b"]), ("abcab", ["a", "b", "c"]), ("ab", ["a", "b"])],
)
def test_the_first_reading_of_each_file_is_looked_at_and_none_is_lost(sources: str, first: list[str]) -> None:
    heads, every = first_of_each_file(
        Document("text/plain", "text_flow", (), source=source) for source in sources or ("", "")
    )
    assert [head.source for head in heads] == first
    assert [document.source for document in every] == list(sources or ("", ""))


def test_one_file_is_read_no_further_than_its_first_reading() -> None:
    def documents() -> Iterator[Document]:
        yield Document("text/plain", "text_flow", ())
        raise AssertionError("a second reading was made")

    heads, _ = first_of_each_file(documents())
    assert len(heads) == 1
