"""The warehouse in an object store: objects that are replaced whole or not at all, by one writer at a time.

Owns the last word on who may write: an object that was read under a lock is replaced only if it is still the one that
was read. So not even a writer that slept through the end of its lease, and writes on without knowing it, makes rows
of others disappear. Must not know what the objects hold.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import fsspec
import pyarrow as pa
import pyarrow.fs

from warehouse.storage.object_locks import LEASE, LostLock, ObjectLocks
from warehouse.storage.objects import Objects, PlainObjects


class _WholeObjects(pyarrow.fs.FSSpecHandler):  # type: ignore[misc]
    """Reads an object with one request. fsspec's own asks twice what it is before it asks for any of it."""

    def __init__(self, files: Any, root: str, objects: Objects) -> None:
        super().__init__(files)
        self._root = root
        self._objects = objects

    def open_input_file(self, path: str) -> pa.NativeFile:
        """The object in memory: files of partitions are smaller than the piece that fsspec would get of them."""
        found = self._objects.get(path[len(self._root) + 1 :])
        if found is None:
            raise FileNotFoundError(path)
        return pa.BufferReader(found.data)


def open_objects(url: str) -> tuple[Objects, Any, str]:
    """What lies at a URL, with fsspec's file system for it and the path there.

    Raises OSError for a kind of URL that fsspec cannot open here.
    """
    try:
        # Listings are never kept: others write here too.
        files, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
    except (ValueError, ImportError) as error:
        raise OSError(f"{url} cannot be opened: {error}") from error
    root = root.rstrip("/")
    if "s3" in files.protocol:
        from warehouse.storage.s3 import S3Objects

        return S3Objects(files, root), files, root
    return PlainObjects(files, root), files, root


class Bucket:
    """An object store, or a part of one below a prefix, shared by threads, processes and machines."""

    def __init__(self, url: str, lease: float = LEASE) -> None:
        self._objects, self._files, self._root = open_objects(url)
        self._url = url.rstrip("/")
        self._leases = ObjectLocks(self._objects, lease)
        self._mine = threading.local()

    def uri(self, path: str) -> str:
        """The object's URL."""
        return f"{self._url}/{path}"

    def read(self, path: str) -> bytes | None:
        """The bytes of an object; None where there is none."""
        self._leases.check()
        found = self._objects.get(path)
        if self._leases.of_this_thread:
            self._seen[path] = found.tag if found else None
        return found.data if found else None

    def write(self, path: str, data: bytes) -> None:
        """Put an object: the store shows the old one until it has the whole new one.

        Raises LostLock, and puts nothing, where this thread no longer has a lock that it took, or where the object is
        not the one that it read under its locks.
        """
        self._leases.check()
        if path not in self._seen or not self._objects.conditional:
            self._objects.put(path, data)
            return
        found = self._objects.swap(path, data, self._seen[path])
        if found is None or found.data != data:
            raise LostLock(f"{self.uri(path)} was written by another writer meanwhile: run again")
        self._seen[path] = found.tag

    def write_all(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Put objects one after the other in the order given."""
        for path, data in files:
            self.write(path, data)

    @contextmanager
    def stream(self, path: str) -> Iterator[IO[bytes]]:
        """A stream into an object that is there once it was written to the end, and not where that fails."""
        sink = self._files.open(f"{self._root}/{path}", "wb", autocommit=False)
        try:
            with sink:
                yield sink
            self._leases.check()
        except BaseException:
            sink.discard()
            raise
        sink.commit()

    def remove(self, path: str) -> None:
        """Remove an object, where there is one."""
        self._leases.check()
        self._objects.delete(path, None)
        if path in self._seen:
            self._seen[path] = None

    def exists(self, path: str) -> bool:
        """Whether there is an object."""
        return self._objects.exists(path)

    def names(self, folder: str) -> list[str]:
        """Paths of all objects below a folder, in order."""
        return self._objects.names(folder)

    def remove_partial(self, path: str) -> None:
        """Nothing: an object store shows whole objects alone."""

    @property
    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """A file system whose root is this place, so that nothing in its own name is taken for a partition key."""
        handler = _WholeObjects(self._files, self._root, self._objects)
        return pyarrow.fs.SubTreeFileSystem(self._root, pyarrow.fs.PyFileSystem(handler)), ""

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the lock of this name alone, waiting for whoever has it.

        It is renewed as long as this process lives. A dead holder's lock is taken over after one lease.
        """
        with self._leases.hold(name):
            try:
                yield
            finally:
                if len(self._leases.of_this_thread) == 1:
                    self._seen.clear()

    @property
    def _seen(self) -> dict[str, str | None]:
        """Path → tag of each object that this thread read since it took the first of its locks; None: there was none.

        What is written without a lock, or without having been read under one, has a name that nobody else writes.
        """
        if not hasattr(self._mine, "seen"):
            self._mine.seen = {}
        seen: dict[str, str | None] = self._mine.seen
        return seen
