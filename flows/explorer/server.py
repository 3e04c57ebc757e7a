"""The server: where it listens, who may ask it, and what it prints."""

from __future__ import annotations

import secrets
import socket
import sys
import webbrowser
from collections.abc import Iterable
from contextlib import closing
from ipaddress import ip_address

import uvicorn

from flows.explorer.application import create_application
from flows.explorer.ask.askers import Askers
from flows.explorer.explorer import open_explorer
from flows.explorer.guard import Guard
from flows.runs.progress import Display
from flows.settings import Settings
from nianbao import NianbaoError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PATIENCE = 3
"""Seconds that answers have to end after Ctrl-C."""
_HTTP_PORT = 80
"""Which browsers leave out of the name that they send."""


class AddressTaken(NianbaoError):
    """The address cannot be used; the message names the remedy."""


class _Server(uvicorn.Server):
    """A server that ends the questions which it is answering before it waits for its answers."""

    def __init__(self, config: uvicorn.Config, askers: Askers) -> None:
        super().__init__(config)
        self._askers = askers

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, as uvicorn does when it is told to."""
        self._askers.close()
        await super().shutdown(sockets)


def serve(settings: Settings, bars: Display, host: str, port: int, *, read_only: bool, show: bool) -> None:
    """Print the address of the pages and answer until Ctrl-C; with `show` open the browser.

    Raise AddressTaken if the address cannot be used, QueryError if the warehouse has no table.
    """

    def show_files(table: str, done: int, total: int) -> None:
        bars.show(f"files of {table}", done, total)

    with closing(_listen(host, port)) as listener, open_explorer(settings, read_only, show_files) as explorer:
        guard, address = guard_of(host, *listener.getsockname()[:2])
        config = uvicorn.Config(
            create_application(explorer, guard),
            http="h11",  # which bounds the length of addresses and headers
            ws="none",
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=_PATIENCE,
        )
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        if show:
            webbrowser.open(address)
        _Server(config, explorer.askers).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raise AddressTaken, naming the remedy, if the address cannot be used."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()  # at once: before, another could have the same address
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        raise AddressTaken(f"{host} port {port} cannot be used ({reason}): choose with --host, --port") from error
    return listener


def guard_of(host: str, bound: str, port: int) -> tuple[Guard, str]:
    """Return who may ask, and the address to open: `bound` is the number of the address that `host` names.

    >>> guard_of("127.0.0.1", "127.0.0.1", 8321)[1], guard_of("::1", "::1", 8321)[1]
    ('http://127.0.0.1:8321/', 'http://[::1]:8321/')
    """
    if host in _LOOPBACK:
        return Guard(_with_port(_LOOPBACK, port), None), f"http://{_in_address(host)}:{port}/"
    everywhere = ip_address(bound).is_unspecified
    name = socket.gethostname() if everywhere else host
    names = (name, *_LOOPBACK) if everywhere else (name, bound)
    token = secrets.token_urlsafe(24)
    guard = Guard(_with_port(names, port), token, everywhere)
    return guard, f"http://{_in_address(name)}:{port}/?token={token}"


def _with_port(names: Iterable[str], port: int) -> frozenset[str]:
    """Return names as browsers send them."""
    shown = [_in_address(name).lower() for name in names]
    bare = shown if port == _HTTP_PORT else []
    return frozenset([f"{name}:{port}" for name in shown] + bare)


def _in_address(name: str) -> str:
    return f"[{name}]" if ":" in name else name
