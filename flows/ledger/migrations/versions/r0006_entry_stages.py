"""An entry says in a column how far it is, and belongs to each portal that lists it; nothing holds a year back.

`reason` stated the stage of an entry in words. What waited for others of its year is read again. `baselines` and
`gaps` go: what a portal's lists no longer name is marked in `entries`, and what a year lacks stands in the table
`coverage`. A verdict says how completely its report was read.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Date, DateTime, Integer, Text, case, column, insert, null, select, table

revision = "0006"
down_revision = "0005"

_KEPT = ("url", "portal", "report_id", "jurisdiction", "agency", "year", "title", "listed_on", "outcome")


def upgrade() -> None:
    """Make `entries` anew with the rows of the old table, and drop `baselines` and `gaps`."""
    op.drop_index("ix_entries_portal", "entries", if_exists=True)
    op.rename_table("entries", "entries_before")
    entries = op.create_table(
        "entries",
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
        Column("gone_since", DateTime(timezone=True)),
    )
    before = table("entries_before", *map(column, (*_KEPT, "reason")))
    reason = before.c.reason
    is_pending, is_reading = reason == "not asked for yet", (reason == "being read") | reason.like("held back%")
    is_deferred = reason.is_not(None) & ~is_pending & ~is_reading
    stage = case((is_pending, "pending"), (is_reading, "reading"), (is_deferred, "deferred"), else_="done")
    rows = select(*(before.c[name] for name in _KEPT), stage, case((is_deferred, reason), else_=null()))
    op.execute(insert(entries).from_select([*_KEPT, "stage", "reason"], rows))
    op.drop_table("entries_before")
    op.create_table(
        "covered_partitions",
        Column("portal", Text, primary_key=True),
        Column("jurisdiction", Text, primary_key=True),
        Column("year", Integer, primary_key=True),
    )
    op.add_column("verdicts", Column("status", Text))
    for name in ("baselines", "gaps"):
        op.drop_table(name)
