"""What came of reading each portal's lists the last time, and when it last had a full crawl.

Owns the queries of these two tables.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, RowMapping, or_, select, update

from flows.ledger.database import insertion, replace_rows
from flows.ledger.records import Listing
from flows.ledger.tables import list_readings, listings


class FullCrawl(NamedTuple):
    """When the last crawl for all years of a portal began, and the last one that brought everything; None if never."""

    attempted: datetime | None
    completed: datetime | None


class Listings:
    """The last listing and the full crawls of each portal."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)

    def save(self, listing: Listing) -> None:
        """Replace the listing of a portal."""
        values = asdict(listing)
        with self._engine.begin() as connection:
            row = insertion(connection, listings).values(values)
            connection.execute(row.on_conflict_do_update(index_elements=[listings.c.portal], set_=values))

    def get(self, portal: str) -> Listing | None:
        """Return the last listing of a portal; None if its lists were never read."""
        with self._reads.begin() as connection:
            row = connection.execute(_LISTING.where(listings.c.portal == portal)).mappings().first()
            return _listing(row) if row else None

    def all(self) -> dict[str, Listing]:
        """Return the last listing of every portal whose lists were read, by portal."""
        with self._reads.begin() as connection:
            return {row["portal"]: _listing(row) for row in connection.execute(_LISTING).mappings()}

    def reading(self, portal: str) -> Any | None:
        """Return what `save_reading` saved last for a portal; None if nothing was."""
        own = select(list_readings.c.reading).where(list_readings.c.portal == portal)
        with self._reads.begin() as connection:
            return connection.scalar(own)

    def save_reading(self, portal: str, reading: Any) -> None:
        """Replace the reading of a portal's lists, which is JSON."""
        with self._engine.begin() as connection:
            replace_rows(connection, list_readings, [{"portal": portal, "reading": reading}])

    def mark_crawl_finished(self, portal: str) -> None:
        """Record that the crawl which began with the last listing ran to its end."""
        with self._engine.begin() as connection:
            connection.execute(update(listings).where(listings.c.portal == portal).values(finished=True))

    def full_crawls(self) -> dict[str, FullCrawl]:
        """Return the full crawls by portal, without portals that never had one."""
        times = (listings.c.full_crawl_attempted, listings.c.full_crawl_completed)
        ever = or_(*(moment.is_not(None) for moment in times))
        with self._reads.begin() as connection:
            rows = connection.execute(select(listings.c.portal, *times).where(ever))
            return {portal: FullCrawl(attempted, completed) for portal, attempted, completed in rows}

    def mark_full_crawl_attempted(self, portal: str) -> None:
        """Record that a crawl for all years begins now, if the portal's lists were ever read."""
        now = datetime.now(UTC)
        with self._engine.begin() as connection:
            own = update(listings).where(listings.c.portal == portal)
            connection.execute(own.values(full_crawl_attempted=now))

    def mark_full_crawl_completed(self, portal: str) -> None:
        """Record that the last crawl for all years left nothing to another crawl."""
        with self._engine.begin() as connection:
            own = update(listings).where(listings.c.portal == portal)
            connection.execute(own.values(full_crawl_completed=listings.c.full_crawl_attempted))


_LISTING = select(*(listings.c[field.name] for field in fields(Listing)))


def _listing(row: RowMapping) -> Listing:
    return Listing(**{**row, "list_pages": tuple(row["list_pages"])})
