"""Locks between all writers to the same object store: objects that are created only if there is none.

Owns `_locks/<name>.lock`. A thread renews a lock while it is held; a lock that was not renewed for a whole lease is
taken over. Locks are not enough alone: a writer that slept (on a suspended machine) may have lost its lock without
knowing it yet. So it must write on the condition that no other writer did meanwhile (`Bucket.write`).
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
from warehouse.paths import LOCKS_FOLDER
from warehouse.storage.objects import Objects

LEASE = 60.0
"""Seconds without renewal after which a lock counts as left by a dead holder.

Waiters measure them by their own clocks from when they first saw the lock as it is, so clocks need not agree.
"""
_PAUSE, _LONGEST_PAUSE = 0.02, 0.5
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that runs on while the machine is suspended: Linux's monotonic one does not, that of other systems does."""


class LostLock(NianbaoError):
    """Another writer took over a lock that was not renewed for a whole lease."""


@dataclass(slots=True, eq=False)
class _Held:
    """A lock of this process: its object as last written, and when that write began."""

    path: str
    tag: str
    renewed: float
    lost: bool = False
    turn: threading.Lock = field(default_factory=threading.Lock)
    """Keeps the holder and the renewing thread from writing the object at the same time."""


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
        """Hold the lock of this name alone, waiting for its holder; a dead holder's lock is taken over."""
        held = self._acquire(f"{LOCKS_FOLDER}/{name}.lock")
        self.of_this_thread.append(held)
        self._renew_from_now_on(held)
        try:
            yield
            # No writer can take a lock over within its lease: until then, all was done alone.
            if held.lost or _now() - held.renewed > self._lease:
                self.check()
        finally:
            self.of_this_thread.remove(held)
            self._release(held)

    @property
    def of_this_thread(self) -> list[_Held]:
        """The locks that this thread holds, or believes it holds."""
        if not hasattr(self._mine, "held"):
            self._mine.held = []
        held: list[_Held] = self._mine.held
        return held

    def check(self) -> None:
        """Raise LostLock if this thread has lost a lock that it took."""
        for held in self.of_this_thread:
            self._renew(held)
            if held.lost:
                raise LostLock(f"{held.path} was taken over by another writer: run again")

    def _acquire(self, path: str) -> _Held:
        body = _lock_body()
        seen, since, pause = b"", 0.0, _PAUSE
        while True:
            began = _now()
            stored = self._objects.swap(path, body, None)
            if stored and stored.data == seen and began - since > self._lease:
                began = _now()
                stored = self._objects.swap(path, body, stored.tag)
            if stored and stored.data == body:
                return _Held(path, stored.tag, began)
            if stored and stored.data != seen:
                seen, since, pause = stored.data, _now(), _PAUSE
            time.sleep(pause * (1 + random.random()))
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _release(self, held: _Held) -> None:
        with self._turn:
            self._all.discard(held)
        with held.turn:
            if not held.lost:
                # On the condition that the lock is still this holder's.
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
        """Renew all held locks, whatever their holders are busy with, until none is held."""
        while True:
            time.sleep(self._lease / 6)
            with self._turn:
                held = list(self._all)
                if not held:
                    self._renewer = None
                    return
            for lock in held:
                try:
                    self._renew(lock)
                except OSError:
                    # The holder meets the error at its next read or write, where it can be reported.
                    continue

    def _renew(self, held: _Held) -> None:
        """Write a lock's object again once a third of the lease is over; mark the lock as lost if another holds it."""
        if not self._objects.conditional:
            return
        with held.turn:
            began = _now()
            if held.lost or began - held.renewed <= self._lease / 3:
                return
            body = _lock_body()
            stored = self._objects.swap(held.path, body, held.tag)
            held.lost = stored is None or stored.data != body
            if stored and not held.lost:
                held.tag, held.renewed = stored.tag, began


def _now() -> float:
    return time.clock_gettime(_CLOCK)


def _lock_body() -> bytes:
    return json.dumps({"holder": secrets.token_hex(16)}).encode()
