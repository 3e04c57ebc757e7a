"""Where evidence lies: a folder of this machine, or an object store that fsspec speaks to (`s3://…`, `memory://…`).

Owns what differs between the two: how a file gets there whole or not at all, and how a line is added to a log. Must
not know what the bytes are. Paths are relative to the place, with slashes.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol

import fsspec

_SEGMENT = 50
"""Lines of a log in one object: each line that is added writes its object again, 15 kB on average."""


class Store(Protocol):
    """Files by their paths."""

    def uri(self, path: str) -> str:
        """What people call the file at `path`."""

    def open(self, path: str) -> IO[bytes]:
        """The file, to be read; raises FileNotFoundError."""

    def write(self, path: str, body: bytes) -> None:
        """Put a file at `path` whole or not at all, in place of what was there."""

    def flush(self) -> None:
        """Make what was written outlast a failure of power."""

    def append(self, path: str, line: bytes) -> None:
        """Add a line, with its end, to the log `<name>.jsonl`; `names` may show it as several files."""

    def names(self, folder: str) -> Iterator[str]:
        """Paths of all files below a folder, in order; none where there is no such folder."""


def open_store(place: str | Path) -> Store:
    """The store at a path or URL; raises OSError for a kind of URL that fsspec cannot open here."""
    if "://" not in str(place):
        return Folder(Path(place))
    if str(place).startswith("file://"):
        return Folder(Path(str(place).removeprefix("file://")))
    return Bucket(str(place))


class Folder:
    """A folder of this machine, shared by threads and processes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._mended: set[str] = set()
        self._unflushed: set[Path] = set()

    def uri(self, path: str) -> str:
        """The file's path on this machine."""
        return str(self._root / path)

    def open(self, path: str) -> IO[bytes]:
        """The file, to be read; raises FileNotFoundError."""
        return (self._root / path).open("rb")

    def write(self, path: str, body: bytes) -> None:
        """Write beside the place, then rename: at no moment is there half a file at `path`."""
        target = self._root / path
        temporary = target.with_name(f".partial-{uuid.uuid4().hex}")
        try:
            temporary.write_bytes(body)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(body)
        try:
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        with self._lock:
            self._unflushed.add(target)

    def flush(self) -> None:
        """Flush to the disc what was written, and the folders that name it, since the last time.

        Not each file as it comes, which holds up the next request. Where power fails before, a file may be there and be
        empty: whoever reads one checks its hash.
        """
        with self._lock:
            written, self._unflushed = self._unflushed, set()
        for path in (*written, *{path.parent for path in written}):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def append(self, path: str, line: bytes) -> None:
        """Add a line in one write, so that lines of processes stay whole."""
        target = self._root / path
        with self._lock:
            if path not in self._mended:
                target.parent.mkdir(parents=True, exist_ok=True)
                line = _missing_end(target) + line
                self._mended.add(path)
            with target.open("ab", buffering=0) as log:
                log.write(line)
            self._unflushed.add(target)

    def names(self, folder: str) -> Iterator[str]:
        """Paths of all files below a folder, in order."""
        for parent, folders, files in os.walk(self._root / folder):
            folders.sort()
            below = Path(parent).relative_to(self._root).as_posix()
            yield from (f"{below}/{name}" for name in sorted(files))


def _missing_end(log: Path) -> bytes:
    """A line's end where the last writer was cut off before it: what it left must not swallow the next line."""
    with log.open("ab+") as file:
        if file.tell() == 0:
            return b""
        file.seek(-1, os.SEEK_END)
        return b"" if file.read(1) == b"\n" else b"\n"


class Bucket:
    """An object store. It puts an object whole or not at all, and adds nothing to one that is there.

    So a log is a row of objects, `<name>.<time>-<writer>.jsonl`: each writer fills its own ones, line by line.
    """

    def __init__(self, url: str) -> None:
        try:
            files, self._root = fsspec.core.url_to_fs(url)
        except (ValueError, ImportError) as error:
            raise OSError(f"{url} cannot be opened: {error}") from error
        self._files: Any = files
        self._url = url.rstrip("/")
        self._lock = threading.Lock()
        self._segments: dict[str, tuple[str, list[bytes]]] = {}

    def uri(self, path: str) -> str:
        """The object's URL."""
        return f"{self._url}/{path}"

    def open(self, path: str) -> IO[bytes]:
        """The object, to be read; raises FileNotFoundError."""
        file: IO[bytes] = self._files.open(self._path(path), "rb")
        return file

    def write(self, path: str, body: bytes) -> None:
        """Put an object."""
        self._files.pipe_file(self._path(path), body)

    def flush(self) -> None:
        """Nothing: what an object store has taken, it keeps."""

    def append(self, path: str, line: bytes) -> None:
        """Write the last object of this writer again, with the line."""
        with self._lock:
            name, lines = self._segments.get(path, ("", []))
            if not name or len(lines) == _SEGMENT:
                name = f"{path.removesuffix('.jsonl')}.{time.time_ns()}-{uuid.uuid4().hex[:8]}.jsonl"
                lines = []
            lines.append(line)
            self._segments[path] = name, lines
            self.write(name, b"".join(lines))

    def names(self, folder: str) -> Iterator[str]:
        """Paths of all objects below a folder, in order."""
        start = len(self._path(""))
        yield from sorted(found[start:] for found in self._files.find(self._path(folder)))

    def _path(self, path: str) -> str:
        return f"{self._root.rstrip('/')}/{path}"
