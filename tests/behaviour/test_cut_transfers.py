"""Pages that come back cut: none takes the place of the whole one, each is named, kept, and asked for again."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from extractors.archive.archive import JournalEntry
from extractors.web.client import PoliteClient
from flows.documents.capture import Capture
from flows.runs.result import Counts
from flows.steps.fetch import Fetcher
from flows.workspace import open_workspace
from tests.support.portals.county import GOVERNMENT, County, report_page
from tests.support.servers.scripted import Answer
from tests.support.servers.transfers import head_of, sent, transfers
from tests.support.warehouse.place import Place

PAGE = report_page(GOVERNMENT, 2023).encode()
WAYS = transfers(PAGE)


def journal(place: Place) -> list[JournalEntry]:
    with open_workspace(place.settings) as workspace:
        return list(workspace.archive.fetches(pytest.fail))


@pytest.mark.parametrize(("way", "step"), [(way, 100 if way == "HTTP/1.0" else 500) for way in WAYS])
def test_cut_page_is_kept_for_what_it_is(county: County, tmp_path: Path, way: str, step: int) -> None:
    path = county.add(GOVERNMENT, 2023, sent(*WAYS[way]))
    place = county.place(tmp_path)
    head, body = WAYS[way]
    with open_workspace(place.settings) as workspace, PoliteClient(place.settings.politeness(0.0)) as client:
        fetcher = Fetcher(workspace, client, "jiazi", Counts())
        whole = fetcher.capture(county.url + path)
        assert isinstance(whole, Capture)
        for end in range(step, len(body), step):
            county.serve(path, sent(head, body[:end]))
            reason = fetcher.capture(county.url + path)
            assert isinstance(reason, str), end
            known = workspace.ledger.address(county.url + path)
            assert known is not None
            assert (known.sha256, known.last_changed) == (whole.sha256, whole.address.last_changed)
            assert known.outcome != "ok"
        county.serve(path, sent(head, body))
        again = fetcher.capture(county.url + path)
        assert isinstance(again, Capture)
        assert (again.sha256, fetcher.counts.captures) == (whole.sha256, 1)
    kept = {line.sha256 for line in journal(place) if line.outcome == "unreachable"} - {None}
    assert len(kept) >= 3
    assert whole.sha256 not in kept
    assert kept <= {*place.captures()}


def test_published_report_outlasts_cut_pages(county: County, tmp_path: Path) -> None:
    path = county.add(GOVERNMENT, 2023, sent(*WAYS["plain"]))
    place = county.place(tmp_path)
    assert place.crawl().counts.published == 1
    files = place.files()
    for way in ("gzip", "chunks", "HTTP/1.0"):
        head, body = WAYS[way]
        county.serve(path, sent(head, body[: len(body) * 9 // 10]))
        outcome = place.crawl()
        assert [failure.where for failure in outcome.failures] == [county.url + path], way
        assert "breaks off" in outcome.failures[0].reason
        assert (outcome.counts.read, place.files()) == (0, files)
    county.serve(path, sent(*WAYS["chunks"]))
    assert (place.crawl().failures, place.files()) == ([], files)


def test_list_that_is_cut_is_incomplete(county: County, tmp_path: Path) -> None:
    for year in (2022, 2023):
        county.add(GOVERNMENT, year)
    place = county.place(tmp_path)
    page = county.list_page().encode()
    county.serve(county.list_path, sent(head_of(version=0), page))
    assert place.crawl().counts.published == 2
    county.serve(county.list_path, sent(head_of(version=0), page[: page.index(b"2023")]))
    outcome = place.crawl()
    assert [alarm.kind for alarm in outcome.alarms][:1] == ["unreachable"]
    assert "</html" in outcome.alarms[0].reason


def test_file_without_its_end_is_cut(county: County, tmp_path: Path) -> None:
    pdf = b"%PDF-1.4\n" + bytes(3000) + b"\n%%EOF\n"
    place = county.place(tmp_path)
    county.serve("/a.pdf", Answer(pdf))
    with open_workspace(place.settings) as workspace, PoliteClient(place.settings.politeness(0.0)) as client:
        fetcher = Fetcher(workspace, client, "jiazi", Counts())
        for body, taken in ((pdf, True), (pdf[:2000], False), (pdf[:-1], True), (b"%PDF-1.5 another", False)):
            county.serve("/a.pdf", sent(head_of(version=0), body))
            got = fetcher.capture(f"{county.url}/a.pdf")
            assert isinstance(got, Capture) == taken
    assert hashlib.sha256(pdf[:2000]).hexdigest() in place.captures()


def test_cut_page_is_not_what_a_plan_remembers(county: County, tmp_path: Path) -> None:
    head, body = WAYS["gzip"]
    path = county.add(GOVERNMENT, 2023, sent(head, body[:500]))
    place = county.place(tmp_path)
    with open_workspace(place.settings) as workspace, PoliteClient(place.settings.politeness(0.0)) as client:
        memory = workspace.ledger.saved_responses("plan", workspace.archive)
        fetcher = Fetcher(workspace, client, "jiazi", Counts(), cache=memory)
        assert isinstance(fetcher.capture(county.url + path), str)
        county.serve(path, sent(head, body))
        for _ in range(2):
            assert isinstance(fetcher.capture(county.url + path), Capture)
    assert county.targets() == [path, path]


def test_page_that_never_had_an_end_is_taken_as_it_is(county: County, tmp_path: Path) -> None:
    place = county.place(tmp_path)
    with open_workspace(place.settings) as workspace, PoliteClient(place.settings.politeness(0.0)) as client:
        fetcher = Fetcher(workspace, client, "jiazi", Counts())
        for number in range(3):
            county.serve("/a.html", Answer(f"<html><body><p>{'甲子县' * 300}{number}</p>"))
            assert isinstance(fetcher.capture(f"{county.url}/a.html"), Capture)
