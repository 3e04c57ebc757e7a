"""A folder of this machine whose files are replaced whole or not at all, with locks between its processes."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyarrow.fs

from warehouse.paths import LOCKS_FOLDER
from warehouse.storage.durable import make_folder, missing_newline, remove_asides, sync, write_aside


class Folder:
    """A folder of this machine, shared by threads and processes; it is made with the first file."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._turn = threading.Lock()
        self._flushing = threading.Lock()
        self._appended: set[str] = set()
        """Logs that this process has checked for a line without an end."""
        self._unflushed: set[Path] = set()
        """Files whose contents, and folders whose names, may not outlast a power failure."""

    def uri(self, path: str) -> str:
        """Return the file's path on this machine."""
        return str(self.root / path)

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file; None if there is none."""
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None

    def lines(self, path: str) -> Iterator[bytes]:
        """Yield the lines of a file without holding all of it. Raise FileNotFoundError if there is none."""
        with (self.root / path).open("rb") as file:
            yield from file

    def write(self, path: str, data: bytes) -> None:
        """Write a file durably; a crash leaves the old one or the new one."""
        place = self.root / path
        _put(write_aside(place, data, flush=True), place)
        sync(place.parent)

    def write_all(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Write all files aside, flush them, put them in place one by one in the order given, and flush again.

        The whole disk is flushed: twice costs less than once for each of two files and folders. File systems with a
        journal keep the order in which files were put in place, whatever a power failure cuts off.
        """
        waiting: deque[tuple[Path, Path]] = deque()
        try:
            for path, data in files:
                waiting.append((write_aside(self.root / path, data, flush=False), self.root / path))
            if waiting:
                os.sync()
            while waiting:
                aside, place = waiting[0]
                aside.replace(place)
                waiting.popleft()
            if files:
                os.sync()
        finally:
            for aside, _ in waiting:
                aside.unlink(missing_ok=True)

    def write_unflushed(self, path: str, data: bytes) -> None:
        """Write a file whole or not at all; `flush` makes it durable.

        After a power failure before that, the file may be there and be empty.
        """
        place = self.root / path
        self._make_folder(place.parent)
        _put(write_aside(place, data, flush=False), place)
        with self._turn:
            self._unflushed |= {place, place.parent}

    def append(self, path: str, line: bytes) -> None:
        """Add a line with its newline to a log in one write, so that lines of several processes stay whole.

        If the log's last writer was interrupted, its half line is ended first. `flush` makes the line durable.
        """
        log = self.root / path
        self._make_folder(log.parent)
        with self._turn:
            if path not in self._appended:
                line = missing_newline(log) + line
                self._appended.add(path)
            with log.open("ab", buffering=0) as handle:
                handle.write(line)
            self._unflushed |= {log, log.parent}

    def flush(self) -> None:
        """Make durable what `write_unflushed` and `append` wrote before the call, and the folders that name it.

        A call during another flush waits for that one, whose files may be its own. What could
        not be flushed is flushed by the next call.
        """
        with self._flushing:
            with self._turn:
                written, self._unflushed = self._unflushed, set()
            try:
                for path in list(written):
                    sync(path)
                    written.remove(path)
            finally:
                with self._turn:
                    self._unflushed |= {path for path in written if path.exists()}

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and its missing parents; the next flush makes their names durable.

        Other threads wait, so that none writes to a folder whose name the next flush does not know of.
        """
        if folder.is_dir():
            return
        with self._turn:
            while not folder.is_dir():
                missing = folder
                while not missing.parent.is_dir():
                    missing = missing.parent
                missing.mkdir(exist_ok=True)
                self._unflushed.add(missing.parent)

    @contextmanager
    def stream(self, path: str) -> Iterator[IO[bytes]]:
        """Open a stream into a file of a staging folder; the file is not flushed, and stays if writing fails."""
        make_folder((self.root / path).parent, flush=True)
        with (self.root / path).open("wb") as sink:
            yield sink

    def staging_folder(self, folder: str) -> str:
        """Return a new hidden folder next to `folder`, to be filled first."""
        parent, _, name = folder.rpartition("/")
        return f"{parent}/.{name}.{secrets.token_hex(8)}"

    def show_folder(self, staged: str, folder: str) -> None:
        """Flush the files of a staging folder, then give it its name, durably."""
        os.sync()
        (self.root / staged).rename(self.root / folder)
        sync((self.root / folder).parent)

    def remove(self, path: str) -> None:
        """Remove a file durably, if there is one."""
        place = self.root / path
        if place.exists():
            place.unlink(missing_ok=True)
            sync(place.parent)

    def remove_folder(self, folder: str) -> None:
        """Remove a folder with all files below it, if there is one."""
        if (self.root / folder).exists():
            shutil.rmtree(self.root / folder)

    def exists(self, path: str) -> bool:
        """Return whether there is a file."""
        return (self.root / path).is_file()

    def names(self, folder: str) -> list[str]:
        """Return the paths of all files below a folder, in order, including those written aside."""
        paths = [
            (Path(parent) / name).relative_to(self.root).as_posix()
            for parent, _, files in os.walk(self.root / folder)
            for name in files
        ]
        return sorted(paths)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the lock of this name alone, waiting for its holder; the system frees it when a process dies.

        The file stays: a lock file that is removed could be held twice.
        """
        path = self.root / LOCKS_FOLDER / f"{name}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def remove_partial(self, path: str) -> None:
        """Remove what a crash left next to this file. Only for the holder of its lock."""
        remove_asides(self.root / path)

    @property
    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """A file system whose root is this folder, so that nothing in its own name is taken for a partition key."""
        return pyarrow.fs.SubTreeFileSystem(str(self.root.resolve()), pyarrow.fs.LocalFileSystem()), ""


def _put(aside: Path, place: Path) -> None:
    """Put a file that was written aside in its place; it does not stay if that fails."""
    try:
        aside.replace(place)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
