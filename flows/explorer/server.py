"""The server: where it listens, who may ask it, and what it prints."""

from __future__ import annotations

import secrets
import socket
import sys
import webbrowser
from contextlib import closing

import uvicorn

from flows.explorer.application import create_application
from flows.explorer.explorer import open_explorer
from flows.explorer.guard import Guard
from flows.runs.progress import Display
from flows.settings import Settings
from nianbao import NianbaoError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class AddressTaken(NianbaoError):
    """The address cannot be used; the message names the remedy."""


def serve(settings: Settings, bars: Display, host: str, port: int, *, read_only: bool, show: bool) -> None:
    """Print the address of the pages and answer until Ctrl-C; with `show` open the browser.

    Raise AddressTaken if the address cannot be used, QueryError if the warehouse has no table.
    """

    def show_files(table: str, done: int, total: int) -> None:
        bars.show(f"files of {table}", done, total)

    with closing(_listen(host, port)) as listener, open_explorer(settings, read_only, show_files) as explorer:
        guard, address = _guard(host, listener.getsockname()[1])
        config = uvicorn.Config(create_application(explorer, guard), log_level="warning", server_header=False)
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        if show:
            webbrowser.open(address)
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raise AddressTaken, naming the remedy, if the address cannot be used."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
    except OSError as error:
        raise AddressTaken(
            f"{host} port {port} cannot be used ({error.strerror}): choose with --host, --port"
        ) from error
    return listener


def _guard(host: str, port: int) -> tuple[Guard, str]:
    """Return who may ask, and the address to open."""
    names = _LOOPBACK if host in _LOOPBACK else (host,)
    hosts = [f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name in names]
    address = f"http://{hosts[0] if host in _LOOPBACK else hosts[-1]}/"
    if host in _LOOPBACK:
        return Guard(frozenset(hosts), None), address
    token = secrets.token_urlsafe(24)
    return Guard(frozenset(hosts), token), f"{address}?token={token}"
