"""Objects of a store that fsspec speaks to: got, put, and put only in place of what was seen.

Owns what differs between S3 and other stores. Must not know what the objects hold, nor of locks.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

_MEMORY = threading.Lock()
"""Stands for the conditions that S3 puts on a write, which `memory://` lacks."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object: its bytes, and the tag that these bytes have and no others."""

    data: bytes
    tag: str


class Objects(Protocol):
    """Objects by their paths below a place; every change of one is whole or not at all."""

    conditional: bool
    """Whether `swap` can replace an object that is there."""

    def get(self, path: str) -> StoredObject | None:
        """An object; None where there is none."""

    def put(self, path: str, data: bytes) -> None:
        """Put an object in place of whatever is there."""

    def swap(self, path: str, data: bytes, tag: str | None) -> StoredObject | None:
        """Put an object in place of exactly the one with this tag, or (None) where there is none.

        Returns what is there then: `data`, or what forbade it.
        """

    def delete(self, path: str, tag: str | None) -> None:
        """Remove an object, where there is one and it has this tag, or (None) any."""

    def exists(self, path: str) -> bool:
        """Whether there is an object."""

    def names(self, folder: str) -> list[str]:
        """Paths of all objects below a folder, in order."""


class PlainObjects:
    """Objects of any store, of which only `memory://` replaces one on a condition."""

    def __init__(self, files: Any, root: str) -> None:
        self.conditional = "memory" in files.protocol
        self._files = files
        self._root = root

    def get(self, path: str) -> StoredObject | None:
        """As promised by Objects."""
        try:
            data: bytes = self._files.cat_file(self._path(path))
        except FileNotFoundError:
            return None
        return StoredObject(data, hashlib.sha256(data).hexdigest())

    def put(self, path: str, data: bytes) -> None:
        """As promised by Objects."""
        self._files.pipe_file(self._path(path), data)

    def swap(self, path: str, data: bytes, tag: str | None) -> StoredObject | None:
        """As promised by Objects. Raises OSError where the store has no such condition, and which must not guess."""
        if self.conditional:
            with _MEMORY:
                found = self.get(path)
                if (found.tag if found else None) == tag:
                    self.put(path, data)
                    return self.get(path)
            return found
        if tag is not None:
            raise OSError(f"{self._path(path)} was left by a writer that died: see that none runs, then remove it")
        with suppress(FileExistsError):
            self._files.pipe_file(self._path(path), data, mode="create")
        return self.get(path)

    def delete(self, path: str, tag: str | None) -> None:
        """As promised by Objects; without conditions, nobody can have replaced what is to be removed."""
        with _MEMORY:
            found = self.get(path)
            if found and (tag is None or tag == found.tag):
                self._files.rm_file(self._path(path))

    def exists(self, path: str) -> bool:
        """As promised by Objects."""
        return bool(self._files.isfile(self._path(path)))

    def names(self, folder: str) -> list[str]:
        """As promised by Objects."""
        start = len(self._path(""))
        return sorted(found[start:] for found in self._files.find(self._path(folder)))

    def _path(self, path: str) -> str:
        return f"{self._root}/{path}"
