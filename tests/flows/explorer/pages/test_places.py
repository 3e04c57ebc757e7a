from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from flows.explorer.records import shown
from tests.flows.explorer.places.test_downloads import HOSTILE, hostile
from tests.support.explorer_client import pages_of
from tests.support.fixtures import Demo
from tests.support.parsed_page import parsed
from tests.support.warehouse.country import Known, write_country
from tests.support.warehouse.rows import HERE, report
from warehouse.publish.write import publish


def rows_of(page: Any, heading: str) -> list[list[str]]:
    (section,) = page.xpath(f"//section[@aria-labelledby='{heading}']")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in section.iter("tr")]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", ["", "places/CN/", "places/CN-990000/", "places/CN-990101/", "places/CN-371003/"])
def test_pages_answer_in_both_languages(demo: Demo, language: str, address: str) -> None:
    with pages_of(demo.root) as client:
        answer = client.get(f"/{language}/{address}")
    assert answer.status_code == 200
    page = parsed(answer.text)
    assert page.get("lang") == {"zh": "zh-Hans", "en": "en"}[language]
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    identifiers = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(identifiers) == len(set(identifiers))


def test_which_counties_lack_a_year(demo: Demo) -> None:
    with pages_of(demo.root) as client:
        page = parsed(client.get("/en/places/CN-990000/?level=county&year=2020&show=lacking").text)
    assert "2020: of the divisions (2), 1 without their government's report" in page.text_content()
    _, *rows = rows_of(page, "divisions")
    assert rows == [["", "乙丑县 CN-990102", "not known", "not published", "0/1"]]


def test_who_refused_most_on_state_secrets(demo: Demo) -> None:
    with pages_of(demo.root) as client:
        page = parsed(client.get("/en/places/CN/?level=county&year=2022&figure=refused_state_secret&show=there").text)
    _, first, second = rows_of(page, "divisions")
    assert first[:3] == ["1", "乙丑县 CN-990102", "8"]
    assert second[:3] == ["2", "甲子县 CN-990101", "4"]


def test_what_no_page_asks_for_is_not_an_error(demo: Demo) -> None:
    with pages_of(demo.root) as client:
        for query in ("year=x", "year=9999", "page=-1", "page=99999999999", "sort=;", "figure=%00", "of=x", "bodies=7"):
            assert client.get(f"/en/places/CN-990101/?{query}").status_code == 200, query
        for code in ("CN-1", "cn-990101", "CN-990101'", "CN-000000", "%2e%2e", "CN-990101%00"):
            assert client.get(f"/en/places/{code}/").status_code == 404, code


def test_charts_are_data_beside_a_table_with_the_same_numbers(demo: Demo) -> None:
    with pages_of(demo.root) as client:
        page = parsed(client.get("/zh/places/CN-990101/").text)
    for figure in page.xpath("//section[@class='figure']"):
        specification = json.loads(figure.xpath(".//script")[0].text)
        assert "url" not in json.dumps(specification)
        name = figure.get("aria-labelledby")
        (_, *years), *lines = rows_of(page, name)
        printed = {(line[0], year): cell for line in lines for year, cell in zip(years, line[1:], strict=True)}
        for row in specification["datasets"]["rows"]:
            cell = printed[row.get("part") or row["name"], row["year"]]
            if name != "figure-outcomes_shares":
                share = name.endswith("_share")
                assert cell.split(" ")[0] == shown(row["value"], share=share), (name, row)


def test_what_is_not_known_is_no_zero(tmp_path: Path) -> None:
    figures = {"received": None, "total": 0, "granted": 0}
    write_country(tmp_path / "warehouse", [Known("CN-990101", 2021, "government", figures, None)])
    with pages_of(tmp_path) as client:
        page = parsed(client.get("/en/places/CN-990101/").text)
        below = parsed(client.get("/en/places/CN-990000/?level=county&figure=granted_share").text)
    assert rows_of(page, "figure-received")[1] == ["this place", ""]
    assert rows_of(page, "figure-outcomes")[1] == ["granted", "0"]
    assert rows_of(page, "figure-granted_share")[1] == ["this place", ""]
    assert rows_of(below, "divisions")[1][2] == "not known"


def test_nothing_of_a_report_is_markup(tmp_path: Path) -> None:
    hostile(tmp_path / "warehouse")
    publish(
        tmp_path / "warehouse", HERE, {"reports": [report("gov-2024", agency=HOSTILE[6], agency_kind="government")]}
    )
    with pages_of(tmp_path) as client:
        for address in ("/en/", "/en/places/CN-371003/", "/zh/places/CN-370000/?level=county", "/en/places/CN/"):
            page = parsed(client.get(address).text)
            scripts = page.xpath("//script[not(@src)]")
            assert {script.get("type") for script in scripts} <= {"application/json"}
            assert page.xpath("//*[@onload or @onerror or @onclick]") == []
    with pages_of(tmp_path) as client:
        text = parsed(client.get("/en/places/CN-371003/").text).text_content()
    assert HOSTILE[6] in text


def test_an_abolished_county_names_its_successor(demo: Demo) -> None:
    with pages_of(demo.root) as client:
        text = parsed(client.get("/en/places/CN-110103/").text).text_content()
    assert "in force until 2009" in text
    assert "东城区" in text


def test_a_warehouse_alone_is_enough(tmp_path: Path) -> None:
    publish(tmp_path / "warehouse", HERE, {"reports": [report("a-2024")]})
    with pages_of(tmp_path) as client:
        assert "no record of runs" in client.get("/en/").text
        assert client.get("/zh/places/CN-371003/").status_code == 200
    assert not (tmp_path / "ledger.sqlite").exists()
