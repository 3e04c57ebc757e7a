"""robots.txt as a real server shows it, hides it, or fails to."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from time import monotonic

import pytest

from extractors.web.client import PoliteClient
from extractors.web.request import Request
from extractors.web.robots import MOST_BYTES
from tests.support.fake_time import FakeTime
from tests.support.portals.server import annual_reports, reports, titles
from tests.support.portals.static import TrsPortal
from tests.support.servers.scripted import Answer, ScriptedServer, fetch


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as loopback:
        yield loopback


@pytest.mark.parametrize("status", [404, 410, 400])
def test_host_without_robots_allows_all(server: ScriptedServer, status: int) -> None:
    server.serve("/robots.txt", Answer(status=status))
    server.serve("/a", Answer(body=b"page"))
    assert fetch(server, "/a").outcome == "ok"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(401, "refused_by_robots"), (403, "refused_by_robots"), (503, "unreachable"), (429, "throttled")],
)
def test_host_that_hides_robots_or_fails_allows_nothing(server: ScriptedServer, status: int, outcome: str) -> None:
    server.serve("/robots.txt", Answer(status=status))
    server.serve("/a", Answer(body=b"page"))
    response = fetch(server, "/a", retries=1)
    assert (response.outcome, response.status, server.targets()) == (outcome, None, [])
    assert "/robots.txt" in response.reason


def test_robots_rules_for_our_name_are_obeyed_and_read_once(server: ScriptedServer) -> None:
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: nianbao\nDisallow: /closed/\n"
    server.serve("/robots.txt", Answer(body=rules))
    server.serve("/a", Answer(body=b"page"))
    with PoliteClient(server.politeness()) as session:
        assert session.get(Request(server.url + "/a")).outcome == "ok"
        refused = session.get(Request(server.url + "/closed/b"))
    assert (refused.outcome, server.targets()) == ("refused_by_robots", ["/a"])
    assert "/closed/b" in refused.reason
    assert len(server.requests) == 2


def test_redirect_into_a_closed_folder_is_refused(server: ScriptedServer) -> None:
    server.serve("/robots.txt", Answer(body=b"User-agent: *\nDisallow: /closed/\n"))
    server.serve("/a", Answer(status=302, headers={"Location": "/closed/b"}))
    assert fetch(server, "/a").outcome == "refused_by_robots"
    assert server.targets() == ["/a"]


def test_failed_robots_is_asked_again_after_five_minutes(server: ScriptedServer) -> None:
    time = FakeTime()
    server.serve("/robots.txt", Answer(status=500), Answer(status=404))
    server.serve("/a", Answer(body=b"page"))
    with PoliteClient(server.politeness(retries=0), time.clock, time.sleep) as session:
        assert session.get(Request(server.url + "/a")).outcome == "unreachable"
        assert session.get(Request(server.url + "/a")).outcome == "unreachable"
        time.now += 301
        assert session.get(Request(server.url + "/a")).outcome == "ok"


def test_redirects_of_robots_end_in_permission(server: ScriptedServer) -> None:
    server.serve("/robots.txt", Answer(status=302, headers={"Location": "/robots.txt"}))
    server.serve("/a", Answer(body=b"page"))
    assert fetch(server, "/a").outcome == "ok"


# What is odd about the file itself


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_robots_with_a_byte_order_mark_is_obeyed(server: ScriptedServer, encoding: str, end: str) -> None:
    server.serve("/robots.txt", Answer(f"User-agent: *{end}Disallow: /closed/{end}".encode(encoding)))
    assert fetch(server, "/closed/a").outcome == "refused_by_robots"


@pytest.mark.parametrize("packed", [False, True])
def test_robots_is_read_so_far_and_no_further(server: ScriptedServer, *, packed: bool) -> None:
    closed = b"User-agent: *\nDisallow: /closed/\n"
    padding = b"Disallow: /other/\n" * (MOST_BYTES // 18)
    body = closed + padding + b"Disallow: /\n" * 300_000
    coding = {"Content-Encoding": "gzip"} if packed else {}
    server.serve("/robots.txt", Answer(gzip.compress(body) if packed else body, headers=coding))
    server.serve("/a", "page")
    assert fetch(server, "/closed/a").outcome == "refused_by_robots"
    assert fetch(server, "/a").outcome == "ok"
    assert fetch(server, "/robots.txt", max_bytes=MOST_BYTES).outcome == "too_large"


def test_line_of_robots_that_is_cut_at_the_limit_does_not_count(server: ScriptedServer) -> None:
    start = b"User-agent: *\n"
    server.serve("/robots.txt", Answer(start + b"#" * (MOST_BYTES - len(start) - 14) + b"\nDisallow: /closed/" + start))
    server.serve("/a", "page")
    assert fetch(server, "/a").outcome == "ok"


def test_robots_without_end_is_left_at_the_limit(server: ScriptedServer) -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /closed/\n"
    server.serve("/robots.txt", Answer(head, raw=True, drips=b"# more\n" * 1000))
    server.serve("/a", "page")
    begun = monotonic()
    assert [fetch(server, path, total_time=60.0).outcome for path in ("/closed/a", "/a")] == ["refused_by_robots", "ok"]
    assert monotonic() - begun < 20


def test_robots_with_many_programs_and_rules_is_read_in_bounded_time(server: ScriptedServer) -> None:
    programs = "".join(f"User-agent: program-{number}\n" for number in range(8_000))
    rules = "".join(f"Disallow: /{number}/\n" for number in range(12_000))
    server.serve("/robots.txt", f"{programs}{rules}User-agent: Nianbao # ours\nDisallow: /closed/\n")
    server.serve("/1/", "page")
    begun = monotonic()
    assert [fetch(server, path).outcome for path in ("/closed/a", "/1/")] == ["refused_by_robots", "ok"]
    assert monotonic() - begun < 20


@pytest.mark.parametrize(("delay", "outcome"), [("3600", "ok"), ("3601", "crawl_delay"), ("86400", "crawl_delay")])
def test_crawl_delay_that_is_too_long_is_named_at_once(server: ScriptedServer, delay: str, outcome: str) -> None:
    time = FakeTime()
    server.serve("/robots.txt", f"User-agent: *\nCrawl-delay: {delay}\n")
    server.serve("/a", "page")
    with PoliteClient(server.politeness(), time.clock, time.sleep) as session:
        response = session.get(Request(server.url + "/a"))
    assert (response.outcome, time.slept) == (outcome, [])
    if outcome != "ok":
        assert (f"{int(delay):,} s" in response.reason, server.targets()) == (True, [])


# Case 18 of PORTALS §11: a crawl of a whole list


@pytest.fixture
def portal() -> Iterator[TrsPortal]:
    with TrsPortal(annual_reports(40)) as simulated:
        yield simulated


@pytest.mark.parametrize(
    "answer",
    [
        Answer("User-agent: *\nAllow: /\nSitemap: /sitemap.xml\n", headers={"Content-Type": "text/plain"}),
        Answer("User-agent: *\nDisallow: /xw/\n"),
        Answer("User-agent: *", headers={"Content-Type": "text/html"}),
        Answer("<html><title>404</title><body>您访问的页面不存在</body></html>", headers={"Content-Type": "text/html"}),
        Answer("", headers={"Content-Type": "text/html"}),
        Answer(status=404),
        Answer(status=412),
    ],
)
def test_18_robots_that_forbids_nothing(portal: TrsPortal, answer: Answer) -> None:
    portal.serve("/robots.txt", answer)
    found = portal.crawl()
    assert (found.complete, reports(found)) == (True, titles(portal.items))


@pytest.mark.parametrize(
    ("answer", "outcome", "word"),
    [
        (Answer("User-agent: *\nDisallow: /zwgk/\n"), "refused_by_robots", "disallows /zwgk/nb/"),
        (Answer(status=403), "refused_by_robots", "HTTP 403"),
        (Answer(status=401), "refused_by_robots", "HTTP 401"),
        (Answer("<html><script>$_ts={};</script></html>"), "waf", "firewall"),
        (Answer("<html></html>", 521), "waf", "521"),
        (Answer(status=500), "unreachable", "HTTP 500"),
        (Answer(status=429), "throttled", "HTTP 429"),
    ],
)
def test_18_robots_that_lets_nobody_in(portal: TrsPortal, answer: Answer, outcome: str, word: str) -> None:
    portal.serve("/robots.txt", answer)
    found = portal.crawl()
    assert (found.entries, found.complete, {asked.path for asked in portal.requests}) == ([], False, {"/robots.txt"})
    assert word in str(found.reason)
    with PoliteClient(portal.politeness()) as session:
        assert session.get(Request(portal.url + portal.list_path)).outcome == outcome


def test_18_pages_of_a_list_that_robots_forbids_make_it_partial(portal: TrsPortal) -> None:
    portal.serve("/robots.txt", "User-agent: *\nDisallow: /zwgk/nb/index_2\n")
    found = portal.crawl()
    assert (reports(found), found.complete) == (titles(portal.items[:30]), False)
    assert "disallows /zwgk/nb/index_2" in str(found.reason)
