"""Files in a folder of this machine that are replaced whole or not at all, and locks between its processes.

Owns the names of files written aside: `.<name>.<unique>` in the same folder, which readers never match.
Must not know what the files hold.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyarrow.fs

LOCKS_FOLDER = "_locks"
_MANY = 16
"""Files from which on one flush of the whole disk costs less than one for each file and folder."""


class Folder:
    """A folder of this machine, shared by threads and processes; it is made with the first file."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def uri(self, path: str) -> str:
        """The file's path on this machine."""
        return str(self.root / path)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is none."""
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, path: str, data: bytes) -> None:
        """Write a file so that a crash leaves the old one or the new one."""
        self.write_all([(path, data)])

    def write_all(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Write all files aside, then put them in place one by one in the order given, each step durable."""
        at_once = len(files) >= _MANY
        waiting: list[tuple[Path, Path]] = []
        try:
            for path, data in files:
                waiting.append((write_aside(self.root / path, data, flush=not at_once), self.root / path))
            if at_once:
                os.sync()
            while waiting:
                waiting[0][0].replace(waiting[0][1])
                _, place = waiting.pop(0)
                if not at_once:
                    sync_folder(place.parent)
            if at_once:
                os.sync()
        finally:
            for aside, _ in waiting:
                aside.unlink(missing_ok=True)

    @contextmanager
    def stream(self, path: str) -> Iterator[IO[bytes]]:
        """A stream into a file that no reader looks for yet, which stays where writing fails, and is not flushed."""
        make_folder((self.root / path).parent, flush=True)
        with (self.root / path).open("wb") as sink:
            yield sink

    def remove(self, path: str) -> None:
        """Remove a file durably, where there is one."""
        place = self.root / path
        if place.exists():
            place.unlink(missing_ok=True)
            sync_folder(place.parent)

    def exists(self, path: str) -> bool:
        """Whether there is a file."""
        return (self.root / path).is_file()

    def names(self, folder: str) -> list[str]:
        """Paths of all files below a folder, in order, those written aside among them."""
        found = [
            (Path(parent) / name).relative_to(self.root).as_posix()
            for parent, _, files in os.walk(self.root / folder)
            for name in files
        ]
        return sorted(found)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the lock of this name alone, waiting for whoever has it; the system frees it when a process dies.

        The file stays: a lock file that is removed could be held twice.
        """
        path = self.root / LOCKS_FOLDER / f"{name}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def remove_partial(self, path: str) -> None:
        """Remove what a crash left aside of this file. Only for the holder of its lock."""
        place = self.root / path
        if place.parent.is_dir():
            start = f".{place.name}."
            for name in os.listdir(place.parent):  # noqa: PTH208 (ten times as quick, and publishing asks for every file)
                if name.startswith(start):
                    (place.parent / name).unlink()

    @property
    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """A file system whose root is this folder, so that nothing in its own name is taken for a partition key."""
        return pyarrow.fs.SubTreeFileSystem(str(self.root.resolve()), pyarrow.fs.LocalFileSystem()), ""


def write_aside(path: Path, data: bytes, *, flush: bool) -> Path:
    """Write what will become `path` beside it; return where. Nothing stays where writing fails."""
    make_folder(path.parent, flush=flush)
    aside = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    try:
        with aside.open("xb") as handle:
            handle.write(data)
            handle.flush()
            if flush:
                os.fsync(handle.fileno())
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return aside


def make_folder(folder: Path, *, flush: bool) -> None:
    """Make a folder and those above it, each durable in its own parent where asked for."""
    if not folder.is_dir():
        make_folder(folder.parent, flush=flush)
        folder.mkdir(exist_ok=True)
        if flush:
            sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
