"""What is posted to one address is kept apart in archive and ledger, and asked for whole each time."""

from __future__ import annotations

from pathlib import Path

from extractors.discovery import discover
from extractors.portal import AUTO, Portal
from extractors.session import Session
from flows.collector import Collector
from flows.outcome import Counts
from flows.settings import Settings
from flows.workspace import open_workspace
from tests.portals.epoint import EpointPortal
from tests.portals.server import annual_reports, reports, titles


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
