"""Files that are replaced whole or not at all, and locks between the processes of one machine.

Owns the names of files written aside: `.<name>.<unique>` in the same folder, which readers never match.
Must not know what the files hold.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of this file alone, waiting for whoever has it; the system frees it when a process dies.

    The file stays: a lock file that is removed could be held twice.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def write_aside(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    """Write what will become `path` beside it, durably; return where. Nothing stays where writing fails."""
    make_folder(path.parent)
    aside = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    try:
        with aside.open("xb") as handle:
            write(handle)
            handle.flush()
            os.fsync(handle.fileno())
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return aside


def replace(aside: Path, path: Path) -> None:
    """Put a file written aside in its place, durably: readers see the old file or the new one, never a mixture."""
    aside.replace(path)
    sync_folder(path.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one."""
    replace(write_aside(path, lambda handle: handle.write(data)), path)


def remove_leftovers(path: Path) -> None:
    """Remove what a crash left aside of this file. Only for the holder of its lock."""
    for leftover in path.parent.glob(f".{path.name}.*"):
        leftover.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each durable in its own parent."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
