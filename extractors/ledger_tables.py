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
    Column("updated", Moment, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("started", Moment, nullable=False, index=True),
    Column("finished", Moment),
    Column("counts", JSON),
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
