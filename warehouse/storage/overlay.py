"""A store for dry runs: what is written stays in memory, over the files of a store that is only read.

For one thread at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import pyarrow.fs

from warehouse.storage.store import Store


class OverlayStore:
    """The files of a store as they would be if what was written here were written there."""

    def __init__(self, below: Store) -> None:
        self.below = below
        self._own: dict[str, bytes | None] = {}
        self._found: dict[str, bytes | None] = {}

    @property
    def before(self) -> OverlayStore:
        """The files as they were when they were first read here, whatever other writers have done below since."""
        before = OverlayStore(self.below)
        before._own |= self._found
        return before

    @property
    def written(self) -> list[str]:
        """Paths of the files that were written here and not removed since, in order."""
        return sorted(path for path, data in self._own.items() if data is not None)

    def uri(self, path: str) -> str:
        """Return what people call the file at `path`."""
        return self.below.uri(path)

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file; None if there is none."""
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

    def remove(self, path: str) -> None:
        """Hide a file."""
        self._own[path] = None

    def exists(self, path: str) -> bool:
        """Return whether there is a file."""
        return self._own[path] is not None if path in self._own else self.below.exists(path)

    def names(self, folder: str) -> list[str]:
        """Return the paths of all files below a folder, in order."""
        start = f"{folder}/" if folder else ""
        own = {path for path in self.written if path.startswith(start)}
        return sorted({path for path in self.below.names(folder) if path not in self._own} | own)

    def lock(self, name: str) -> AbstractContextManager[None]:  # noqa: ARG002 (the stores' signature)
        """Return at once: no other thread or process sees what is written here."""
        return nullcontext()

    def remove_partial(self, path: str) -> None:
        """Do nothing: what an interrupted writer left below is not read."""

    @property
    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """The file system of the store below, without what was written here."""
        return self.below.filesystem
