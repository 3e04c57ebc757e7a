"""The tables of the ledger: names, types and keys.

Owns their shape at `HEAD`. A change here needs a revision in `migrations/versions` that makes it in older databases.
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

HEAD = "0007"
"""The last revision in `migrations/versions`. It stands here as well, so that opening a ledger need not read those."""
metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A moment with its time zone. SQLite would forget the zone, so it is always stored as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC. Raise ValueError if it has no time zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment with UTC as its zone again."""
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

# The files and pictures that the page with these bytes names, as this parser finds them.
page_parts = Table(
    "page_parts",
    metadata,
    Column("url", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("parser_version", Text, nullable=False),
    Column("files", JSON, nullable=False),
    Column("pictures", JSON, nullable=False),
)

# Given by people, for documents that do not name these themselves, or only in part.
assignments = Table(
    "assignments",
    metadata,
    Column("url", Text, primary_key=True),
    Column("jurisdiction", Text),
    Column("agency", Text),
    Column("year", Integer),
)

# The last crawl of each portal: `began` and `finished` are the crawl's, the rest is what its lists gave.
listings = Table(
    "listings",
    metadata,
    Column("portal", Text, primary_key=True),
    Column("list_pages", JSON, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    Column("began", Moment, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("full_crawl_attempted", Moment),
    Column("full_crawl_completed", Moment),
)

# What the lists of each portal name. `gone_since` is when they, read to their end, first did so no more.
entries = Table(
    "entries",
    metadata,
    Column("portal", Text, primary_key=True),
    Column("url", Text, primary_key=True, index=True),
    Column("report_id", Text, nullable=False),
    Column("jurisdiction", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("listed_on", Date),
    Column("stage", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    Column("gone_since", Moment),
)

# The partitions of the warehouse in which each portal has rows of `coverage`. `digest` is that of the rows, without the
# moments since when they hold; null until they are written.
covered_partitions = Table(
    "covered_partitions",
    metadata,
    Column("portal", Text, primary_key=True),
    Column("jurisdiction", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("digest", Text),
)

# The URL is part of the key: a report and its correction at another URL are two documents. Without a verdict on each,
# every run would read the superseded one again.
verdicts = Table(
    "verdicts",
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
    Column("reports_in_document", Integer, nullable=False, server_default="1"),
    Column("status", Text),
    Column("updated", Moment, nullable=False),
)

# The bodies that report, and the names under which lists and reports print them, with the years reported on.
agencies = Table(
    "agencies",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("jurisdiction", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
)

spellings = Table(
    "spellings",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("spelling", Text, primary_key=True),
    Column("first_year", Integer, nullable=False),
    Column("last_year", Integer, nullable=False),
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

# In seconds since 1970 (UTC) by the workers' clocks: `free_at` is when the host may be asked next, `pause` how long
# before that the row was written.
rate_limits = Table(
    "rate_limits",
    metadata,
    Column("host", Text, primary_key=True),
    Column("free_at", Float, nullable=False),
    Column("pause", Float, nullable=False),
)

# `plan` is what the backfill wrote. A finished plan stays as a record of what was requested.
backfill_plans = Table(
    "backfill_plans",
    metadata,
    Column("plan_id", Text, primary_key=True),
    Column("request", Text, nullable=False, index=True),
    Column("plan", JSON, nullable=False),
    Column("began", Moment, nullable=False),
    Column("finished", Moment),
)

backfill_steps = Table(
    "backfill_steps",
    metadata,
    Column("plan_id", Text, primary_key=True),
    Column("portal", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("done", Moment),
    Column("failures", JSON),
    Column("alarms", JSON),
)

# The responses of servers while a plan lasts: `key` is the request's, `sha256` that of the body in the archive.
saved_responses = Table(
    "saved_responses",
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

# `selection` is what was to be read again, with the parser and whether to publish.
reprocess_runs = Table(
    "reprocess_runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("selection", JSON, nullable=False),
    Column("began", Moment, nullable=False),
    Column("finished", Moment),
)

reprocess_batches = Table(
    "reprocess_batches",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("batch", Text, primary_key=True),
    Column("portal", Text, nullable=False),
    Column("urls", JSON, nullable=False),
    Column("saved", Moment, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("result", JSON, nullable=False),
)
