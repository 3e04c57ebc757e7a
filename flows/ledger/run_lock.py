"""A claim to work that only one process at a time may do; it ends with its process, however that ends.

Owns how a claim is held: by a lock on a file beside an SQLite database, by an advisory lock of PostgreSQL, which all
machines see. Must not know what the work is.
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
    """Another process does the work already."""


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
    """The file stays: a lock file that is removed could be held twice."""
    with path.open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(name) from None
        yield


@contextmanager
def _advisory_lock(engine: Engine, name: str) -> Iterator[None]:
    """Held by one connection, with which it ends; where that was lost, the work that was done stands."""
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
                _log.warning("the claim to %s was lost with its connection, and %s: %s", name, lost, error.orig)
