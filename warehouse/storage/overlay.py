"""A warehouse on which everything may be tried: what is written stays in memory, over files that nobody touches.

Owns the choice between the two. Must not know what the files hold. One thread at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import BytesIO
from typing import IO

import pyarrow.fs

from warehouse.storage.store import Store


class OverlayStore:
    """The files of a store as they would be after what was written here."""

    def __init__(self, below: Store) -> None:
        self.below = below
        self._own: dict[str, bytes | None] = {}
        self._found: dict[str, bytes | None] = {}

    @property
    def before(self) -> OverlayStore:
        """The files as they were when they were first read here, whatever others have written below since."""
        former = OverlayStore(self.below)
        former._own |= self._found
        return former

    @property
    def written(self) -> list[str]:
        """Paths of the files that were written here and are there still, in order."""
        return sorted(path for path, data in self._own.items() if data is not None)

    def uri(self, path: str) -> str:
        """What people call the file at `path`."""
        return self.below.uri(path)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is none."""
        if path in self._own:
            return self._own[path]
        if path not in self._found:
            self._found[path] = self.below.read(path)
        return self._found[path]

    def write(self, path: str, data: bytes) -> None:
        """Keep a file in place of what is below."""
        self._own[path] = data

    def write_all(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Keep several files."""
        self._own.update(files)

    @contextmanager
    def stream(self, path: str) -> Iterator[IO[bytes]]:
        """A stream into a file, which is kept once it is whole."""
        sink = BytesIO()
        yield sink
        self._own[path] = sink.getvalue()

    def remove(self, path: str) -> None:
        """Take a file out of sight."""
        self._own[path] = None

    def exists(self, path: str) -> bool:
        """Whether there is a file."""
        return self._own[path] is not None if path in self._own else self.below.exists(path)

    def names(self, folder: str) -> list[str]:
        """Paths of all files below a folder, in order."""
        start = f"{folder}/" if folder else ""
        own = {path for path in self.written if path.startswith(start)}
        return sorted({path for path in self.below.names(folder) if path not in self._own} | own)

    def lock(self, name: str) -> AbstractContextManager[None]:  # noqa: ARG002 (a store's call)
        """Nothing to wait for: nobody else sees what is written here."""
        return nullcontext()

    def remove_partial(self, path: str) -> None:
        """Nothing: what a writer that died left below is passed over."""

    @property
    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """That of the store below, which shows nothing of what was written here."""
        return self.below.filesystem
