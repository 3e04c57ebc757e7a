"""What we know of each address, of each list and its entries, of each report read, and of each run.

Owns the tables in any database that SQLAlchemy speaks to with `ON CONFLICT` (SQLite, PostgreSQL). Must
not fetch, nor read documents; it stores verdicts that others reach. Safe for threads and processes.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    bindparam,
    delete,
    func,
    insert,
    null,
    select,
    union_all,
    update,
)

from extractors.database import create_tables, insertion, one_by_one, open_database, upsert
from extractors.ledger_records import Address, Known, Listed, Listing, Run, Settled, Stated
from extractors.ledger_tables import addresses, entries, listings, metadata, placements, reports, runs, yields
from extractors.pulse import Pulse
from extractors.response import Response, Validators


class Ledger:
    """A context manager over the database at `url`, whose tables are made where they are missing."""

    def __init__(self, url: str) -> None:
        self._engine = open_database(url)
        self._reads = self._engine.execution_options(reads=True)
        self._recording = threading.Lock()  # threads that meet at a lock of SQLite sleep for milliseconds
        create_tables(self._engine, metadata)
        self._pulse = Pulse(self._engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pulse.stop()
        self._engine.dispose()

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

    def record(self, url: str, portal: str, response: Response, sha256: str | None) -> Known:
        """Enter a fetch of `url`; `sha256` is None where no body came, and what is known of the last body stays."""
        with self._recording, self._engine.begin() as connection:
            one_by_one(connection, url)
            before = _address(connection, url)
            held = before.sha256 if before else None
            changed = sha256 is not None and sha256 != held
            now = _after(before, url, portal, response, sha256)
            upsert(connection, addresses, {column: getattr(now, column) for column in _ADDRESS_COLUMNS})
        return Known(now, new=changed and held is None, changed=changed and held is not None)

    def settle(self, settled: Settled) -> None:
        """Enter what became of a report.

        Verdicts on other bytes of its URL, by another parser, or that no report could be made out, are dropped.
        """
        outdated = (
            (reports.c.sha256 != settled.sha256)
            | (reports.c.parser_version != settled.parser_version)
            | (reports.c.report_id == settled.url)
        )
        with self._engine.begin() as connection:
            one_by_one(connection, settled.url)
            connection.execute(delete(reports).where(reports.c.url == settled.url, outdated))
            upsert(connection, reports, asdict(settled) | {"updated": datetime.now(UTC)})

    def settled(self, url: str) -> list[Settled]:
        """What became of the reports in the document at `url`; usually one."""
        return self._settled(reports.c.url == url)

    def editions(self, report_id: str) -> list[Settled]:
        """The documents at every URL that held this report, such as a first edition and its correction."""
        return self._settled(reports.c.report_id == report_id)

    def forget(self, report_id: str, url: str) -> None:
        """Drop the verdict on a report that the document at `url` does not tell."""
        told = (reports.c.report_id == report_id) & (reports.c.url == url)
        with self._engine.begin() as connection:
            connection.execute(delete(reports).where(told))

    def place(self, url: str, jurisdiction: str) -> None:
        """Enter the division that people gave for the reports in the document at `url`."""
        with self._engine.begin() as connection:
            upsert(connection, placements, {"url": url, "jurisdiction": jurisdiction})

    def placed(self, url: str) -> str | None:
        """The division that people gave for the document at `url`; None where nobody did."""
        with self._reads.begin() as connection:
            return connection.scalar(select(placements.c.jurisdiction).where(placements.c.url == url))

    def portals(self) -> list[str]:
        """Ids of all portals of which a document was read or listed, in order; files from disk have one as well."""
        with self._reads.begin() as connection:
            found = [connection.scalars(select(table.c.portal).distinct()) for table in (reports, entries)]
            return sorted({portal for portals in found for portal in portals})

    def list_columns(self, listing: Listing) -> None:
        """Enter what came of reading a portal's lists."""
        with self._engine.begin() as connection:
            upsert(connection, listings, asdict(listing))

    def listing(self, portal: str) -> Listing | None:
        """What came of reading a portal's lists the last time; None where they were never read."""
        with self._engine.begin() as connection:
            row = connection.execute(select(listings).where(listings.c.portal == portal)).mappings().first()
            return Listing(**{**row, "columns": tuple(row["columns"])}) if row else None

    def listings(self) -> dict[str, Listing]:
        """Portal → what came of reading its lists the last time, for all portals whose lists were read."""
        with self._reads.begin() as connection:
            rows = connection.execute(select(listings)).mappings()
            return {row["portal"]: Listing(**{**row, "columns": tuple(row["columns"])}) for row in rows}

    def swept(self) -> dict[str, datetime]:
        """When the last crawl of each portal began that asked for the reports of all years; none for others."""
        with self._reads.begin() as connection:
            found = connection.execute(select(listings.c.portal, listings.c.swept).where(listings.c.swept.is_not(None)))
            return {row.portal: row.swept for row in found}

    def yields(self, portal: str) -> dict[int, int]:
        """Year → reports that the portal listed for it in its last good crawl; empty where there was none."""
        with self._reads.begin() as connection:
            found = connection.execute(select(yields.c.year, yields.c.reports).where(yields.c.portal == portal))
            return {row.year: row.reports for row in found}

    def set_yields(self, portal: str, listed: Mapping[int, int]) -> None:
        """Enter what a portal lists now, year by year, in place of what was known; with nothing, forget it."""
        rows = [{"portal": portal, "year": year, "reports": count} for year, count in listed.items()]
        with self._engine.begin() as connection:
            connection.execute(delete(yields).where(yields.c.portal == portal))
            if rows:
                connection.execute(insert(yields), rows)

    def enter(self, listed: Listed) -> None:
        """Enter an annual report as a list names it, with what came of its page."""
        with self._engine.begin() as connection:
            upsert(connection, entries, asdict(listed))

    def promise(self, portal: str, named: Iterable[Listed], reason: str, *, whole: bool) -> None:
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

    def entry(self, url: str) -> Listed | None:
        """The annual report that a list names at `url`; None where none does."""
        return next(iter(self._entries(entries.c.url == url)), None)

    def entries(self, portal: str) -> list[Listed]:
        """Every annual report that the lists of a portal ever named."""
        return self._entries(entries.c.portal == portal)

    def begin_run(self, flow: str) -> str:
        """Enter that a run of `flow` begins; its id. Until it ends, this ledger enters signs of its life."""
        run_id, now = uuid.uuid4().hex, datetime.now(UTC)
        with self._engine.begin() as connection:
            connection.execute(insert(runs).values(run_id=run_id, flow=flow, started=now, last_seen=now))
        self._pulse.begin(run_id)
        return run_id

    def end_run(self, run_id: str, counts: Mapping[str, int], alarms: Iterable[Mapping[str, str]] = ()) -> None:
        """Enter that a run ended, what it counted and its alarms; raises KeyError for a run that never began."""
        values = {"finished": datetime.now(UTC), "counts": dict(counts), "alarms": [dict(alarm) for alarm in alarms]}
        with self._engine.begin() as connection:
            if connection.execute(update(runs).where(runs.c.run_id == run_id).values(values)).rowcount == 0:
                raise KeyError(f"no run {run_id!r} has begun")
        self._pulse.end(run_id)

    def last_runs(self, count: int) -> list[Run]:
        """The last `count` runs, the latest first."""
        with self._engine.begin() as connection:
            found = connection.execute(select(runs).order_by(runs.c.started.desc()).limit(count))
            return [_run(row) for row in found.mappings()]

    def unfinished_runs(self) -> list[Run]:
        """The runs without an end, the latest first: they go on, or were killed."""
        with self._reads.begin() as connection:
            found = connection.execute(select(runs).where(runs.c.finished.is_(None)).order_by(runs.c.started.desc()))
            return [_run(row) for row in found.mappings()]

    def last_of_each_flow(self) -> list[Run]:
        """The last run of each flow that came to its end, the latest first."""
        ended = select(runs.c.flow, func.max(runs.c.started).label("latest")).where(runs.c.alarms.is_not(None))
        last = ended.group_by(runs.c.flow).subquery()
        same = (runs.c.flow == last.c.flow) & (runs.c.started == last.c.latest)
        with self._reads.begin() as connection:
            found = connection.execute(select(runs).join(last, same).order_by(runs.c.started.desc()))
            return [_run(row) for row in found.mappings()]

    def captures(self) -> dict[str, str]:
        """SHA-256 of every body that an address or a verdict names, and the URL that it came from."""
        named = select(addresses.c.sha256, addresses.c.url).where(addresses.c.sha256.is_not(None))
        with self._engine.begin() as connection:
            return {
                row.sha256: row.url
                for query in (named, select(reports.c.sha256, reports.c.url))
                for row in connection.execute(query)
            }

    def addresses(self, portal: str) -> dict[str, Address]:
        """What is known of every URL of a portal."""
        with self._engine.begin() as connection:
            found = connection.execute(select(addresses).where(addresses.c.portal == portal)).mappings()
            return {row["url"]: Address(**row) for row in found}

    def states(self, portal: str | None = None) -> Iterator[Stated]:
        """What became of all reports of a portal, or of all one after the other, as far as their year is known.

        Of those that a list names, only what was not had and read. Memory does not grow with their number.
        """
        said = union_all(*(query.where(table.c.portal == portal) if portal else query for table, query in _STATED))
        with self._reads.connect() as connection:
            for row in connection.execute(said.order_by(said.selected_columns.portal)).yield_per(_AT_ONCE):
                yield Stated(*row)

    def verdicts(self, portal: str) -> list[Settled]:
        """What became of every report in every document of a portal."""
        return self._settled(reports.c.portal == portal)

    def _entries(self, condition: ColumnElement[bool]) -> list[Listed]:
        with self._engine.begin() as connection:
            found = connection.execute(select(entries).where(condition).order_by(entries.c.url)).mappings()
            return [Listed(**row) for row in found]

    def _settled(self, condition: ColumnElement[bool]) -> list[Settled]:
        columns = [column for column in reports.c if column.name != "updated"]
        with self._engine.begin() as connection:
            found = connection.execute(select(*columns).where(condition).order_by(reports.c.updated))
            return [Settled(**row) for row in found.mappings()]


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


def _run(row: RowMapping) -> Run:
    """A run; of one that an earlier version has entered, no sign of life is known but its beginning."""
    return Run(**{**row, "last_seen": row["last_seen"] or row["started"]})
