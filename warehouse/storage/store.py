"""Where files lie: a folder of this machine, or an object store that fsspec opens (`s3://…`).

Owns the choice between the two and the contract that both fulfil. Paths are relative to the store, with forward
slashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol

import pyarrow.fs

from warehouse.storage.bucket import Bucket
from warehouse.storage.folder import Folder

__all__ = ["Bucket", "Folder", "ReleaseStore", "Store", "as_store", "open_store"]


class Store(Protocol):
    """Files by their paths, shared by threads, processes and (object stores) machines: what tables need."""

    def uri(self, path: str) -> str:
        """Return what people call the file at `path`."""

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file; None if there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Put a file at `path`, whole or not at all and durably, in place of what was there."""

    def write_all(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Put several files, each whole or not at all, in the order given; none if one cannot be written."""

    def remove(self, path: str) -> None:
        """Remove a file, if there is one."""

    def exists(self, path: str) -> bool:
        """Return whether there is a file."""

    def names(self, folder: str) -> list[str]:
        """Return the paths of all files below a folder, in order; none if there is no such folder."""

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock of this name alone, waiting for its holder; a holder that dies gives it back."""

    def remove_partial(self, path: str) -> None:
        """Remove what an interrupted writer left of the file at `path`. Only for the holder of its lock."""

    @property
    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """A file system whose root is the store, and the path of the store in it."""


class ReleaseStore(Store, Protocol):
    """A store in which a folder of large files can appear at once, as a release does."""

    def staging_folder(self, folder: str) -> str:
        """Return the folder in which the files of `folder` are written before readers may rely on them."""

    def stream(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """Open a stream into a file of a staging folder, for data that should not be held in memory."""

    def show_folder(self, staged: str, folder: str) -> None:
        """Make a filled staging folder durable, and show it as `folder`."""

    def remove_folder(self, folder: str) -> None:
        """Remove all files below a folder, if there are any."""


def open_store(url: str | Path) -> Folder | Bucket:
    """Return the store at a path or URL; raise OSError for a kind of URL that fsspec cannot open here."""
    place = str(url).removeprefix("file://")
    return Bucket(place) if "://" in place else Folder(Path(place))


def as_store(where: Store | Path) -> Store:
    """Return the store itself, or the one in a folder of this machine."""
    return Folder(where) if isinstance(where, Path) else where
