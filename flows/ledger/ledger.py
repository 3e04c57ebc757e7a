"""The ledger: one database, opened once, with what we know of each URL, list, report, run and plan.

Owns the queries on verdicts; its parts own the others. It stores verdicts that others reach.
Safe for threads and processes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from sqlalchemy import ColumnElement, Connection, delete, select, update

from extractors.archive.archive import Archive
from extractors.web.response import FetchOutcome
from flows.ledger.agencies import Agencies, SeenName
from flows.ledger.backfill_plans import BackfillPlans
from flows.ledger.coverage import Coverage
from flows.ledger.database import WANTED, in_chunks, replace_rows, serialise_on
from flows.ledger.entries import Entries
from flows.ledger.fetched.fetches import Fetches, Journal, no_journal
from flows.ledger.fetched.page_parts import KnownPageParts
from flows.ledger.fetched.saved_responses import SavedResponses
from flows.ledger.listings import Listings
from flows.ledger.rate_limit import SharedRateLimiter
from flows.ledger.records import (
    UNASSIGNED,
    Address,
    Assigned,
    KnownPage,
    ListEntry,
    Verdict,
    superseded_by,
)
from flows.ledger.reprocess_runs import ReprocessRuns
from flows.ledger.run_lock import hold_run_lock
from flows.ledger.runs import Runs
from flows.ledger.tables import addresses, assignments, entries, verdicts
from flows.ledger.upgrade import open_upgraded


class Ledger:
    """A context manager over the database at `url`, which is made or upgraded if need be.

    `journal` writes the lines of fetches before they are recorded here.
    """

    def __init__(self, url: str, journal: Journal = no_journal) -> None:
        self._engine = open_upgraded(url)
        self._reads = self._engine.execution_options(reads=True)
        self.fetches = Fetches(self._engine, journal)
        self.page_parts = KnownPageParts(self._engine)
        self.agencies = Agencies(self._engine)
        self.listings = Listings(self._engine)
        self.entries = Entries(self._engine)
        self.coverage = Coverage(self._engine)
        self.runs = Runs(self._engine)
        self.plans = BackfillPlans(self._engine)
        self.reprocess_runs = ReprocessRuns(self._engine)
        self.rate_limiter = SharedRateLimiter(self._engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.runs.stop()
            self.fetches.stop()
        finally:
            self._engine.dispose()

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Return a block in which no other process does work of this name. Entering it raises AlreadyRunning."""
        return hold_run_lock(self._engine, name)

    def saved_responses(self, plan_id: str, archive: Archive) -> SavedResponses:
        """Return the responses of servers while the plan lasts."""
        return SavedResponses(self._engine, archive, plan_id)

    def address(self, url: str) -> Address | None:
        """Return what is known of `url`; None if it was never fetched."""
        return self.fetches.address(url)

    def addresses(self, portal: str) -> dict[str, Address]:
        """Return what is known of every URL of a portal, by URL."""
        self.fetches.flush()
        with self._reads.begin() as connection:
            rows = connection.execute(select(addresses).where(addresses.c.portal == portal)).mappings()
            return {row["url"]: Address(**row) for row in rows}

    def pages(self, urls: Sequence[str]) -> dict[str, KnownPage]:
        """Return what is known of the documents at some URLs, by URL, in a few queries for all."""
        known, parts = self.fetches.addresses(urls), self.page_parts.at(urls)
        found: defaultdict[str, list[Verdict]] = defaultdict(list)
        with self._reads.begin() as connection:
            for row in in_chunks(connection, _VERDICTS_AT, urls):
                found[row.url].append(Verdict(*row))
        return {url: KnownPage(known.get(url), tuple(found[url]), parts.get(url)) for url in urls}

    def captures(self) -> dict[str, str]:
        """Return the URL of every body that an address or a verdict names, by the body's SHA-256."""
        self.fetches.flush()
        named = select(addresses.c.sha256, addresses.c.url).where(addresses.c.sha256.is_not(None))
        with self._reads.begin() as connection:
            return {
                row.sha256: row.url
                for query in (named, select(verdicts.c.sha256, verdicts.c.url))
                for row in connection.execute(query)
            }

    def assign(self, url: str, assigned: Assigned) -> None:
        """Record what people say of the reports in the document at `url`, beside what they said of it before."""
        said = asdict(self.assigned(url).with_more(assigned))
        with self._engine.begin() as connection:
            replace_rows(connection, assignments, [{"url": url, **said}])

    def assigned(self, url: str) -> Assigned:
        """Return what people said of the document at `url`; of nothing if they said nothing."""
        own = select(assignments.c.jurisdiction, assignments.c.agency, assignments.c.year)
        with self._reads.begin() as connection:
            row = connection.execute(own.where(assignments.c.url == url)).first()
        return Assigned(*row) if row else UNASSIGNED

    def defer(self, entry: ListEntry, outcome: FetchOutcome, reason: str) -> None:
        """Record that a list's entry waits for its page or a part of it, which could not be fetched."""
        self.entries.mark(entry, "deferred", outcome, reason)

    def record_agencies(self, seen: Iterable[SeenName]) -> None:
        """Record the bodies that lists and reports name, and how they print them."""
        self.agencies.record(seen)

    def record_verdict(self, verdict: Verdict) -> None:
        """Record what became of a report, after the fetch of its document. Delete the verdicts that it outdates."""
        self.fetches.flush()
        with self._engine.begin() as connection:
            serialise_on(connection, verdict.url)
            for other in _select_verdicts(connection, verdicts.c.url == verdict.url):
                if verdict.outdates(other):
                    connection.execute(delete(verdicts).where(_is(other.report_id, other.url)))
            replace_rows(connection, verdicts, [asdict(verdict) | {"updated": datetime.now(UTC)}])

    def supersede(self, verdict: Verdict, by: str) -> None:
        """Record that the document at `by` took the place of an edition."""
        own = update(verdicts).where(_is(verdict.report_id, verdict.url))
        with self._engine.begin() as connection:
            connection.execute(own.values(state="superseded", reason=superseded_by(by), updated=datetime.now(UTC)))

    def delete_verdict(self, report_id: str, url: str) -> None:
        """Delete the verdict on a report that the document at `url` does not contain."""
        with self._engine.begin() as connection:
            connection.execute(delete(verdicts).where(_is(report_id, url)))

    def verdicts_on(self, url: str) -> list[Verdict]:
        """Return the verdicts on the reports in the document at `url`; usually one."""
        return self._verdicts(verdicts.c.url == url)

    def editions(self, report_id: str) -> list[Verdict]:
        """Return the verdicts on all documents with this report, such as a first edition and its correction."""
        return self._verdicts(verdicts.c.report_id == report_id)

    def verdicts(self, portal: str) -> list[Verdict]:
        """Return the verdicts on every report in every document of a portal."""
        return self._verdicts(verdicts.c.portal == portal)

    def shared_verdicts(self, portal: str) -> list[Verdict]:
        """Return the verdicts on documents of other portals, at addresses or on reports that a portal's lists name."""
        named = select(entries.c.url, entries.c.report_id).where(entries.c.portal == portal).subquery()
        listed = verdicts.c.url.in_(select(named.c.url)) | verdicts.c.report_id.in_(select(named.c.report_id))
        return self._verdicts((verdicts.c.portal != portal) & listed)

    def portals(self) -> list[str]:
        """Return the ids of all portals with a verdict or an entry, in order; local files have one as well."""
        with self._reads.begin() as connection:
            found = [connection.scalars(select(table.c.portal).distinct()) for table in (verdicts, entries)]
            return sorted({portal for portals in found for portal in portals})

    def _verdicts(self, condition: ColumnElement[bool]) -> list[Verdict]:
        with self._reads.begin() as connection:
            return _select_verdicts(connection, condition)


_VERDICTS = select(*(verdicts.c[field.name] for field in fields(Verdict))).order_by(verdicts.c.updated)
_VERDICTS_AT = _VERDICTS.where(verdicts.c.url.in_(WANTED))


def _select_verdicts(connection: Connection, condition: ColumnElement[bool]) -> list[Verdict]:
    return [Verdict(**row) for row in connection.execute(_VERDICTS.where(condition)).mappings()]


def _is(report_id: str, url: str) -> ColumnElement[bool]:
    return (verdicts.c.report_id == report_id) & (verdicts.c.url == url)
