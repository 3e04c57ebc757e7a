"""Fetches on their way into the archive's journal and the ledger: several are written together, within half a second.

Owns the table of addresses, and the order in which a fetch becomes known: its body is in the archive before it comes
here, its line in the journal before the ledger names it. What a crash cuts off is fetched again, as if the process had
been killed before the request.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, Engine, bindparam, select

from extractors.archive.archive import JournalEntry
from flows.ledger.database import WANTED, in_chunks, replace_rows, serialise_on
from flows.ledger.records import Address, after_fetch
from flows.ledger.tables import addresses

MOST = 100
"""Fetches after which a batch is written at once."""
EVERY = 0.5
"""Seconds after which a batch is written, however small it is."""
Journal = Callable[[Sequence[JournalEntry]], None]
"""Writes the lines of some fetches."""
_log = logging.getLogger(__name__)


def no_journal(fetches: Sequence[JournalEntry]) -> None:
    """Write nothing: a ledger that is opened without an archive records no fetch."""


class Fetches:
    """The addresses, and the fetches of this process that are not written yet; safe for threads."""

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)
        self._journal = journal
        self._turn = threading.Lock()
        self._writing = threading.Lock()
        self._pending: list[JournalEntry] = []
        self._journalled = 0
        """How many of the pending fetches have their line."""
        self._known: dict[str, Address] = {}
        """What is known of the addresses of the pending fetches."""
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def record(self, fetch: JournalEntry, before: Address | None) -> Address:
        """Record a fetch soon; return what is known of its address then. `before` is what was known of it.

        Raise what an attempt to write raised: the fetches that it held stay here for the next one.
        """
        with self._turn:
            known = after_fetch(self._known.get(fetch.url, before), fetch)
            self._known[fetch.url] = known
            self._pending.append(fetch)
            is_full = len(self._pending) >= MOST
            if self._thread is None:
                self._thread = threading.Thread(target=self._write_regularly, name="fetches", daemon=True)
                self._thread.start()
        if is_full:
            self.flush()
        return known

    def address(self, url: str) -> Address | None:
        """Return what is known of `url`; None if it was never fetched."""
        pending = self._known.get(url)
        if pending is not None:
            return pending
        with self._reads.begin() as connection:
            row = connection.execute(_ONE, {"wanted": url}).first()
            return Address(*row) if row else None

    def addresses(self, urls: Sequence[str]) -> dict[str, Address]:
        """Return what is known of some URLs, by URL; those that were never fetched are missing."""
        self.flush()
        with self._reads.begin() as connection:
            return _addresses(connection, urls)

    def flush(self) -> None:
        """Write what was recorded before the call: the lines of the journal, then the addresses."""
        if not self._pending:
            return
        with self._writing:
            with self._turn:
                batch = self._pending.copy()
            self._journal(batch[self._journalled :])
            self._journalled = len(batch)
            self._write(batch)
            with self._turn:
                del self._pending[: len(batch)]
                left = {fetch.url for fetch in self._pending}
                self._known = {url: known for url, known in self._known.items() if url in left}
                self._journalled = 0

    def stop(self) -> None:
        """Write what is left, and stop writing by time."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def _write(self, batch: Sequence[JournalEntry]) -> None:
        """Record fetches on top of what the database knows by now: other processes write to it as well."""
        with self._engine.begin() as connection:
            serialise_on(connection, "fetches")
            known = _addresses(connection, [*dict.fromkeys(fetch.url for fetch in batch)])
            for fetch in batch:
                known[fetch.url] = after_fetch(known.get(fetch.url), fetch)
            rows = [{name: getattr(one, name) for name in _COLUMNS} for one in known.values()]
            replace_rows(connection, addresses, rows)

    def _write_regularly(self) -> None:
        while not self._stopped.wait(EVERY):
            try:
                self.flush()
            except Exception as error:  # noqa: BLE001 (whatever it was, who needs the fetches written meets it again)
                _log.warning("fetches could not be recorded, and are tried again: %s", error)


def _addresses(connection: Connection, urls: Sequence[str]) -> dict[str, Address]:
    return {row.url: Address(*row) for row in in_chunks(connection, _SOME, urls)}


_COLUMNS = tuple(addresses.c.keys())
_ONE = select(addresses).where(addresses.c.url == bindparam("wanted"))
_SOME = select(addresses).where(addresses.c.url.in_(WANTED))
