"""The server that readers are forked from: started early, it imports what reads while the command imports the rest.

Owns how these processes start. A server starts them quickly and, unlike a fork, safely beside threads.
"""

from __future__ import annotations

from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running, set_forkserver_preload
from multiprocessing.synchronize import RLock

PRELOADED = ("flows.workers.ignore_interrupts", "flows.workers.preload")
"""Modules that the server imports before it forks the first reader."""


def start_server() -> None:
    """Start the server if it does not run, and do not wait for it: for commands that will read."""
    set_forkserver_preload([*PRELOADED])
    ensure_running()


class WorkerContext(ForkServerContext):
    """The context that workers are started in; it keeps their locks alive.

    Pebble drops its locks before it stops its workers, and a worker that is just starting then fails with a traceback.
    """

    def __init__(self) -> None:
        self._locks: list[RLock] = []
        self.set_forkserver_preload([*PRELOADED])

    def RLock(self) -> RLock:  # noqa: N802 (multiprocessing's name)
        """Return a lock, and keep it."""
        self._locks.append(super().RLock())
        return self._locks[-1]
