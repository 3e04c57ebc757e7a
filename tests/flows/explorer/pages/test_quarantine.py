from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from extractors.archive.quarantine import Origin, Quarantine, QuarantineRecord
from flows.explorer.pages import quarantine as quarantine_page
from tests.support.explorer_client import pages_of
from tests.support.warehouse.example_answers import publish_examples
from warehouse.storage.store import open_store

WHEN = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)
PAGE = """<html><head><title>通知</title><script>alert("marker")</script><style>p {color: red}</style></head>
<body><p>某县<b>通知</b></p><!-- hidden --><table><tr><td>一</td><td>二</td></tr></table>
<img src=x onerror=alert(1)></body></html>"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quarantined")
    publish_examples(folder / "warehouse")
    return folder


@pytest.fixture(scope="module")
def records(root: Path) -> list[QuarantineRecord]:
    quarantine = Quarantine(open_store(str(root / "quarantine")))
    known = {"jurisdiction": "CN-371003", "agency": "某局", "year": 2021}
    page = PAGE.encode()
    first = Origin.model_validate({"source": "http://a.example/1.html", "portal": "weihai", **known})
    second = Origin(source="javascript:alert(1)", portal="files", listed_at="http://a.example/list")
    return [
        quarantine.put(page, "text/html", first, "no table of a report was found", WHEN),
        quarantine.put(page, "text/html", second, "the year is not known", WHEN),
        quarantine.put(b"%PDF-1.4 torn", "application/pdf", first, "the file is torn", WHEN),
        quarantine.put(b"", "application/x-empty", first, "the file is torn", WHEN),
        quarantine.put(b"<!-- -->", "text/html", first, "no table of a report was found", WHEN),
        quarantine.put("一\n二".encode("gb18030"), "text/plain", first, "no table of a report was found", WHEN),
    ]


@pytest.fixture(scope="module")
def client(root: Path, records: list[QuarantineRecord]) -> Iterator[TestClient]:
    with pages_of(root) as opened:
        yield opened


def page_at(client: TestClient, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "lxml")


def test_what_waits_is_listed_with_counts_by_reason(client: TestClient, records: list[QuarantineRecord]) -> None:
    page = page_at(client, "/en/quarantine/")
    reasons, documents = page.select("main table")
    assert [[cell.get_text() for cell in row.select("td")] for row in reasons.select("tbody tr")] == [
        ["3", "no table of a report was found"],
        ["2", "the file is torn"],
        ["1", "the year is not known"],
    ]
    assert len(documents.select("tbody tr")) == len(records)


def test_the_list_is_filtered_by_portal_and_reason(client: TestClient) -> None:
    for query, count in (("portal=files", 1), ("reason=torn", 2), ("portal=files&reason=torn", 0), ("portal=nix", 0)):
        page = page_at(client, f"/zh/quarantine/?{query}")
        assert sum(len(table.select("tbody tr")) for table in page.select("main table")[1:]) == count
    link = page_at(client, "/zh/quarantine/").select("main table a")[0]["href"]
    assert len(page_at(client, f"/zh/quarantine/{link}").select("main table")[1].select("tbody tr")) == 3


def test_a_document_shows_each_source_and_its_text_as_text(client: TestClient, records: list[QuarantineRecord]) -> None:
    page = page_at(client, f"/en/quarantine/{records[0].sha256}/")
    text = page.get_text()
    for fact in ("no table of a report was found", "the year is not known", "某局", "2021", records[0].sha256):
        assert fact in text
    assert [line.get_text() for line in page.select(".archived p")] == ["通知", "某县", "通知", "一", "二"]
    assert "javascript:alert(1)" in text
    assert not [link for link in page.select("a") if str(link["href"]).startswith("javascript:")]
    assert not page.select("script, img, style")
    assert "marker" not in text


def test_every_document_has_a_page_in_both_languages(client: TestClient, records: list[QuarantineRecord]) -> None:
    for record in records:
        for language in ("zh", "en"):
            assert record.sha256 in page_at(client, f"/{language}/quarantine/{record.sha256}/").get_text()
    plain = next(record for record in records if record.media == "text/plain")
    assert [line.get_text() for line in page_at(client, f"/en/quarantine/{plain.sha256}/").select(".archived p")] == [
        "一",
        "二",
    ]


@pytest.mark.parametrize("sha256", ["0" * 64, "00", "..%2f..%2fetc%2fpasswd", "A" * 64, "%00"])
def test_other_addresses_have_no_page(sha256: str, client: TestClient) -> None:
    assert client.get(f"/en/quarantine/{sha256}/").status_code == 404


def test_bytes_that_were_lost_are_said_to_be(tmp_path: Path) -> None:
    publish_examples(tmp_path / "warehouse")
    quarantine = Quarantine(open_store(str(tmp_path / "quarantine")))
    record = quarantine.put(b"x", "text/plain", Origin(source="a", portal="files"), "why", WHEN)
    next((tmp_path / "quarantine").rglob("original")).unlink()
    with pages_of(tmp_path) as client:
        assert "is missing" in page_at(client, f"/en/quarantine/{record.sha256}/").get_text()


def test_a_warehouse_alone_has_an_empty_list(tmp_path: Path) -> None:
    publish_examples(tmp_path / "warehouse")
    with pages_of(tmp_path) as client:
        assert "0 of 0 documents" in page_at(client, "/en/quarantine/").get_text()
    assert not (tmp_path / "quarantine").exists()


def test_what_is_too_large_is_not_opened(
    client: TestClient, records: list[QuarantineRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine_page, "_LARGEST", 10)
    monkeypatch.setattr(Quarantine, "original", lambda *_: pytest.fail("it was opened"))
    page = page_at(client, f"/en/quarantine/{records[0].sha256}/")
    assert "at most 10 are read here" in page.get_text()


def test_what_a_reader_dies_of_is_a_line(
    client: TestClient, records: list[QuarantineRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine_page, "QuarantinedText", lambda *_: None)
    page = page_at(client, f"/en/quarantine/{records[0].sha256}/")
    assert page.select("p.error")
    assert page_at(client, "/en/quarantine/")
