"""What the lists of each portal named in its last good crawl.

Owns the queries of that table. Which crawl was good is for others to judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Engine, delete, select

from flows.ledger.database import insertion, serialise_on
from flows.ledger.tables import baselines


class BaselineEntry(NamedTuple):
    """A report that a portal's lists named in its last good crawl: the address of its page, and what its title said."""

    url: str
    year: int
    report_id: str
    agency: str


class Baselines:
    """The baseline of each portal."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)

    def baseline(self, portal: str) -> list[BaselineEntry]:
        """Return what the portal listed in its last good crawl; nothing if there was none."""
        own = select(baselines.c.url, baselines.c.year, baselines.c.report_id, baselines.c.agency)
        with self._reads.begin() as connection:
            return [BaselineEntry(*row) for row in connection.execute(own.where(baselines.c.portal == portal))]

    def save(self, portal: str, listed: Iterable[BaselineEntry]) -> None:
        """Replace the baseline of a portal; without entries, forget it."""
        after, before = {entry.url: entry for entry in listed}, {entry.url: entry for entry in self.baseline(portal)}
        outdated = [url for url, entry in before.items() if after.get(url) != entry]
        new = [entry._asdict() | {"portal": portal} for url, entry in after.items() if before.get(url) != entry]
        if not outdated and not new:
            return
        with self._engine.begin() as connection:
            serialise_on(connection, f"baseline {portal}")
            for url in outdated:
                connection.execute(delete(baselines).where(baselines.c.portal == portal, baselines.c.url == url))
            if new:
                connection.execute(insertion(connection, baselines).on_conflict_do_nothing(), new)
