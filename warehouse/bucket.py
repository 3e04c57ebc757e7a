"""Objects that are replaced whole or not at all, and locks between all who write to the same object store.

Owns the locks: objects `_locks/<name>.lock` that are created only where there is none, renewed while they are held
and taken over from whoever has not renewed his for a whole lease. Must not know what the objects hold.
"""

from __future__ import annotations

import json
import random
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import fsspec
import pyarrow.fs

LOCKS_FOLDER = "_locks"
LEASE = 60.0
"""Seconds without renewal after which a lock counts as left by a dead holder.

Waiters measure them by their own clocks from when they first saw the lock as it is, so clocks need not agree.
"""
_PAUSE = 0.02
_MEMORY = threading.Lock()
"""Stands for the conditions that S3 puts on a write, which `memory://` lacks."""


class LostLock(OSError):
    """Somebody else took over a lock that was held for longer than its lease without a sign of life."""


@dataclass(slots=True)
class _Held:
    """A lock of this thread: its object as last written, and until when nobody may take it over."""

    path: str
    body: bytes
    tag: str
    renewed: float


class Bucket:
    """An object store, or a part of one below a prefix, shared by threads, processes and machines."""

    def __init__(self, url: str, lease: float = LEASE) -> None:
        try:
            # Listings are never kept: others write here too.
            files, self._root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        except (ValueError, ImportError) as error:
            raise OSError(f"{url} cannot be opened: {error}") from error
        self._files: Any = files
        self._url = url.rstrip("/")
        self._lease = lease
        self._mine = threading.local()

    def place(self, path: str) -> str:
        """The object's URL."""
        return f"{self._url}/{path}"

    def read(self, path: str) -> bytes | None:
        """The bytes of an object; None where there is none."""
        self._renew_locks()
        return self._get(path)

    def write(self, path: str, data: bytes) -> None:
        """Put an object: the store shows the old one until it has the whole new one.

        Raises LostLock, and puts nothing, where this thread no longer has a lock that it took.
        """
        self._renew_locks()
        self._put(path, data)

    def write_all(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Put objects one after the other in the order given."""
        for path, data in files:
            self.write(path, data)

    def remove(self, path: str) -> None:
        """Remove an object, where there is one."""
        self._renew_locks()
        self._delete(path)

    def exists(self, path: str) -> bool:
        """Whether there is an object: by asking for its first byte, as s3fs would list where there is none."""
        try:
            self._files.cat_file(self._path(path), start=0, end=1)
        except FileNotFoundError:
            return False
        return True

    def names(self, folder: str) -> list[str]:
        """Paths of all objects below a folder, in order."""
        start = len(self._path(""))
        return sorted(found[start:] for found in self._files.find(self._path(folder)))

    def mend(self, path: str) -> None:
        """Nothing: an object store shows whole objects alone."""

    @property
    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """A file system whose root is this place, so that nothing in its own name is taken for a partition key."""
        handler = pyarrow.fs.PyFileSystem(pyarrow.fs.FSSpecHandler(self._files))
        return pyarrow.fs.SubTreeFileSystem(self._root, handler), ""

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the lock of this name alone, waiting for whoever has it.

        It is renewed with every read and write of this thread. A dead holder's lock is taken over after one lease.
        """
        held = self._acquire(f"{LOCKS_FOLDER}/{name}.lock")
        self._held().append(held)
        try:
            yield
        finally:
            self._held().remove(held)
            self._release(held)

    def _held(self) -> list[_Held]:
        if not hasattr(self._mine, "held"):
            self._mine.held = []
        held: list[_Held] = self._mine.held
        return held

    def _acquire(self, path: str) -> _Held:
        body = _lock_body()
        seen, since = b"", 0.0
        while True:
            began = time.monotonic()
            tag = self._create(path, body)
            if tag is not None:
                return _Held(path, body, tag, began)
            current, current_tag = self._tagged(path)
            if current == body:
                # The answer to our own creation was lost, and the request was sent again.
                return _Held(path, body, current_tag, began)
            if current != seen:
                seen, since = current, time.monotonic()
            elif current and time.monotonic() - since > self._lease:
                tag = self._swap(path, body, current, current_tag)
                if tag is not None:
                    return _Held(path, body, tag, began)
            time.sleep(_PAUSE * (1 + random.random()))

    def _renew_locks(self) -> None:
        """Make sure that the locks of this thread are its own still; raises LostLock where one is not."""
        for held in self._held():
            began = time.monotonic()
            if began - held.renewed > self._lease / 3:
                body = _lock_body()
                tag = self._swap(held.path, body, held.body, held.tag)
                if tag is None:
                    raise LostLock(f"{self.place(held.path)} was taken over by another writer: run again")
                held.body, held.tag, held.renewed = body, tag, began

    def _release(self, held: _Held) -> None:
        """Remove the lock, unless somebody may have taken it over: then it is his."""
        if time.monotonic() - held.renewed < self._lease * 2 / 3:
            self._delete(held.path)

    def _create(self, path: str, body: bytes) -> str | None:
        """Put an object where there is none and return its tag; None where there is one."""
        try:
            answer = self._files.pipe_file(self._path(path), body, mode="create")
        except OSError as error:
            if _is_refused(error):
                return None
            raise
        return _tag(answer)

    def _swap(self, path: str, body: bytes, expected: bytes, tag: str) -> str | None:
        """Put an object in place of exactly the one that was seen and return its tag; None where it is another now.

        Raises OSError for stores other than S3, which must not guess.
        """
        protocols = self._files.protocol
        if "s3" in protocols:
            try:
                return _tag(self._files.pipe_file(self._path(path), body, IfMatch=tag))
            except OSError as error:
                if not _is_refused(error):
                    raise
            # Our own request may have been sent again after its first answer was lost.
            current, tag = self._tagged(path)
            return tag if current == body else None
        if "memory" in protocols:
            with _MEMORY:
                if self._get(path) != expected:
                    return None
                self._put(path, body)
                return ""
        raise OSError(f"{self.place(path)} was left by a writer that died: make sure that none runs, then remove it")

    def _tagged(self, path: str) -> tuple[bytes, str]:
        """An object and the tag of exactly these bytes; nothing where there is none."""
        try:
            if "s3" not in self._files.protocol:
                return self._get(path) or b"", ""
            tag = str(self._files.info(self._path(path), refresh=True).get("ETag", ""))
            body: bytes = self._files.cat_file(self._path(path), max_concurrency=1)
        except FileNotFoundError:
            return b"", ""
        return body, tag

    def _get(self, path: str) -> bytes | None:
        try:
            # With more than one at once, s3fs asks for the size first, and lists where there is none.
            body: bytes = self._files.cat_file(self._path(path), max_concurrency=1)
        except FileNotFoundError:
            return None
        return body

    def _put(self, path: str, data: bytes) -> None:
        self._files.pipe_file(self._path(path), data)

    def _delete(self, path: str) -> None:
        try:
            self._files.rm_file(self._path(path))
        except FileNotFoundError:
            return

    def _path(self, path: str) -> str:
        return f"{self._root.rstrip('/')}/{path}"


def _lock_body() -> bytes:
    return json.dumps({"holder": secrets.token_hex(16)}).encode()


def _is_refused(error: OSError) -> bool:
    """Whether a condition on a write did not hold; s3fs names only one of them, S3's own code all."""
    answer = getattr(error.__cause__, "response", {})
    code = answer.get("Error", {}).get("Code")
    return isinstance(error, FileExistsError | FileNotFoundError) or code in (
        "PreconditionFailed",
        "ConditionalRequestConflict",
    )


def _tag(answer: object) -> str:
    return str(answer.get("ETag", "")) if isinstance(answer, dict) else ""
