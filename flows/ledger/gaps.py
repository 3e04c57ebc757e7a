"""What is missing of each portal's years, since when, and which of it people no longer wait for.

Owns the queries of that table. What a year waits for, and for how long, is for others to judge.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Engine, delete, insert, select, update

from flows.ledger.database import serialise_on
from flows.ledger.tables import gaps

_YEAR = ("year", "")


@dataclass(frozen=True, slots=True)
class YearGaps:
    """Since when each part of a portal's year is missing, and since when the year has waited without a break.

    Parts that people no longer wait for are left out. `waiting_since` is None if the year does not wait.
    """

    since: Mapping[str, datetime]
    waiting_since: datetime | None


class _Gap(NamedTuple):
    since: datetime
    accepted: bool


class Gaps:
    """The gaps of each portal's years."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)

    def record(self, portal: str, year: int, what: Collection[str], *, waiting: bool) -> YearGaps:
        """Replace what is missing of a portal's year and return since when it is; `waiting`: the year waits for it."""
        own = (gaps.c.portal == portal) & (gaps.c.year == year)
        keys = {("part", name) for name in what} | ({_YEAR} if waiting else set())
        with self._reads.begin() as connection:
            rows = connection.execute(select(gaps).where(own)).all()
        before = {(row.kind, row.what): _Gap(row.since, row.accepted) for row in rows}
        found_now = _Gap(datetime.now(UTC), accepted=False)
        after = {key: before.get(key, found_now) for key in keys}
        if after.keys() != before.keys():
            named = {"portal": portal, "year": year}
            new = [named | {"kind": kind, "what": name} | gap._asdict() for (kind, name), gap in after.items()]
            with self._engine.begin() as connection:
                serialise_on(connection, f"gaps {portal} {year}")
                connection.execute(delete(gaps).where(own))
                if new:
                    connection.execute(insert(gaps), new)
        waits_for = {name: after["part", name].since for name in what if not after["part", name].accepted}
        return YearGaps(waits_for, after[_YEAR].since if waiting else None)

    def accept(self, portal: str) -> list[int]:
        """Stop waiting for what is missing of a portal now. Return the years of which something is.

        What is missing later is waited for from then on.
        """
        own = gaps.c.portal == portal
        with self._engine.begin() as connection:
            years = sorted(connection.scalars(select(gaps.c.year).where(own).distinct()))
            connection.execute(delete(gaps).where(own, gaps.c.kind == "year"))
            connection.execute(update(gaps).where(own).values(accepted=True))
        return years
