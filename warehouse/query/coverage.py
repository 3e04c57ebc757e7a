"""What the warehouse holds, by jurisdiction and year.

Owns one query. It cannot state why something is missing: the ledger knows that.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from warehouse.query.query import connect
from warehouse.storage.store import Store

_SQL = """
SELECT jurisdiction, year, reports, complete, coalesce(errors, 0)
FROM (
    SELECT jurisdiction, year, count(*) AS reports, count(*) FILTER (status = 'complete') AS complete
    FROM reports WHERE jurisdiction >= $first AND jurisdiction < $end GROUP BY jurisdiction, year
)
LEFT JOIN (
    SELECT jurisdiction, year, count(*) AS errors
    FROM findings WHERE severity = 'error' AND jurisdiction >= $first AND jurisdiction < $end
    GROUP BY jurisdiction, year
) USING (jurisdiction, year)
ORDER BY jurisdiction, year
"""

_LAST = "~"
"""Sorts after every letter and digit of a code."""


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """One partition: its number of reports, of those with status `complete`, and of findings with severity error."""

    jurisdiction: str
    year: int
    reports: int
    complete: int
    errors: int


def coverage(where: Store | Path, within: str = "") -> list[CoverageCell]:
    """Return a cell for each partition with reports whose code begins with `within`, by jurisdiction and year.

    No other partitions are opened. Raise QueryError if the warehouse holds no table.
    """
    bounds = {"first": within, "end": f"{within}{_LAST}"}
    with connect(where) as connection:
        return [CoverageCell(*row) for row in connection.execute(_SQL, bounds).fetchall()]
