"""The polite client against a real server: what it keeps, refuses, repeats and waits for."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic

import pytest

from extractors.web.client import PoliteClient
from extractors.web.request import Request
from extractors.web.response import Validators
from tests.support.fake_time import FakeTime
from tests.support.portals.server import SimulatedPortal
from tests.support.servers.scripted import Answer, ScriptedServer, fetch


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as loopback:
        yield loopback


def test_page_with_its_headers(server: ScriptedServer) -> None:
    server.serve("/a", Answer(body=b"page", headers={"ETag": '"1"'}))
    before = datetime.now(UTC)
    response = fetch(server, "/a")
    assert (response.outcome, response.status, response.body, response.headers["etag"]) == ("ok", 200, b"page", '"1"')
    assert response.url == response.final_url == server.url + "/a"
    assert before <= response.fetched_at <= datetime.now(UTC)
    assert server.requests[-1].headers["user-agent"] == "nianbao/test (+mailto:contact@example.org)"


@pytest.mark.parametrize("status", [404, 410])
def test_page_that_is_gone(server: ScriptedServer, status: int) -> None:
    server.serve("/a", Answer(status=status))
    assert fetch(server, "/a").outcome == "gone"


@pytest.mark.parametrize(("status", "outcome"), [(412, "waf"), (521, "waf"), (400, "failed"), (304, "failed")])
def test_other_statuses_are_told_apart_and_not_repeated(server: ScriptedServer, status: int, outcome: str) -> None:
    server.serve("/a", Answer(status=status))
    response = fetch(server, "/a")
    assert (response.outcome, response.body, server.targets()) == (outcome, b"", ["/a"])
    assert str(status) in response.reason


# Turns


def test_delay_between_requests_of_four_threads(server: ScriptedServer) -> None:
    for number in range(6):
        server.serve(f"/{number}", Answer(body=b"page"))
    with PoliteClient(server.politeness(delay=0.05)) as session, ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(lambda number: session.get(Request(f"{server.url}/{number}")), range(6)))
    assert [response.outcome for response in responses] == ["ok"] * 6
    starts = sorted(asked.time for asked in server.requests)
    assert len(starts) == 7
    # The last may start 0.3 s after the first; what is missing is how late a busy machine saw the first.
    assert starts[-1] - starts[0] >= 0.2


def test_longer_of_delay_and_crawl_delay(server: ScriptedServer) -> None:
    time = FakeTime()
    server.serve("/robots.txt", Answer(body=b"User-agent: *\nCrawl-delay: 7\n"))
    server.serve("/a", Answer(body=b"page"))
    with PoliteClient(server.politeness(delay=2.0), time.clock, time.sleep) as session:
        session.get(Request(server.url + "/a"))
        session.get(Request(server.url + "/a"))
    assert time.slept == [2.0, 7.0]


# Retries


def test_page_that_fails_twice(server: ScriptedServer) -> None:
    time = FakeTime()
    server.serve("/a", Answer(status=500), Answer(status=502), Answer(body=b"page"))
    with PoliteClient(server.politeness(backoff=1.0), time.clock, time.sleep) as session:
        response = session.get(Request(server.url + "/a"))
    assert (response.outcome, response.body, time.slept) == ("ok", b"page", [1.0, 2.0])


def test_page_that_keeps_failing(server: ScriptedServer) -> None:
    server.serve("/a", Answer(status=503))
    response = fetch(server, "/a", retries=2)
    assert (response.outcome, response.status, len(server.targets())) == ("unreachable", 503, 3)


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_waited_for(server: ScriptedServer, as_date: bool) -> None:
    time = FakeTime()
    value = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True) if as_date else "60"
    server.serve("/a", Answer(status=429, headers={"Retry-After": value}), Answer(body=b"page"))
    with PoliteClient(server.politeness(total_time=90.0), time.clock, time.sleep) as session:
        assert session.get(Request(server.url + "/a")).outcome == "ok"
    assert sum(time.slept) == pytest.approx(60, abs=2)


def test_retry_after_that_is_too_long_is_not_shortened(server: ScriptedServer) -> None:
    server.serve("/a", Answer(status=503, headers={"Retry-After": "3600"}))
    response = fetch(server, "/a")
    assert (response.outcome, len(server.targets())) == ("throttled", 1)
    assert "3600 s" in response.reason


def test_host_that_is_down(server: ScriptedServer) -> None:
    politeness = server.politeness(retries=1)
    server.__exit__(None, None, None)
    with PoliteClient(politeness) as session:
        response = session.get(Request(server.url + "/a"))
    assert (response.outcome, response.status) == ("unreachable", None)
    assert "refused" in response.reason.lower()
    assert "\n" not in response.reason


# Conditional requests


def test_unchanged_page_is_not_sent_again(server: ScriptedServer) -> None:
    server.scripts["/a"] = lambda asked: Answer(status=304 if asked.headers.get("if-none-match") == '"1"' else 200)
    response = fetch(server, "/a", Validators('"1"', "Wed, 01 Jan 2025 00:00:00 GMT"))
    assert (response.outcome, response.status, response.body) == ("not_modified", 304, b"")
    assert server.requests[-1].headers["if-modified-since"] == "Wed, 01 Jan 2025 00:00:00 GMT"


# Redirects


def test_redirect_on_the_same_host(server: ScriptedServer) -> None:
    server.serve("/a", Answer(status=301, headers={"Location": "b/"}))
    server.serve("/b/", Answer(body=b"page"))
    response = fetch(server, "/a")
    assert (response.outcome, response.url, response.final_url) == ("ok", server.url + "/a", server.url + "/b/")


def test_redirect_whose_address_is_not_ascii(server: ScriptedServer) -> None:
    server.serve("/a", Answer(status=302, headers={"Location": "/年报".encode().decode("latin-1")}))
    server.serve("/%E5%B9%B4%E6%8A%A5", Answer(body=b"page"))
    assert fetch(server, "/a").outcome == "ok"


def test_redirect_to_itself_with_a_cookie(server: ScriptedServer) -> None:
    def script(asked: object) -> Answer:
        if "CT6T=1" in getattr(asked, "headers", {}).get("cookie", ""):
            return Answer(body=b"page")
        return Answer(status=302, headers={"Location": "/a", "Set-Cookie": "CT6T=1"})

    server.scripts["/a"] = script
    assert fetch(server, "/a").outcome == "ok"


def test_redirect_loop_ends(server: ScriptedServer) -> None:
    server.serve("/a", Answer(status=302, headers={"Location": "/a"}))
    response = fetch(server, "/a")
    assert (response.outcome, len(server.targets())) == ("failed", 6)
    assert "redirects" in response.reason


@pytest.mark.parametrize("target", ["http://other.gov.cn/", "ftp://127.0.0.1/", "http://[::1", "//example.org/x"])
def test_redirect_off_the_site_is_refused(server: ScriptedServer, target: str) -> None:
    server.serve("/a", Answer(status=302, headers={"Location": target}))
    response = fetch(server, "/a")
    assert (response.outcome, server.targets()) == ("failed", ["/a"])


@pytest.mark.parametrize("target", ["http://127.0.0.1:8O80/", "http://127.0.0.1:99999/", "//127.0.0.1:80:80/", "//["])
def test_redirect_to_what_is_no_address(server: ScriptedServer, target: str) -> None:
    server.serve("/a", Answer(status=302, headers={"Location": target}))
    response = fetch(server, "/a")
    assert (response.outcome, server.targets()) == ("failed", ["/a"])
    assert target.rpartition("/")[0] in response.reason


# Limits


def test_body_of_a_redirect_is_not_read(server: ScriptedServer) -> None:
    server.serve("/a", Answer(bytes(100), 302, {"Location": "/b"}, pieces=100, pause=0.05))
    server.serve("/b", Answer(body=b"page"))
    start = monotonic()
    assert fetch(server, "/a").outcome == "ok"
    assert monotonic() - start < 2


def test_body_that_is_too_large(server: ScriptedServer) -> None:
    server.serve("/a", Answer(body=bytes(5000)))
    assert fetch(server, "/a", max_bytes=4999).outcome == "too_large"
    assert fetch(server, "/a", max_bytes=5000).body == bytes(5000)


def test_small_body_that_unpacks_to_a_large_one(server: ScriptedServer) -> None:
    server.serve("/a", Answer(body=gzip.compress(bytes(10_000_000)), headers={"Content-Encoding": "gzip"}))
    server.serve("/b", Answer(body=gzip.compress(bytes(10_000_000)), headers={"Content-Type": "text/html"}))
    for path in ("/a", "/b"):
        response = fetch(server, path, max_bytes=100_000)
        assert (response.outcome, response.body) == ("too_large", b"")


def test_slow_body_is_cut_off(server: ScriptedServer) -> None:
    server.serve("/a", Answer(body=bytes(100), pieces=100, pause=0.05))
    response = fetch(server, "/a", total_time=0.5)
    assert (response.outcome, response.body, len(server.targets())) == ("unreachable", b"", 1)
    assert "0.5 s" in response.reason


def test_body_that_breaks_off_is_no_page(server: ScriptedServer) -> None:
    server.serve("/a", Answer(body=b"half", content_length=8))
    response = fetch(server, "/a", retries=0)
    assert (response.outcome, response.body) == ("unreachable", b"")


def test_silent_server(server: ScriptedServer) -> None:
    server.serve("/a", Answer(body=b"late", pause=1.0))
    assert fetch(server, "/a", timeout=0.1, retries=0).outcome == "unreachable"


# Bytes


def test_gzip_declared_in_small_pieces(server: ScriptedServer) -> None:
    body = gzip.compress("年度报告".encode() * 100)
    server.serve("/a", Answer(body=body, headers={"Content-Encoding": "gzip"}, pieces=len(body)))
    assert fetch(server, "/a").body == "年度报告".encode() * 100


def test_gzip_that_no_header_declares(server: ScriptedServer) -> None:
    page = "年度报告".encode() * 100
    body = gzip.compress(page)
    server.serve("/a.html", Answer(body=body, headers={"Content-Type": "text/html"}))
    server.serve("/a.gz", Answer(body=body, headers={"Content-Type": "application/gzip"}))
    assert fetch(server, "/a.html").body == page
    assert fetch(server, "/a.gz").body == body


# Addresses


def test_private_address_is_refused(server: ScriptedServer) -> None:
    response = fetch(server, "/a", allow_private_hosts=frozenset())
    assert (response.outcome, server.requests) == ("forbidden_address", [])
    assert server.authority in response.reason


def test_name_of_a_private_address_is_refused(server: ScriptedServer) -> None:
    with PoliteClient(server.politeness()) as session:
        response = session.get(Request(server.url.replace("127.0.0.1", "localhost")))
    assert (response.outcome, server.requests) == ("forbidden_address", [])


def test_redirect_to_a_private_address_is_refused(server: ScriptedServer) -> None:
    with ScriptedServer() as inside:
        server.serve("/a", Answer(status=302, headers={"Location": inside.url + "/secret"}))
        response = fetch(server, "/a")
        assert (response.outcome, inside.requests) == ("forbidden_address", [])


@pytest.mark.parametrize("url", ["javascript:void(0)", "ftp://example.org/", "http://", "http://[::1", "/relative", ""])
def test_what_is_no_web_address(url: str, server: ScriptedServer) -> None:
    with PoliteClient(server.politeness()) as session:
        response = session.get(Request(url))
    assert response.outcome == "failed"
    assert response.reason


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("port", [":8O80", ":99999", ":80:80", ":0", ":-1", ":８０"])
def test_port_that_is_none(server: ScriptedServer, scheme: str, port: str) -> None:
    with PoliteClient(server.politeness()) as session:
        response = session.get(Request(f"{scheme}://127.0.0.1{port}/a"))
    assert (response.outcome, server.requests) == ("failed", [])


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".cn", "x y.cn", "*.cn", "[v1.a]", "x\u2028.cn"])
def test_host_that_cannot_be_one(server: ScriptedServer, host: str) -> None:
    with PoliteClient(server.politeness(retries=0)) as session:
        assert session.get(Request(f"http://{host}/a")).outcome in ("failed", "unreachable")


# What is posted


@pytest.fixture
def portal() -> Iterator[SimulatedPortal]:
    with SimulatedPortal("/nb/", []) as simulated:
        yield simulated


def test_form_is_posted_with_referer_and_without_conditions(portal: SimulatedPortal) -> None:
    portal.serve("/search", "found")
    request = Request(portal.url + "/search", form=(("名", "值"), ("page", "2")), referer=portal.url + "/列表/#7")
    with PoliteClient(portal.politeness()) as session:
        response = session.get(request, Validators(etag='"7"'))
    asked = portal.requests[-1]
    assert (response.outcome, response.body, response.url) == ("ok", b"found", request.url)
    assert (asked.method, asked.form) == ("POST", {"名": "值", "page": "2"})
    assert asked.headers["referer"] == portal.url + "/%E5%88%97%E8%A1%A8/"
    assert "if-none-match" not in asked.headers


@pytest.mark.parametrize(("status", "method", "posted"), [(302, "GET", ""), (307, "POST", "{}")])
def test_redirect_of_what_is_posted(portal: SimulatedPortal, status: int, method: str, posted: str) -> None:
    portal.serve("/search", Answer(status=status, headers={"Location": "/other"}))
    portal.serve("/other", "found")
    with PoliteClient(portal.politeness()) as session:
        response = session.get(Request(portal.url + "/search", json="{}"))
    assert (response.body, response.final_url) == (b"found", portal.url + "/other")
    assert (portal.requests[-1].method, portal.requests[-1].body) == (method, posted)


def test_requests_of_one_address_are_told_apart_by_what_is_posted() -> None:
    requests = [Request("http://x.cn/s"), *(Request("http://x.cn/s", form=(("page", str(at)),)) for at in (1, 2))]
    assert len({request.key for request in requests}) == 3
