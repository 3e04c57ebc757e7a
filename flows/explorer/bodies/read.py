"""What is known of one body: its names, the coverage of its years, and the figures of its reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from flows.explorer.index.index import Index
from flows.explorer.records import records
from flows.explorer.reports.figures import Figure, figures_of
from transforms.forms.layout import Key, code_columns
from warehouse.paths import Partition, partition_path
from warehouse.publish.read import read_rows
from warehouse.schema import load_tables
from warehouse.storage.store import Store

_BODY = """
SELECT agencies.name, agencies.kind, agencies.jurisdiction, agencies.spellings, jurisdictions.full_name AS place
FROM agencies LEFT JOIN jurisdictions USING (jurisdiction) WHERE agency_id = $agency_id
"""
_REPORTS = """
SELECT report_id, jurisdiction, year, agency, agency_kind, layout, status FROM reports
WHERE agency_id = $agency_id OR (agency_id IS NULL AND report_id = $agency_id || '-' || year)
ORDER BY year, report_id
"""
_COVERAGE = "SELECT year, state, reason, portal FROM coverage WHERE agency_id = $agency_id ORDER BY year, portal"
_FINDINGS = """
SELECT report_id, severity, count(*) AS findings FROM findings
WHERE list_contains($reports, report_id) AND settled IS NULL GROUP BY ALL
"""


@dataclass(frozen=True, slots=True)
class Body:
    """Who reports."""

    agency_id: str
    name: str
    kind: str
    jurisdiction: str
    place: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearReport:
    """A report of a body, with its figures by table and key, and the number of its findings by severity."""

    report_id: str
    year: int
    edition: str | None
    status: str
    figures: Mapping[str, Mapping[Key, Figure]]
    findings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Covered:
    """What a portal says of a year."""

    year: int
    state: str
    reason: str | None
    portal: str


def read_body(index: Index, agency_id: str) -> Body | None:
    """Return a body, by the list of bodies or else by the last of its reports; None if there is none."""
    for row in records(index.frame(_BODY, {"agency_id": agency_id})):
        place = str(row["place"] or row["jurisdiction"])
        spellings = tuple(map(str, row["spellings"]))
        return Body(agency_id, str(row["name"]), str(row["kind"]), str(row["jurisdiction"]), place, spellings)
    reports = records(index.frame(_REPORTS, {"agency_id": agency_id}))
    if not reports:
        return None
    last = reports[-1]
    place = str(last["jurisdiction"])
    return Body(agency_id, str(last["agency"]), str(last["agency_kind"]), place, place, ())


def read_years(index: Index, store: Store, agency_id: str) -> list[YearReport]:
    """Return the reports of a body by year. Raise DamagedFile."""
    reports = records(index.frame(_REPORTS, {"agency_id": agency_id}))
    findings: dict[str, dict[str, int]] = {str(row["report_id"]): {} for row in reports}
    for row in records(index.frame(_FINDINGS, {"reports": [*findings]})):
        findings[row["report_id"]][row["severity"]] = row["findings"]
    return [
        YearReport(
            report_id=row["report_id"],
            year=row["year"],
            edition=row["layout"],
            status=row["status"],
            figures=_figures(store, Partition(row["jurisdiction"], row["year"]), row["report_id"]),
            findings=findings[row["report_id"]],
        )
        for row in reports
    ]


def read_coverage(index: Index, agency_id: str) -> list[Covered]:
    """Return what portals say of the years of a body."""
    return [Covered(**row) for row in records(index.frame(_COVERAGE, {"agency_id": agency_id}))]


def _figures(store: Store, partition: Partition, report_id: str) -> Mapping[str, Mapping[Key, Figure]]:
    """Return the figures of a report, from those files alone that hold figures."""
    rows = {}
    for name in code_columns():
        found, _ = read_rows(store, load_tables()[name], partition_path(name, partition))
        rows[name] = found.filter(pc.equal(found["report_id"], pa.scalar(report_id))).to_pylist()
    return figures_of(rows)
