"""The page of a report: each figure as it is printed and read, its findings, its prose, and the way to its source."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from flows.explorer.finding_id import finding_id
from tests.flows.explorer.pages.read_page import by_id, inner_links, page, pages_on, text
from tests.support.warehouse.rows import HERE, finding, indicator, report, request
from warehouse.publish.panel_findings import publish_panel_findings
from warehouse.publish.write import publish
from warehouse.schema import Row

AGENCY = "00000000000000aa"
REPORT = f"{AGENCY}-2024"
NO_NUMBER: dict[str, Any] = {"value": None, "raw": "", "state": "blank"}


def _page(
    folder: Path, path: str = f"/en/reports/{REPORT}/", about: Row | None = None, **rows: list[Row]
) -> html.HtmlElement:
    """Return the page of a report that has some rows."""
    own = report(REPORT, **{"layout": "30号", "agency_id": AGENCY, **(about or {})})
    publish(folder / "warehouse", HERE, {"reports": [own], **rows})
    with pages_on(folder / "warehouse", folder) as client:
        return page(client, path)


def test_a_blank_stays_blank_and_what_sums_force_is_marked_as_implied(tmp_path: Path) -> None:
    forced = request(REPORT, "granted", **NO_NUMBER, implied=Decimal(4))
    found = by_id(_page(tmp_path, requests=[request(REPORT, **NO_NUMBER), forced, request(REPORT, "carried_in")]))
    blank, implied = found["cell-requests/received/total"], found["cell-requests/granted/total"]
    assert text(blank.xpath("./a")[0]) == "blank"
    assert text(implied.xpath("./a")[0]) == "blank implied ⟨4⟩"
    assert implied.xpath("./a/span[@class='implied']")
    assert "implied: 4 件" in _told(found, implied)
    assert "value: none" in _told(found, blank)
    assert "implied" not in _told(found, blank)
    assert text(found["cell-requests/carried_in/total"].xpath("./a")[0]) == "7"


def _told(found: dict[str, html.HtmlElement], cell: html.HtmlElement) -> str:
    """Return what describes the figure in a cell to whoever points at it or reads it aloud."""
    (link,) = cell.xpath("./a[@target='source']")
    rows = found[link.get("aria-describedby")].xpath(".//dl/div")
    return "; ".join(f"{text(row[0])}: {text(row[1])}" for row in rows)


def test_a_figure_tells_how_and_where_it_was_read(tmp_path: Path) -> None:
    read = request(REPORT, raw="1z", value=None, state="unreadable", page=3, grid=0, row=4, column=9, confidence=0.61)
    document = _page(tmp_path, requests=[read])
    found = by_id(document)
    cell = found["cell-requests/received/total"]
    assert "unreadable" in cell.get("class").split()
    assert _told(found, cell) == (
        "Figure: received · total; Printed: 1z; state: unreadable; value: none; method: html; confidence: 0.61; "
        "page: 3; grid: 0; row: 4; column: 9"
    )
    (link,) = cell.xpath("./a[@target='source']")
    assert link.get("href") == "source/requests/received/total/"
    (frame,) = document.xpath("//iframe[@name='source']")
    assert frame.get("title") == "Source of the chosen figure"


def test_a_cell_that_the_report_lacks_is_no_blank(tmp_path: Path) -> None:
    found = by_id(_page(tmp_path, requests=[request(REPORT)]))
    lacking = found["cell-requests/granted/total"]
    assert "missing" in lacking.get("class")
    assert text(lacking) == "∅ not found in the report"
    assert not lacking.xpath(".//a")
    assert "The report has no such table." in text(found["table-disclosures"].getparent())


def test_figures_that_the_form_has_no_place_for_come_after_it(tmp_path: Path) -> None:
    found = by_id(_page(tmp_path, requests=[request(REPORT)], indicators=[indicator(REPORT, "local.2")]))
    cell = found["cell-indicators/local.2"]
    assert [text(each) for each in cell.getparent().xpath("./th | ./td/a | ./td[not(a)]")] == [
        "公开栏张贴条数 local: 2",
        "585",
        "条",
    ]


@pytest.mark.parametrize("layout", [None, "30", "99号"])
def test_without_a_known_form_every_figure_is_still_there(tmp_path: Path, layout: str | None) -> None:
    document = _page(tmp_path, about={"layout": layout}, requests=[request(REPORT), request(REPORT, "granted")])
    found = by_id(document)
    assert {"cell-requests/received/total", "cell-requests/granted/total"} <= found.keys()
    assert "This table follows no official form." in text(document)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_report_of_prose_alone_has_its_text(tmp_path: Path, language: str) -> None:
    sections: list[Row] = [
        {"report_id": REPORT, "position": 0, "section": None, "heading": None, "text": "现公布年度报告。"},
        {"report_id": REPORT, "position": 1, "section": "overview", "heading": "一、概述", "text": "全年收到申请3件。"},
    ]
    stated = {**_statement(start=6, end=8), "approximate": True}
    about: Row = {"layout": None, "status": "narrative_only"}
    path = f"/{language}/reports/{REPORT}/"
    document = _page(tmp_path, path, about=about, sections=sections, statements=[stated])
    found = by_id(document)
    assert not document.xpath("//td[starts-with(@id, 'cell-')]")
    figure = found["text-statement-1-6"]
    assert (figure.text, figure.get("href")) == ("3件", "source/statements/1/6/")
    told = text(found[figure.get("aria-describedby")])
    assert ("约 3 件" if language == "zh" else "about 3 件") in told
    assert "收到申请" in told
    assert text(found["statement-1-6"].xpath("./td")[1]) == "3"
    assert "#text-statement-1-6" in found["statement-1-6"].xpath(".//a/@href")


def _statement(start: int, end: int) -> Row:
    return {
        "report_id": REPORT,
        "position": 1,
        "section": "overview",
        "metric": "applications_received",
        "label": "收到申请",
        "value": Decimal(3),
        "unit": "件",
        "approximate": False,
        "sentence": "全年收到申请3件。",
        "start": start,
        "end": end,
        "method": "html",
    }


def test_findings_and_the_cells_that_they_concern_lead_to_each_other(tmp_path: Path) -> None:
    cells = ["total/total", "granted/total", "nowhere/total"]
    failed = finding(REPORT, check="results_total", cells=cells, expected="4", actual="7")
    general = finding(REPORT, check="year_from_text", severity="warning", table=None, cells=[], message="猜测")
    absent = finding(REPORT, check="unread_table", severity="info", table="indicators", cells=[], message="何表")
    requests = [request(REPORT, "total"), request(REPORT)]
    document = _page(tmp_path, requests=requests, findings=[general, absent, failed])
    found = by_id(document)
    identifier = finding_id(REPORT, "results_total", "requests", cells, "总计 1 ≠ 0")
    listed = found[f"finding-{identifier}"]
    assert text(listed).startswith("✕1 error 总计 1 ≠ 0 check: results_total · expected: 4 · actual: 7")
    assert f"../../findings/{identifier}/" in listed.xpath(".//a/@href")
    assert [link for link in listed.xpath(".//a/@href") if link.startswith("#")] == [
        "#cell-requests/total/total",
        "#cell-requests/granted/total",
    ]
    assert "nowhere/total" in text(listed)
    for cell in ("cell-requests/total/total", "cell-requests/granted/total"):
        (mark,) = found[cell].xpath(f"./a[@href='#finding-{identifier}']")
        assert text(mark) == "error ✕1"
    assert "!2 warning 猜测 check: year_from_text" in text(document)
    assert "i3 info 何表 table: indicators · check: unread_table" in text(document)
    assert not [fragment for fragment in inner_links(document) if fragment not in found]


def test_a_finding_on_prose_leads_to_the_figures_that_it_concerns(tmp_path: Path) -> None:
    on_prose = finding(REPORT, table="statements", cells=["overview/applications_received/收到申请"])
    sections: list[Row] = [
        {"report_id": REPORT, "position": 1, "section": "overview", "heading": "一", "text": "收到申请3件。"}
    ]
    document = _page(tmp_path, statements=[_statement(4, 6)], findings=[on_prose], sections=sections)
    found = by_id(document)
    assert "#statement-1-4" in document.xpath("//li//a/@href")
    assert text(found["statement-1-4"].xpath("./th")[0]) == "收到申请 error ✕1"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_neighbouring_years_and_the_body_are_linked(tmp_path: Path, language: str) -> None:
    for year in (2021, 2023, 2025, 2026):
        partition = type(HERE)(HERE.jurisdiction, year)
        row = report(f"{AGENCY}-{year}", layout="30号", agency_id=None if year == 2021 else AGENCY)
        publish(tmp_path / "warehouse", partition, {"reports": [row]})
    links = _page(tmp_path, f"/{language}/reports/{REPORT}/").xpath("//nav[@class='years']/a")
    assert [link.get("href") for link in links] == [f"../{AGENCY}-2023/", f"../{AGENCY}-2025/"]


def test_facts_are_all_there_and_only_web_addresses_are_links(tmp_path: Path) -> None:
    document = _page(tmp_path, about={"contact_phone": "0631-1", "agency_printed": "市府办"})
    told = {text(row[0]): text(row[1]) for row in document.xpath("//dl[@class='facts']/div")}
    assert told["agency printed"] == "市府办"
    assert told["contact phone"] == "0631-1"
    assert told["Official form"] == "30号 国办公开办函〔2021〕30号"
    assert (told["published on"], told["first seen"]) == ("2025-01-20", "2025-03-01 02:00 UTC")
    assert told["capture sha256"] == "0" * 64
    (link,) = document.xpath(f"//a[@href='https://example.org/{REPORT}.html']")
    assert link.get("rel") == "noreferrer noopener"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[TestClient]:
    publish(tmp_path / "warehouse", HERE, {"reports": [report(REPORT, layout="30号")]})
    with pages_on(tmp_path / "warehouse", tmp_path) as client:
        yield client


@pytest.mark.parametrize("address", ["x", "00000000000000aa-2023", "..%2f..%2fetc", "%27%20OR%201=1--", "<script>"])
def test_a_report_that_is_not_there_is_not_found(pages: TestClient, address: str) -> None:
    assert pages.get(f"/en/reports/{address}/").status_code == 404


def test_what_other_reports_make_odd_stands_below_its_findings(tmp_path: Path) -> None:
    odd = {"report_id": REPORT, "check": "equal_tables", "severity": "warning", "message": "as <b>others</b>"}
    row = {**odd, **dict.fromkeys(["table", "expected", "actual"]), "cells": [], "others": ["00000000000000bb-2024"]}
    publish_panel_findings(tmp_path / "warehouse", {HERE: [row, {**row, "report_id": "other"}]})
    (item,) = _page(tmp_path).xpath("//ul[@class='findings']/li")
    assert "as <b>others</b>" in text(item)
    assert item.xpath(".//a/@href") == ["../00000000000000bb-2024/"]
