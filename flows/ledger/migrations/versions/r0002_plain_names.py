"""Tables and columns get the names that the program uses for them."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

_COLUMNS = {
    "listings": {"columns": "list_pages", "tried": "full_crawl_attempted", "swept": "full_crawl_completed"},
    "reports": {"told": "reports_in_document"},
    "plans": {"asked": "request", "told": "plan"},
    "rereadings": {"asked": "selection"},
    "reread_batches": {"noted": "saved", "found": "result"},
}
_TABLES = {
    "placements": "assigned_jurisdictions",
    "yielded": "baselines",
    "reports": "verdicts",
    "turns": "rate_limits",
    "plans": "backfill_plans",
    "plan_steps": "backfill_steps",
    "answers": "saved_responses",
    "rereadings": "reprocess_runs",
    "reread_batches": "reprocess_batches",
}
_INDEXES = [
    ("ix_reports_url", "ix_verdicts_url", "verdicts", "url"),
    ("ix_reports_portal", "ix_verdicts_portal", "verdicts", "portal"),
    ("ix_plans_asked", "ix_backfill_plans_request", "backfill_plans", "request"),
]


def upgrade() -> None:
    """Rename columns, then tables, then indexes."""
    for table, columns in _COLUMNS.items():
        for before, after in columns.items():
            op.alter_column(table, before, new_column_name=after)
    for before, after in _TABLES.items():
        op.rename_table(before, after)
    for before, after, table, column in _INDEXES:
        op.drop_index(before, table, if_exists=True)
        op.create_index(after, table, [column])
