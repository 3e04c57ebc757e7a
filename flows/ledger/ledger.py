"""What we know of each address, of each list and its entries, and of each report read.

Owns the tables in any database that SQLAlchemy speaks to with `ON CONFLICT` (SQLite, PostgreSQL), but for those of
`runs` and `yields`, which it opens beside its own. Must not fetch, nor read documents; it stores verdicts that others
reach. Safe for threads and processes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    bindparam,
    delete,
    null,
    select,
    union_all,
    update,
)

from extractors.web.response import Response, Validators
from flows.ledger.baselines import Baselines
from flows.ledger.database import create_tables, insertion, open_database, serialise_on, upsert
from flows.ledger.records import Address, FetchChange, ListEntry, Listing, ReportState, Verdict, superseded_by
from flows.ledger.run_lock import hold_run_lock
from flows.ledger.runs import Runs
from flows.ledger.tables import addresses, entries, listings, metadata, placements, reports


class Ledger:
    """A context manager over the database at `url`, whose tables are made where they are missing."""

    def __init__(self, url: str) -> None:
        self._engine = open_database(url)
        self._reads = self._engine.execution_options(reads=True)
        self._recording = threading.Lock()  # threads that meet at a lock of SQLite sleep for milliseconds
        create_tables(self._engine, metadata)
        self.runs = Runs(self._engine, self._reads)
        self.baselines = Baselines(self._engine, self._reads)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.runs.stop()
        self._engine.dispose()

    @contextmanager
    def claimed(self, name: str) -> Iterator[None]:
        """Let no other process do work of this name while the block lasts. Raises Claimed where one does."""
        with hold_run_lock(self._engine, name):
            yield

    def address(self, url: str) -> Address | None:
        """What is known of `url`; None where it was never fetched."""
        with self._reads.begin() as connection:
            return _address(connection, url)

    def validators(self, url: str) -> Validators | None:
        """Validators of the body that we hold of `url`; None where we hold none or it came without."""
        known = self.address(url)
        if known is None or known.sha256 is None or not (known.etag or known.last_modified):
            return None
        return Validators(known.etag, known.last_modified)

    def record_fetch(self, url: str, portal: str, response: Response, sha256: str | None) -> FetchChange:
        """Enter a fetch of `url`; `sha256` is None where no body came, and what is known of the last body stays."""
        with self._recording, self._engine.begin() as connection:
            serialise_on(connection, url)
            before = _address(connection, url)
            held = before.sha256 if before else None
            changed = sha256 is not None and sha256 != held
            now = _after(before, url, portal, response, sha256)
            upsert(connection, addresses, {column: getattr(now, column) for column in _ADDRESS_COLUMNS})
        return FetchChange(now, new=changed and held is None, changed=changed and held is not None)

    def record_verdict(self, settled: Verdict) -> None:
        """Enter what became of a report; verdicts on its document that it outdates are dropped."""
        with self._engine.begin() as connection:
            serialise_on(connection, settled.url)
            for other in _verdicts(connection, reports.c.url == settled.url):
                if settled.outdates(other):
                    connection.execute(delete(reports).where(_of(other.report_id, other.url)))
            upsert(connection, reports, asdict(settled) | {"updated": datetime.now(UTC)})

    def supersede(self, settled: Verdict, by: str) -> None:
        """Enter that the document at `by` has taken the place of an edition."""
        own = update(reports).where(_of(settled.report_id, settled.url))
        with self._engine.begin() as connection:
            connection.execute(own.values(state="superseded", reason=superseded_by(by), updated=datetime.now(UTC)))

    def verdicts_on(self, url: str) -> list[Verdict]:
        """What became of the reports in the document at `url`; usually one."""
        return self._settled(reports.c.url == url)

    def editions(self, report_id: str) -> list[Verdict]:
        """The documents at every URL that held this report, such as a first edition and its correction."""
        return self._settled(reports.c.report_id == report_id)

    def delete_verdicts(self, report_id: str, url: str) -> None:
        """Drop the verdict on a report that the document at `url` does not tell."""
        with self._engine.begin() as connection:
            connection.execute(delete(reports).where(_of(report_id, url)))

    def assign_jurisdiction(self, url: str, jurisdiction: str) -> None:
        """Enter the division that people gave for the reports in the document at `url`."""
        with self._engine.begin() as connection:
            upsert(connection, placements, {"url": url, "jurisdiction": jurisdiction})

    def assigned_jurisdiction(self, url: str) -> str | None:
        """The division that people gave for the document at `url`; None where nobody did."""
        with self._reads.begin() as connection:
            return connection.scalar(select(placements.c.jurisdiction).where(placements.c.url == url))

    def portals(self) -> list[str]:
        """Ids of all portals of which a document was read or listed, in order; files from disk have one as well."""
        with self._reads.begin() as connection:
            found = [connection.scalars(select(table.c.portal).distinct()) for table in (reports, entries)]
            return sorted({portal for portals in found for portal in portals})

    def save_listing(self, listing: Listing) -> None:
        """Enter what came of reading a portal's lists."""
        said = asdict(listing)
        said["columns"] = said.pop("list_pages")
        with self._engine.begin() as connection:
            row = insertion(connection, listings).values(said)
            connection.execute(row.on_conflict_do_update(index_elements=[listings.c.portal], set_=said))

    def mark_crawl_finished(self, portal: str) -> None:
        """Enter that the crawl whose first step was to read a portal's lists came to its end."""
        with self._engine.begin() as connection:
            connection.execute(update(listings).where(listings.c.portal == portal).values(finished=True))

    def listing(self, portal: str) -> Listing | None:
        """What came of reading a portal's lists the last time; None where they were never read."""
        with self._reads.begin() as connection:
            row = connection.execute(_LISTING.where(listings.c.portal == portal)).mappings().first()
            return _listing(row) if row else None

    def listings(self) -> dict[str, Listing]:
        """Portal → what came of reading its lists the last time, for all portals whose lists were read."""
        with self._reads.begin() as connection:
            return {row["portal"]: _listing(row) for row in connection.execute(_LISTING).mappings()}

    def upsert_entry(self, listed: ListEntry) -> None:
        """Enter an annual report as a list names it, with what came of its page."""
        with self._engine.begin() as connection:
            upsert(connection, entries, asdict(listed))

    def add_pending(self, portal: str, named: Iterable[ListEntry], reason: str, *, whole: bool) -> None:
        """Enter annual reports that a portal's lists name and that are not entered yet, with why nothing came of them.

        `whole`: the lists name no others. Those that were entered for this reason, and still are, are dropped then.
        """
        rows = [asdict(replace(listed, reason=reason)) for listed in named]
        waiting = select(entries.c.url).where(entries.c.portal == portal, entries.c.reason == reason)
        with self._engine.begin() as connection:
            if rows:
                made = insertion(connection, entries)
                connection.execute(made.on_conflict_do_nothing(), rows)
            gone = {*connection.scalars(waiting)} - {row["url"] for row in rows} if whole else set()
            if gone:
                connection.execute(
                    delete(entries).where(entries.c.url == bindparam("gone")), [{"gone": url} for url in gone]
                )

    def entry(self, url: str) -> ListEntry | None:
        """The annual report that a list names at `url`; None where none does."""
        return next(iter(self._entries(entries.c.url == url)), None)

    def entries(self, portal: str) -> list[ListEntry]:
        """Every annual report that the lists of a portal ever named."""
        return self._entries(entries.c.portal == portal)

    def captures(self) -> dict[str, str]:
        """SHA-256 of every body that an address or a verdict names, and the URL that it came from."""
        named = select(addresses.c.sha256, addresses.c.url).where(addresses.c.sha256.is_not(None))
        with self._reads.begin() as connection:
            return {
                row.sha256: row.url
                for query in (named, select(reports.c.sha256, reports.c.url))
                for row in connection.execute(query)
            }

    def addresses(self, portal: str) -> dict[str, Address]:
        """What is known of every URL of a portal."""
        with self._reads.begin() as connection:
            found = connection.execute(select(addresses).where(addresses.c.portal == portal)).mappings()
            return {row["url"]: Address(**row) for row in found}

    def states(self, portal: str | None = None) -> Iterator[ReportState]:
        """What became of all reports of a portal, or of all one after the other, as far as their year is known.

        Of those that a list names, only what was not had and read. Memory does not grow with their number.
        """
        said = union_all(*(query.where(table.c.portal == portal) if portal else query for table, query in _STATED))
        with self._reads.connect() as connection:
            for row in connection.execute(said.order_by(said.selected_columns.portal)).yield_per(_AT_ONCE):
                yield ReportState(*row)

    def verdicts(self, portal: str) -> list[Verdict]:
        """What became of every report in every document of a portal."""
        return self._settled(reports.c.portal == portal)

    def _entries(self, condition: ColumnElement[bool]) -> list[ListEntry]:
        with self._reads.begin() as connection:
            found = connection.execute(select(entries).where(condition).order_by(entries.c.url)).mappings()
            return [ListEntry(**row) for row in found]

    def _settled(self, condition: ColumnElement[bool]) -> list[Verdict]:
        with self._reads.begin() as connection:
            return _verdicts(connection, condition)


def _after(before: Address | None, url: str, portal: str, response: Response, sha256: str | None) -> Address:
    """The address after a fetch: a failure leaves the last body's hash, validators and dates as they were."""
    at = response.fetched_at
    if before is None:
        before = Address(url, portal, response.outcome, response.status, None, None, None, at, at, None)
    now = replace(before, portal=portal, outcome=response.outcome, status=response.status, last_checked=at)
    etag, last_modified = response.headers.get("etag"), response.headers.get("last-modified")
    if response.outcome == "not_modified":
        return replace(now, etag=etag or before.etag, last_modified=last_modified or before.last_modified)
    if sha256 is None:
        return now
    last_changed = before.last_changed if sha256 == before.sha256 else at
    return replace(
        now,
        etag=etag,
        last_modified=last_modified,
        sha256=sha256,
        last_changed=last_changed,
        content_type=response.headers.get("content-type"),
    )


def _address(connection: Connection, url: str) -> Address | None:
    row = connection.execute(_ADDRESS, {"asked": url}).mappings().first()
    return Address(**row) if row else None


_VERDICTS = select(*(reports.c[field.name] for field in fields(Verdict))).order_by(reports.c.updated)


def _verdicts(connection: Connection, condition: ColumnElement[bool]) -> list[Verdict]:
    return [Verdict(**row) for row in connection.execute(_VERDICTS.where(condition)).mappings()]


def _of(report_id: str, url: str) -> ColumnElement[bool]:
    return (reports.c.report_id == report_id) & (reports.c.url == url)


_LISTING = select(
    listings.c["columns"].label("list_pages"),
    *(listings.c[field.name] for field in fields(Listing) if field.name != "list_pages"),
)


def _listing(row: RowMapping) -> Listing:
    return Listing(**{**row, "list_pages": tuple(row["list_pages"])})


_PLACE = ("portal", "jurisdiction", "agency", "year")
_STATED = (
    (
        reports,
        select(*(reports.c[name] for name in _PLACE), reports.c.state, null().label("outcome")).where(
            reports.c.year.is_not(None)
        ),
    ),
    (
        entries,
        select(*(entries.c[name] for name in _PLACE), null().label("state"), entries.c.outcome).where(
            entries.c.reason.is_not(None)
        ),
    ),
)
_AT_ONCE = 1000
"""Rows that are fetched at once where all are asked for."""
_ADDRESS = select(addresses).where(addresses.c.url == bindparam("asked"))
_ADDRESS_COLUMNS = addresses.c.keys()
