"""The page of a body: its years, what is known of each, and what changed between them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from tests.flows.explorer.pages.read_page import by_id, inner_links, page, pages_on, text
from tests.support.fixtures import Crawled
from tests.support.warehouse.rows import covered, finding, indicator, report, request
from warehouse.paths import Partition
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.write import publish, write_dimension
from warehouse.query.query import connect, run
from warehouse.schema import Row

AGENCY = "00000000000000aa"
PLACE = "CN-371003"


def _publish(folder: Path, year: int, *requests: Row, **rows: list[Row]) -> None:
    own = [report(f"{AGENCY}-{year}", layout="60号" if year < 2021 else "30号", agency_id=AGENCY)]
    publish(folder / "warehouse", Partition(PLACE, year), {"reports": own, "requests": [*requests], **rows})


def _page(folder: Path, language: str = "en") -> html.HtmlElement:
    with pages_on(folder / "warehouse", folder) as client:
        return page(client, f"/{language}/bodies/{AGENCY}/")


def _request(year: int, value: int | None, outcome: str = "received", **changes: object) -> Row:
    printed: dict[str, Any] = {
        "value": value,
        "raw": "" if value is None else str(value),
        "state": "number" if value else "blank",
    }
    return request(f"{AGENCY}-{year}", outcome, **{**printed, **changes})


def _row(document: html.HtmlElement, label: str, table: int = 0) -> list[str]:
    """Return the cells of the row with a label in one of the tables of years side by side."""
    compared = document.xpath("//table[contains(@class, 'compared')]")[table]
    (row,) = (row for row in compared.iter("tr") if any(text(head).startswith(label) for head in row.iter("th")))
    return [text(cell) for cell in row.iter("td")]


def test_changes_are_told_by_arrow_and_number(tmp_path: Path) -> None:
    for year, value in ((2021, 4), (2022, 6), (2023, None), (2024, 3)):
        _publish(tmp_path, year, _request(year, value))
    document = _page(tmp_path)
    assert _row(document, "一、本年新收") == ["4", "6 ▲ up by 2 (+50 %)", "blank", "3"]
    links = document.xpath("//td/a[@class='figure']/@href")
    assert f"../../reports/{AGENCY}-2022/#cell-requests/received/total" in links


def test_an_implied_value_is_marked_and_blank_is_no_zero(tmp_path: Path) -> None:
    _publish(tmp_path, 2021, _request(2021, 4))
    _publish(tmp_path, 2022, _request(2022, None, implied=Decimal(3)))
    assert _row(_page(tmp_path), "一、本年新收") == ["4", "blank implied ⟨3⟩ ▼ down by 1 (-25 %)"]


def test_what_was_not_carried_over_is_marked_across_editions(tmp_path: Path) -> None:
    _publish(tmp_path, 2020, _request(2020, 9, "carried_out"))
    _publish(tmp_path, 2021, _request(2021, 7, "carried_in"), _request(2021, 2, "carried_out"))
    _publish(tmp_path, 2022, _request(2022, 2, "carried_in"))
    document = _page(tmp_path)
    assert _row(document, "四、结转下年度", 0) == ["9 ≠ they differ"]
    assert _row(document, "二、上年结转", 1)[0] == "7 ≠ they differ"
    assert _row(document, "二、上年结转", 1)[1].startswith("2 ▼")
    pairs = by_id(document)["carried"].getparent().xpath(".//tbody/tr")
    assert [text(pair[0]) for pair in pairs] == ["2020 → 2021", "2021 → 2022"]
    assert [text(pair[-1]) for pair in pairs] == ["9 ≠ they differ 7", "2 = the same 2"]
    assert "differs" in pairs[0][-1].get("class")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_year_tells_what_is_known_of_it(tmp_path: Path, language: str) -> None:
    _publish(tmp_path, 2021, findings=[finding(f"{AGENCY}-2021"), finding(f"{AGENCY}-2021", message="2")])
    lacking = [covered("sample", AGENCY, "blocked", reason="403")]
    publish_coverage(tmp_path / "warehouse", Partition(PLACE, 2022), "sample", lambda _: lacking)
    names = {"agency_id": AGENCY, "jurisdiction": PLACE, "name": "示例市人民政府", "kind": "government"}
    write_dimension(tmp_path / "warehouse", "agencies", [names | {"spellings": ["示例市政府 2021–2021"]}])
    document = _page(tmp_path, language)
    rows = [[text(cell) for cell in row] for row in by_id(document)["years"].getparent().xpath(".//tbody/tr")]
    if language == "en":
        assert rows == [
            ["2021", "complete 2021", "30号", "✕ error: 2", ""],
            ["2022", "no report", "", "", "blocked: 403 (sample)"],
        ]
    else:
        assert rows[1] == ["2022", "没有年报", "", "", "网站拒绝访问: 403 (sample)"]
    assert text(document.xpath("//h1")[0]) == "示例市人民政府"
    assert "示例市政府 2021–2021" in text(document)


def test_figures_outside_the_forms_are_mentioned_with_their_report(tmp_path: Path) -> None:
    _publish(tmp_path, 2012, indicators=[indicator(f"{AGENCY}-2012")])
    document = _page(tmp_path)
    (link,) = document.xpath("//li/a")
    assert (text(link), link.get("href")) == ("2012: indicators, 1", f"../../reports/{AGENCY}-2012/#table-indicators")


def test_a_body_that_no_table_names_is_not_found(tmp_path: Path) -> None:
    _publish(tmp_path, 2021)
    with pages_on(tmp_path / "warehouse", tmp_path) as client:
        assert client.get("/en/bodies/0000000000000000/").status_code == 404


def test_every_link_to_a_figure_leads_to_it(crawled: Crawled, tmp_path: Path) -> None:
    with pages_on(crawled.place.warehouse, tmp_path) as client, connect(crawled.place.warehouse) as connection:
        for (agency_id,) in run(connection, "SELECT DISTINCT agency_id FROM reports").rows:
            document = page(client, f"/zh/bodies/{agency_id}/")
            assert not [fragment for fragment in inner_links(document) if fragment not in by_id(document)]
            links = [link.removeprefix("../../").split("#") for link in document.xpath("//td/a[@class='figure']/@href")]
            assert links
            for report_path in {path for path, _ in links}:
                anchors = by_id(page(client, f"/zh/{report_path}"))
                assert {fragment for path, fragment in links if path == report_path} <= anchors.keys()
