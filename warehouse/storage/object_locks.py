"""Locks between all who write to the same object store: objects that are created only where there is none.

Owns `_locks/<name>.lock`, renewed by a thread while it is held, and taken over from whoever has not renewed his for a
whole lease. Must not be trusted alone: a writer that slept (a suspended machine) may have lost his lock without
knowing it yet, so that what he puts must be put on the condition that nobody else did (`Bucket.write`).
"""

from __future__ import annotations

import json
import random
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from nianbao import NianbaoError
from warehouse.storage.objects import Objects

LOCKS_FOLDER = "_locks"
LEASE = 60.0
"""Seconds without renewal after which a lock counts as left by a dead holder.

Waiters measure them by their own clocks from when they first saw the lock as it is, so clocks need not agree.
"""
_PAUSE, _LONGEST_PAUSE = 0.02, 0.5
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the machine is suspended: on Linux the monotonic one does not, elsewhere it does."""


class LostLock(NianbaoError):
    """Somebody else took over a lock that was held for longer than its lease without a sign of life."""


@dataclass(slots=True, eq=False)
class _Held:
    """A lock of this process: its object as last written, and when that was begun."""

    path: str
    tag: str
    renewed: float
    lost: bool = False
    turn: threading.Lock = field(default_factory=threading.Lock)
    """Its holder and the thread that renews it do not write it at the same time."""


class ObjectLocks:
    """The locks that this process holds in one object store."""

    def __init__(self, objects: Objects, lease: float) -> None:
        self._objects = objects
        self._lease = lease
        self._mine = threading.local()
        self._turn = threading.Lock()
        self._all: set[_Held] = set()
        self._renewer: threading.Thread | None = None

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Hold the lock of this name alone, waiting for whoever has it; a dead holder's is taken over."""
        held = self._acquire(f"{LOCKS_FOLDER}/{name}.lock")
        self.of_this_thread.append(held)
        self._renew_from_now_on(held)
        try:
            yield
            # Nobody took it over before a whole lease was over: all that was done until now was done alone.
            if held.lost or _now() - held.renewed > self._lease:
                self.check()
        finally:
            self.of_this_thread.remove(held)
            self._release(held)

    @property
    def of_this_thread(self) -> list[_Held]:
        """The locks that this thread holds, or believes to hold."""
        if not hasattr(self._mine, "held"):
            self._mine.held = []
        held: list[_Held] = self._mine.held
        return held

    def check(self) -> None:
        """Raises LostLock where this thread no longer has a lock that it took."""
        for held in self.of_this_thread:
            self._renew(held)
            if held.lost:
                raise LostLock(f"{held.path} was taken over by another writer: run again")

    def _acquire(self, path: str) -> _Held:
        body = _lock_body()
        seen, since, pause = b"", 0.0, _PAUSE
        while True:
            began = _now()
            found = self._objects.swap(path, body, None)
            if found and found.data == seen and began - since > self._lease:
                began = _now()
                found = self._objects.swap(path, body, found.tag)
            if found and found.data == body:
                return _Held(path, found.tag, began)
            if found and found.data != seen:
                seen, since, pause = found.data, _now(), _PAUSE
            time.sleep(pause * (1 + random.random()))
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _release(self, held: _Held) -> None:
        with self._turn:
            self._all.discard(held)
        with held.turn:
            if not held.lost:
                # On the condition that it is still this holder's.
                self._objects.delete(held.path, held.tag)
            held.lost = True

    def _renew_from_now_on(self, held: _Held) -> None:
        if not self._objects.conditional:
            return
        with self._turn:
            self._all.add(held)
            if self._renewer is None:
                self._renewer = threading.Thread(target=self._renew_all, name="renewal of locks", daemon=True)
                self._renewer.start()

    def _renew_all(self) -> None:
        """Renew what is held, whatever its holders wait for or compute, until nothing is."""
        while True:
            time.sleep(self._lease / 6)
            with self._turn:
                held = list(self._all)
                if not held:
                    self._renewer = None
                    return
            for one in held:
                try:
                    self._renew(one)
                except OSError:
                    # The holder meets it at his next read or write, where it can be told.
                    continue

    def _renew(self, held: _Held) -> None:
        """Put a lock's object anew when a third of the lease is over; `lost` where it is another's now."""
        if not self._objects.conditional:
            return
        with held.turn:
            began = _now()
            if held.lost or began - held.renewed <= self._lease / 3:
                return
            body = _lock_body()
            found = self._objects.swap(held.path, body, held.tag)
            held.lost = found is None or found.data != body
            if found and not held.lost:
                held.tag, held.renewed = found.tag, began


def _now() -> float:
    return time.clock_gettime(_CLOCK)


def _lock_body() -> bytes:
    return json.dumps({"holder": secrets.token_hex(16)}).encode()
