"""The tables of the ledger: names, types and keys.

Owns their shape in the database and nothing else. Must not hold queries.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A moment with its time zone: SQLite would forget the zone, so that it is always stored as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """UTC of a moment; raises ValueError for one without time zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment with UTC as its zone again."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


addresses = Table(
    "addresses",
    metadata,
    Column("url", Text, primary_key=True),
    Column("portal", Text, nullable=False, index=True),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("sha256", Text),
    Column("first_seen", Moment, nullable=False),
    Column("last_checked", Moment, nullable=False),
    Column("last_changed", Moment),
    Column("content_type", Text),
)

# The divisions that people gave for documents whose agency's name does not settle it.
placements = Table(
    "placements",
    metadata,
    Column("url", Text, primary_key=True),
    Column("jurisdiction", Text, nullable=False),
)

listings = Table(
    "listings",
    metadata,
    Column("portal", Text, primary_key=True),
    Column("columns", JSON, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    Column("began", Moment, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("tried", Moment),
    Column("swept", Moment),
)

# What the lists of a portal named in its last good crawl.
yielded = Table(
    "yielded",
    metadata,
    Column("portal", Text, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("report_id", Text, nullable=False),
    Column("agency", Text, nullable=False),
)

# What could not be had of a portal's year in its last crawl: a page by its address, or a kind of lack by its name; and
# the year itself (`yields.YEAR`), since when it waits.
lacks = Table(
    "lacks",
    metadata,
    Column("portal", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("since", Moment, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("url", Text, primary_key=True),
    Column("portal", Text, nullable=False, index=True),
    Column("report_id", Text, nullable=False),
    Column("jurisdiction", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("listed_on", Date),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
)

# The URL is part of the key: a report and its correction at another URL are two documents, and each must be
# known as settled, or every run would read the superseded one again.
reports = Table(
    "reports",
    metadata,
    Column("report_id", Text, primary_key=True),
    Column("url", Text, primary_key=True, index=True),
    Column("portal", Text, nullable=False, index=True),
    Column("jurisdiction", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("year", Integer),
    Column("sha256", Text, nullable=False),
    Column("parser_version", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("published_on", Date),
    Column("corrected", Boolean, nullable=False),
    Column("told", Integer, nullable=False, server_default="1"),
    Column("updated", Moment, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("started", Moment, nullable=False, index=True),
    Column("last_seen", Moment),
    Column("finished", Moment),
    Column("counts", JSON),
    Column("alarms", JSON),
)

# Seconds since 1970 (UTC), as the clocks of all workers tell them: `free_at` is when the host may be asked next,
# `pause` how long before it that was said.
turns = Table(
    "turns",
    metadata,
    Column("host", Text, primary_key=True),
    Column("free_at", Float, nullable=False),
    Column("pause", Float, nullable=False),
)

# A finished plan stays as a record of what was asked for; `told` is what its maker wrote of it.
plans = Table(
    "plans",
    metadata,
    Column("plan_id", Text, primary_key=True),
    Column("asked", Text, nullable=False, index=True),
    Column("told", JSON, nullable=False),
    Column("began", Moment, nullable=False),
    Column("finished", Moment),
)

plan_steps = Table(
    "plan_steps",
    metadata,
    Column("plan_id", Text, primary_key=True),
    Column("portal", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("done", Moment),
    Column("failures", JSON),
    Column("alarms", JSON),
)

# What servers answered while a plan goes on: `key` is the request's, `sha256` that of the body in the archive.
answers = Table(
    "answers",
    metadata,
    Column("plan_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("final_url", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("sha256", Text),
    Column("fetched_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
)

# A run that reads the archive again, and what it found batch by batch: one that was killed goes on from here.
rereadings = Table(
    "rereadings",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("asked", JSON, nullable=False),
    Column("began", Moment, nullable=False),
    Column("finished", Moment),
)

reread_batches = Table(
    "reread_batches",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("batch", Text, primary_key=True),
    Column("portal", Text, nullable=False),
    Column("urls", JSON, nullable=False),
    Column("noted", Moment, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("found", JSON, nullable=False),
)
