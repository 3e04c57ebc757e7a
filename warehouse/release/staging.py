"""A release while it is written: its files with their checksums, which readers see whole or not at all.

Owns the order of steps: all files, then `SHA256SUMS`, then (in a folder of this machine) the release's name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from warehouse.paths import RELEASES_FOLDER, SUMS_FILE
from warehouse.storage.store import ReleaseStore, Store


class HashingStream:
    """A stream that knows the SHA-256 of the bytes written to it; pyarrow asks for `flush`, `close` and `closed`."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._digest = hashlib.sha256()
        self._written = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        """Write bytes to the sink; return their number."""
        self._digest.update(data)
        self._sink.write(data)
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        """Return the number of bytes written."""
        return self._written

    def flush(self) -> None:
        """Do nothing; the sink is flushed by its owner."""

    def close(self) -> None:
        """Do nothing; the sink is closed by its owner."""

    @property
    def sha256(self) -> str:
        """SHA-256 of all bytes written, in hexadecimal."""
        return self._digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Sum:
    """Size in bytes, and SHA-256 in hexadecimal, of a written file."""

    size: int
    sha256: str


class ReleaseWriter:
    """A context manager over a release that is being written; without `finish` nothing of it stays."""

    def __init__(self, store: ReleaseStore, name: str) -> None:
        self.sums: dict[str, Sum] = {}
        """Path within the release → size and checksum of its files."""
        self._store = store
        self._folder = f"{RELEASES_FOLDER}/{name}"
        self._staged = store.staging_folder(self._folder)
        self._finished = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if not self._finished:
            self._store.remove_folder(self._staged)

    @contextmanager
    def open(self, path: str) -> Iterator[HashingStream]:
        """Open a stream into a file of the release."""
        with self._store.stream(f"{self._staged}/{path}") as sink:
            stream = HashingStream(sink)
            yield stream
        self.sums[path] = Sum(stream.tell(), stream.sha256)

    def write(self, path: str, data: bytes) -> None:
        """Write a file of the release."""
        with self.open(path) as stream:
            stream.write(data)

    def finish(self) -> None:
        """Write the checksums of all files, then show the release to readers, durably."""
        lines = [f"{file.sha256}  {path}\n" for path, file in sorted(self.sums.items())]
        self._store.write(f"{self._staged}/{SUMS_FILE}", "".join(lines).encode())
        self._store.show_folder(self._staged, self._folder)
        self._finished = True


def incomplete_releases(store: Store) -> list[str]:
    """Return the folders of releases whose writer died, in order. Only for the holder of the lock of releases."""
    files: dict[str, set[str]] = {}
    for path in store.names(RELEASES_FOLDER):
        _, name, *below = path.split("/")
        files.setdefault(name, set()).add("/".join(below))
    incomplete = [name for name, paths in files.items() if name.startswith(".") or SUMS_FILE not in paths]
    return [f"{RELEASES_FOLDER}/{name}" for name in sorted(incomplete)]
