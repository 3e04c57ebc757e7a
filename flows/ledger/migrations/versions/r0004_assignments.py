"""People may name the agency and the year of a document, too: `assigned_jurisdictions` becomes `assignments`."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, Text, column, insert, select, table

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Copy the rows of `assigned_jurisdictions` into the new table `assignments`, and drop the old one."""
    assignments = op.create_table(
        "assignments",
        Column("url", Text, primary_key=True),
        Column("jurisdiction", Text),
        Column("agency", Text),
        Column("year", Integer),
    )
    before = table("assigned_jurisdictions", column("url"), column("jurisdiction"))
    rows = select(before.c.url, before.c.jurisdiction)
    op.execute(insert(assignments).from_select(["url", "jurisdiction"], rows))
    op.drop_table("assigned_jurisdictions")
