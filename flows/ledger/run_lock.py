"""Locks for work that only one process at a time may do. They end with their process, however that ends.

Owns how they are held: next to an SQLite database by a lock on a file, on PostgreSQL by an advisory lock, which all
machines see.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from nianbao import NianbaoError

_log = logging.getLogger(__name__)


class AlreadyRunning(NianbaoError):
    """Another process is doing the work already."""


@contextmanager
def hold_run_lock(engine: Engine, name: str) -> Iterator[None]:
    """Hold the lock of this name during the block. Raises AlreadyRunning, at once, if another process has it."""
    if engine.dialect.name == "postgresql":
        with _advisory_lock(engine, name):
            yield
    else:
        with _file_lock(Path(f"{engine.url.database}.{name}.lock"), name):
            yield


@contextmanager
def _file_lock(path: Path, name: str) -> Iterator[None]:
    """Leave the file in place: a lock file that is removed could be held twice."""
    with path.open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(name) from None
        yield


@contextmanager
def _advisory_lock(engine: Engine, name: str) -> Iterator[None]:
    """Hold the lock by one connection, with which it ends. If that is lost, the finished work still stands."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}):
            raise AlreadyRunning(name)
        try:
            yield
        finally:
            try:
                connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": number})
            except DBAPIError as error:
                lost = "another process may have done the same work since"
                _log.warning("the lock of %s was lost with its connection, and %s: %s", name, lost, error.orig)
