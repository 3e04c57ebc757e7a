"""Which files and pictures each page names, as of the bytes and the parser that found them there.

Owns the queries of that table. It saves the parsing of pages that have not changed; what it lacks is found again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Engine, select

from flows.ledger.database import WANTED, in_chunks, replace_rows
from flows.ledger.records import PartsOfPage
from flows.ledger.tables import page_parts


class KnownPageParts:
    """The parts of pages that were found unchanged."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)

    def at(self, urls: Sequence[str]) -> dict[str, PartsOfPage]:
        """Return the parts of the pages at some URLs, by URL, where they are known."""
        with self._reads.begin() as connection:
            return {row.url: PartsOfPage(**row._mapping) for row in in_chunks(connection, _AT, urls)}

    def record(self, pages: Sequence[PartsOfPage]) -> None:
        """Record the parts of different pages."""
        with self._engine.begin() as connection:
            replace_rows(connection, page_parts, [asdict(page) for page in pages])


_AT = select(page_parts).where(page_parts.c.url.in_(WANTED))
