"""A column on another host of the same government: named, and followed only where the portal's file allows its host.

The homepage is on 127.0.0.1, the column on localhost: two servers, and two names that belong to different owners.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise

import pytest

from extractors.discovery.list_choice import FoundListPages, line_to_add
from extractors.discovery.list_reader import Discovery, read_list_pages
from extractors.discovery.list_search import find_list_pages
from extractors.hosts import is_listed
from extractors.portals.portal import AUTO
from extractors.web.client import PoliteClient
from extractors.web.policy import Politeness
from extractors.web.request import Request
from tests.support.portals.homepages import HUB, nav
from tests.support.portals.server import SimulatedPortal, annual_reports, hub_items, page, reports, titles
from tests.support.portals.static import TrsPortal, lines
from tests.support.servers.scripted import Answer
from transforms.prose.titles import listed_title

REPORTS = annual_reports(20)
ITEMS = REPORTS + hub_items()
COLUMN = "政府信息公开年报"


@dataclass(frozen=True, slots=True)
class TwoHosts:
    """A portal, and a host elsewhere with its column of reports, at `elsewhere`."""

    home: SimulatedPortal
    column: TrsPortal

    @property
    def host(self) -> str:
        return f"localhost:{self.column.port}"

    @property
    def elsewhere(self) -> str:
        return f"http://{self.host}{self.column.list_path}"

    def politeness(self, allow_hosts: tuple[str, ...], **changes: object) -> Politeness:
        return self.home.politeness(
            allow_private_hosts=frozenset({self.home.authority, self.host}),
            allow_hosts=frozenset(allow_hosts),
            **changes,
        )

    def search(self, *allow_hosts: str) -> tuple[FoundListPages, Discovery]:
        """Search as a portal's file with these hosts does, and read the lists that are found."""
        with PoliteClient(self.politeness(allow_hosts)) as client:
            found = find_list_pages(f"{self.home.url}/", AUTO, client.get, _is_report, allow_hosts)
            return found, read_list_pages([one.url for one in found.found], AUTO, client.get)


def _is_report(title: str, under: str) -> bool:
    return listed_title(title, under) is not None


def links_from_the_homepage(two: TwoHosts) -> None:
    two.home.serve("/", page(f'<a href="{two.elsewhere}">{COLUMN}</a>'))


def links_from_a_hub(two: TwoHosts) -> None:
    two.home.serve("/", page(nav((HUB, "政府信息公开"))))
    two.home.serve(HUB, page(f'<a href="{two.elsewhere}">年度报告</a>'))


def redirects(two: TwoHosts) -> None:
    two.home.serve("/", page(f'<a href="/nb/">{COLUMN}</a>'))
    two.home.serve("/nb/", Answer(status=302, headers={"Location": two.elsewhere}))


def redirects_by_a_page(two: TwoHosts) -> None:
    two.home.serve("/", page(f'<a href="/nb/">{COLUMN}</a>'))
    two.home.serve("/nb/", f'<html><meta http-equiv="refresh" content="0;url={two.elsewhere}"></html>')


def frames(two: TwoHosts) -> None:
    two.home.serve("/", page(f'<a href="/nb/">{COLUMN}</a>'))
    two.home.serve("/nb/", page(f'<iframe src="{two.elsewhere}"></iframe>'))


def links_a_hub_that_is_the_root_of_its_host(two: TwoHosts) -> None:
    two.home.serve("/", page(f'<a href="http://{two.host}/">政府信息公开专栏</a>'))
    two.column.serve("/", page(f'<a href="{two.column.list_path}">{COLUMN}</a>'))


WAYS = [
    links_from_the_homepage,
    links_from_a_hub,
    redirects,
    redirects_by_a_page,
    frames,
    links_a_hub_that_is_the_root_of_its_host,
]


@pytest.fixture
def two() -> Iterator[TwoHosts]:
    with ExitStack() as stack:
        home = stack.enter_context(SimulatedPortal("/none/", []))
        yield TwoHosts(home, stack.enter_context(TrsPortal(ITEMS)))


@pytest.mark.parametrize("way", WAYS)
def test_a_column_elsewhere_is_named_and_not_asked_for(two: TwoHosts, way: Callable[[TwoHosts], None]) -> None:
    way(two)
    found, _ = two.search()
    assert (found.found, two.column.requests) == ([], [])
    assert two.host in {one.host for one in found.elsewhere}
    assert found.reason is not None
    assert f"`{line_to_add(found.elsewhere, ())}`" in found.reason
    assert "list_pages:" in found.reason


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("with_port", [True, False])
def test_a_column_on_an_allowed_host_is_read_to_its_end(
    two: TwoHosts, way: Callable[[TwoHosts], None], with_port: bool
) -> None:
    way(two)
    found, listed = two.search(two.host if with_port else "localhost")
    assert reports(listed) == titles(REPORTS)
    assert (found.outcome, found.reason, listed.complete) == ("ok", None, True)
    assert [one.url for one in found.found] == [two.elsewhere]


def test_another_port_than_the_allowed_one_is_another_host(two: TwoHosts) -> None:
    links_from_the_homepage(two)
    found, _ = two.search(f"localhost:{two.home.port}", "www.localhost", f"{two.host}0")
    assert (found.found, two.column.requests) == ([], [])
    assert found.reason is not None
    assert f"allow_hosts: ['localhost:{two.home.port}', www.localhost, '{two.host}0', '{two.host}']" in found.reason


def test_a_host_elsewhere_does_not_come_up_beside_a_list_of_the_portals_own(two: TwoHosts) -> None:
    """A hub of another government does not; a list of reports does, for it may be the rest."""
    own = lines(REPORTS[:3])
    hub = f'<a href="http://{two.host}/zwgk/">政府信息公开</a>'
    two.home.serve("/nb/", page(own))
    two.home.serve("/", page(f'<a href="/nb/">{COLUMN}</a>{hub}'))
    alone, _ = two.search()
    assert (len(alone.found), alone.elsewhere, alone.reason) == (1, (), None)
    two.home.serve("/", page(f'<a href="/nb/">{COLUMN}</a>{hub}<a href="{two.elsewhere}">历年年报</a>'))
    beside, _ = two.search()
    assert (len(beside.found), [one.url for one in beside.elsewhere]) == (1, [two.elsewhere])
    assert (beside.reason, two.column.requests) == (None, [])


def test_robots_of_the_other_host_are_obeyed(two: TwoHosts) -> None:
    links_from_the_homepage(two)
    two.column.serve("/robots.txt", "User-agent: *\nDisallow: /\n")
    found, _ = two.search(two.host)
    assert (found.found, found.outcome) == ([], "refused_by_robots")
    assert [asked.path for asked in two.column.requests] == ["/robots.txt"]


def test_the_other_host_learns_who_asks_and_has_a_rate_of_its_own(two: TwoHosts) -> None:
    links_from_the_homepage(two)
    with PoliteClient(two.politeness((two.host,), delay=0.2)) as client:
        for url in (f"{two.home.url}/", two.elsewhere, f"{two.home.url}/", two.elsewhere):
            assert client.get(Request(url)).outcome == "ok"
    for host in (two.home, two.column):
        assert {asked.headers["from"] for asked in host.requests} == {"contact@example.org"}
        times = [asked.time for asked in host.requests]
        assert len(times) == 3  # with robots.txt
        assert all(later - before >= 0.15 for before, later in pairwise(times))


@pytest.mark.parametrize(
    ("url", "host", "listed"),
    [
        ("http://Nb.Y.gov.cn/a", "nb.y.gov.cn", True),
        ("https://nb.y.gov.cn:8443/a", "nb.y.gov.cn", True),
        ("https://nb.y.gov.cn/a", "nb.y.gov.cn:443", True),
        ("http://nb.y.gov.cn/a", "nb.y.gov.cn:443", False),
        ("http://nb.y.gov.cn.evil.cn/a", "nb.y.gov.cn", False),
        ("http://x.nb.y.gov.cn/a", "nb.y.gov.cn", False),
        ("http://nb.y.gov.cn@evil.cn/", "nb.y.gov.cn", False),
        ("http://nb.y.gov.cn:8O80/", "nb.y.gov.cn", False),
        ("http://[::1]:8080/", "[::1]", True),
        ("http://122.137.242.24:8080/", "122.137.242.24:8080", True),
    ],
)
def test_which_addresses_a_host_stands_for(url: str, host: str, listed: bool) -> None:
    assert is_listed(url, [host]) is listed
