"""An object store whose objects are replaced whole or not at all, by one writer at a time.

Owns the final check on who may write: an object that was read under a lock is replaced only if it is still the one that
was read. So a writer that slept past the end of its lease, and resumes without knowing it, cannot erase another
writer's rows.
"""

from __future__ import annotations

import io
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import pyarrow as pa
import pyarrow.fs

from warehouse.storage.object_locks import LEASE, LostLock, ObjectLocks
from warehouse.storage.objects import Objects, PlainObjects

_SEGMENT = 50
"""Lines of a log in one object: each line that is added writes its object again, 15 kB on average."""


class _WholeObjects(pyarrow.fs.FSSpecHandler):  # type: ignore[misc]
    """Reads an object with one request; fsspec's own handler sends two requests about it before it reads any of it."""

    def __init__(self, files: Any, root: str, objects: Objects) -> None:
        super().__init__(files)
        self._root = root
        self._objects = objects

    def open_input_file(self, path: str) -> pa.NativeFile:
        """Read the object into memory: files of partitions are smaller than the block that fsspec would fetch."""
        stored = self._objects.get(path[len(self._root) + 1 :])
        if stored is None:
            raise FileNotFoundError(path)
        return pa.BufferReader(stored.data)


def open_objects(url: str) -> tuple[Objects, Any, str]:
    """Return the objects at a URL, fsspec's file system for it, and the path within that file system.

    Raise OSError for a kind of URL that fsspec cannot open here.
    """
    # Most warehouses are folders, and do without.
    import fsspec

    try:
        # Listings are never cached: other processes write here too.
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
        self._locks = ObjectLocks(self._objects, lease)
        self._mine = threading.local()
        self._turn = threading.Lock()
        self._segments: dict[str, tuple[str, list[bytes]]] = {}
        """Log → the object that this writer fills, and its lines."""

    def uri(self, path: str) -> str:
        """Return the object's URL."""
        return f"{self._url}/{path}"

    def read(self, path: str) -> bytes | None:
        """Return the bytes of an object; None if there is none."""
        self._locks.check()
        stored = self._objects.get(path)
        if self._locks.of_this_thread:
            self._seen[path] = stored.tag if stored else None
        return stored.data if stored else None

    def lines(self, path: str) -> Iterator[bytes]:
        """Yield the lines of an object. Raise FileNotFoundError if there is none."""
        stored = self._objects.get(path)
        if stored is None:
            raise FileNotFoundError(self.uri(path))
        yield from io.BytesIO(stored.data)

    def write(self, path: str, data: bytes) -> None:
        """Put an object: the store shows the old one until it has the whole new one.

        Raise LostLock, and put nothing, if this thread has lost a lock that it took, or if the object is not the one
        that it read under its locks.
        """
        self._locks.check()
        if path not in self._seen or not self._objects.conditional:
            self._objects.put(path, data)
            return
        stored = self._objects.swap(path, data, self._seen[path])
        if stored is None or stored.data != data:
            raise LostLock(f"{self.uri(path)} was replaced by another writer meanwhile: run again")
        self._seen[path] = stored.tag

    def write_all(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Put objects one after the other in the order given."""
        for path, data in files:
            self.write(path, data)

    def write_unflushed(self, path: str, data: bytes) -> None:
        """Put an object whose name no other writer uses for other bytes; an object store keeps what it accepted."""
        self._objects.put(path, data)

    def append(self, path: str, line: bytes) -> None:
        """Add a line with its newline to the log `<name>.jsonl`, by writing this writer's last object of it again.

        Nothing can be added to an object. So a log is a row of objects `<name>.<time>-<writer>.jsonl`, and each writer
        fills its own.
        """
        with self._turn:
            name, lines = self._segments.get(path, ("", []))
            if not name or len(lines) == _SEGMENT:
                name = f"{path.removesuffix('.jsonl')}.{time.time_ns()}-{uuid.uuid4().hex[:8]}.jsonl"
                lines = []
            lines.append(line)
            self._segments[path] = name, lines
            self._objects.put(name, b"".join(lines))

    def flush(self) -> None:
        """Do nothing: an object store keeps what it accepted."""

    def staging_folder(self, folder: str) -> str:
        """Return `folder` itself: objects cannot be renamed, so the file that is written last completes a folder."""
        return folder

    def show_folder(self, staged: str, folder: str) -> None:
        """Do nothing: the objects are at their place."""

    @contextmanager
    def stream(self, path: str) -> Iterator[IO[bytes]]:
        """Open a stream into an object, which appears once the whole of it was written, and not if that fails."""
        sink = self._files.open(f"{self._root}/{path}", "wb", autocommit=False)
        try:
            with sink:
                yield sink
            self._locks.check()
        except BaseException:
            sink.discard()
            raise
        sink.commit()

    def remove(self, path: str) -> None:
        """Remove an object, if there is one."""
        self._locks.check()
        self._objects.delete(path, None)
        if path in self._seen:
            self._seen[path] = None

    def remove_folder(self, folder: str) -> None:
        """Remove all objects below a folder."""
        for path in self.names(folder):
            self.remove(path)

    def exists(self, path: str) -> bool:
        """Return whether there is an object."""
        return self._objects.exists(path)

    def names(self, folder: str) -> list[str]:
        """Return the paths of all objects below a folder, in order."""
        return self._objects.names(folder)

    def remove_partial(self, path: str) -> None:
        """Do nothing: an object store shows only whole objects."""

    @property
    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """A file system whose root is this place, so that nothing in its own name is taken for a partition key."""
        handler = _WholeObjects(self._files, self._root, self._objects)
        return pyarrow.fs.SubTreeFileSystem(self._root, pyarrow.fs.PyFileSystem(handler)), ""

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the lock of this name alone, waiting for its holder.

        It is renewed as long as this process lives. A dead holder's lock is taken over after one lease.
        """
        with self._locks.hold(name):
            try:
                yield
            finally:
                if len(self._locks.of_this_thread) == 1:
                    self._seen.clear()

    @property
    def _seen(self) -> dict[str, str | None]:
        """Path → tag of each object that this thread read since it took its first lock; None: there was no object.

        What is written without a lock, or without having been read under one, has a name that no other writer uses.
        """
        if not hasattr(self._mine, "seen"):
            self._mine.seen = {}
        seen: dict[str, str | None] = self._mine.seen
        return seen
