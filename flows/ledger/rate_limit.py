"""The rate at which all workers ask each host, shared by threads, processes and machines.

Owns the table of turns: the worker that writes a turn there may ask the host, and no other until the turn is over. Wall
clocks are compared, so machines that share a database must keep the same time.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

from sqlalchemy import Engine, Select, select

from flows.ledger.database import insertion
from flows.ledger.tables import rate_limits

_JITTER = 0.03
"""Longest random addition to a pause, as a share of it. It breaks an exact beat, and costs 1.5 % on average."""
_LOOK_AGAIN = 1.0
"""Seconds after which a host without delay is looked up again: another worker may have had to postpone it."""


class SharedRateLimiter:
    """The turns at hosts; safe for threads and processes.

    A turn begins when it is written, not when it was due: a worker that wakes up late, or whose database is slow,
    shifts what follows. Two turns are never closer than the delay. Their requests may be closer by the time that the
    database takes to answer. `clock` returns seconds since 1970, `sleep` takes seconds.
    """

    def __init__(
        self, engine: Engine, clock: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._host_locks: dict[str, threading.Lock] = {}
        self._looked: dict[str, float] = {}

    def take(self, host: str, delay: float) -> None:
        """Wait for the turn at `host` and keep it for the next `delay` seconds.

        Without delay nothing is written, and a pause set by another worker is seen a second later at most.
        """
        if delay == 0 and not self._looks_held(host):
            return
        with self._lock:
            host_lock = self._host_locks.setdefault(host, threading.Lock())
        with host_lock:  # one thread of a process waits at the table, the others behind it
            waited_for: float | None = None
            while held := self._try(host, delay, waited_for):
                waited_for, pause = held
                self._sleep(pause)

    def postpone(self, host: str, seconds: float) -> None:
        """Let no worker ask `host` for `seconds` from now."""
        self._looked.pop(host, None)
        with self._engine.begin() as connection:
            row = insertion(connection, rate_limits).values(host=host, free_at=self._clock() + seconds, pause=seconds)
            values = {"free_at": row.excluded.free_at, "pause": row.excluded.pause}
            later = rate_limits.c.free_at < row.excluded.free_at
            connection.execute(row.on_conflict_do_update(index_elements=[rate_limits.c.host], set_=values, where=later))

    def _try(self, host: str, delay: float, waited_for: float | None) -> tuple[float, float] | None:
        """Take the turn if the host is free. Otherwise return when it will be, and the seconds until then.

        A turn is over once this worker has slept through its whole pause, whatever the clock says: a clock that was set
        back must not stall a crawl.
        """
        with self._engine.begin() as connection:
            now = self._clock()
            pause = delay * (1 + random.uniform(0, _JITTER))
            row = insertion(connection, rate_limits).values(host=host, free_at=now + pause, pause=pause)
            values = {"free_at": row.excluded.free_at, "pause": row.excluded.pause}
            free = (rate_limits.c.free_at <= now) | (rate_limits.c.free_at == waited_for)
            taking = row.on_conflict_do_update(index_elements=[rate_limits.c.host], set_=values, where=free)
            if not connection.execute(taking.returning(rate_limits.c.host)).first():
                free_at, pause = connection.execute(_held(host)).one()
                return free_at, min(free_at - now, pause)
        if self._clock() - now > pause / 2:  # the database was slow: count the turn from when it can be used
            self.postpone(host, pause)
        return None

    def _looks_held(self, host: str) -> bool:
        """Return whether the host is paused, as of a second ago at most."""
        now = time.monotonic()
        if now < self._looked.get(host, 0.0):
            return False
        with self._reads.begin() as connection:
            held = connection.execute(_held(host)).first()
        if held and held.free_at > self._clock():
            return True
        self._looked[host] = now + _LOOK_AGAIN
        return False


def _held(host: str) -> Select[tuple[float, float]]:
    return select(rate_limits.c.free_at, rate_limits.c.pause).where(rate_limits.c.host == host)
