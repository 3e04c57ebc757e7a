"""A release while it is written: its files with their checksums, there for readers whole or not at all.

Owns where they lie until then: beside their place in a folder, which takes its name last; in an object store at
their place, where `SHA256SUMS` comes last. Must not know what the files hold.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from warehouse.paths import RELEASES_FOLDER, SUMS_FILE
from warehouse.storage.folder import sync_folder
from warehouse.storage.store import Folder, Store


class HashingStream:
    """A stream to write to that knows the SHA-256 of what went through it."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._digest = hashlib.sha256()
        self._written = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        """Pass bytes on."""
        self._digest.update(data)
        self._sink.write(data)
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        """How many bytes went through."""
        return self._written

    def flush(self) -> None:
        """Nothing: whoever opened the sink closes it."""

    def close(self) -> None:
        """Nothing, as well."""

    @property
    def sha256(self) -> str:
        """SHA-256 of all that was written, in hexadecimal."""
        return self._digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Sum:
    """Size in bytes and SHA-256 in hexadecimal of a file that was written."""

    size: int
    sha256: str


class ReleaseWriter:
    """A context manager over a release that is being written; without `finish` nothing of it stays."""

    def __init__(self, store: Store, name: str) -> None:
        self.sums: dict[str, Sum] = {}
        """Path within the release → size and checksum of its files."""
        self._store = store
        self._place = f"{RELEASES_FOLDER}/{name}"
        aside = f"{RELEASES_FOLDER}/.{name}.{secrets.token_hex(8)}"
        self._folder = aside if isinstance(store, Folder) else self._place
        self._finished = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if not self._finished:
            remove_files(self._store, self._folder)

    @contextmanager
    def open(self, path: str) -> Iterator[HashingStream]:
        """A stream into a file of the release."""
        with self._store.stream(f"{self._folder}/{path}") as sink:
            stream = HashingStream(sink)
            yield stream
        self.sums[path] = Sum(stream.tell(), stream.sha256)

    def write(self, path: str, data: bytes) -> None:
        """Put a file into the release."""
        with self.open(path) as stream:
            stream.write(data)

    def finish(self) -> None:
        """Write the checksums of all files, then show the release to readers, durably."""
        lines = [f"{found.sha256}  {path}\n" for path, found in sorted(self.sums.items())]
        self._store.write(f"{self._folder}/{SUMS_FILE}", "".join(lines).encode())
        if isinstance(self._store, Folder):
            os.sync()
            (self._store.root / self._folder).rename(self._store.root / self._place)
            sync_folder(self._store.root / RELEASES_FOLDER)
        self._finished = True


def remove_files(store: Store, folder: str) -> None:
    """Remove all files below a folder, and in a folder of this machine itself."""
    if isinstance(store, Folder):
        if (store.root / folder).exists():
            shutil.rmtree(store.root / folder)
        return
    for path in store.names(folder):
        store.remove(path)


def half_releases(store: Store) -> list[str]:
    """Folders of releases whose writer died, in order. Only for the holder of the lock of releases."""
    files: dict[str, set[str]] = {}
    for path in store.names(RELEASES_FOLDER):
        _, name, *below = path.split("/")
        files.setdefault(name, set()).add("/".join(below))
    halves = [name for name, paths in files.items() if name.startswith(".") or SUMS_FILE not in paths]
    return [f"{RELEASES_FOLDER}/{name}" for name in sorted(halves)]
