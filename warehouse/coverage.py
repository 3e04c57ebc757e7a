"""What the warehouse holds, jurisdiction by year.

Owns one question to the views. Must not say why something is missing: the ledger of URLs knows that.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from warehouse.query import connect
from warehouse.store import Store

_SQL = """
SELECT jurisdiction, year, reports, complete, coalesce(errors, 0)
FROM (
    SELECT jurisdiction, year, count(*) AS reports, count(*) FILTER (status = 'complete') AS complete
    FROM reports GROUP BY jurisdiction, year
)
LEFT JOIN (
    SELECT jurisdiction, year, count(*) AS errors
    FROM findings WHERE severity = 'error' GROUP BY jurisdiction, year
) USING (jurisdiction, year)
ORDER BY jurisdiction, year
"""


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """One partition: number of reports, of those read completely, and of findings with severity error."""

    jurisdiction: str
    year: int
    reports: int
    complete: int
    errors: int


def coverage(where: Store | Path) -> list[CoverageCell]:
    """One cell for each partition that has reports, by jurisdiction and year.

    Raises QueryError where the warehouse holds no table.
    """
    with connect(where) as connection:
        return [CoverageCell(*row) for row in connection.execute(_SQL).fetchall()]
