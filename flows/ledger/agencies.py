"""The bodies that report, as they were seen: each with the names that lists and reports print, and their years.

Owns the queries of these two tables, and how all that is known of a body goes over to another. Others resolve names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from flows.ledger.database import replace_rows, serialise_on
from flows.ledger.records import STANDING, superseded_by
from flows.ledger.tables import agencies, entries, spellings, verdicts
from transforms.jurisdictions.agencies import Agency

_AT_ONCE = 500
"""Bodies that are asked for in one query."""


class Spelling(NamedTuple):
    """A name of a body, with the first and the last year reported on for which it was seen."""

    spelling: str
    first_year: int
    last_year: int

    def with_years(self, other: Spelling) -> Spelling:
        """Return the same name with the years of both."""
        return Spelling(self.spelling, min(self.first_year, other.first_year), max(self.last_year, other.last_year))


class SeenName(NamedTuple):
    """A name that a list or a report prints for a body, in a year; an empty one, if nothing names it there."""

    agency: Agency
    printed: str
    year: int


@dataclass(frozen=True, slots=True)
class KnownAgency:
    """A body that was seen, with its names in the order in which they came into use."""

    agency: Agency
    spellings: tuple[Spelling, ...]

    @property
    def row(self) -> dict[str, object]:
        """Its row of the table `agencies`: each name with its years."""
        names = [f"{one.spelling} {one.first_year}–{one.last_year}" for one in self.spellings]
        own = {name: getattr(self.agency, name) for name in ("agency_id", "jurisdiction", "name", "kind")}
        return own | {"spellings": names}


class Agencies:
    """The bodies of the ledger."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)

    def record(self, seen: Iterable[SeenName]) -> None:
        """Record names of bodies. What is known already is not written again."""
        bodies: dict[str, Agency] = {}
        names: dict[str, dict[str, Spelling]] = {}
        for agency, printed, year in seen:
            bodies[agency.agency_id] = agency
            own = names.setdefault(agency.agency_id, {})
            if printed:
                _add(own, Spelling(printed, year, year))
        ids = sorted(bodies)
        for start in range(0, len(ids), _AT_ONCE):
            self._record(ids[start : start + _AT_ONCE], bodies, names)

    def _record(
        self, ids: Sequence[str], bodies: Mapping[str, Agency], names: Mapping[str, Mapping[str, Spelling]]
    ) -> None:
        known = {one.agency.agency_id: one for one in self.known(ids)}
        changed = [one for one in ids if not _has(known.get(one), bodies[one], names[one].values())]
        if not changed:
            return
        with self._engine.begin() as connection:
            serialise_on(connection, "agencies")
            replace_rows(connection, agencies, [_columns(bodies[one]) for one in changed])
            for one in changed:
                _save(connection, one, names[one].values())

    def known(self, ids: Collection[str] | None = None) -> list[KnownAgency]:
        """Return some bodies, or all, by jurisdiction and identifier."""
        query = select(agencies, spellings.c.spelling, spellings.c.first_year, spellings.c.last_year)
        query = query.outerjoin(spellings, spellings.c.agency_id == agencies.c.agency_id)
        if ids is not None:
            query = query.where(agencies.c.agency_id.in_(ids))
        order = (agencies.c.jurisdiction, agencies.c.agency_id, spellings.c.first_year, spellings.c.spelling)
        with self._reads.begin() as connection:
            rows = connection.execute(query.order_by(*order)).all()
        return [
            KnownAgency(agency, tuple(Spelling(*row[-3:]) for row in of_one if row.spelling))
            for agency, of_one in groupby(rows, _agency)
        ]

    def join(self, former: str, into: Agency, published: Mapping[int, str]) -> None:
        """Let one body be another from now on: its names, verdicts and entries are the other's.

        `published` is the address from which the report of each year is published. What was published from others is
        superseded. Nothing happens if the body is not known.
        """
        with self._engine.begin() as connection:
            serialise_on(connection, "agencies")
            names = connection.execute(select(spellings).where(spellings.c.agency_id == former)).all()
            if names:
                replace_rows(connection, agencies, [_columns(into)])
            connection.execute(delete(spellings).where(spellings.c.agency_id == former))
            connection.execute(delete(agencies).where(agencies.c.agency_id == former))
            _save(connection, into.agency_id, [Spelling(*row[1:]) for row in names])
            renamed = func.replace(entries.c.report_id, former, into.agency_id)
            own = entries.c.report_id.startswith(former)
            connection.execute(update(entries).where(own).values(report_id=renamed))
            _join_verdicts(connection, former, into, published)


def _agency(row: Row[tuple[str, ...]]) -> Agency:
    return Agency(row.agency_id, row.jurisdiction, row.name, row.kind, row.body, today=row.name)


def _columns(agency: Agency) -> dict[str, str]:
    """Return the columns of a body: by its name of today, whatever name it reports under."""
    columns = asdict(agency)
    return {**columns, "name": columns.pop("today")}


def _add(names: dict[str, Spelling], spelling: Spelling) -> None:
    before = names.get(spelling.spelling)
    names[spelling.spelling] = before.with_years(spelling) if before else spelling


def _has(known: KnownAgency | None, agency: Agency, names: Iterable[Spelling]) -> bool:
    """Return whether a body is known by all these names for all these years."""
    if known is None or _columns(known.agency) != _columns(agency):
        return False
    before = {one.spelling: one for one in known.spellings}
    return all(one.spelling in before and before[one.spelling].with_years(one) == before[one.spelling] for one in names)


def _save(connection: Connection, agency_id: str, names: Iterable[Spelling]) -> None:
    """Add names to those of a body, in the years that the body has them for."""
    rows = connection.execute(select(spellings).where(spellings.c.agency_id == agency_id)).all()
    own = {row.spelling: Spelling(*row[1:]) for row in rows}
    for name in names:
        _add(own, name)
    rows_now = [{"agency_id": agency_id, **name._asdict()} for name in own.values()]
    replace_rows(connection, spellings, rows_now)


def _join_verdicts(connection: Connection, former: str, into: Agency, published: Mapping[int, str]) -> None:
    """Give the verdicts on a body's reports to another body; one on a document that has one of its own is dropped."""
    rows = connection.execute(select(verdicts).where(verdicts.c.report_id.startswith(former))).mappings().all()
    connection.execute(delete(verdicts).where(verdicts.c.report_id.startswith(former)))
    for row in rows:
        report = row["report_id"].replace(former, into.agency_id)
        its = (verdicts.c.report_id == report) & (verdicts.c.url == row["url"])
        if connection.execute(select(verdicts.c.url).where(its)).first() is None:
            connection.execute(insert(verdicts).values({**row, "report_id": report, "agency": into.name}))
    for year, url in published.items():
        others = (verdicts.c.report_id == f"{into.agency_id}-{year}") & (verdicts.c.url != url)
        state = {"state": "superseded", "reason": superseded_by(url), "updated": datetime.now(UTC)}
        connection.execute(update(verdicts).where(others, verdicts.c.state.in_(STANDING)).values(state))
