"""Names of hosts: which belong to one owner, and how long to wait between two requests to one.

Owns the rule of what counts as the same site and the turns at a host. Must not open a connection.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

# The second label that registries under a country code sell below: www.x.gov.cn belongs to x.gov.cn.
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "mil", "net", "org"})


def host_of(url: str) -> str:
    """Lower-case host name of `url` without its port; empty where it has none or is no URL.

    >>> host_of("http://WWW.Example.gov.cn:8080/a")
    'www.example.gov.cn'
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # such as a bracket that is not closed
        return ""


def registrable(host: str) -> str:
    """The part of a host name that one owner registered; an IP address is its own.

    >>> registrable("rst.hunan.gov.cn"), registrable("www.hunan.gov.cn"), registrable("a.example.com")
    ('hunan.gov.cn', 'hunan.gov.cn', 'example.com')
    >>> registrable("122.137.242.24")
    '122.137.242.24'
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.rstrip(".").split(".")
        country_code = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
        return ".".join(labels[-3:] if country_code else labels[-2:])
    return host


def same_site(one: str, other: str) -> bool:
    """Whether two URLs belong to one owner; scheme, port and subdomain may differ.

    >>> same_site("http://www.x.gov.cn/a", "https://zwgk.x.gov.cn/b"), same_site("http://x.gov.cn", "http://y.gov.cn")
    (True, False)
    """
    host = host_of(one)
    return bool(host) and registrable(host) == registrable(host_of(other))


class RateLimiter(Protocol):
    """When each host may be asked next, from start to start of requests."""

    def take(self, host: str, delay: float) -> None:
        """Wait for the turn at `host` and keep it for the next `delay` seconds."""

    def postpone(self, host: str, seconds: float) -> None:
        """Let nobody ask `host` for `seconds` from now."""


class LocalRateLimiter:
    """The turns of one process that works alone; safe for threads. `turns.SharedTurns` holds them for many."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._free_at: dict[str, float] = {}

    def take(self, host: str, delay: float) -> None:
        """Wait for the turn at `host` and keep it for the next `delay` seconds."""
        with self._lock:
            now = self._clock()
            start = max(now, self._free_at.get(host, now))
            self._free_at[host] = start + delay
        if start > now:
            self._sleep(start - now)

    def postpone(self, host: str, seconds: float) -> None:
        """Let nobody ask `host` for `seconds` from now."""
        with self._lock:
            self._free_at[host] = max(self._free_at.get(host, 0.0), self._clock() + seconds)
