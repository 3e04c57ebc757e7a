"""Crawls of portals that behave as PORTALS §11 says, from the list to the warehouse: dates, forms of reports, codes."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.support.portals.county import GOVERNMENT, County, report_page
from tests.support.reports.docx import render_docx
from tests.support.reports.figures import published_figures
from tests.support.reports.ofd import WAYS, draw_ofd, lay_out_as
from tests.support.reports.random_reports import decorated, print_report, sparse
from tests.support.sample_portal.page import render_parts
from tests.support.sample_portal.pdf import render_pdf
from tests.support.servers.scripted import Answer
from tests.support.warehouse.place import Place

LISTED = "2022-03-20"
PUB_DATES = {
    "2022-04-17 14:46:00": "2022-04-17",
    "yyyy-MM-dd HH:mm:ss": LISTED,
    "": LISTED,
}


@pytest.fixture
def place(county: County, tmp_path: Path) -> Place:
    return county.place(tmp_path / "data")


@pytest.mark.parametrize("pub_date", PUB_DATES)
def test_case_20_day_of_publication_is_never_that_in_the_address(county: County, place: Place, pub_date: str) -> None:
    html = report_page(GOVERNMENT, 2021)
    dated = html.replace('"PubDate" content="2022-03-20 10:30:00"', f'"PubDate" content="{pub_date}"')
    undated = dated.replace("发布日期：2022-03-20", "更新时间：2024-05-06 索引号：2026-02-00018")
    placeholders = '<meta name="SiteName" content="网站名称"><meta name="SiteIDCode" content="政府网站标识码"></head>'
    assert undated.count("2022-03-20") == 0
    path = county.add(GOVERNMENT, 2021, undated.replace("</head>", placeholders, 1))
    county.listed = [(path.replace("t2022", "t2025"), county.listed[0][1], date.fromisoformat(LISTED))]
    county.serve(county.listed[0][0], county.scripts[path])
    assert place.crawl().failures == []
    assert place.ask("SELECT published_on::text, agency FROM reports") == [(PUB_DATES[pub_date], GOVERNMENT)]


def zipped(name: str, body: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr(name, body)
    return packed.getvalue()


@pytest.mark.parametrize("year", [2016, 2020, 2023])
@pytest.mark.parametrize("kind", ["page", "pdf", "ofd", "docx", "zip"])
def test_case_22_report_in_each_form(county: County, place: Place, kind: str, year: int) -> None:
    printed = print_report(year, year, sparse("", "\u00a0", "/", "—", share=0.2) if kind == "page" else decorated)
    path = county.add(GOVERNMENT, year)
    inner = render_parts(printed.parts)
    if kind != "page":
        word = render_docx(printed.title, printed.parts)
        laid_out = lay_out_as(printed.title, printed.parts, WAYS["bars"], year)
        bodies = {"pdf": render_pdf(GOVERNMENT, year, printed.parts), "docx": word, "zip": zipped("年报.docx", word)}
        bodies["ofd"] = draw_ofd(laid_out, WAYS["bars"])
        county.serve(f"{path.rpartition('/')[0]}/P1.{kind}", Answer(bodies[kind]))
        inner = f'<p>附件：<a href="./P1.{kind}">{printed.title}</a></p>'
    county.serve(path, report_page(GOVERNMENT, year, inner=inner))
    assert place.crawl().failures == []
    assert published_figures(place) == printed.expected
    assert place.ask("SELECT year, status FROM reports") == [(year, "complete")]


def test_case_22_file_of_a_kind_that_is_not_read_is_kept_with_the_reason(county: County, place: Place) -> None:
    path = county.add(GOVERNMENT, 2023)
    county.serve(path, report_page(GOVERNMENT, 2023, inner='<p>附件：<a href="./P1.wps">年度报告.wps</a></p>'))
    county.serve(f"{path.rpartition('/')[0]}/P1.wps", Answer(b"7z\xbc\xaf\x27\x1c" + bytes(90)))
    outcome = place.crawl()
    assert outcome.counts.published == 0
    assert any("no reader for application/x-7z-compressed" in failure.reason for failure in outcome.failures)
    states = {str(verdict["url"]): verdict["state"] for verdict in place.verdicts()}
    assert states == {county.url + path: "no_report", f"{county.url}{path.rpartition('/')[0]}/P1.wps": "quarantined"}


def test_case_24_code_of_a_county_changes_amid_its_series(county: County, place: Place) -> None:
    for name, year in (
        ("海门市人民政府", 2018),
        ("海门市人民政府", 2019),
        ("海门区人民政府", 2020),
        ("海门区人民政府", 2021),
    ):
        county.add(name, year)
    haimen = place.portal.model_copy(update={"jurisdiction": "CN-320614", "divisions": {}})
    outcome = Place(haimen, place.settings).crawl()
    assert (outcome.failures, outcome.counts.published) == ([], 4)
    rows = place.ask("SELECT jurisdiction, year FROM reports ORDER BY year")
    assert rows == [("CN-320684", 2018), ("CN-320684", 2019), ("CN-320614", 2020), ("CN-320614", 2021)]
    ((successors,),) = place.ask("SELECT successors FROM jurisdictions WHERE jurisdiction = 'CN-320684'")
    assert successors == ["CN-320614"]
