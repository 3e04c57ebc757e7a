"""Pages that contain their report as a file, in a script or an attribute: crawled, ingested, extracted, read again."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.flows.documents.test_page_parts import PAGE, Site
from tests.flows.documents.test_page_parts import site as site
from tests.support.portals.report_pages import AGENCY, PRINTERS, YEARS, article, tables, without_tables
from tests.support.processes.command import nianbao
from tests.support.reports.docx import render_docx
from tests.support.reports.figures import figures_of_rows, published_figures
from tests.support.reports.random_reports import Printed, as_drawn, print_report
from tests.support.reports.xlsx import render_xlsx
from tests.support.sample_portal.pdf import render_pdf
from tests.support.warehouse.place import make_place

WAYS = {
    "a variable": "<div id='pdf'></div><script>var pdfData='{coded}';show(atob(pdfData));</script>",
    "a frame": '<iframe src="data:application/octet-stream;base64,{coded}"></iframe>',
    "a link": '<a href="data:application/octet-stream;base64,{coded}">下载</a>',
    "a field": '<input type="hidden" id="file" value="{coded}">',
}


def whole_report(printed: Printed, year: int, kind: str) -> bytes:
    return render_docx(printed.title, printed.parts) if kind == "docx" else render_pdf(AGENCY, year, printed.parts)


def holding(body: bytes, way: str) -> str:
    return WAYS[way].format(coded=base64.b64encode(body).decode())


@pytest.mark.parametrize("year", [*(pytest.param(year, marks=pytest.mark.long) for year in YEARS[:-1]), YEARS[-1]])
@pytest.mark.parametrize(("way", "kind"), [("a variable", "pdf"), ("a frame", "pdf"), ("a link", "docx")])
def test_a_report_inside_its_page_is_published(site: Site, way: str, kind: str, year: int) -> None:
    printed = print_report(year, year, PRINTERS[year % 3])
    site.list_page(printed.title, article(printed, holding(whole_report(printed, year, kind), way)))
    assert site.place.crawl().failures == []
    assert site.fetched() == [PAGE]
    assert published_figures(site.place) == printed.expected
    url = site.server.url + PAGE
    assert site.place.ask("SELECT agency, year, url, status FROM reports") == [(AGENCY, year, url, "complete")]
    ((actual,),) = site.place.ask("SELECT actual FROM findings WHERE \"check\" = 'read_with_parts'")
    assert str(actual).startswith(f"{url}#file-1 (SHA-256 ")
    assert site.place.crawl().counts.read == 0


def test_tables_inside_a_page_belong_to_its_text(site: Site) -> None:
    printed = print_report(2023, 4, as_drawn)
    embedded = holding(render_xlsx("", tables(printed)), "a field")
    site.list_page(printed.title, without_tables(printed, lambda table: embedded if not table else "<p></p>"))
    assert site.place.crawl().failures == []
    assert published_figures(site.place) == printed.expected
    ((problems,),) = site.place.ask("SELECT text FROM sections WHERE section = 'problems'")
    assert str(problems).startswith("主要问题")


def test_a_file_inside_a_page_that_names_another_year_is_no_part_of_it(site: Site) -> None:
    own, other = print_report(2023, 1, as_drawn), print_report(2020, 2, as_drawn)
    embedded = holding(render_docx(other.title, other.parts), "a variable")
    site.list_page(own.title, without_tables(own, lambda table: embedded if not table else "<p></p>"))
    site.place.crawl()
    assert site.place.ask("SELECT year, status FROM reports") == [(2023, "tables_missing")]
    ((message,),) = site.place.ask("SELECT message FROM findings WHERE \"check\" = 'parts_unread'")
    assert "#file-1" in str(message)
    assert "2020" in str(message)


def docx_of(printed: Printed) -> bytes:
    return render_docx(printed.title, printed.parts)


def test_files_inside_a_page_that_differ_are_never_chosen_between(site: Site) -> None:
    one, other = print_report(2023, 1, as_drawn), print_report(2023, 2, as_drawn)
    files = "".join(holding(docx_of(printed), "a field") for printed in (other, one))
    site.list_page(one.title, without_tables(one, lambda table: files if not table else "<p></p>"))
    site.place.crawl()
    assert site.place.ask("SELECT year, status FROM reports") == [(2023, "tables_missing")]
    messages = site.place.ask("SELECT message FROM findings WHERE \"check\" = 'parts_unread'")
    assert "nothing tells which are this report's" in str(messages)


def test_files_inside_a_page_that_agree_are_one_report(site: Site) -> None:
    printed = print_report(2023, 1, as_drawn)
    files = holding(docx_of(printed), "a field") + holding(render_pdf(AGENCY, 2023, printed.parts), "a frame")
    site.list_page(printed.title, article(printed, files))
    assert site.place.crawl().failures == []
    assert published_figures(site.place) == printed.expected


@pytest.mark.parametrize("reverse", [False, True])
def test_an_archive_inside_a_page_that_holds_another_body_is_no_part_of_it(site: Site, reverse: bool) -> None:
    own, other = print_report(2023, 1, as_drawn), print_report(2023, 2, as_drawn)
    bodies = [docx_of(own), docx_of(replace(other, title=other.title.replace(AGENCY, "乙丑县人民政府")))]
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for number, body in enumerate(reversed(bodies) if reverse else bodies):
            archive.writestr(f"{number}.docx", body)
    embedded = holding(packed.getvalue(), "a variable")
    site.list_page(own.title, without_tables(own, lambda table: embedded if not table else "<p></p>"))
    site.place.crawl()
    assert site.place.ask("SELECT year, status FROM reports") == [(2023, "tables_missing")]
    ((message,),) = site.place.ask("SELECT message FROM findings WHERE \"check\" = 'parts_unread'")
    assert "乙丑县人民政府" in str(message)


@pytest.mark.parametrize("cut", [-3, -400])
def test_a_broken_file_inside_a_page_is_told_and_never_passed_over(site: Site, cut: int) -> None:
    printed = print_report(2023, 4, as_drawn)
    coded = base64.b64encode(render_docx("附表", tables(printed))).decode().rstrip("=")
    while len(coded[:cut]) % 4 != 1:
        cut -= 1
    embedded = f"<script>var docData='{coded[:cut]}'</script>"
    site.list_page(printed.title, without_tables(printed, lambda table: embedded if not table else "<p></p>"))
    site.list_page(f"{AGENCY}2022年政府信息公开工作年度报告", f"<p>年度报告</p>{embedded}", PAGE.replace("_1", "_2"))
    outcome = site.place.crawl()
    assert site.place.ask("SELECT year, status FROM reports") == [(2023, "tables_missing")]
    ((message,),) = site.place.ask("SELECT message FROM findings WHERE \"check\" = 'parts_unread'")
    assert "its base64 breaks off" in str(message)
    (failure,) = outcome.failures
    assert "its base64 breaks off" in failure.reason
    (verdict,) = [one for one in site.place.verdicts() if str(one["url"]).endswith("_2.html")]
    assert verdict["state"] == "quarantined"


def test_a_saved_page_with_its_report_inside_is_extracted_and_ingested(tmp_path: Path) -> None:
    printed = print_report(2023, 6, as_drawn)
    page = tmp_path / "page.html"
    page.write_text(article(printed, holding(whole_report(printed, 2023, "pdf"), "a variable")), "utf-8")
    done = nianbao("extract", page, "--format", "json", folder=tmp_path)
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert figures_of_rows(told) == printed.expected
    assert told["report"]["status"] == "complete"
    place = make_place(tmp_path / "data", "http://127.0.0.1:9")
    assert place.ingest(page, jurisdiction="CN-990101").failures == []
    assert published_figures(place) == printed.expected
