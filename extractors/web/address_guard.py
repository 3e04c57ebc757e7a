"""Connections to public addresses only, so that no portal can point the crawler into a private network.

Owns the check after name resolution: the connection goes to the very address that was checked, on every
hop and for every new connection; and the two ways to speak TLS, both of which verify. Must not know about
requests, robots or retries.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection
from urllib3.util.ssl_ import create_urllib3_context

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # IPv4 addresses behind NAT64 (RFC 6052)


_LEGACY_SERVER_CONNECT = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT, named from Python 3.12

# X509_V_ERR_… of OpenSSL's x509_vfy.h: the certificate names another host; keys too small, a digest too weak
_OTHER_NAME = 62
_WEAK = frozenset({66, 67, 68})


class ForbiddenAddressError(Exception):
    """A host name that leads to an address which is not public and was not allowed."""


def is_public(address: str) -> bool:
    """Whether an IP address is routed on the internet; addresses that wrap an IPv4 address count as that.

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
    """Addresses and ports to connect to for `host`; `allowed` holds "host:port" that need not be public.

    Raises ForbiddenAddressError where one is not public, socket.gaierror where the name is not known.

    >>> resolve("127.0.0.1", 8000, frozenset({"127.0.0.1:8000"}))
    [('127.0.0.1', 8000)]
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys((str(entry[4][0]), int(entry[4][1])) for entry in found))
    if f"{host}:{port}" in allowed:
        return addresses
    for address, _ in addresses:
        if not is_public(address):
            raise ForbiddenAddressError(
                f"{host} leads to {address}, which is not public; "
                f"to crawl it all the same put {host}:{port} into NIANBAO_ALLOW_PRIVATE_HOSTS"
            )
    return addresses


def tls_context(ca_bundle: str | None, *, legacy: bool) -> ssl.SSLContext:
    """How to speak TLS; certificates and host names are verified in any case, also by those in the file `ca_bundle`.

    `legacy` is for servers that want renegotiation without its extension, short keys or SHA-1, or fail at other curves
    than P-256 (UNSAFE_LEGACY_RENEGOTIATION_DISABLED, DH key too small, BAD_ECPOINT: PORTALS §6). Raises OSError
    where the file cannot be read.
    """
    context = create_urllib3_context()
    if ca_bundle:
        context.load_verify_locations(ca_bundle)
    if legacy:
        context.set_ciphers("DEFAULT:@SECLEVEL=1")
        context.options |= _LEGACY_SERVER_CONNECT
        context.set_ecdh_curve("prime256v1")
    return context


def tls_remedy(cause: BaseException, *, legacy: bool) -> str:
    """What may help where TLS failed, as the end of a reason; empty for other causes."""
    if isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code not in _WEAK:
        help_by_trust = "; to trust its issuer, put that certificate into the file of NIANBAO_CA_BUNDLE"
        return "" if cause.verify_code == _OTHER_NAME else help_by_trust
    if isinstance(cause, ssl.SSLError) and not legacy:
        return "; an exception `tls: {legacy: true}` in the portal's file lets older TLS be spoken"
    return ""


def guarded_pools(allowed: frozenset[str]) -> dict[str, type[HTTPConnectionPool]]:
    """Connection pools by scheme, for `PoolManager.pool_classes_by_scheme`, that connect as `resolve` allows."""

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
    """Socket to the first address that answers; raises the errors that urllib3 expects of it."""
    port = connection.port or connection.default_port
    try:
        addresses = resolve(connection.host, port, allowed)
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    failure: OSError | None = None
    for address in addresses:
        try:
            return create_connection(address, connection.timeout, socket_options=connection.socket_options)
        except OSError as error:
            failure = error
    if isinstance(failure, TimeoutError):
        raise ConnectTimeoutError(connection, f"no answer from {connection.host}") from failure
    raise NewConnectionError(connection, f"no connection to {connection.host}: {failure}") from failure
