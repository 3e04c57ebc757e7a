"""When each host may be asked next.

Owns the protocol of a rate limiter and the one for a process that works alone. `flows.ledger.rate_limit` shares the
waiting among many processes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol


class RateLimiter(Protocol):
    """Spaces the requests to each host, from start to start."""

    def take(self, host: str, delay: float) -> None:
        """Wait until `host` may be asked, and reserve it for the next `delay` seconds."""

    def postpone(self, host: str, seconds: float) -> None:
        """Let no request to `host` start within `seconds` from now."""


class LocalRateLimiter:
    """The rate limiter of a process that works alone; safe for threads."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._free_at: dict[str, float] = {}

    def take(self, host: str, delay: float) -> None:
        """Wait until `host` may be asked, and reserve it for the next `delay` seconds."""
        with self._lock:
            now = self._clock()
            start = max(now, self._free_at.get(host, now))
            self._free_at[host] = start + delay
        if start > now:
            self._sleep(start - now)

    def postpone(self, host: str, seconds: float) -> None:
        """Let no request to `host` start within `seconds` from now."""
        with self._lock:
            self._free_at[host] = max(self._free_at.get(host, 0.0), self._clock() + seconds)
