"""A county's reports behind the list of every dialect, crawled whole and crawled again, by whatever names they go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from extractors.portals.portal import AUTO, Portal
from flows.runs.result import RunResult
from flows.settings import Settings
from tests.support.portals import clerks
from tests.support.portals.every import PORTALS
from tests.support.portals.server import SimulatedPortal
from tests.support.warehouse.place import Place


@dataclass(frozen=True, slots=True)
class Crawled:
    """A portal, and what its first crawl brought."""

    name: str
    server: SimulatedPortal
    place: Place
    outcome: RunResult


@pytest.fixture(scope="module", params=PORTALS)
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with PORTALS[request.param](clerks.listed()) as server:
        server.article = clerks.article
        server.validates = True
        place = _place(server, tmp_path_factory.mktemp("data"))
        yield Crawled(request.param, server, place, place.crawl())


def _place(server: SimulatedPortal, root: Path) -> Place:
    portal = Portal(
        id="jiazi",
        name="甲子县人民政府",
        jurisdiction="CN-990101",
        homepage=f"{server.url}/",
        list_pages=(server.url + server.list_path,),
        dialect=AUTO,
        divisions={clerks.COUNTY: "CN-990101"},
        delay=0.0,
    )
    allowed = frozenset({server.authority})
    return Place(portal, Settings(data_root=root, allow_private_hosts=allowed, backoff=0.01, retries=0))


def test_every_report_is_published_once_under_its_year(crawled: Crawled) -> None:
    assert (crawled.outcome.failures, crawled.outcome.alarms) == ([], [])
    rows = crawled.place.ask("SELECT title, year, jurisdiction FROM reports ORDER BY ALL")
    assert rows == sorted((report.title, report.year, "CN-990101") for report in clerks.published())


def test_every_report_is_published_under_its_body(crawled: Crawled) -> None:
    rows = crawled.place.ask("SELECT agency, year FROM reports ORDER BY ALL")
    assert rows == sorted((report.body, report.year) for report in clerks.published())
    ((bodies, ids),) = crawled.place.ask("SELECT count(DISTINCT agency), count(DISTINCT report_id) FROM reports")
    assert (bodies, ids) == (len(clerks.BODIES), len(clerks.published()))


AGAIN = [pytest.param(name, marks=pytest.mark.long if ", " in name else ()) for name in PORTALS]
"""Each dialect; its varieties, whose pages are found in other ways and asked for in the same, in the long run."""


@pytest.mark.parametrize("crawled", AGAIN, indirect=True)
def test_second_run_transfers_no_page_that_has_a_validator_and_writes_nothing(crawled: Crawled) -> None:
    files, captures, verdicts = crawled.place.files(), crawled.place.captures(), crawled.place.verdicts()
    before = len(crawled.server.requests)
    outcome = crawled.place.crawl()
    assert (outcome.failures, outcome.partitions) == ([], set())
    assert (crawled.place.files(), crawled.place.captures()) == (files, captures)
    assert crawled.place.verdicts() == verdicts
    again = [one for one in crawled.server.requests[before:] if one.path != "/robots.txt"]
    assert crawled.server.sent_again == []
    assert len([one for one in again if one.status == 304]) >= len(clerks.published())
    assert outcome.counts.captures == 0
