"""Writers that die or fail at a chosen step, within the process of the test: each primitive step of writing counts."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest

_PRIMITIVES = ("fsync", "sync", "replace", "mkdir", "unlink")
Take = Callable[[Callable[[], Any]], Any]
"""Takes a step by calling what it is given, or does not."""


class Killed(BaseException):
    """The writer is dead: of what he would have done from now on, to clean up as well, nothing happens."""


@contextmanager
def killed_after(steps: int) -> Iterator[None]:
    """Whoever writes in here is killed after so many steps; his locks are free then, as the system frees them."""
    taken = 0

    def take(act: Callable[[], Any]) -> Any:
        nonlocal taken
        if taken >= steps:
            raise Killed
        result = act()
        taken += 1
        if taken == steps:
            raise Killed
        return result

    with _counted(take):
        yield


@contextmanager
def disk_full_at(step: int) -> Iterator[Callable[[], bool]]:
    """Make one step of a writer fail as on a full disk; the writer lives and can clean up.

    Gives whether the step was reached: a folder that need not be made is no failure.
    """
    taken = 0

    def take(act: Callable[[], Any]) -> Any:
        nonlocal taken
        taken += 1
        if taken == step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return act()

    with _counted(take):
        yield lambda: taken >= step


@contextmanager
def _counted(take: Take) -> Iterator[None]:
    opened = Path.open

    def counted(act: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments, **options: take(lambda: act(*arguments, **options))

    def torn(path: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        file = opened(path, mode, *arguments, **options)
        return _Torn(file, take) if mode == "xb" else file

    with pytest.MonkeyPatch.context() as patch:
        for name in _PRIMITIVES:
            patch.setattr(os, name, counted(getattr(os, name)))
        patch.setattr(Path, "open", torn)
        yield


class _Torn:
    """A file of which half is written, then the rest: a step each."""

    def __init__(self, file: IO[bytes], take: Take) -> None:
        self._file, self._take = file, take

    def __enter__(self) -> _Torn:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        for part in (data[: len(data) // 2], data[len(data) // 2 :]):
            self._take(partial(self._file.write, part))
            self._file.flush()

    def flush(self) -> None:
        self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()
