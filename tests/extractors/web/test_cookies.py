"""Cookies go back to the site that set them, within one session that crawls many portals."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from extractors.web.client import PoliteClient
from extractors.web.request import Request
from tests.support.servers.scripted import Answer, ScriptedServer

WWW, DEPARTMENT, OTHER, ABOVE = "www.jiazi.gov.cn", "jyj.jiazi.gov.cn", "www.yichou.gov.cn", "jiazi.gov.cn"
HOSTS = (WWW, DEPARTMENT, OTHER, ABOVE)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """One server under the names of several portals."""
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1" if host in HOSTS else host, *rest, **more)
    )
    with ScriptedServer() as loopback:
        for path in ("/a", "/b"):
            loopback.serve(path, Answer(body=b"page"))
        yield loopback


def sent_to(server: ScriptedServer, set_cookie: str) -> set[str]:
    """Return the hosts to which a cookie that WWW sets is sent later."""
    server.serve("/set", Answer(body=b"page", headers={"Set-Cookie": set_cookie}))
    allowed = frozenset(f"{host}:{server.port}" for host in HOSTS)
    with PoliteClient(server.politeness(allow_private_hosts=allowed)) as session:
        session.get(Request(f"http://{WWW}:{server.port}/set"))
        for host in HOSTS:
            session.get(Request(f"http://{host}:{server.port}/a"))
    return {asked.headers["host"].partition(":")[0] for asked in server.requests if "cookie" in asked.headers}


@pytest.mark.parametrize(
    ("set_cookie", "hosts"),
    [
        ("CT6T=1", {WWW}),
        ("CT6T=1; Path=/; HttpOnly", {WWW}),
        ("CT6T=1; Path=/; Domain=www.jiazi.gov.cn", {WWW}),
        ("CT6T=1; Path=/; Domain=.jiazi.gov.cn", {WWW, DEPARTMENT, ABOVE}),
        ("CT6T=1; Path=/; Domain=gov.cn", set()),
        ("CT6T=1; Path=/; Domain=.gov.cn", set()),
        ("CT6T=1; Path=/; Domain=cn", set()),
        ("CT6T=1; Path=/; Domain=www.yichou.gov.cn", set()),
        ("CT6T=1; Path=/; Secure", set()),
    ],
)
def test_cookie_goes_back_to_its_site_alone(server: ScriptedServer, set_cookie: str, hosts: set[str]) -> None:
    assert sent_to(server, set_cookie) == hosts


def test_sessions_share_no_cookies(server: ScriptedServer) -> None:
    assert sent_to(server, "CT6T=1; Path=/") == {WWW}
    server.requests.clear()
    with PoliteClient(server.politeness(allow_private_hosts=frozenset({f"{WWW}:{server.port}"}))) as session:
        session.get(Request(f"http://{WWW}:{server.port}/a"))
    assert all("cookie" not in asked.headers for asked in server.requests)
