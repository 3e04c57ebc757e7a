"""Questions are answered in processes of their own, a few at once, so that none can stop the pages.

Owns the processes: a question that takes too long, needs too much memory or crashes costs one process, and its visitor
gets a line that says so. DuckDB's own limits do not hold within one function, such as `repeat` of a long text.
"""

from __future__ import annotations

import resource
from concurrent.futures import InvalidStateError
from concurrent.futures import TimeoutError as OutOfTime
from contextlib import suppress
from threading import BoundedSemaphore, Lock

import pyarrow as pa
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from flows.explorer.ask.answer import MEGABYTES, SECONDS, THREADS, Answer, Question, answer
from flows.workers.server import WorkerContext
from nianbao import NianbaoError
from warehouse.query.query import QueryError

AT_ONCE = 2
_BEFORE_RENEWAL = 50
"""Questions after which a process is replaced, so that what libraries keep does not add up."""
_BESIDE = 3584
"""Megabytes of addresses that a process has beside DuckDB's: of libraries and stacks, most of them never touched."""
_OUT_OF_MEMORY = ("Out of Memory", "Failed to launch worker thread", "bad allocation")
"""Of what DuckDB and Arrow say where a process has no more memory, or no more addresses for a thread."""
_DETAIL = "Detail: Python exception:"
"""After which a traceback stands in errors of a scan."""


class Busy(NianbaoError):
    """As many questions are being answered as may be at once."""


class Askers:
    """The processes, which start with the first question."""

    def __init__(self) -> None:
        self._free = BoundedSemaphore(AT_ONCE)
        self._starting = Lock()
        self._pool: ProcessPool | None = None
        self._pending: set[ProcessFuture[Answer]] = set()

    def close(self) -> None:
        """End the processes, whatever they are doing, and release who waits for them."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            for future in tuple(self._pending):
                with suppress(InvalidStateError):  # it has just ended
                    future.set_exception(QueryError("the explorer ends"))

    def ask(self, question: Question) -> Answer:
        """Answer a question. Raise QueryError if it cannot be answered, Busy if that cannot be tried now."""
        if not self._free.acquire(blocking=False):
            raise Busy(f"{AT_ONCE} questions are being answered: ask again in a few seconds")
        try:
            return self._answer(question)
        finally:
            self._free.release()

    def _answer(self, question: Question) -> Answer:
        too_much = f"the answer needs more than {MEGABYTES} MB of memory: ask for less"
        try:
            future: ProcessFuture[Answer] = self._started().schedule(answer, args=(question,), timeout=SECONDS)
            self._pending.add(future)
            future.add_done_callback(self._pending.discard)
            return future.result()
        except OutOfTime as error:
            raise QueryError(f"the answer takes more than {SECONDS:g} s: ask for less") from error
        except (MemoryError, ProcessExpired) as error:
            raise QueryError(too_much) from error
        except Exception as error:  # whatever DuckDB and Arrow make of a question becomes a line
            line = " ".join(str(error).partition(_DETAIL)[0].split())
            raise QueryError(too_much if any(sign in line for sign in _OUT_OF_MEMORY) else line) from error

    def _started(self) -> ProcessPool:
        with self._starting:
            if self._pool is None:
                context = WorkerContext()
                self._pool = ProcessPool(
                    max_workers=AT_ONCE, max_tasks=_BEFORE_RENEWAL, initializer=_limit_process, context=context
                )
            return self._pool


def _limit_process() -> None:
    """Bound the memory of a process, and its threads: a large machine has so many that their stacks would fill it."""
    pa.set_cpu_count(THREADS)
    pa.set_io_thread_count(THREADS)
    size = (MEGABYTES + _BESIDE) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))
