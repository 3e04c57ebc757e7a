"""The turns at hosts that all workers share, in threads, processes and machines alike.

Owns the table of turns: whoever writes a turn there may ask the host, and nobody else until it is over. Must not
ask the host itself; `session` does. Wall clocks are compared, so machines that share a database must keep one time.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy import Select, select

from flows.ledger.database import create_tables, insertion, open_database
from flows.ledger.tables import metadata, turns

_JITTER = 0.03
"""Longest random addition to a pause, as a share of it: requests come in no exact beat, 1.5 % slower on average."""
_LOOK_AGAIN = 1.0
"""Seconds after which a host without delay is looked up again, since another worker may have been told to wait."""


class SharedRateLimiter:
    """A context manager over the turns in the database at `url`; safe for threads and processes.

    A turn begins when it is written, not when it was hoped for: a worker that wakes up late, or whose database is
    slow, shifts what follows. Two turns are never closer than the delay, and what is asked in them by no more than
    the database takes for an answer. `clock` tells seconds since 1970, `sleep` takes seconds.
    """

    def __init__(
        self, url: str, clock: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._host_locks: dict[str, threading.Lock] = {}
        self._looked: dict[str, float] = {}
        self._engine = open_database(url)
        create_tables(self._engine, metadata)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._engine.dispose()

    def take(self, host: str, delay: float) -> None:
        """Wait for the turn at `host` and keep it for the next `delay` seconds.

        Without delay nothing is written, and a pause that another worker was told is seen a second later at most.
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
        """Let nobody ask `host` for `seconds` from now."""
        self._looked.pop(host, None)
        with self._engine.begin() as connection:
            row = insertion(connection, turns).values(host=host, free_at=self._clock() + seconds, pause=seconds)
            said = {"free_at": row.excluded.free_at, "pause": row.excluded.pause}
            later = turns.c.free_at < row.excluded.free_at
            connection.execute(row.on_conflict_do_update(index_elements=[turns.c.host], set_=said, where=later))

    def _try(self, host: str, delay: float, waited_for: float | None) -> tuple[float, float] | None:
        """Take the turn if the host is free; else when it will be, and the seconds until then.

        A turn whose whole pause this worker has slept out is over, whatever the clock says: one that was set back
        must not stall a crawl.
        """
        with self._engine.begin() as connection:
            now = self._clock()
            pause = delay * (1 + random.uniform(0, _JITTER))
            row = insertion(connection, turns).values(host=host, free_at=now + pause, pause=pause)
            said = {"free_at": row.excluded.free_at, "pause": row.excluded.pause}
            free = (turns.c.free_at <= now) | (turns.c.free_at == waited_for)
            taking = row.on_conflict_do_update(index_elements=[turns.c.host], set_=said, where=free)
            if not connection.execute(taking.returning(turns.c.host)).first():
                free_at, pause = connection.execute(_held(host)).one()
                return free_at, min(free_at - now, pause)
        if self._clock() - now > pause / 2:  # the database was slow: the turn is counted from when it can be used
            self.postpone(host, pause)
        return None

    def _looks_held(self, host: str) -> bool:
        """Whether somebody was told to wait, as of a second ago at most."""
        now = time.monotonic()
        if now < self._looked.get(host, 0.0):
            return False
        with self._engine.begin() as connection:
            held = connection.execute(_held(host)).first()
        if held and held.free_at > self._clock():
            return True
        self._looked[host] = now + _LOOK_AGAIN
        return False


def _held(host: str) -> Select[tuple[float, float]]:
    return select(turns.c.free_at, turns.c.pause).where(turns.c.host == host)
