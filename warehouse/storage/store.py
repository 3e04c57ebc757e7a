"""Where the warehouse lies: a folder of this machine, or an object store that fsspec speaks to (`s3://…`).

Owns the choice between the two and what both promise. Must not know what the files hold. Paths are relative to the
place, with forward slashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol

import pyarrow.fs

from warehouse.storage.bucket import Bucket
from warehouse.storage.folder import Folder

__all__ = ["Bucket", "Folder", "Store", "open_store"]


class Store(Protocol):
    """Files by their paths, shared by threads, processes and (object stores) machines."""

    def uri(self, path: str) -> str:
        """What people call the file at `path`."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Put a file at `path`, whole or not at all and durably, in place of what was there."""

    def write_all(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Put several files, each whole or not at all, in the order given; none where one cannot be written."""

    def stream(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """A stream into a file of a folder that no reader looks into yet, for what should not be held in memory."""

    def remove(self, path: str) -> None:
        """Remove a file, where there is one."""

    def exists(self, path: str) -> bool:
        """Whether there is a file."""

    def names(self, folder: str) -> list[str]:
        """Paths of all files below a folder, in order; none where there is no such folder."""

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock of this name alone, waiting for whoever has it; whoever dies gives it back."""

    def remove_partial(self, path: str) -> None:
        """Remove what a writer that died left of the file at `path`. Only for the holder of its lock."""

    @property
    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """A file system whose root is the warehouse, and the path of the warehouse in it."""


def open_store(url: str | Path) -> Store:
    """The store at a path or URL; raises OSError for a kind of URL that fsspec cannot open here."""
    place = str(url).removeprefix("file://")
    return Bucket(place) if "://" in place else Folder(Path(place))
