"""Writers to a bucket, each in a process of its own that can be killed, stopped, and made to die at a request.

They are forked off a process that has imported everything, which takes a tenth of the time that a new one needs.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from typing import Any

from aiobotocore.httpsession import AIOHTTPSession  # type: ignore[import-untyped]

from tests.support.processes.writers import CRASHED, SECOND, share
from tests.support.servers.s3 import S3
from tests.support.warehouse.rows import HERE
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.write import publish
from warehouse.storage.bucket import Bucket
from warehouse.storage.object_locks import LostLock

LOST = 7
_PROCESSES = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Writer:
    """A process that writes."""

    process: ForkServerProcess

    def stop(self) -> None:
        """Let it do nothing from now on."""
        self._send(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it do what it did before."""
        self._send(signal.SIGCONT)

    def join(self) -> int | None:
        """Its exit code, once it has ended; None where it does not."""
        self.process.join(120)
        return self.process.exitcode

    def _send(self, number: signal.Signals) -> None:
        assert self.process.pid is not None
        # It may have come to its end by itself.
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, number)


@contextmanager
def writer(target: Callable[..., None], server: S3, *arguments: object) -> Iterator[Writer]:
    """Start a process that runs `target(server, *arguments)`, and kill it afterwards."""
    # pyarrow imports pandas with the first rows that it is given.
    _PROCESSES.set_forkserver_preload([__name__, "warehouse.storage.s3", "pandas"])
    process = _PROCESSES.Process(target=_be, args=(target, server, *arguments), daemon=True)
    process.start()
    try:
        yield Writer(process)
    finally:
        process.kill()
        process.join()
        process.close()


def _be(target: Callable[..., None], server: S3, *arguments: object) -> None:
    os.environ.update(server.environment)
    target(server, *arguments)


def crash_at_request(server: S3, moment: int) -> None:
    """Publish and fold, and die at once: before a request is sent, or when its answer has come but was not looked at.

    The moments 1 and 2 are those of the first request, 3 and 4 of the second, and so on.
    """
    left = [moment]

    def step() -> None:
        left[0] -= 1
        if left[0] == 0:
            os._exit(CRASHED)

    send = AIOHTTPSession.send

    async def counted(session: AIOHTTPSession, request: Any) -> Any:
        step()
        answer = await send(session, request)
        step()
        return answer

    AIOHTTPSession.send = counted
    store = Bucket(server.url)
    publish(store, HERE, SECOND)
    compact_manifest(store)


def share_bucket(server: S3, number: int, writers: int, reports: int, partitions: int) -> None:
    """Be one of several writers that publish into the same partitions."""
    share(Bucket(server.url), number, writers, reports, partitions)


def share_stubbornly(server: S3, number: int, writers: int, reports: int, partitions: int, lease: float) -> None:
    """Do the same, compacting after each report, and do both again if others took a lock over."""
    store = Bucket(server.url, lease)
    waiting = list(range(number, reports, writers))
    while waiting:
        try:
            share(store, waiting[0], reports, reports, partitions)
        except LostLock:
            store.write(f"lost/{number}-{time.time_ns()}", b"")
            continue
        del waiting[0]


def sleeper(server: S3, lease: float) -> None:
    """Take the lock, say so, wait for `go`, write; exit with LOST if another process took the lock meanwhile."""
    bucket, other = Bucket(server.url, lease), Bucket(server.url)
    try:
        with bucket.lock("here"):
            bucket.read("late")
            other.write("ready", b"")
            while not other.exists("go"):
                time.sleep(0.01)
            bucket.write("late", b"")
    except LostLock:
        os._exit(LOST)
