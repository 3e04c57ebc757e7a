"""How the client behaves towards a host: pauses, limits, and what it trusts.

Owns no behaviour: plain values, which settings give and the client keeps.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Politeness:
    """How to behave towards hosts. Times are in seconds, sizes in bytes.

    `user_agent` names the project first (`nianbao/1.0 (+contact)`): that name is looked up in robots.txt.
    `timeout` is the longest silence. `total_time` is the longest that one exchange may take, and the longest pause that
    Retry-After is granted. `max_bytes` counts after decompression. `allow_private_hosts` holds "host:port" that need
    not be public. Pauses before retries are `backoff`, twice, four times that, … With `legacy_tls`, servers that fail
    at modern TLS are asked again with an older kind. `ca_bundle` is a file of certificates that are trusted besides
    the public ones. Nothing turns their verification off.
    """

    user_agent: str
    delay: float = 1.0
    retries: int = 3
    timeout: float = 30.0
    total_time: float = 120.0
    max_bytes: int = 100_000_000
    allow_private_hosts: frozenset[str] = frozenset()
    backoff: float = 1.0
    legacy_tls: bool = False
    ca_bundle: str | None = None
