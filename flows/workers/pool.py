"""Reading in worker processes, each document within limits of time and memory.

Owns the processes: a document that hangs, bombs or crashes its reader costs one worker and gives a reason, and
the batch goes on. Whoever waits for a document is let go when the readers stop. Must not know what is read.
"""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, InvalidStateError, wait
from concurrent.futures import TimeoutError as OutOfTime
from contextlib import suppress
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import RLock
from threading import Lock
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from flows.documents.parse import ParseResult, Task, load_declarations, parse
from flows.workers.limits import ReadLimits

PRELOADED = ("flows.workers.ignore_interrupts", "flows.workers.preload")
"""Modules that the server of readers imports before it forks the first."""
TASKS_BEFORE_RENEWAL = 200
"""Documents after which a worker makes room for a new one, so that what libraries leak does not add up."""


class ReadersStopped(BaseException):
    """The readers were stopped with their run, and the document is as unread as before.

    No Exception: who takes those for a bad document, or a portal that broke off, must let this one pass.
    """


class _Context(ForkServerContext):
    """What workers are started with; it keeps their locks.

    Pebble drops its locks before it stops its workers, and one that is starting then complains that they are gone.
    """

    def __init__(self) -> None:
        self._locks: list[RLock] = []

    def RLock(self) -> RLock:  # noqa: N802 (multiprocessing's name)
        self._locks.append(super().RLock())
        return self._locks[-1]


class Readers:
    """A context manager over the worker processes, which start with the first document.

    Raises OSError in a daemon, which may start none: so are the workers of Dask under its nanny. Raises
    DeclarationError where a file that they read by is at fault: they could not say so themselves.
    """

    def __init__(self, limits: ReadLimits) -> None:
        if multiprocessing.current_process().daemon:
            raise OSError("this process is a daemon and can start no readers: start `dask worker` with --no-nanny")
        load_declarations()
        self._limits = limits
        self._stopped = False
        self._pending: set[ProcessFuture[ParseResult]] = set()
        self._lock = Lock()
        # A fork server starts workers quickly and, unlike a fork, safely beside threads.
        context = _Context()
        context.set_forkserver_preload([*PRELOADED])
        self._pool = ProcessPool(
            max_workers=limits.workers,
            max_tasks=TASKS_BEFORE_RENEWAL,
            initializer=_limit_memory,
            initargs=(limits.megabytes,),
            context=context,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self._pool.close()
            self._pool.join()
        else:
            self._stop()

    def _stop(self) -> None:
        """Stops the workers, and ends the waiting for what they will never answer."""
        with self._lock:
            self._stopped = True
        self._pool.stop()
        try:
            self._pool.join()
        finally:
            for future in tuple(self._pending):
                with suppress(InvalidStateError):  # it was answered just now
                    future.set_exception(ReadersStopped())

    def submit(self, task: Task) -> Callable[[], ParseResult]:
        """Begins to read a document; call what is returned to wait for its reports, or why there are none.

        Both raise ReadersStopped once the block has ended with an error, for threads that go on beyond it.
        """
        with self._lock:
            if self._stopped:
                raise ReadersStopped
            future: ProcessFuture[ParseResult] = self._pool.schedule(parse, args=(task,), timeout=self._limits.seconds)
            self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        return lambda: self._result(future)

    def _result(self, future: ProcessFuture[ParseResult]) -> ParseResult:
        wait([future])
        if self._stopped:  # it may seem to have crashed then
            raise ReadersStopped
        try:
            return future.result()
        except OutOfTime:
            reason = f"reading took more than {self._limits.seconds:g} s (NIANBAO_READ_SECONDS)"
        except MemoryError:
            reason = f"reading needs more than {self._limits.megabytes} MB of memory (NIANBAO_READ_MEGABYTES)"
        except ProcessExpired as error:
            reason = f"the reader crashed (exit code {error.exitcode})"
        except BrokenExecutor:
            raise  # no worker can be started: that is no fault of the document
        except Exception as error:  # noqa: BLE001 (a defect of a reader must not stop the batch: it becomes a reason)
            reason = f"the reader failed: {type(error).__name__}: {' '.join(str(error).split())}"
        return ParseResult(reason=reason)


def _limit_memory(megabytes: int) -> None:
    """Bounds the address space of a worker; what exceeds it raises MemoryError there."""
    size = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))
