"""The progress of a run: bars on a terminal, plain lines elsewhere.

Owns the displays, and which is the current run's.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from threading import Lock
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

MOST_ENDED = 12
"""Bars of ended stages that stay visible."""


class Display(Protocol):
    """Where the stages of a run report their progress."""

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Show that `stage` has done so many of `total` pieces (None: not known yet)."""


class Silent:
    """Shows nothing."""

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Do nothing."""


class Lines:
    """One plain line on standard error when a stage begins and when it ends."""

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Print the beginning and the end of a stage."""
        if done == 0 or done == total:
            count = f" {done}/{total}" if total is not None else " …"
            sys.stderr.write(f"{stage}{count}\n")


class Bars:
    """A bar for each stage on a terminal; of many that have ended, the oldest disappear."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._ended: deque[str] = deque()
        self._lock = Lock()

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Move the bar of the stage."""
        with self._lock:
            if stage not in self._tasks:
                self._tasks[stage] = self._progress.add_task(stage, total=total)
            self._progress.update(self._tasks[stage], completed=done, total=total)
            if done == total:
                self._ended.append(stage)
            if len(self._ended) > MOST_ENDED:
                ended = self._tasks.pop(self._ended.popleft(), None)
                if ended is not None:
                    self._progress.remove_task(ended)


# Every stage of the work reports here, from threads as well: as an argument, the display would pass through all of it.
_current: ContextVar[Display] = ContextVar("display", default=Silent())  # noqa: B039 (it has no state)


def display() -> Display:
    """Return the display of the current run."""
    return _current.get()


@contextmanager
def use_display(chosen: Display) -> Iterator[None]:
    """Show progress on a given display while the block runs."""
    token = _current.set(chosen)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def progress_display(*, quiet: bool = False) -> Iterator[Display]:
    """Show progress on standard error while the block runs: bars on a terminal, lines elsewhere."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        with use_display(Silent() if quiet else Lines()):
            yield display()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress, use_display(Bars(progress)):
        yield display()


def stage(name: str, total: int) -> Callable[[], None]:
    """Show a stage of `total` pieces; return what is to be called after each piece."""
    if total:
        display().show(name, 0, total)
    done = count(1)
    return lambda: display().show(name, next(done), total)
