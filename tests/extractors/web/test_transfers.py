"""A body that is not whole is no page, whatever broke off; one that came whole is read whatever the headers promise."""

from __future__ import annotations

import gzip
import random
import socket
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

import pytest

from extractors.web.client import PoliteClient
from extractors.web.policy import Politeness
from extractors.web.request import Request
from extractors.web.response import Response
from tests.support.portals.county import GOVERNMENT, report_page
from tests.support.servers.scripted import Answer, ScriptedServer, fetch
from tests.support.servers.transfers import chunked, head_of, sent, transfers

PAGE = report_page(GOVERNMENT, 2023).encode()[-6000:]
WAYS = transfers(PAGE)
SURE = [way for way in WAYS if way != "HTTP/1.0"]
"""Ways that show that a body is not whole; without a length, in plain text, nothing does."""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as loopback:
        yield loopback


@pytest.fixture
def session(server: ScriptedServer) -> Iterator[PoliteClient]:
    with PoliteClient(server.politeness(retries=0)) as client:
        yield client


def ask(server: ScriptedServer, session: PoliteClient, answer: Answer) -> Response:
    server.serve("/a", answer)
    return session.get(Request(server.url + "/a"))


@pytest.mark.parametrize("way", WAYS)
def test_whole_body(server: ScriptedServer, way: str) -> None:
    server.serve("/a", sent(*WAYS[way]))
    response = fetch(server, "/a")
    assert (response.outcome, response.body, response.received) == ("ok", PAGE, None)


@pytest.mark.parametrize("way", SURE)
def test_body_that_is_cut(server: ScriptedServer, session: PoliteClient, way: str) -> None:
    head, body = WAYS[way]
    for end in range(100, len(body), 100):
        response = ask(server, session, sent(head, body[:end]))
        assert (response.outcome, response.body) == ("unreachable", b""), end
        assert response.received is not None
        assert PAGE.startswith(response.received)
        assert response.reason.startswith("127.0.0.1 breaks off: ")


def test_body_that_is_cut_once_is_asked_for_again(server: ScriptedServer) -> None:
    head, body = WAYS["gzip in chunks"]
    server.serve("/a", sent(head, body[:500]), sent(head, body))
    assert (fetch(server, "/a", retries=1).body, len(server.targets())) == (PAGE, 2)


@pytest.mark.parametrize("way", ["gzip", "gzip that no header mentions"])
def test_gzip_that_is_damaged(server: ScriptedServer, session: PoliteClient, way: str) -> None:
    head, body = WAYS[way]
    for at in range(50, len(body), 200):
        damaged = body[:at] + bytes([body[at] ^ 0x55]) + body[at + 1 :]
        assert ask(server, session, sent(head, damaged)).outcome == "unreachable", at


@pytest.mark.parametrize("wrong", [-703, -700, -7, -2, -1, 1, 2, 7, 700])
@pytest.mark.parametrize("at", [0, 3, 8])
def test_chunks_of_another_size_than_they_say(
    server: ScriptedServer, session: PoliteClient, wrong: int, at: int
) -> None:
    pieces = [PAGE[start : start + 700] for start in range(0, len(PAGE), 700)]
    sizes = [len(piece) + (wrong if number == at else 0) for number, piece in enumerate(pieces)]
    body = b"".join(b"%x\r\n%s\r\n" % (max(size, 0), piece) for size, piece in zip(sizes, pieces, strict=True))
    response = ask(server, session, sent(head_of(b"Transfer-Encoding: chunked"), body + b"0\r\n\r\n"))
    assert response.outcome == "unreachable"


def test_chunks_with_bytes_lost_or_inserted(server: ScriptedServer, session: PoliteClient) -> None:
    chance, whole = random.Random(7), chunked(PAGE)
    for _ in range(150):
        at, count = chance.randrange(len(whole)), chance.choice((1, 2, 3, 10))
        noise = bytes(chance.choices(b"0123456789abcdef\r\n; -+_", k=count))
        body = chance.choice((whole[:at] + whole[at + count :], whole[:at] + noise + whole[at:]))
        response = ask(server, session, sent(head_of(b"Transfer-Encoding: chunked"), body))
        assert response.outcome == "unreachable" or response.body == PAGE, (at, count)


LENGTH = b"Content-Length: %d" % len(PAGE)


@pytest.mark.parametrize(
    "lines",
    [
        (b"a line that is none", LENGTH),
        (LENGTH, b"Server : x"),
        (b"Content-Length: many",),
        (b"Content-Length: -5",),
        (LENGTH, b"Content-Length: 7"),
        (b"Transfer-Encoding: gzip, chunked",),
        (b"\x00\x01\x02", LENGTH),
    ],
)
@pytest.mark.parametrize("length", [len(PAGE), 1000])
def test_header_with_a_broken_line(server: ScriptedServer, lines: tuple[bytes, ...], length: int) -> None:
    server.serve("/a", sent(head_of(*lines), PAGE[:length]))
    response = fetch(server, "/a", retries=0)
    assert (response.outcome, response.body) == ("unreachable", b"")
    assert any(word in response.reason for word in ("Content-Length", "Transfer-Encoding", "is none"))


def test_end_of_a_body_whose_length_is_lost_is_not_waited_for() -> None:
    """The server keeps the connection open; the client cannot know that all has come."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        done = Event()

        def serve() -> None:
            for answer in (b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n", head_of(b"none", LENGTH) + PAGE):
                connection, _ = listening.accept()
                with connection:
                    connection.recv(10_000)
                    connection.sendall(answer)
                    done.wait(20 if answer.endswith(PAGE) else 0)

        served = pool.submit(serve)
        politeness = Politeness("nianbao/test", delay=0.0, retries=0, allow_private_hosts=frozenset({host}))
        begun = monotonic()
        with PoliteClient(politeness) as session:
            response = session.get(Request(f"http://{host}/a"))
        waited = monotonic() - begun
        done.set()
        served.result(5)
    assert (response.outcome, response.received, waited < 15) == ("unreachable", PAGE, True)


PACKED = gzip.compress(PAGE)
RAW = zlib.compressobj(wbits=-15)
DEFLATED = RAW.compress(PAGE) + RAW.flush()


@pytest.mark.parametrize(
    ("coding", "kind", "body"),
    [
        ("gzip", "text/html", PAGE),
        ("x-gzip", "text/html", PACKED),
        ("gzip", "text/html", gzip.compress(PACKED)),
        ("gzip", "text/html", gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:])),
        ("gzip", "text/html", PACKED + bytes(40)),
        ("gzip", "application/gzip", PACKED),
        ("deflate", "text/html", PAGE),
        ("deflate", "text/html", zlib.compress(PAGE)),
        ("deflate", "text/html", DEFLATED),
        ("deflate", "text/html", PACKED),
        ("gzip, deflate", "text/html", PAGE),
        ("br", "text/html", PAGE),
        ("utf-8", "text/html", PAGE),
        ("identity", "text/html", PACKED),
        ("identity", "application/json", PACKED),
        ("identity", "application/octet-stream", PACKED),
        ("", "", PACKED),
    ],
)
def test_content_encoding_that_is_not_true(server: ScriptedServer, coding: str, kind: str, body: bytes) -> None:
    server.serve("/a", Answer(body, headers={"Content-Encoding": coding, "Content-Type": kind}))
    response = fetch(server, "/a")
    assert (response.outcome, response.body) == ("ok", PAGE)


def test_body_that_is_neither_what_its_header_says_nor_anything_else(server: ScriptedServer) -> None:
    body = chunked(PACKED, 90)
    server.serve("/a", Answer(body, headers={"Content-Encoding": "gzip", "Content-Type": "text/html"}))
    response = fetch(server, "/a", retries=0)
    assert (response.outcome, response.received) == ("unreachable", body)


@pytest.mark.parametrize("body", [zlib.compress(PAGE)[:400], DEFLATED[:400]])
def test_deflate_that_is_cut(server: ScriptedServer, body: bytes) -> None:
    server.serve("/a", Answer(body, headers={"Content-Encoding": "deflate"}))
    assert fetch(server, "/a", retries=0).outcome == "unreachable"


def test_gzip_of_very_many_members(server: ScriptedServer) -> None:
    server.serve("/a", Answer(gzip.compress(b"") * 100_000, headers={"Content-Encoding": "gzip"}))
    response = fetch(server, "/a", retries=0)
    assert (response.outcome, "members" in response.reason) == ("unreachable", True)
