"""The time of an exchange as a whole, whatever part of it a server drips out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from extractors.web.client import PoliteClient
from extractors.web.request import Request
from tests.support.servers.certificates import make_certificate
from tests.support.servers.dripping import DRIPPING
from tests.support.servers.scripted import Answer, ScriptedServer, fetch

_LEISURE = 3.0
"""Seconds by which a busy machine may be late; no answer here would end at all."""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as loopback:
        yield loopback


@pytest.mark.parametrize("form", [form for form in DRIPPING if form != "body of an error"])
def test_answer_that_drips_ends_with_its_time_and_is_not_asked_for_again(server: ScriptedServer, form: str) -> None:
    server.serve("/a", DRIPPING[form])
    begun = monotonic()
    response = fetch(server, "/a", total_time=0.25, retries=3)
    assert monotonic() - begun < 0.25 + _LEISURE
    assert (response.outcome, response.body, server.targets()) == ("unreachable", b"", ["/a"])
    assert "0.25 s" in response.reason


def test_body_of_an_error_is_not_waited_for(server: ScriptedServer) -> None:
    server.serve("/a", DRIPPING["body of an error"])
    begun = monotonic()
    assert fetch(server, "/a", total_time=30.0).outcome == "gone"
    assert monotonic() - begun < _LEISURE


@pytest.mark.parametrize("form", ["header lines", "small chunks"])
def test_answer_that_drips_over_tls(server: ScriptedServer, tmp_path: Path, form: str) -> None:
    certificate = make_certificate(tmp_path, "localhost")
    server.speak_tls(certificate.context())
    server.serve("/a", DRIPPING[form])
    host = f"localhost:{server.port}"
    changes = {"ca_bundle": str(certificate.certificate), "allow_private_hosts": frozenset({host})}
    begun = monotonic()
    with PoliteClient(server.politeness(total_time=0.5, **changes)) as session:
        response = session.get(Request(f"https://{host}/a"))
    assert monotonic() - begun < 0.5 + _LEISURE
    assert response.outcome == "unreachable"
    assert "0.5 s" in response.reason


def test_robots_that_drips_is_asked_for_once(server: ScriptedServer) -> None:
    server.serve("/robots.txt", DRIPPING["header line"])
    server.serve("/a", "page")
    with PoliteClient(server.politeness(total_time=0.25)) as session:
        outcomes = [session.get(Request(server.url + "/a")).outcome for _ in range(3)]
    assert (outcomes, len(server.requests)) == (["unreachable"] * 3, 1)


def test_connection_serves_the_next_exchange_with_time_of_its_own(server: ScriptedServer) -> None:
    server.serve("/a", Answer("page", pause=0.5))
    with PoliteClient(server.politeness(total_time=1.2)) as session:
        assert [session.get(Request(server.url + "/a")).outcome for _ in range(3)] == ["ok"] * 3
