"""How much is published and what is lacking, by province, by jurisdiction and year, and by report.

Owns the questions that `nianbao status` asks of the tables; what a state means is said in `tables/coverage.yml`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from warehouse.query.query import run
from warehouse.query.views import preference

_THERE = ("published", "partial")
"""States of reports that are in the warehouse."""
_LAST = "~"
"""Sorts after every letter and digit of a code."""
_WITHIN = "jurisdiction >= $first AND jurisdiction < $end"
_SHARES = """
WITH counted AS MATERIALIZED (
    SELECT jurisdiction, year, portal, state, count(*) AS reports
    FROM coverage WHERE agency_id IS NOT NULL GROUP BY ALL
), several AS MATERIALIZED (
    SELECT jurisdiction, year FROM counted GROUP BY ALL HAVING min(portal) <> max(portal)
), best AS (
    SELECT jurisdiction, year, agency_id, arg_min(state, {preference}) AS state
    FROM coverage SEMI JOIN several USING (jurisdiction, year) WHERE agency_id IS NOT NULL GROUP BY ALL
)
SELECT province, coalesce(name, province), year, state, reports::BIGINT
FROM (
    SELECT left(jurisdiction, 5) || '0000' AS province, year, state, sum(reports) AS reports
    FROM (
        SELECT jurisdiction, year, state, reports FROM counted ANTI JOIN several USING (jurisdiction, year)
        UNION ALL SELECT jurisdiction, year, state, count(*) FROM best GROUP BY ALL
    ) GROUP BY ALL
)
LEFT JOIN jurisdictions ON jurisdiction = province
ORDER BY province, year, state
"""
"""What `report_states` counts: only reports of divisions that several portals list in one year are looked at singly."""
_CELLS = f"""
SELECT jurisdiction, year, reports, complete, coalesce(errors, 0)
FROM (
    SELECT jurisdiction, year, count(*) AS reports, count(*) FILTER (status = 'complete') AS complete
    FROM reports WHERE {_WITHIN} GROUP BY jurisdiction, year
)
LEFT JOIN (
    SELECT jurisdiction, year, count(*) AS errors
    FROM findings WHERE severity = 'error' AND {_WITHIN} GROUP BY jurisdiction, year
) USING (jurisdiction, year)
ORDER BY jurisdiction, year
"""
_GAPS = f"""
SELECT jurisdiction, year, agency_id, coalesce(name, agency_id) AS agency, state, since, portal, url, reason
FROM (
    SELECT * FROM report_states WHERE state NOT IN {_THERE}
    UNION ALL BY NAME
    SELECT * FROM coverage WHERE agency_id IS NULL AND NOT list_complete
)
LEFT JOIN (SELECT agency_id, name FROM agencies) USING (agency_id)
WHERE {_WITHIN}
ORDER BY jurisdiction, agency NULLS FIRST, year, portal
"""


@dataclass(frozen=True, slots=True)
class Share:
    """The reports of a province for a year: how many there are or should be, by state."""

    province: str
    name: str
    year: int
    states: Mapping[str, int]

    @property
    def published(self) -> int:
        """How many are in the warehouse."""
        return sum(self.states.get(state, 0) for state in _THERE)

    @property
    def expected(self) -> int:
        """How many were seen, or should be there."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """One partition: its number of reports, of those with status `complete`, and of findings with severity error."""

    jurisdiction: str
    year: int
    reports: int
    complete: int
    errors: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A report that is not in the warehouse; without an agency, lists that were not read to their end."""

    jurisdiction: str
    year: int
    agency_id: str | None
    agency: str | None
    state: str
    since: datetime
    portal: str
    url: str | None
    reason: str | None


def shares(connection: duckdb.DuckDBPyConnection) -> list[Share]:
    """Return a share for each province and year of which something is known, in order; opens all of `coverage`."""
    states: defaultdict[tuple[str, str, int], dict[str, int]] = defaultdict(dict)
    for province, name, year, state, count in run(connection, _SHARES.format(preference=preference())).rows:
        states[str(province), str(name), int(str(year))][str(state)] = int(str(count))
    return [Share(*key, of_key) for key, of_key in states.items()]


def cells(connection: duckdb.DuckDBPyConnection, within: str = "") -> list[CoverageCell]:
    """Return a cell for each partition with reports whose code begins with `within`, by jurisdiction and year."""
    return [CoverageCell(*row) for row in run(connection, _CELLS, _bounds(within)).rows]  # type: ignore[arg-type]


def gaps(connection: duckdb.DuckDBPyConnection, within: str = "") -> list[Gap]:
    """Return what is lacking in divisions whose codes begin with `within`, by jurisdiction, agency and year."""
    return [Gap(*row) for row in run(connection, _GAPS, _bounds(within)).rows]  # type: ignore[arg-type]


def _bounds(within: str) -> dict[str, object]:
    return {"first": within, "end": f"{within}{_LAST}"}
