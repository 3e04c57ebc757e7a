"""What the lists of each portal yielded before, what is lacking of its years now, and when it was last gone through.

Owns the queries of these tables of the ledger's database. Must not judge: which crawl was good, and what a year waits
for, others say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Engine, delete, insert, or_, select, update

from flows.ledger.database import insertion, serialise_on
from flows.ledger.tables import lacks, listings, yielded

YEAR = "year"
"""Names the year itself among what is lacking of it: since when it waits without a break, for whatever it is."""
_ACCEPTED = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when something is lacking that people no longer wait for."""


class BaselineEntry(NamedTuple):
    """A report that a portal's lists named in its last good crawl: the address of its page, and what its title said."""

    url: str
    year: int
    report_id: str
    agency: str


class FullCrawl(NamedTuple):
    """When the last crawl of a portal began that asked for the reports of all years, and the last such that succeeded.

    None where there was none.
    """

    tried: datetime | None
    swept: datetime | None


class Baselines:
    """What the database behind `engine` knows of them; `reads` is the same engine for what only reads."""

    def __init__(self, engine: Engine, reads: Engine) -> None:
        self._engine = engine
        self._reads = reads

    def baseline(self, portal: str) -> list[BaselineEntry]:
        """What the portal listed in its last good crawl; empty where there was none."""
        own = select(yielded.c.url, yielded.c.year, yielded.c.report_id, yielded.c.agency)
        with self._reads.begin() as connection:
            return [BaselineEntry(*row) for row in connection.execute(own.where(yielded.c.portal == portal))]

    def save(self, portal: str, named: Iterable[BaselineEntry]) -> None:
        """Enter what a portal lists now in place of what was known; with nothing, forget it."""
        now, before = {one.url: one for one in named}, {one.url: one for one in self.baseline(portal)}
        gone = [url for url, one in before.items() if now.get(url) != one]
        new = [one._asdict() | {"portal": portal} for url, one in now.items() if before.get(url) != one]
        if not gone and not new:
            return
        with self._engine.begin() as connection:
            serialise_on(connection, f"yields {portal}")
            for url in gone:
                connection.execute(delete(yielded).where(yielded.c.portal == portal, yielded.c.url == url))
            if new:
                connection.execute(insertion(connection, yielded).on_conflict_do_nothing(), new)

    def record_gaps(self, portal: str, year: int, what: Collection[str]) -> dict[str, datetime]:
        """Enter what is lacking of a portal's year, in place of what was; since when each of it is."""
        own = (lacks.c.portal == portal) & (lacks.c.year == year)
        with self._reads.begin() as connection:
            known = {row.what: row.since for row in connection.execute(select(lacks).where(own))}
        if known.keys() == set(what):
            return known
        now = {one: known.get(one, datetime.now(UTC)) for one in what}
        rows = [{"portal": portal, "year": year, "what": one, "since": since} for one, since in now.items()]
        with self._engine.begin() as connection:
            serialise_on(connection, f"lacks {portal} {year}")
            connection.execute(delete(lacks).where(own))
            if rows:
                connection.execute(insert(lacks), rows)
        return now

    def accept_gaps(self, portal: str) -> list[int]:
        """Wait no longer for what is lacking of a portal now; the years of which something is.

        What is lacking later is waited for from then on.
        """
        with self._engine.begin() as connection:
            years = connection.scalars(select(lacks.c.year).where(lacks.c.portal == portal).distinct())
            found = sorted(years)
            connection.execute(delete(lacks).where(lacks.c.portal == portal, lacks.c.what == YEAR))
            connection.execute(update(lacks).where(lacks.c.portal == portal).values(since=_ACCEPTED))
        return found

    def full_crawls(self) -> dict[str, FullCrawl]:
        """Portal → when it was last asked for the reports of all years; none for portals that never were."""
        ever = or_(listings.c.tried.is_not(None), listings.c.swept.is_not(None))
        with self._reads.begin() as connection:
            found = connection.execute(select(listings.c.portal, listings.c.tried, listings.c.swept).where(ever))
            return {row.portal: FullCrawl(row.tried, row.swept) for row in found}

    def mark_attempted(self, portal: str) -> None:
        """Enter that a crawl asks a portal for the reports of all years now, whose lists were read before."""
        with self._engine.begin() as connection:
            connection.execute(update(listings).where(listings.c.portal == portal).values(tried=datetime.now(UTC)))

    def mark_completed(self, portal: str) -> None:
        """Enter that the last such crawl lacked nothing that another may get."""
        with self._engine.begin() as connection:
            connection.execute(update(listings).where(listings.c.portal == portal).values(swept=listings.c.tried))
