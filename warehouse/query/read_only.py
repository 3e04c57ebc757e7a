"""Some files of a store for DuckDB's own reader of Parquet, which cannot write them or read any other by name.

Owns the protocol of their addresses. DuckDB's threads share an open file: each has its own place in it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import fsspec
import pyarrow.fs

from warehouse.query.files import ADDRESS

_UNCHANGED = datetime(2000, 1, 1, tzinfo=UTC)
"""The time of every file: a question sees each as it was when it was opened first."""


class ReadOnlyFiles(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """The files of one question: those of releases, which never change, are read in parts, others once and whole."""

    protocol = ADDRESS.partition(":")[0]
    cachable = False

    def __init__(self, filesystem: pyarrow.fs.FileSystem, root: str) -> None:
        super().__init__()
        self._filesystem = filesystem
        self._root = root
        self._large: set[str] = set()
        self._small: set[str] = set()
        self._opened: dict[str, Any] = {}

    def show(self, large: Iterable[str], small: Iterable[str]) -> None:
        """Let these files be read, too: large ones that never change, and small ones that may."""
        self._large.update(large)
        self._small.update(small)

    def begin_question(self) -> None:
        """Read files that may have changed anew from now on."""
        self._opened = {path: file for path, file in self._opened.items() if path in self._large}

    def hide_all(self) -> None:
        """Let no file be read any more."""
        self._large.clear()
        self._small.clear()
        self._opened.clear()

    def open(self, path: str, mode: str = "rb", **_: object) -> _Part:
        """Open a file. Raise OSError for one that is not shown, and for writing."""
        return _Part(self._file(path, mode))

    def info(self, path: str, **_: object) -> dict[str, object]:
        """Return the size of a file."""
        return {"name": path, "size": self._file(path).size(), "type": "file"}

    def modified(self, path: str) -> datetime:  # noqa: ARG002 (fsspec's signature)
        """Return the time of a file."""
        return _UNCHANGED

    def exists(self, path: str, **_: object) -> bool:
        """Return whether a file is shown."""
        return _within(path) in self._large | self._small

    def glob(self, path: str, **_: object) -> list[str]:
        """Return the path itself: addresses have no wildcards."""
        return [path]

    def _file(self, path: str, mode: str = "rb") -> Any:
        name = _within(path)
        if mode != "rb" or (name not in self._large and name not in self._small):
            raise OSError(f"{path} is not a table's file, or not for writing")
        if name not in self._opened:
            place = f"{self._root}/{name}" if self._root else name
            file = self._filesystem.open_input_file(place)
            # A partition's file may be replaced between two reads of it.
            self._opened[name] = file if name in self._large else pyarrow.BufferReader(file.read())
        return self._opened[name]


def _within(path: str) -> str:
    return path.removeprefix(ADDRESS)


class _Part:
    """An open file as DuckDB reads it: each thread at its own place."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._at = threading.local()

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to a place, counted from the beginning, from here, or from the end."""
        origin = (0, self.tell(), self._file.size())[whence]
        self._at.place = origin + place
        return self.tell()

    def tell(self) -> int:
        """Return the place of this thread."""
        return int(getattr(self._at, "place", 0))

    def read(self, size: int = -1) -> bytes:
        """Return the bytes from this thread's place on."""
        wanted = size if size >= 0 else self._file.size() - self.tell()
        data: bytes = self._file.read_at(wanted, self.tell())
        self._at.place = self.tell() + len(data)
        return data

    def close(self) -> None:
        """Do nothing: other threads may read the file."""
