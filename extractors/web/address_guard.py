"""Connections to public addresses only, so that no portal can point the crawler into a private network.

Owns the check after name resolution: the connection goes to the very address that was checked, on every hop and for
every new connection. Owns, too, which hosts are public, and that none of them is asked anonymously.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from extractors.web.deadline import patience_of, timed
from nianbao import NianbaoError

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # IPv4 addresses behind NAT64 (RFC 6052)
_NO_CONTACT = "is public, and no public host is asked anonymously: set NIANBAO_CONTACT to your e-mail or web address"
_PORTS = {"http": 80, "https": 443}


class ForbiddenAddressError(Exception):
    """A host that must not be asked: it is not public and was not allowed, or is public and would not learn by whom."""


class NoContact(NianbaoError):
    """Public hosts are to be asked by a crawler whose operator cannot be reached."""


def is_public(address: str) -> bool:
    """Return whether an IP address is routed on the internet; one that wraps an IPv4 address counts as that address.

    >>> [is_public(address) for address in ("1.1.1.1", "127.0.0.1", "10.0.0.1", "169.254.169.254", "224.0.0.1")]
    [True, False, False, False, False]
    >>> [is_public(address) for address in ("::1", "fe80::1%eth0", "::ffff:127.0.0.1", "64:ff9b::7f00:1")]
    [False, False, False, False]
    """
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        wrapped = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in _TRANSLATED:
            wrapped = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def require_contact(urls: Iterable[str], allowed: frozenset[str]) -> None:
    """Raise NoContact, without asking any host, if one of these URLs is public.

    A name that leads nowhere now counts as public, unless its "host:port" is in `allowed`.
    """
    for url in urls:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        try:
            may_be_public = any(is_public(address) for address, _ in _addresses(host, port))
        except socket.gaierror:
            may_be_public = f"{host}:{port}" not in allowed
        if may_be_public:
            raise NoContact(f"{host} {_NO_CONTACT}")


def resolve(host: str, port: int, allowed: frozenset[str], *, anonymous: bool) -> list[tuple[str, int]]:
    """Return the addresses and ports to connect to for `host`; `allowed` holds "host:port" that need not be public.

    Raises ForbiddenAddressError if one is not public, or is public and the crawler `anonymous`; socket.gaierror if the
    name is unknown or cannot be one.

    >>> resolve("127.0.0.1", 8000, frozenset({"127.0.0.1:8000"}), anonymous=True)
    [('127.0.0.1', 8000)]
    """
    addresses = _addresses(host, port)
    if anonymous and any(is_public(address) for address, _ in addresses):
        raise ForbiddenAddressError(f"{host} {_NO_CONTACT}")
    if f"{host}:{port}" in allowed:
        return addresses
    for address, _ in addresses:
        if not is_public(address):
            raise ForbiddenAddressError(
                f"{host} leads to {address}, which is not public; "
                f"to crawl it anyway, put {host}:{port} into NIANBAO_ALLOW_PRIVATE_HOSTS"
            )
    return addresses


def _addresses(host: str, port: int) -> list[tuple[str, int]]:
    """Return every address of a host, with the port. Raises socket.gaierror if the name is unknown or cannot be one."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except ValueError as error:  # a label that is empty or too long
        raise socket.gaierror(socket.EAI_NONAME, f"{host!r} is no name of a host") from error
    return list(dict.fromkeys((str(entry[4][0]), int(entry[4][1])) for entry in found))


def guarded_pools(allowed: frozenset[str], *, anonymous: bool) -> dict[str, type[HTTPConnectionPool]]:
    """Return pool classes by scheme, for `PoolManager.pool_classes_by_scheme`, that connect as `resolve` allows."""

    class GuardedHTTP(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, allowed, anonymous=anonymous)

    class GuardedHTTPS(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, allowed, anonymous=anonymous)

    class GuardedHTTPPool(HTTPConnectionPool):
        ConnectionCls = GuardedHTTP

    class GuardedHTTPSPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHTTPS

    return {"http": GuardedHTTPPool, "https": GuardedHTTPSPool}


def _connect(connection: HTTPConnection, allowed: frozenset[str], *, anonymous: bool) -> socket.socket:
    """Connect to the first address that answers. Raises the errors that urllib3 expects."""
    port = connection.port or connection.default_port
    try:
        addresses = resolve(connection.host, port, allowed, anonymous=anonymous)
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    failure: OSError | None = None
    for address in addresses:
        try:
            patience = patience_of(connection.timeout)
            return timed(create_connection(address, patience, socket_options=connection.socket_options))
        except OSError as error:
            failure = error
    if isinstance(failure, TimeoutError):
        raise ConnectTimeoutError(connection, f"no answer from {connection.host}") from failure
    raise NewConnectionError(connection, f"no connection to {connection.host}: {failure}") from failure
