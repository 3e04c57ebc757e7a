"""What is posted to one address is kept apart in archive and ledger, and asked for whole each time."""

from __future__ import annotations

from pathlib import Path

from extractors.discovery import discover
from extractors.encoding import decode
from extractors.portal import AUTO, Portal
from extractors.request import Request
from extractors.session import Session
from flows.collector import Capture, Collector
from flows.outcome import Counts
from flows.settings import Settings
from flows.workspace import open_workspace
from tests.portals.epoint import EpointPortal
from tests.portals.server import Answer, SimulatedPortal, annual_reports, reports, titles


def test_pages_that_are_posted_for_have_addresses_of_their_own(tmp_path: Path) -> None:
    items = annual_reports(40)
    with EpointPortal(items) as server, open_workspace(Settings(data_root=tmp_path)) as workspace:
        portal = Portal(
            id="x",
            name="甲子县人民政府",
            jurisdiction="CN-990101",
            homepage=server.url + "/",
            columns=(server.url + server.column,),
            dialect=AUTO,
        )
        first, second = Counts(), Counts()
        for counts in (first, second):
            with Session(server.politeness()) as session:
                found = discover(portal, Collector(workspace, session, "x", counts).fetch)
            assert reports(found) == titles(items)
    # The page of the column, its script, three pages of the list, and twice the same empty one that ends it.
    assert (first.fetched, first.captures) == (7, 6)
    assert (second.fetched, second.captures) == (7, 0)


def test_charset_of_the_portal_goes_before_what_pages_declare(tmp_path: Path) -> None:
    text = '<html><head><meta charset="gb2312"></head><body><a href="/1.html">政府信息公開年報</a></body></html>'
    body = text.encode("big5hkscs")
    with SimulatedPortal("/nb/", []) as server, open_workspace(Settings(data_root=tmp_path)) as workspace:
        server.serve("/nb/", Answer(body, headers={"Content-Type": "text/html; charset=gb2312"}))
        url = f"{server.url}/nb/"
        with Session(server.politeness()) as session:
            misread = Collector(workspace, session, "x", Counts())
            assert "年報" not in decode(misread.fetch_page(Request(url)).body)
            collector = Collector(workspace, session, "x", Counts(), "big5-hkscs")
            assert decode(collector.fetch_page(Request(url)).body) == text
            capture = collector.capture(url)
        assert isinstance(capture, Capture)
        assert capture.body == body == workspace.archive.get(capture.sha256)
        assert decode(capture.body, capture.content_type) == text
