"""Work in parallel: in threads of this process, or wherever a Prefect task runner puts it.

Owns what the two have in common, so that the same functions run with Prefect and without, and how long Ctrl-C waits for
threads.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from threading import Thread
from typing import ParamSpec, Protocol, TypeVar

Given = ParamSpec("Given")
TaskResult = TypeVar("TaskResult")
Made = TypeVar("Made", covariant=True)


class Pending(Protocol[Made]):
    """Work that has begun."""

    def result(self) -> Made:
        """Wait for its result and return it; raise what it raised."""


PATIENCE = 3.0
"""Seconds that threads have to end after Ctrl-C; one that waits for a server cannot be interrupted."""
Submit = Callable[Given, Pending[Made]]
"""Begins work with its arguments: `task.submit` of a Prefect task, or what `in_threads` yields."""


@contextmanager
def in_threads(work: Callable[Given, TaskResult], at_once: int) -> Iterator[Submit[Given, TaskResult]]:
    """Yield a function that begins `work`, in `at_once` threads that share this one's workspace and display.

    If the block raises, work that has not begun never does. After Ctrl-C this process ends within PATIENCE; if a thread
    has not ended by then, as if it were killed, which all stores withstand.
    """
    pool = ThreadPoolExecutor(at_once)
    begun: list[Future[TaskResult]] = []

    def submit(*arguments: Given.args, **options: Given.kwargs) -> Pending[TaskResult]:
        begun.append(pool.submit(copy_context().run, partial(work, *arguments, **options)))
        return begun[-1]

    try:
        try:
            yield submit
        except BaseException as error:
            pool.shutdown(wait=not isinstance(error, KeyboardInterrupt), cancel_futures=True)
            raise
        pool.shutdown()
    except KeyboardInterrupt:
        # Python waits for threads when it ends, so another thread has to end it; this one cleans up meanwhile.
        Thread(target=_end_soon, args=([pending for pending in begun if not pending.done()],), daemon=True).start()
        raise


def _end_soon(running: Sequence[Future[TaskResult]]) -> None:
    if wait(running, PATIENCE).not_done:
        os._exit(128 + signal.SIGINT)
