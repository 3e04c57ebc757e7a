"""A night over several portals of which some are up to something: the others are published in their own time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from extractors.portals.portal import Portal, write_portal
from flows.nightly.run import crawl_night, crawl_one
from flows.settings import Settings
from flows.workers.threads import in_threads
from tests.support.portals.county import COUNTY, GOVERNMENT, County
from tests.support.portals.stalling import STALLING
from tests.support.servers.dripping import DRIPPING
from tests.support.servers.scripted import Answer

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
PLAIN = 5


def _dripping_list(portal: County, form: str) -> None:
    portal.serve(portal.list_path, DRIPPING[form])


def _dripping_page(portal: County) -> None:
    portal.add(GOVERNMENT, 2022, DRIPPING["header lines"])


def _bad_ports(portal: County) -> None:
    """List reports at ports that are none, and one whose page redirects to such a port."""
    for year, port in ((2020, ":8O80"), (2021, ":99999"), (2022, ":80:80")):
        path = portal.add(GOVERNMENT, year)
        listed = f"http://127.0.0.1{port}{path}"
        portal.listed[-1] = (listed, *portal.listed[-1][1:])
    portal.add(GOVERNMENT, 2019, Answer(status=302, headers={"Location": "http://127.0.0.1:8O80/"}))
    portal.foot = f'<a href="http://127.0.0.1:99999{portal.list_path}index_2.html">下一页</a>'


def _long_delay(portal: County) -> None:
    portal.serve("/robots.txt", "User-agent: *\nCrawl-delay: 86400\n")


def _stalling_list(portal: County, much: str) -> None:
    portal.serve(portal.list_path, STALLING[much])


MUCH = ("writes that are not closed", "pagers in attributes", "attributes")
FORMS = ("status line", "100 Continue", "trailers", "empty members of gzip")
NO_ADDRESS = "is not the address of a web page"
ODD: dict[str, tuple[Callable[[County], None], dict[str, str]]] = {
    **{f"list-{at}": (partial(_dripping_list, form=form), {"unreachable": "1 s"}) for at, form in enumerate(FORMS)},
    "delay": (_long_delay, {"blocked": "asks for 86,400 s between requests"}),
    **{f"stall-{at}": (partial(_stalling_list, much=much), {"failed": ""}) for at, much in enumerate(MUCH)},
    "page": (_dripping_page, {"reports_failed": "1 s"}),
    "ports": (_bad_ports, {"failed": NO_ADDRESS, "reports_failed": NO_ADDRESS}),
}
"""By the name of a portal: what it is up to, and the kinds of its alarms with words in each."""


@pytest.fixture
def servers() -> Iterator[dict[str, County]]:
    names = [*(f"other-{at}" for at in range(PLAIN)), *ODD]
    with ExitStack() as stack:
        made = {name: stack.enter_context(County()) for name in names}
        for server in made.values():
            server.add(GOVERNMENT, 2023)
        for name, (prepare, _) in ODD.items():
            prepare(made[name])
        yield made


def test_each_odd_portal_has_an_outcome_and_the_others_are_published(
    servers: dict[str, County], tmp_path: Path
) -> None:
    for number, (name, server) in enumerate(servers.items(), 1):
        write_portal(_file(server, name, number), tmp_path / "portals")
    allowed = frozenset(server.authority for server in servers.values())
    settings = Settings(data_root=tmp_path, allow_private_hosts=allowed, retries=1, backoff=0.01, total_time=1.0)
    begun = monotonic()
    with in_threads(partial(crawl_one, settings), 8) as begin:
        outcome = crawl_night(settings, list(servers), 0, JUNE, begin)
    assert monotonic() - begun < 30
    assert {publication.jurisdiction for publication in outcome.publications} >= {_code(at + 1) for at in range(PLAIN)}
    told: dict[tuple[str, str], str] = {(alarm.portal, alarm.kind): alarm.reason for alarm in outcome.alarms}
    expected = {(name, kind): words for name, (_, kinds) in ODD.items() for kind, words in kinds.items()}
    assert told.keys() == expected.keys()
    assert [key for key, words in expected.items() if words not in told[key]] == []


def _file(server: County, name: str, number: int) -> Portal:
    code = _code(number)
    return server.file().model_copy(update={"id": name, "jurisdiction": code, "divisions": {COUNTY: code}})


def _code(number: int) -> str:
    return f"CN-9902{number:02}"
