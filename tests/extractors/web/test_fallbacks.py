"""Case 17 of PORTALS §11: hosts that answer on one scheme alone or speak old TLS, over a real session and sockets.

Only the resolver is a stand-in: it leads the ports 80 and 443 of a host name to servers on loopback.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from extractors.discovery.list_reader import discover
from extractors.portals.portal import Portal
from extractors.web.client import PoliteClient
from extractors.web.request import Request
from extractors.web.response import Response
from tests.support.portals.server import annual_reports, reports, titles
from tests.support.portals.static import TrsPortal
from tests.support.servers.certificates import Certificate, make_certificate
from tests.support.servers.scripted import Answer, ScriptedServer

HOST = "www.jiazi.gov.cn"
ALLOWED = frozenset({f"{HOST}:80", f"{HOST}:443"})
Lead = Callable[..., list[int]]


@pytest.fixture(scope="module")
def strong(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("strong"), HOST)


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Return a key of 1,024 bits: less than the security level of today asks for, and what SECLEVEL=1 still takes."""
    return make_certificate(tmp_path_factory.mktemp("weak"), HOST, bits=1024)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Yield a port that refuses connections."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as loopback:
        loopback.serve("/a", Answer(body=b"page"))
        yield loopback


@pytest.fixture
def lead(monkeypatch: pytest.MonkeyPatch, silent_port: int) -> Lead:
    """Leads the ports of HOST to those of servers and tells which were asked for; one not given refuses connections."""
    real = socket.getaddrinfo
    asked: list[int] = []

    def to(**servers: ScriptedServer) -> list[int]:
        ports = {80: servers.get("http"), 443: servers.get("https")}

        def resolver(host: str, port: int, *rest: object, **more: object) -> object:
            if host != HOST:
                return real(host, port, *rest, **more)  # type: ignore[arg-type]
            asked.append(port)
            own = ports[port]
            return real("127.0.0.1", urlsplit(own.url).port if own else silent_port, *rest, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "getaddrinfo", resolver)
        return asked

    return to


def session_for(server: ScriptedServer, **changes: object) -> PoliteClient:
    return PoliteClient(server.politeness(**({"allow_private_hosts": ALLOWED, "retries": 0} | changes)))


def ask(server: ScriptedServer, url: str, **changes: object) -> Response:
    with session_for(server, **changes) as session:
        return session.get(Request(url))


def test_https_only_host_named_by_http(server: ScriptedServer, strong: Certificate, lead: Lead) -> None:
    server.speak_tls(strong.context())
    lead(https=server)
    with session_for(server, ca_bundle=str(strong.certificate)) as session:
        for _ in range(2):
            response = session.get(Request(f"http://{HOST}/a"))
            assert (response.outcome, response.body) == ("ok", b"page")
            assert (response.url, response.final_url) == (f"http://{HOST}/a", f"https://{HOST}/a")
    assert [asked.path for asked in server.requests] == ["/robots.txt", "/a", "/a"]


def test_http_only_host_named_by_https(server: ScriptedServer, lead: Lead) -> None:
    lead(http=server)
    response = ask(server, f"https://{HOST}/a")
    assert (response.outcome, response.body, response.final_url) == ("ok", b"page", f"http://{HOST}/a")


def test_http_in_place_of_a_certificate_that_is_not_trusted(
    server: ScriptedServer, strong: Certificate, lead: Lead
) -> None:
    server.speak_tls(strong.context())
    with ScriptedServer() as plain:
        plain.serve("/a", Answer(body=b"plain"))
        lead(http=plain, https=server)
        response = ask(server, f"https://{HOST}/a")
    assert (response.outcome, response.body, server.requests) == ("ok", b"plain", [])


def test_host_that_answers_on_neither(server: ScriptedServer, lead: Lead) -> None:
    lead()
    response = ask(server, f"http://{HOST}/a")
    assert (response.outcome, response.status) == ("unreachable", None)
    assert response.reason.lower().count("refused") == 2
    assert "http: " in response.reason
    assert "https: " in response.reason


def test_host_that_is_down_is_tried_on_other_ways_once(server: ScriptedServer, lead: Lead) -> None:
    ports = lead()
    response = ask(server, f"http://{HOST}/a", retries=3)
    assert ports == [80, 443, 80, 80, 80]
    assert "https: " in response.reason


def test_http_that_only_leads_back_to_broken_https(server: ScriptedServer, strong: Certificate, lead: Lead) -> None:
    server.speak_tls(strong.context())
    with ScriptedServer() as plain:
        for path in ("/a", "/robots.txt"):
            plain.serve(path, Answer(status=301, headers={"Location": f"https://{HOST}{path}"}))
        lead(http=plain, https=server)
        reasons = [ask(server, f"{scheme}://{HOST}/a").reason for scheme in ("https", "http")]
    for reason in reasons:
        assert "self-signed" in reason
        assert "leads back" in reason


def test_host_on_a_port_of_its_own_has_no_other_way(server: ScriptedServer, strong: Certificate) -> None:
    server.speak_tls(strong.context())
    response = ask(server, server.url + "/a", allow_private_hosts=frozenset({server.authority}))
    assert (response.outcome, server.requests) == ("unreachable", [])
    assert "http" in response.reason


def test_17_column_named_by_the_scheme_that_does_not_answer(lead: Lead) -> None:
    with TrsPortal(annual_reports(40)) as portal:
        lead(http=portal)
        filed = Portal(
            id="x",
            name="甲子县人民政府",
            jurisdiction="CN-990101",
            homepage=f"https://{HOST}/",
            list_pages=(f"https://{HOST}{portal.list_path}",),
        )
        with PoliteClient(replace(portal.politeness(), allow_private_hosts=ALLOWED)) as session:
            found = discover(filed, session.get)
    assert (found.complete, reports(found)) == (True, titles(portal.items))


# Certificates


def test_certificate_that_nobody_signed_is_refused(server: ScriptedServer, strong: Certificate, lead: Lead) -> None:
    server.speak_tls(strong.context())
    lead(https=server)
    for legacy in (False, True):
        response = ask(server, f"https://{HOST}/a", legacy_tls=legacy)
        assert (response.outcome, server.requests) == ("unreachable", [])
        assert "self-signed certificate" in response.reason
        assert "NIANBAO_CA_BUNDLE" in response.reason


def test_certificate_of_another_host_is_refused(server: ScriptedServer, tmp_path: Path, lead: Lead) -> None:
    other = make_certificate(tmp_path, "www.yichou.gov.cn")
    server.speak_tls(other.context())
    lead(https=server)
    for legacy in (False, True):
        response = ask(server, f"https://{HOST}/a", legacy_tls=legacy, ca_bundle=str(other.certificate))
        assert (response.outcome, server.requests) == ("unreachable", [])
        assert "Hostname mismatch" in response.reason
        assert "NIANBAO" not in response.reason


def test_weak_key_needs_the_exception_of_the_portals_file(
    server: ScriptedServer, weak: Certificate, lead: Lead
) -> None:
    server.speak_tls(weak.context())
    lead(https=server)
    refused = ask(server, f"https://{HOST}/a", ca_bundle=str(weak.certificate))
    assert (refused.outcome, server.requests) == ("unreachable", [])
    assert "legacy: true" in refused.reason
    taken = ask(server, f"https://{HOST}/a", ca_bundle=str(weak.certificate), legacy_tls=True)
    assert (taken.outcome, taken.body, taken.final_url) == ("ok", b"page", f"https://{HOST}/a")


def test_modern_tls_is_spoken_first(server: ScriptedServer, strong: Certificate, lead: Lead) -> None:
    context = strong.context()
    context.set_ecdh_curve("secp384r1")  # which legacy TLS would not offer
    server.speak_tls(context)
    lead(https=server)
    response = ask(server, f"https://{HOST}/a", ca_bundle=str(strong.certificate), legacy_tls=True)
    assert (response.outcome, response.body) == ("ok", b"page")


def test_each_way_of_the_ladder_is_climbed_in_turn(server: ScriptedServer, strong: Certificate, lead: Lead) -> None:
    """Neither modern nor legacy TLS is trusted here: plain http is the last step."""
    server.speak_tls(strong.context())
    with ScriptedServer() as plain:
        plain.serve("/a", Answer(body=b"plain"))
        ports = lead(http=plain, https=server)
        with session_for(server, legacy_tls=True) as session:
            bodies = [session.get(Request(f"https://{HOST}/a")).body for _ in range(2)]
    assert bodies == [b"plain", b"plain"]
    assert ports[:3] == [443, 443, 80]
    assert set(ports[3:]) <= {80}
