"""The tables of the index: which columns and rows of the warehouse they hold.

Owns their SQL. All have the keys of a partition, by which they are refreshed; figures are those that series are drawn
from, so that a question about the country does not open every file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from flows.explorer.counts import COUNT
from flows.explorer.finding_id import FINDING_ID
from flows.explorer.index.derived import derived
from warehouse.schema import load_tables

INDEXED: Mapping[str, Mapping[str, str]] = {
    "reports": {
        "reports": "SELECT * EXCLUDE (contact_office, contact_address, contact_postcode, contact_phone, contact_email)"
    },
    "findings": {"findings": f"SELECT *, {FINDING_ID} AS finding_id"},
    "coverage": {"coverage": "SELECT *"},
    "figures": {
        "requests": """
            SELECT jurisdiction, year, report_id, 'requests' AS "table", outcome AS figure,
                CAST(coalesce(value, implied) AS DOUBLE) AS value
            WHERE applicant = 'total'""",
        "proceedings": """
            SELECT jurisdiction, year, report_id, 'proceedings' AS "table", channel || '/' || result AS figure,
                CAST(coalesce(value, implied) AS DOUBLE) AS value""",
        "indicators": f"""
            SELECT jurisdiction, year, report_id, 'indicators' AS "table", indicator AS figure,
                CAST({COUNT} AS DOUBLE) AS value""",
    },
}
"""Table of the index → table of the warehouse → what of it the former holds, but for FROM."""
DIMENSIONS = ("agencies", "codebook", "jurisdictions")
"""Small tables that are copied whole."""


def version() -> str:
    """Return what distinguishes an index that was made by other SQL than today's."""
    columns = {name: [column.name for column in table.columns] for name, table in load_tables().items()}
    return hashlib.sha256(repr((INDEXED, DIMENSIONS, dict(derived()), columns)).encode()).hexdigest()[:8]


def select_from(sql: str, source: str) -> str:
    """Return the SELECT of some rows, reading a relation.

    >>> select_from("SELECT a WHERE b", "rows")
    'SELECT a FROM rows WHERE b'
    """
    columns, where, condition = sql.strip().partition("WHERE")
    return f"{columns.strip()} FROM {source} {where}{condition}".strip()
