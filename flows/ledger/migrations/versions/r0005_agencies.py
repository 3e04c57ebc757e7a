"""The bodies that report, and their names: the new tables `agencies` and `spellings`.

They begin empty: what is published is seen again when it is read by today's parser.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "agencies",
        Column("agency_id", Text, primary_key=True),
        Column("jurisdiction", Text, nullable=False, index=True),
        Column("name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("body", Text, nullable=False),
    )
    op.create_table(
        "spellings",
        Column("agency_id", Text, primary_key=True),
        Column("spelling", Text, primary_key=True),
        Column("first_year", Integer, nullable=False),
        Column("last_year", Integer, nullable=False),
    )
