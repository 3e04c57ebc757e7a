"""The ledger before it had revisions, as commit 014a183 made it.

The programs of that time added the tables and (nullable) columns that a ledger lacked whenever they opened it. This
revision does the same once more, so that it takes over a ledger of any of them and leaves a complete one as it is.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    inspect,
)

revision = "0001"
down_revision = None

_MOMENT = DateTime(timezone=True)
BASELINE = MetaData()
Table(
    "addresses",
    BASELINE,
    Column("url", Text, primary_key=True),
    Column("portal", Text, nullable=False, index=True),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("sha256", Text),
    Column("first_seen", _MOMENT, nullable=False),
    Column("last_checked", _MOMENT, nullable=False),
    Column("last_changed", _MOMENT),
    Column("content_type", Text),
)

Table(
    "placements",
    BASELINE,
    Column("url", Text, primary_key=True),
    Column("jurisdiction", Text, nullable=False),
)

Table(
    "listings",
    BASELINE,
    Column("portal", Text, primary_key=True),
    Column("columns", JSON, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    Column("began", _MOMENT, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("tried", _MOMENT),
    Column("swept", _MOMENT),
)

Table(
    "yielded",
    BASELINE,
    Column("portal", Text, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("report_id", Text, nullable=False),
    Column("agency", Text, nullable=False),
)

Table(
    "lacks",
    BASELINE,
    Column("portal", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("since", _MOMENT, nullable=False),
)

Table(
    "entries",
    BASELINE,
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

Table(
    "reports",
    BASELINE,
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
    Column("updated", _MOMENT, nullable=False),
)

Table(
    "runs",
    BASELINE,
    Column("run_id", Text, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("started", _MOMENT, nullable=False, index=True),
    Column("last_seen", _MOMENT),
    Column("finished", _MOMENT),
    Column("counts", JSON),
    Column("alarms", JSON),
)

Table(
    "turns",
    BASELINE,
    Column("host", Text, primary_key=True),
    Column("free_at", Float, nullable=False),
    Column("pause", Float, nullable=False),
)

Table(
    "plans",
    BASELINE,
    Column("plan_id", Text, primary_key=True),
    Column("asked", Text, nullable=False, index=True),
    Column("told", JSON, nullable=False),
    Column("began", _MOMENT, nullable=False),
    Column("finished", _MOMENT),
)

Table(
    "plan_steps",
    BASELINE,
    Column("plan_id", Text, primary_key=True),
    Column("portal", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("done", _MOMENT),
    Column("failures", JSON),
    Column("alarms", JSON),
)

Table(
    "answers",
    BASELINE,
    Column("plan_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("final_url", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("sha256", Text),
    Column("fetched_at", _MOMENT, nullable=False),
    Column("reason", Text, nullable=False),
)

Table(
    "rereadings",
    BASELINE,
    Column("run_id", Text, primary_key=True),
    Column("asked", JSON, nullable=False),
    Column("began", _MOMENT, nullable=False),
    Column("finished", _MOMENT),
)

Table(
    "reread_batches",
    BASELINE,
    Column("run_id", Text, primary_key=True),
    Column("batch", Text, primary_key=True),
    Column("portal", Text, nullable=False),
    Column("urls", JSON, nullable=False),
    Column("noted", _MOMENT, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("found", JSON, nullable=False),
)


def upgrade() -> None:
    """Add the tables and columns that are missing."""
    connection = op.get_bind()
    BASELINE.create_all(connection)
    database = inspect(connection)
    for table in BASELINE.sorted_tables:
        known = {column["name"] for column in database.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                added = Column(column.name, column.type, nullable=column.nullable, server_default=column.server_default)
                op.add_column(table.name, added)
