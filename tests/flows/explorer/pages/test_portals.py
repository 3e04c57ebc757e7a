from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from flows.ledger.ledger import Ledger
from flows.settings import Settings
from flows.workspace import known_portals
from tests.support.explorer_client import pages_of
from tests.support.fixtures import Crawled
from tests.support.warehouse.example_answers import publish_examples


def page_at(client: TestClient, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "lxml")


def test_all_known_portals_are_listed_and_have_a_page(tmp_path: Path) -> None:
    publish_examples(tmp_path / "warehouse")
    known = known_portals(Settings(data_root=tmp_path))
    with pages_of(tmp_path) as client:
        page = page_at(client, "/en/portals/")
        links = [str(link["href"]) for link in page.select("main th a")]
        assert {link.strip("./") for link in links} >= known.keys()
        for link in links:
            assert page_at(client, f"/en/portals/{link}").select("h1")[0].get_text()
        assert client.get("/en/portals/nowhere/").status_code == 404
    assert not (tmp_path / "ledger.sqlite").exists()


def test_a_portal_shows_its_file_its_years_and_its_gaps(tmp_path: Path) -> None:
    publish_examples(tmp_path / "warehouse")
    with pages_of(tmp_path) as client:
        weihai = page_at(client, "/zh/portals/weihai/")
        assert "威海" in weihai.select("h1")[0].get_text()
        assert "homepage" in [term.get_text() for term in weihai.select("dt")]
        wendeng = page_at(client, "/en/portals/wendeng/").get_text()
    assert "HTTP 412" in wendeng
    assert "blocked" in wendeng


def test_the_last_crawl_and_the_counts_are_those_of_the_run(crawled: Crawled) -> None:
    settings = crawled.place.settings
    counted = crawled.place.ask("SELECT state, count(*) FROM coverage WHERE agency_id IS NOT NULL GROUP BY ALL")
    with pages_of(settings.data_root) as client:
        rows = {row.select("th")[0].get_text(): row for row in page_at(client, "/en/portals/").select("tbody tr")}
        text = rows["sample"].get_text()
        assert "lists read to their end" in text
        for state, count in counted:
            assert f"{str(state).replace('_', ' ')} {count}" in text
        assert "never crawled" in rows["weihai"].get_text()
        shown = page_at(client, "/en/portals/sample/")
    assert sum(int(cell.get_text() or 0) for cell in shown.select("td.number")) == sum(int(str(n)) for _, n in counted)


def test_alarms_stand_at_their_portal(tmp_path: Path) -> None:
    publish_examples(tmp_path / "warehouse")
    settings = Settings(data_root=tmp_path)
    with Ledger(settings.database) as ledger:
        run = ledger.runs.begin("crawl")
        ledger.runs.end(run, {}, [{"portal": "weihai", "kind": "fewer", "reason": "<b>3 of 9</b>"}])
    with pages_of(tmp_path) as client:
        for address in ("/en/portals/", "/en/portals/weihai/"):
            page = page_at(client, address)
            assert "fewer: <b>3 of 9</b>" in page.get_text()
            assert not page.select("main b")


@pytest.mark.parametrize("portal", ["%3Cscript%3E", "..%2F..%2Fsample", "'; DROP TABLE coverage", "%00"])
def test_odd_ids_have_no_page(portal: str, tmp_path: Path) -> None:
    publish_examples(tmp_path / "warehouse")
    with pages_of(tmp_path) as client:
        answer = client.get(f"/en/portals/{portal}/")
        assert answer.status_code == 404
        assert "<script>" not in answer.text
