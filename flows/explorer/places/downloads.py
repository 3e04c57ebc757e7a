"""What of a place can be saved: tables, each by one SELECT over the warehouse's own tables.

Owns that SQL. It runs as it is in `nianbao query`, and names the place by the codes that lie within it, so that only
their files are opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from tempfile import TemporaryDirectory
from typing import IO

from flows.explorer.counts import COUNT
from flows.explorer.places.place import bounds
from flows.explorer.table_files import WRITERS
from warehouse.query.query import arrow_batches, connect
from warehouse.schema import load_tables
from warehouse.storage.store import Store


def _figures() -> Iterable[tuple[str, str, str]]:
    """Yield table, condition, and the name of its column for each figure, in the order of the forms."""
    declared = {
        (table, column.name): column.values
        for table in ("requests", "proceedings")
        for column in load_tables()[table].columns
    }
    for outcome in declared["requests", "outcome"]:
        yield "requests", f"outcome = '{outcome}'", outcome.replace(".", "_")
    for channel in declared["proceedings", "channel"]:
        for result in declared["proceedings", "result"]:
            yield "proceedings", f"channel = '{channel}' AND result = '{result}'", f"{channel}_{result}"


def _reports() -> str:
    figures = ",\n    ".join(
        f"CAST(max(value) FILTER (source = '{table}' AND {condition}) AS BIGINT) AS {name}"
        for table, condition, name in _figures()
    )
    within = "WHERE jurisdiction BETWEEN '{first}' AND '{last}'"
    return f"""\
WITH figures AS (
    SELECT report_id, 'requests' AS source, outcome, NULL AS channel, NULL AS result,
        coalesce(value, implied) AS value
    FROM requests {within} AND applicant = 'total'
    UNION ALL
    SELECT report_id, 'proceedings' AS source, NULL AS outcome, channel, result, coalesce(value, implied) AS value
    FROM proceedings {within}
    UNION ALL
    SELECT report_id, 'indicators' AS source, NULL AS outcome, indicator AS channel, NULL AS result,
        {COUNT} AS value
    FROM indicators {within} AND indicator = 'requests_received'
), wide AS (
    SELECT report_id,
    {figures},
    max(value) FILTER (source = 'indicators') AS requests_received_until_2018
    FROM figures GROUP BY report_id
), own AS (
    SELECT * FROM reports {within}
)
SELECT own.jurisdiction, jurisdictions.full_name AS division, own.year, own.agency, own.agency_kind, own.agency_id,
    own.layout, own.status, own.published_on, own.title, own.url,
    wide.* EXCLUDE (report_id), own.report_id
FROM own LEFT JOIN jurisdictions ON own.jurisdiction = jurisdictions.jurisdiction
LEFT JOIN wide ON own.report_id = wide.report_id
ORDER BY own.jurisdiction, own.year, own.report_id"""


_COVERAGE = """\
SELECT states.jurisdiction, jurisdictions.full_name AS division, states.year,
    coalesce(agencies.name, states.agency) AS agency, agencies.kind AS agency_kind,
    states.agency_id, states.state, states.reason, states.portal, states.since, states.url
FROM (
    SELECT jurisdiction, year, agency_id, CAST(NULL AS VARCHAR) AS agency, state, reason, portal, since, url
    FROM report_states WHERE jurisdiction BETWEEN '{first}' AND '{last}'
    UNION ALL
    SELECT jurisdiction, year, agency_id, agency,
        CASE WHEN status IN ('complete', 'narrative_only') THEN 'published' ELSE 'partial' END AS state,
        NULL AS reason, NULL AS portal, NULL AS since, url
    FROM reports WHERE jurisdiction BETWEEN '{first}' AND '{last}'
        AND (jurisdiction, year, coalesce(agency_id, regexp_replace(report_id, '-[0-9]{4}$', ''))) NOT IN (
            SELECT (jurisdiction, year, agency_id) FROM report_states
            WHERE jurisdiction BETWEEN '{first}' AND '{last}'
        )
) AS states
LEFT JOIN agencies ON states.agency_id = agencies.agency_id
LEFT JOIN jurisdictions ON states.jurisdiction = jurisdictions.jurisdiction
ORDER BY states.jurisdiction, states.year, agency, states.agency_id"""
_FINDINGS = """\
SELECT findings.jurisdiction, jurisdictions.full_name AS division, findings.year, reports.agency,
    findings.severity, findings."check", findings."table", findings.message, findings.expected, findings.actual,
    array_to_string(findings.cells, ' ') AS cells, findings.settled, findings.report_id
FROM findings
LEFT JOIN reports ON findings.jurisdiction = reports.jurisdiction AND findings.year = reports.year
    AND findings.report_id = reports.report_id
LEFT JOIN jurisdictions ON findings.jurisdiction = jurisdictions.jurisdiction
WHERE findings.jurisdiction BETWEEN '{first}' AND '{last}'
    AND reports.jurisdiction BETWEEN '{first}' AND '{last}'
ORDER BY findings.jurisdiction, findings.year, findings.report_id, findings.severity, findings."check",
    findings."table", cells, findings.message"""
FRAMES: Mapping[str, str] = {"reports": _reports(), "coverage": _COVERAGE, "findings": _FINDINGS}
"""Table → its SELECT, with `{first}` and `{last}` for the codes that lie within the place."""


def select(name: str, code: str) -> str:
    """Return the SELECT of a table of the place with a code that `find_place` knows."""
    first, last = bounds(code)
    return FRAMES[name].replace("{first}", first).replace("{last}", last)


KINDS = (*WRITERS, "sql")
"""Kinds of files that there are of each table."""
_LIMITS: Mapping[str, str | int] = {"memory_limit": "1GB", "threads": 2}
"""What DuckDB may use for one file: what does not fit into memory lies on disk meanwhile."""


def write_frame(store: Store, name: str, code: str, kind: str, out: IO[bytes]) -> None:
    """Write a table of a place, or the SELECT that makes it. Raise QueryError, NoSuchFile."""
    sql = select(name, code)
    if kind == "sql":
        out.write(f"{sql}\n".encode())
        return
    with TemporaryDirectory() as spilled, connect(store, settings={**_LIMITS, "temp_directory": spilled}) as connection:
        WRITERS[kind](arrow_batches(connection, sql), out)
