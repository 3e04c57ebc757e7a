"""A county's reports behind the list of every dialect, crawled whole and crawled again, by whatever names they go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from extractors.portals.portal import AUTO, Portal
from flows.runs.result import RunResult
from flows.settings import Settings
from tests.support.portals import clerks
from tests.support.portals.epoint import EpointPortal
from tests.support.portals.gkmlpt import GkmlptPortal
from tests.support.portals.hanweb_jpaas import JpaasPortal
from tests.support.portals.hanweb_jpage import JpagePortal
from tests.support.portals.hanweb_xxgk import XxgkPortal
from tests.support.portals.lonsun import LonsunPortal
from tests.support.portals.lying import LyingPortal
from tests.support.portals.nfcms import NfcmsPortal
from tests.support.portals.openness import OpennessDetailPortal, OpennessPortal
from tests.support.portals.server import Item, SimulatedPortal
from tests.support.portals.static import CONTAINER_FIRST, FramedPortal, GenericPortal, TrsPortal
from tests.support.portals.trs_servers import IgsPortal, WasPortal
from tests.support.portals.truecms import TruecmsPortal
from tests.support.portals.ucap import UcapPortal
from tests.support.portals.ucap_relatives import CodesPortal, PostedPortal, Search5Portal
from tests.support.portals.vsb import VsbPortal
from tests.support.warehouse.place import Place

PORTALS: dict[str, Callable[[list[Item]], SimulatedPortal]] = {
    "gkmlpt": GkmlptPortal,
    "nfcms": NfcmsPortal,
    "hanweb_jpaas": JpaasPortal,
    "hanweb_jpage": JpagePortal,
    "hanweb_jpage, posted": lambda items: JpagePortal(items, by="post", inline=False),
    "hanweb_xxgk": lambda items: XxgkPortal(items, area=False),
    "truecms": TruecmsPortal,
    "epoint_gov": EpointPortal,
    "ucap": UcapPortal,
    "ucap, static": lambda items: UcapPortal(items, static=True),
    "ucap_posted": PostedPortal,
    "ucap_codes": CodesPortal,
    "ucap_search5": Search5Portal,
    "lonsun_label": LonsunPortal,
    "openness_showlist": OpennessPortal,
    "openness_showlist, branch": lambda items: OpennessPortal(items, word="BranchOpennessContent"),
    "openness_detail": OpennessDetailPortal,
    "vsb": lambda items: VsbPortal(items, files=False),
    "trs_static": TrsPortal,
    "trs_static, from 1": lambda items: TrsPortal(items, pager=CONTAINER_FIRST, base=2),
    "trs_igs": IgsPortal,
    "trs_igs, list": lambda items: IgsPortal(items, form="list", states=""),
    "trs_was": WasPortal,
    "generic_list": GenericPortal,
    "generic_list, in a frame": FramedPortal,
    "trs_static, one page too many": lambda items: LyingPortal(items, declares=17),
    "trs_static, two pages too many": lambda items: LyingPortal(items, declares=18, behind="the last page"),
    "trs_static, hundreds too many": lambda items: LyingPortal(items, declares=322, behind="no entries"),
    "trs_static, too few": lambda items: LyingPortal(items, declares=2, behind="410"),
    "ucap, hundreds too many": lambda items: LyingPortal(items, declares=999, behind="nothing", api=True),
    "ucap, too few": lambda items: LyingPortal(items, declares=1, behind="the first page", api=True),
}


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
