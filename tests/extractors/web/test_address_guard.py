"""No request reaches an address that is not public: links, redirects, names, robots, in every way to write them.

A server listens on loopback all the while, and is never connected to. Only the resolver is a stand-in, where names are
to lead somewhere; what must not happen is asserted by counting connections.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import TracebackType
from typing import Self

import pytest

from extractors.web.address_guard import NoContact, require_contact
from extractors.web.client import PoliteClient
from extractors.web.policy import Politeness
from extractors.web.request import Request
from tests.support.servers.scripted import Answer, ScriptedServer, fetch

Name = Callable[..., list[str]]
NAMED = "www.jiazi.gov.cn"
INNER = "oa.jiazi.gov.cn"
PUBLIC = "1.1.1.1"
POLITENESS = Politeness("nianbao/test", "contact@example.org", delay=0.0, backoff=0.001, retries=0, timeout=5.0)


class Trap:
    """A listening port on all addresses of this machine that counts who connects."""

    def __init__(self) -> None:
        self.connections = 0
        self._socket = socket.create_server(("0.0.0.0", 0))
        self.port = self._socket.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    with Trap() as listening:
        yield listening


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as loopback:
        yield loopback


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> Name:
    """Lets NAMED resolve to some addresses, all at once or `in_turn`, and INNER to one; the hosts that were looked up.

    Where the resolver is asked for a public address, there is no internet.
    """
    real = socket.getaddrinfo
    asked: list[str] = []

    def leads_to(*addresses: str, in_turn: bool = False, inner: str = "127.0.0.1") -> list[str]:
        turns = [[address] for address in addresses] if in_turn else [list(addresses)]

        def resolver(host: str, port: int, *rest: object, **more: object) -> list[object]:
            asked.append(host)
            if host == PUBLIC:
                raise OSError("there is no internet in this test")
            now = [host]
            if host.rstrip(".") == NAMED:
                now = turns.pop(0) if len(turns) > 1 else turns[0]
            elif host == INNER:
                now = [inner]
            return [entry for address in now for entry in real(address, port, *rest, **more)]  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "getaddrinfo", resolver)
        return asked

    return leads_to


PRIVATE = [
    "127.0.0.1",
    "127.8.9.1",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
]

# Ways to write 127.0.0.1 that a resolver or a browser understands
WRITTEN = [
    "127.0.0.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "017700000001",
    "0x7f.1",
    "127.1",
    "127.0.1",
    "0",
    "127.0.0.1.",
    "localhost",
    "LOCALHOST.",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]",
    "１２７.０.０.１",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "%31%32%37.0.0.1",
    "user@127.0.0.1",
    "www.jiazi.gov.cn@127.0.0.1",
    "www.jiazi.gov.cn:80@127.0.0.1",
    "www.jiazi.gov.cn%40127.0.0.1",
]


def never(trap: Trap, url: str) -> str:
    """Return the outcome of a request, which must not have reached the trap."""
    with PoliteClient(POLITENESS) as session:
        response = session.get(Request(url))
    assert (response.body, trap.connections) == (b"", 0)
    assert response.reason
    return response.outcome


@pytest.mark.parametrize("host", WRITTEN)
def test_link_to_this_machine_however_it_is_written(trap: Trap, host: str) -> None:
    assert never(trap, f"http://{host}:{trap.port}/a") in ("forbidden_address", "unreachable", "failed")
    assert never(trap, f"https://{host}:{trap.port}/a") in ("forbidden_address", "unreachable", "failed")


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "127.1", "0", "[::ffff:127.0.0.1]"]
)
def test_numbers_that_are_addresses_are_told_as_such(trap: Trap, host: str) -> None:
    assert never(trap, f"http://{host}:{trap.port}/") == "forbidden_address"


@pytest.mark.parametrize("sign", ["\\", "#", "?", "\t", "\n", "%00", "/.", "%2f"])
def test_signs_that_readers_of_addresses_take_differently(trap: Trap, sign: str) -> None:
    for url in (
        f"http://www.jiazi.gov.cn{sign}@127.0.0.1:{trap.port}/",
        f"http://127.0.0.1:{trap.port}{sign}@x.invalid/",
    ):
        never(trap, url)


@pytest.mark.parametrize("address", PRIVATE)
def test_name_of_an_address_that_is_not_public(trap: Trap, name: Name, address: str) -> None:
    name(address)
    assert never(trap, f"http://{NAMED}:{trap.port}/a") == "forbidden_address"
    assert never(trap, f"https://{NAMED}.:{trap.port}/a") == "forbidden_address"


@pytest.mark.parametrize("addresses", [("127.0.0.1", "8.8.8.8"), ("8.8.8.8", "127.0.0.1"), ("2606:4700::1", "::1")])
def test_name_of_a_public_address_beside_another(trap: Trap, name: Name, addresses: tuple[str, str]) -> None:
    name(*addresses)
    assert never(trap, f"http://{NAMED}:{trap.port}/") == "forbidden_address"


def test_name_that_changes_its_address_after_it_was_checked(trap: Trap, name: Name) -> None:
    """A public address at the first look-up, this machine at each later one: no look-up lies between check and use."""
    asked = name(PUBLIC, "127.0.0.1", in_turn=True)
    with PoliteClient(replace(POLITENESS, retries=3)) as session:
        response = session.get(Request(f"http://{NAMED}:{trap.port}/"))
    assert (response.outcome, trap.connections) == ("forbidden_address", 0)
    assert asked == [NAMED, PUBLIC, NAMED]


def test_name_that_changes_with_every_request(server: ScriptedServer, name: Name) -> None:
    """Each answer closes its connection, so each request looks the name up: to its last, and no further."""
    host = f"{NAMED}:{server.port}"
    name("127.0.0.1")
    server.serve("/a", Answer(body=b"page", headers={"Connection": "close"}))
    with PoliteClient(server.politeness(allow_private_hosts=frozenset({host}))) as allowed:
        assert allowed.get(Request(f"http://{host}/a")).outcome == "ok"
    seen = len(server.requests)
    with PoliteClient(server.politeness()) as session:
        assert session.get(Request(f"http://{host}/a")).outcome == "forbidden_address"
    assert len(server.requests) == seen


# Redirects


@pytest.mark.parametrize("host", [written for written in WRITTEN if "@" not in written])
def test_redirect_to_this_machine(server: ScriptedServer, trap: Trap, host: str) -> None:
    quoted = f"http://{host}:{trap.port}/a".encode().decode("latin-1")
    server.serve("/a", Answer(status=302, headers={"Location": quoted}))
    assert fetch(server, "/a", retries=0).outcome in ("forbidden_address", "unreachable", "failed")
    assert (trap.connections, server.targets()) == (0, ["/a"])


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "0.0.0.0"])
def test_redirect_within_the_site_to_a_name_of_this_machine(
    server: ScriptedServer, trap: Trap, name: Name, address: str
) -> None:
    """The site's own name passes the rule for redirects, and is refused by where it leads."""
    name("127.0.0.1", inner=address)
    host = f"{NAMED}:{server.port}"
    server.serve("/a", Answer(status=302, headers={"Location": f"http://{INNER}:{trap.port}/"}))
    with PoliteClient(server.politeness(allow_private_hosts=frozenset({host}))) as session:
        response = session.get(Request(f"http://{host}/a"))
    assert (response.outcome, trap.connections, server.targets()) == ("forbidden_address", 0, ["/a"])


def test_page_that_sends_on_to_this_machine(server: ScriptedServer, trap: Trap) -> None:
    page = f"<meta http-equiv='refresh' content='0;url=http://127.0.0.1:{trap.port}/'>"
    server.serve("/a", Answer(body=page.encode()))
    assert fetch(server, "/a").outcome == "forbidden_address"
    assert trap.connections == 0


def test_robots_that_leads_to_this_machine(server: ScriptedServer, trap: Trap) -> None:
    """Redirects of robots.txt may leave the site, but not the internet; nothing may be asked for then."""
    server.serve("/robots.txt", Answer(status=302, headers={"Location": f"http://2130706433:{trap.port}/robots.txt"}))
    server.serve("/a", Answer(body=b"page"))
    response = fetch(server, "/a")
    assert (response.outcome, trap.connections, server.targets()) == ("forbidden_address", 0, [])


# The setting that allows


@pytest.mark.parametrize("host", ["localhost", "2130706433", "127.1", "[::ffff:127.0.0.1]", "127.0.0.2"])
def test_setting_allows_what_it_names_and_nothing_else(server: ScriptedServer, trap: Trap, host: str) -> None:
    server.serve("/a", Answer(body=b"page"))
    assert fetch(server, "/a").outcome == "ok"
    seen = len(server.requests)
    with PoliteClient(server.politeness()) as session:
        other_port = session.get(Request(f"http://127.0.0.1:{trap.port}/"))
        other_name = session.get(Request(f"http://{host}:{server.port}/a"))
    assert (other_port.outcome, trap.connections) == ("forbidden_address", 0)
    assert (other_name.outcome, len(server.requests)) == ("forbidden_address", seen)
    assert f":{server.port} into NIANBAO_ALLOW_PRIVATE_HOSTS" in other_name.reason


# No public host is asked anonymously


def test_without_a_contact_no_connection_is_made_to_a_public_address(trap: Trap, name: Name) -> None:
    asked = name(PUBLIC)
    for url in (f"http://{NAMED}:{trap.port}/a", f"https://{NAMED}/"):
        with PoliteClient(replace(POLITENESS, contact=None)) as session:
            response = session.get(Request(url))
        assert (response.outcome, "NIANBAO_CONTACT" in response.reason) == ("forbidden_address", True)
    assert set(asked) == {NAMED}


def test_a_public_host_that_is_allowed_as_a_private_one_needs_a_contact_too(trap: Trap, name: Name) -> None:
    asked = name(PUBLIC)
    allowed = frozenset({f"{NAMED}:{trap.port}"})
    with PoliteClient(replace(POLITENESS, contact=None, allow_private_hosts=allowed)) as session:
        response = session.get(Request(f"http://{NAMED}:{trap.port}/a"))
    assert (response.outcome, set(asked)) == ("forbidden_address", {NAMED})


def test_a_redirect_to_a_public_host_needs_a_contact_too(server: ScriptedServer, name: Name) -> None:
    name("127.0.0.1", inner=PUBLIC)
    host = f"{NAMED}:{server.port}"
    server.serve("/a", Answer(status=302, headers={"Location": f"http://{INNER}/"}))
    politeness = server.politeness(contact=None, allow_private_hosts=frozenset({host}))
    with PoliteClient(politeness) as session:
        response = session.get(Request(f"http://{host}/a"))
    assert (response.outcome, response.final_url) == ("forbidden_address", f"http://{INNER}/")
    assert f"{INNER} is public" in response.reason


def test_which_urls_need_a_contact(name: Name) -> None:
    name("127.0.0.1", inner=PUBLIC)
    allowed = frozenset({f"{NAMED}:80", "no.such.host.invalid:80"})
    private = [f"http://{NAMED}/", "https://10.0.0.1:8443/a", "http://[::1]/", "http://no.such.host.invalid/"]
    require_contact(private, allowed)
    for url in (f"http://{INNER}/", "http://8.8.8.8/", "https://no.such.host.invalid/", "http://[2606:4700::1]:8080/"):
        with pytest.raises(NoContact, match="set NIANBAO_CONTACT to your e-mail or web address"):
            require_contact([*private, url], allowed)


@pytest.mark.parametrize("contact", ["crawler@example.org", "https://example.org/crawler?x=1", None])
def test_every_request_says_who_asks(server: ScriptedServer, contact: str | None) -> None:
    server.serve("/a", Answer(status=302, headers={"Location": "/b"}))
    server.serve("/b", "page")
    assert fetch(server, "/a", contact=contact).outcome == "ok"
    said = {(asked.headers["user-agent"], asked.headers.get("from")) for asked in server.requests}
    assert [asked.target for asked in server.requests] == ["/robots.txt", "/a", "/b"]
    expected = {
        "crawler@example.org": ("nianbao/test (+mailto:crawler@example.org)", "crawler@example.org"),
        "https://example.org/crawler?x=1": ("nianbao/test (+https://example.org/crawler?x=1)", None),
        None: ("nianbao/test", None),
    }
    assert said == {expected[contact]}
