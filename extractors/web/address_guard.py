"""Connections to public addresses only, so that no portal can point the crawler into a private network.

Owns the check after name resolution: the connection goes to the very address that was checked, on every hop and for
every new connection.
"""

from __future__ import annotations

import ipaddress
import socket

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from extractors.web.deadline import patience_of, timed

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # IPv4 addresses behind NAT64 (RFC 6052)


class ForbiddenAddressError(Exception):
    """A host name that leads to an address which is not public and was not allowed."""


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


def resolve(host: str, port: int, allowed: frozenset[str]) -> list[tuple[str, int]]:
    """Return the addresses and ports to connect to for `host`; `allowed` holds "host:port" that need not be public.

    Raises ForbiddenAddressError if one is not public, socket.gaierror if the name is unknown or cannot be one.

    >>> resolve("127.0.0.1", 8000, frozenset({"127.0.0.1:8000"}))
    [('127.0.0.1', 8000)]
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except ValueError as error:  # a label that is empty or too long
        raise socket.gaierror(socket.EAI_NONAME, f"{host!r} is no name of a host") from error
    addresses = list(dict.fromkeys((str(entry[4][0]), int(entry[4][1])) for entry in found))
    if f"{host}:{port}" in allowed:
        return addresses
    for address, _ in addresses:
        if not is_public(address):
            raise ForbiddenAddressError(
                f"{host} leads to {address}, which is not public; "
                f"to crawl it anyway, put {host}:{port} into NIANBAO_ALLOW_PRIVATE_HOSTS"
            )
    return addresses


def guarded_pools(allowed: frozenset[str]) -> dict[str, type[HTTPConnectionPool]]:
    """Return pool classes by scheme, for `PoolManager.pool_classes_by_scheme`, that connect as `resolve` allows."""

    class GuardedHTTP(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, allowed)

    class GuardedHTTPS(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, allowed)

    class GuardedHTTPPool(HTTPConnectionPool):
        ConnectionCls = GuardedHTTP

    class GuardedHTTPSPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHTTPS

    return {"http": GuardedHTTPPool, "https": GuardedHTTPSPool}


def _connect(connection: HTTPConnection, allowed: frozenset[str]) -> socket.socket:
    """Connect to the first address that answers. Raises the errors that urllib3 expects."""
    port = connection.port or connection.default_port
    try:
        addresses = resolve(connection.host, port, allowed)
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
