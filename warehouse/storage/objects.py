"""The objects of a store that fsspec opens: read, put, and replaced on the condition that they are unchanged.

Owns the contract that S3 and other stores fulfil, and the objects of the others.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from typing_extensions import override

_MEMORY = threading.Lock()
"""Stands for S3's conditional writes, which `memory://` lacks."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object: its bytes, and a tag that no other bytes have."""

    data: bytes
    tag: str


class Objects(Protocol):
    """Objects by their paths below a place; every change of one is whole or not at all."""

    conditional: bool
    """Whether `swap` can replace an existing object."""

    def get(self, path: str) -> StoredObject | None:
        """Return an object; None if there is none."""

    def put(self, path: str, data: bytes) -> None:
        """Put an object in place of whatever is there."""

    def swap(self, path: str, data: bytes, tag: str | None) -> StoredObject | None:
        """Put an object in place of exactly the one with this tag; with None, only if there is none.

        Return the object that is there afterwards: the new one, or the one that prevented it.
        """

    def delete(self, path: str, tag: str | None) -> None:
        """Remove an object if it has this tag; with None, whatever tag it has."""

    def exists(self, path: str) -> bool:
        """Return whether there is an object."""

    def names(self, folder: str) -> list[str]:
        """Return the paths of all objects below a folder, in order."""


class PlainObjects(Objects):
    """Objects of any store; only in `memory://` does `swap` replace one."""

    def __init__(self, files: Any, root: str) -> None:
        self.conditional = "memory" in files.protocol
        self._files = files
        self._root = root

    @override
    def get(self, path: str) -> StoredObject | None:
        try:
            data: bytes = self._files.cat_file(self._path(path))
        except FileNotFoundError:
            return None
        return StoredObject(data, hashlib.sha256(data).hexdigest())

    @override
    def put(self, path: str, data: bytes) -> None:
        self._files.pipe_file(self._path(path), data)

    @override
    def swap(self, path: str, data: bytes, tag: str | None) -> StoredObject | None:
        """Put an object on a condition; raise OSError if this store cannot check the condition."""
        if self.conditional:
            with _MEMORY:
                current = self.get(path)
                if (current.tag if current else None) == tag:
                    self.put(path, data)
                    return self.get(path)
            return current
        if tag is not None:
            raise OSError(f"{self._path(path)} was left by a writer that died: remove it once no writer is running")
        with suppress(FileExistsError):
            self._files.pipe_file(self._path(path), data, mode="create")
        return self.get(path)

    @override
    def delete(self, path: str, tag: str | None) -> None:
        with _MEMORY:  # in a store without conditions, no other writer can have replaced the object
            current = self.get(path)
            if current and (tag is None or tag == current.tag):
                self._files.rm_file(self._path(path))

    @override
    def exists(self, path: str) -> bool:
        return bool(self._files.isfile(self._path(path)))

    @override
    def names(self, folder: str) -> list[str]:
        start = len(self._path(""))
        return sorted(name[start:] for name in self._files.find(self._path(folder)))

    def _path(self, path: str) -> str:
        return f"{self._root}/{path}"
