"""Pieces of work that go on at once: in threads of this process, or wherever a Prefect task runner puts them.

Owns what the two have in common, so that the same functions run with Prefect and without. Must not import Prefect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, Protocol, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")
Made = TypeVar("Made", covariant=True)


class Pending(Protocol[Made]):
    """A piece of work that was begun."""

    def result(self) -> Made:
        """Waits for its result; raises what it raised."""


Submit = Callable[Given, Pending[Made]]
"""Begins a piece of work with its arguments: `task.submit` of a Prefect task, or what `in_threads` gives."""


@contextmanager
def in_threads(work: Callable[Given, Result], at_once: int) -> Iterator[Submit[Given, Result]]:
    """A way to begin `work`, so many pieces at once, in threads that see the workspace and the display of this one.

    What was not begun when the block ends with an error never is.
    """
    with ThreadPoolExecutor(at_once) as pool:

        def submit(*arguments: Given.args, **options: Given.kwargs) -> Pending[Result]:
            return pool.submit(copy_context().run, partial(work, *arguments, **options))

        try:
            yield submit
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
