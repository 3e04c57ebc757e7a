"""What is posted to one address is kept apart in archive and ledger, and asked for whole each time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from extractors.discovery.list_reader import discover
from extractors.encoding import decode
from extractors.portals.portal import AUTO, Portal
from extractors.web.client import PoliteClient
from extractors.web.request import Request
from flows.documents.capture import Capture
from flows.runs.result import Counts
from flows.settings import Settings
from flows.steps.fetch import Fetcher
from flows.workspace import open_workspace
from tests.support.portals.county import GOVERNMENT, County, report_page
from tests.support.portals.epoint import EpointPortal
from tests.support.portals.server import SimulatedPortal, annual_reports, reports, titles
from tests.support.servers.scripted import Answer


def test_pages_that_are_posted_for_have_addresses_of_their_own(tmp_path: Path) -> None:
    items = annual_reports(40)
    with EpointPortal(items) as server, open_workspace(Settings(data_root=tmp_path)) as workspace:
        portal = Portal(
            id="x",
            name="甲子县人民政府",
            jurisdiction="CN-990101",
            homepage=server.url + "/",
            list_pages=(server.url + server.list_path,),
            dialect=AUTO,
        )
        first, second = Counts(), Counts()
        for counts in (first, second):
            with PoliteClient(server.politeness()) as session:
                found = discover(portal, Fetcher(workspace, session, "x", counts).fetch)
            assert reports(found) == titles(items)
    # The page of the column, its script, three pages of the list, and the empty one that ends it.
    assert (first.fetched, first.captures) == (6, 6)
    assert (second.fetched, second.captures) == (6, 0)


def test_charset_of_the_portal_goes_before_what_pages_declare(tmp_path: Path) -> None:
    text = '<html><head><meta charset="gb2312"></head><body><a href="/1.html">政府信息公開年報</a></body></html>'
    body = text.encode("big5hkscs")
    with SimulatedPortal("/nb/", []) as server, open_workspace(Settings(data_root=tmp_path)) as workspace:
        server.serve("/nb/", Answer(body, headers={"Content-Type": "text/html; charset=gb2312"}))
        url = f"{server.url}/nb/"
        with PoliteClient(server.politeness()) as session:
            misread = Fetcher(workspace, session, "x", Counts())
            assert "年報" not in decode(misread.fetch_page(Request(url)).body)
            collector = Fetcher(workspace, session, "x", Counts(), "big5-hkscs")
            assert decode(collector.fetch_page(Request(url)).body) == text
            capture = collector.capture(url)
        assert isinstance(capture, Capture)
        assert capture.body == body == workspace.archive.get(capture.sha256)
        assert decode(capture.body, capture.content_type) == text


FIRST, SECOND = (Answer(report_page(GOVERNMENT, 2022, seed).encode()) for seed in (1, 2))
GONE, REFUSED = Answer(status=404), Answer(status=412)


@pytest.mark.parametrize(
    ("kept", "since", "body"),
    [
        (FIRST, FIRST, FIRST.body),
        (FIRST, SECOND, SECOND.body),
        (FIRST, GONE, FIRST.body),
        (FIRST, REFUSED, FIRST.body),
        (GONE, SECOND, SECOND.body),
        (GONE, REFUSED, None),
    ],
)
def test_capture_names_the_bytes_it_holds_whoever_asked_since(
    county: County, tmp_path: Path, kept: Answer, since: Answer, body: bytes | None
) -> None:
    url = county.url + county.add(GOVERNMENT, 2022, kept)
    place = county.place(tmp_path)
    with open_workspace(place.settings) as workspace:
        memory = workspace.ledger.saved_responses("plan", workspace.archive)

        def capture(*, remembered: bool) -> Capture | str:
            with PoliteClient(place.settings.politeness(0.0)) as session:
                given = memory if remembered else None
                collector = Fetcher(workspace, session, "jiazi", Counts(), cache=given)
                return collector.capture(url)

        capture(remembered=True)
        county.serve(url.removeprefix(county.url), since)
        capture(remembered=False)
        county.requests.clear()
        got = capture(remembered=True)
        assert county.requests == []
        assert (None if isinstance(got, str) else got.body) == body
        if not isinstance(got, str):
            known = workspace.ledger.address(url)
            assert known is not None
            assert hashlib.sha256(got.body).hexdigest() == got.sha256 == known.sha256 == got.address.sha256


def test_capture_that_another_crawl_got_and_the_archive_has_lost_is_asked_for(county: County, tmp_path: Path) -> None:
    path = county.add(GOVERNMENT, 2022, FIRST)
    place = county.place(tmp_path)
    with open_workspace(place.settings) as workspace:
        memory = workspace.ledger.saved_responses("plan", workspace.archive)
        for given, answer in ((memory, FIRST), (None, SECOND), (memory, SECOND)):
            county.serve(path, answer)
            county.requests.clear()
            with PoliteClient(place.settings.politeness(0.0)) as session:
                got = Fetcher(workspace, session, "jiazi", Counts(), cache=given).capture(county.url + path)
            assert isinstance(got, Capture)
            assert got.body == answer.body
            assert path in [one.path for one in county.requests]
            if given is None:
                (lost,) = (tmp_path / "archive" / "sha256").rglob(got.sha256)
                lost.write_bytes(b"")
