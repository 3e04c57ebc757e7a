"""Reading in worker processes, each document within limits of time and memory.

Owns the processes: a document that hangs, exhausts memory or crashes its reader costs one worker and yields a reason,
and the batch continues. When the readers stop, every caller that waits for a document is released.
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
from typing import Any, Self, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from extractors.document import Unreadable
from flows.documents.parse import ParseResult, Task, load_declarations, parse
from flows.workers.limits import ReadLimits

PRELOADED = ("flows.workers.ignore_interrupts", "flows.workers.preload")
"""Modules that the server of readers imports before it forks the first."""
TASKS_BEFORE_RENEWAL = 200
"""Documents after which a worker is replaced, so that leaks of libraries do not add up."""
_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class ReadersStopped(BaseException):
    """The readers were stopped with their run, and the document is as unread as before.

    A BaseException, so that `except Exception` around one document or portal does not swallow it.
    """


class WorkerContext(ForkServerContext):
    """The context that workers are started in; it keeps their locks alive.

    Pebble drops its locks before it stops its workers, and a worker that is just starting then fails with a traceback.
    """

    def __init__(self) -> None:
        self._locks: list[RLock] = []

    def RLock(self) -> RLock:  # noqa: N802 (multiprocessing's name)
        """Return a lock, and keep it."""
        self._locks.append(super().RLock())
        return self._locks[-1]


class Readers:
    """A context manager over the worker processes, which start with the first document.

    They come from a server, which starts them quickly and, unlike a fork, safely beside threads. With `forked` they are
    copies of this process, which must have no other threads then; so they need not import again what it has imported.

    Raises OSError in a daemon process, which may not start others: the workers of Dask are daemons under its nanny.
    Raises DeclarationError if one of the declarations that the workers need is invalid: they could not report it.
    """

    def __init__(self, limits: ReadLimits, *, forked: bool = False) -> None:
        if multiprocessing.current_process().daemon:
            raise OSError("this process is a daemon and can start no readers: start `dask worker` with --no-nanny")
        load_declarations()
        self._limits = limits
        self._stopped = False
        self._pending: set[ProcessFuture[Any]] = set()
        self._lock = Lock()
        self._pool = ProcessPool(
            max_workers=limits.workers,
            max_tasks=TASKS_BEFORE_RENEWAL,
            initializer=_limit_memory,
            initargs=(limits.megabytes,),
            context=multiprocessing.get_context("fork") if forked else _from_server(),
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
        """Stop the workers, and release the callers that wait for their results."""
        with self._lock:
            self._stopped = True
        self._pool.stop()
        try:
            self._pool.join()
        finally:
            for future in tuple(self._pending):
                with suppress(InvalidStateError):  # it has just ended
                    future.set_exception(ReadersStopped())

    def submit(self, task: Task) -> Callable[[], ParseResult]:
        """Begin to read a document; return a function that waits for its reports, or the reason why there are none.

        Both raise ReadersStopped once the block has ended with an error, in threads that outlive it.
        """
        pending = self.begin(parse, task)

        def result() -> ParseResult:
            try:
                return pending()
            except Unreadable as error:
                return ParseResult(reason=str(error))

        return result

    def begin(self, function: Callable[[_Given], _Made], given: _Given) -> Callable[[], _Made]:
        """Begin a function of a module in a worker; return one that waits for what it makes of a document.

        That one raises Unreadable if the function does, and in place of a crash, of any other error, and where a limit
        is exceeded. Both raise ReadersStopped once the block has ended with an error.
        """
        with self._lock:
            if self._stopped:
                raise ReadersStopped
            future: ProcessFuture[_Made] = self._pool.schedule(function, args=(given,), timeout=self._limits.seconds)
            self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        return lambda: self._result(future)

    def _result(self, future: ProcessFuture[_Made]) -> _Made:
        wait([future])
        if self._stopped:  # it may seem to have crashed then
            raise ReadersStopped
        try:
            return future.result()
        except OutOfTime as error:
            raise Unreadable(f"reading took more than {self._limits.seconds:g} s (NIANBAO_READ_SECONDS)") from error
        except MemoryError as error:
            limit = f"{self._limits.megabytes} MB of memory (NIANBAO_READ_MEGABYTES)"
            raise Unreadable(f"reading needs more than {limit}") from error
        except ProcessExpired as error:
            raise Unreadable(f"the reader crashed (exit code {error.exitcode})") from error
        except (BrokenExecutor, Unreadable):
            raise  # the former, that no worker can be started, is not the document's fault
        except Exception as error:  # a defect of a reader must not stop the batch: it becomes a reason
            reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
            raise Unreadable(f"the reader failed: {reason}") from error


def _from_server() -> WorkerContext:
    context = WorkerContext()
    context.set_forkserver_preload([*PRELOADED])
    return context


def _limit_memory(megabytes: int) -> None:
    """Bound the address space of a worker; exceeding it raises MemoryError there."""
    size = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))
