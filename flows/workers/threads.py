"""Pieces of work that go on at once: in threads of this process, or wherever a Prefect task runner puts them.

Owns what the two have in common, so that the same functions run with Prefect and without, and how long Ctrl-C waits for
threads. Must not import Prefect.
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
    """A piece of work that was begun."""

    def result(self) -> Made:
        """Waits for its result; raises what it raised."""


PATIENCE = 3.0
"""Seconds that threads have to end after Ctrl-C: no longer, for one that waits for a server cannot be interrupted."""
Submit = Callable[Given, Pending[Made]]
"""Begins a piece of work with its arguments: `task.submit` of a Prefect task, or what `in_threads` gives."""


@contextmanager
def in_threads(work: Callable[Given, TaskResult], at_once: int) -> Iterator[Submit[Given, TaskResult]]:
    """A way to begin `work`, so many pieces at once, in threads that see the workspace and the display of this one.

    What was not begun when the block ends with an error never is. After Ctrl-C this process ends within PATIENCE, as if
    it were killed where a thread has not ended: nothing that is stored minds that.
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
        # Python waits for threads when it ends, so another has to end it; this one cleans up and says so meanwhile.
        Thread(target=_end_soon, args=([one for one in begun if not one.done()],), daemon=True).start()
        raise


def _end_soon(running: Sequence[Future[TaskResult]]) -> None:
    if wait(running, PATIENCE).not_done:
        os._exit(128 + signal.SIGINT)
