"""What the warehouse holds, jurisdiction by year.

Owns one question to the views. Must not say why something is missing: the ledger of URLs knows that.
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


_AFTER_ALL = "~"
"""Comes after every letter and digit of a code."""


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """One partition: number of reports, of those read completely, and of findings with severity error."""

    jurisdiction: str
    year: int
    reports: int
    complete: int
    errors: int


def coverage(where: Store | Path, within: str = "") -> list[CoverageCell]:
    """One cell for each partition that has reports, by jurisdiction and year; of codes that begin with `within`.

    Opens no other partitions. Raises QueryError where the warehouse holds no table.
    """
    bounds = {"first": within, "end": f"{within}{_AFTER_ALL}"}
    with connect(where) as connection:
        return [CoverageCell(*row) for row in connection.execute(_SQL, bounds).fetchall()]
