"""The annual reports that the lists of portals name, and how far each of them has been read.

Owns the queries of that table, and the order of an entry's stages: a crawl that resumes after a kill asks again for
what is not done. An address that two portals list is an entry of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Engine, select, update

from extractors.web.response import FetchOutcome
from flows.ledger.database import replace_rows, serialise_on
from flows.ledger.records import ListEntry, Stage
from flows.ledger.tables import entries


class Entries:
    """The entries of each portal's lists."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)

    def get(self, portal: str, url: str) -> ListEntry | None:
        """Return the annual report that a portal's list names at `url`; None if none does."""
        return next(iter(self._select(_is(portal, url))), None)

    def of_portal(self, portal: str) -> list[ListEntry]:
        """Return every annual report that the lists of a portal ever named, by address."""
        return self._select(entries.c.portal == portal)

    def record_list(self, portal: str, named: Iterable[ListEntry], *, complete: bool) -> dict[str, ListEntry]:
        """Record what a portal's lists name now: what is new, or named otherwise than before, is pending.

        Return every entry that they ever named, by address, as it is now.

        `complete`: the lists name no others; an entry that they named before is gone since now.
        """
        with self._engine.begin() as connection:
            serialise_on(connection, f"entries {portal}")
            known = {entry.url: entry for entry in self.of_portal(portal)}
            changed = _changed(known, {entry.url: entry for entry in named}, complete=complete)
            replace_rows(connection, entries, [asdict(entry) for entry in changed])
        return known | {entry.url: entry for entry in changed}

    def mark(self, entry: ListEntry, stage: Stage, outcome: FetchOutcome = "ok", reason: str | None = None) -> None:
        """Record the stage of an entry, and why it waits if it is deferred."""
        own = update(entries).where(_is(entry.portal, entry.url))
        with self._engine.begin() as connection:
            connection.execute(own.values(stage=stage, outcome=outcome, reason=reason))

    def mark_done(self, *read: ListEntry) -> None:
        """Record that everything in entries is published, or kept with a reason, unless it was deferred meanwhile."""
        with self._engine.begin() as connection:
            for entry in read:
                own = _is(entry.portal, entry.url) & (entries.c.stage == "reading")
                connection.execute(update(entries).where(own).values(stage="done", outcome="ok", reason=None))

    def _select(self, which: ColumnElement[bool]) -> list[ListEntry]:
        with self._reads.begin() as connection:
            rows = connection.execute(select(entries).where(which).order_by(entries.c.url)).mappings()
            return [ListEntry(**row) for row in rows]


def _changed(known: Mapping[str, ListEntry], named: Mapping[str, ListEntry], *, complete: bool) -> list[ListEntry]:
    """Return the entries that a list changes, as they are after it."""
    after = [entry.after(known.get(url)) for url, entry in named.items()]
    if complete:
        now = datetime.now(UTC)
        gone = (entry for url, entry in known.items() if url not in named and entry.gone_since is None)
        after += [replace(entry, gone_since=now) for entry in gone]
    return [entry for entry in after if known.get(entry.url) != entry]


def _is(portal: str, url: str) -> ColumnElement[bool]:
    return (entries.c.portal == portal) & (entries.c.url == url)
