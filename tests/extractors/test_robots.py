"""robots.txt as a real server shows it, hides it, or fails to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from extractors.request import Request
from extractors.session import Session
from tests.extractors.loopback import Answer, FakeTime, Loopback, fetch


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as loopback:
        yield loopback


@pytest.mark.parametrize("status", [404, 410, 400])
def test_host_without_robots_allows_all(server: Loopback, status: int) -> None:
    server.answer("/robots.txt", Answer(status))
    server.answer("/a", Answer(body=b"page"))
    assert fetch(server, "/a").outcome == "ok"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(401, "refused_by_robots"), (403, "refused_by_robots"), (503, "unreachable"), (429, "throttled")],
)
def test_host_that_hides_robots_or_fails_allows_nothing(server: Loopback, status: int, outcome: str) -> None:
    server.answer("/robots.txt", Answer(status))
    server.answer("/a", Answer(body=b"page"))
    response = fetch(server, "/a", retries=1)
    assert (response.outcome, response.status, server.paths()) == (outcome, None, [])
    assert "/robots.txt" in response.reason


def test_robots_rules_for_our_name_are_obeyed_and_read_once(server: Loopback) -> None:
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: nianbao\nDisallow: /closed/\n"
    server.answer("/robots.txt", Answer(body=rules))
    server.answer("/a", Answer(body=b"page"))
    with Session(server.politeness()) as session:
        assert session.get(Request(server.url + "/a")).outcome == "ok"
        refused = session.get(Request(server.url + "/closed/b"))
    assert (refused.outcome, server.paths()) == ("refused_by_robots", ["/a"])
    assert "/closed/b" in refused.reason
    assert len(server.asked) == 2


def test_redirect_into_a_closed_folder_is_refused(server: Loopback) -> None:
    server.answer("/robots.txt", Answer(body=b"User-agent: *\nDisallow: /closed/\n"))
    server.answer("/a", Answer(302, headers={"Location": "/closed/b"}))
    assert fetch(server, "/a").outcome == "refused_by_robots"
    assert server.paths() == ["/a"]


def test_failed_robots_is_asked_again_after_five_minutes(server: Loopback) -> None:
    time = FakeTime()
    server.answer("/robots.txt", Answer(500), Answer(404))
    server.answer("/a", Answer(body=b"page"))
    with Session(server.politeness(retries=0), time.clock, time.sleep) as session:
        assert session.get(Request(server.url + "/a")).outcome == "unreachable"
        assert session.get(Request(server.url + "/a")).outcome == "unreachable"
        time.now += 301
        assert session.get(Request(server.url + "/a")).outcome == "ok"


def test_redirects_of_robots_end_in_permission(server: Loopback) -> None:
    server.answer("/robots.txt", Answer(302, headers={"Location": "/robots.txt"}))
    server.answer("/a", Answer(body=b"page"))
    assert fetch(server, "/a").outcome == "ok"
