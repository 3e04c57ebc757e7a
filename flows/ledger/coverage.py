"""The partitions of the warehouse in which each portal has rows of `coverage`.

Owns the queries of that table: what a portal no longer covers there can be taken out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Engine, delete, insert, select

from flows.ledger.database import serialise_on
from flows.ledger.tables import covered_partitions

PartitionKey = tuple[str, int]
"""Jurisdiction and year."""


class Coverage:
    """The covered partitions of each portal."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)

    def partitions(self, portal: str) -> dict[PartitionKey, str | None]:
        """Return the partitions in which a portal may have rows, with the digest of these if they were written."""
        own = select(covered_partitions.c.jurisdiction, covered_partitions.c.year, covered_partitions.c.digest)
        with self._reads.begin() as connection:
            rows = connection.execute(own.where(covered_partitions.c.portal == portal))
            return {(jurisdiction, year): digest for jurisdiction, year, digest in rows}

    def portals(self, jurisdictions: Iterable[str] | None = None) -> list[str]:
        """Return the portals that may have rows, or have them in partitions of some divisions, in order."""
        query = select(covered_partitions.c.portal).distinct()
        if jurisdictions is not None:
            query = query.where(covered_partitions.c.jurisdiction.in_([*jurisdictions]))
        with self._reads.begin() as connection:
            return sorted(connection.scalars(query))

    def record(self, portal: str, partitions: Mapping[PartitionKey, str | None]) -> None:
        """Replace the partitions of a portal."""
        rows = [
            {"portal": portal, "jurisdiction": code, "year": year, "digest": digest}
            for (code, year), digest in partitions.items()
        ]
        with self._engine.begin() as connection:
            serialise_on(connection, f"coverage {portal}")
            connection.execute(delete(covered_partitions).where(covered_partitions.c.portal == portal))
            if rows:
                connection.execute(insert(covered_partitions), rows)
