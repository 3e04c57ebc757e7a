"""What a portal's year lacks: `lacks` becomes `gaps`, and says by columns what two special values said.

`what` = "year" was the moment since when the year waited: it becomes a row of kind `year`. `since` = 1970 meant that
people wait for the part no longer: it becomes `accepted`. When such a part was first missing is not known any more.
"""

from __future__ import annotations

from datetime import UTC, datetime

from alembic import op
from sqlalchemy import Boolean, Column, DateTime, Integer, Text, case, column, insert, literal, select, table

revision = "0003"
down_revision = "0002"

_MOMENT = DateTime(timezone=True)
_ACCEPTED_BEFORE = datetime(1971, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    """Copy the rows of `lacks` into the new table `gaps`, and drop the old one."""
    gaps = op.create_table(
        "gaps",
        Column("portal", Text, primary_key=True),
        Column("year", Integer, primary_key=True),
        Column("kind", Text, primary_key=True),
        Column("what", Text, primary_key=True),
        Column("since", _MOMENT, nullable=False),
        Column("accepted", Boolean, nullable=False),
    )
    lacks = table("lacks", column("portal"), column("year"), column("what", Text), column("since", _MOMENT))
    is_year = lacks.c.what == "year"
    rows = select(
        lacks.c.portal,
        lacks.c.year,
        case((is_year, "year"), else_="part"),
        case((is_year, literal("")), else_=lacks.c.what),
        lacks.c.since,
        lacks.c.since < _ACCEPTED_BEFORE,
    )
    op.execute(insert(gaps).from_select(["portal", "year", "kind", "what", "since", "accepted"], rows))
    op.drop_table("lacks")
