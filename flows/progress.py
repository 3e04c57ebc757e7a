"""What a run shows while it goes on: a bar on a terminal, plain lines elsewhere.

Owns the display and the current run's one. Must not count results; `outcome` does that.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Display(Protocol):
    """What a step tells of itself."""

    def show(self, stage: str, done: int, total: int | None) -> None:
        """`stage` has done so many of `total` pieces (None: not known yet)."""


class Silent:
    """Shows nothing."""

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Nothing."""


class Lines:
    """One plain line on standard error when a stage begins and when it ends."""

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Prints the first and the last step of a stage."""
        if done == 0 or done == total:
            count = f" {done}/{total}" if total is not None else " …"
            sys.stderr.write(f"{stage}{count}\n")


class Bars:
    """A bar for each stage on a terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks = {task.description: task.id for task in progress.tasks}

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Moves the bar of the stage."""
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage, total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)


_current: ContextVar[Display] = ContextVar("display", default=Silent())  # noqa: B039 (it has no state)


def display() -> Display:
    """The display of the current run."""
    return _current.get()


@contextmanager
def shown(*, quiet: bool = False) -> Iterator[Display]:
    """Shows progress on standard error while the block runs: bars on a terminal, lines elsewhere."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        token = _current.set(Silent() if quiet else Lines())
        try:
            yield display()
        finally:
            _current.reset(token)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        token = _current.set(Bars(progress))
        try:
            yield display()
        finally:
            _current.reset(token)
