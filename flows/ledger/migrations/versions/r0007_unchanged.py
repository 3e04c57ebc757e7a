"""What has not changed is known to be so: the parts of each page, and a digest of each partition's coverage."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, Text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make `page_parts`, and add the digest to `covered_partitions`: both fill with the next crawls."""
    op.create_table(
        "page_parts",
        Column("url", Text, primary_key=True),
        Column("sha256", Text, nullable=False),
        Column("parser_version", Text, nullable=False),
        Column("files", JSON, nullable=False),
        Column("pictures", JSON, nullable=False),
    )
    op.add_column("covered_partitions", Column("digest", Text))
