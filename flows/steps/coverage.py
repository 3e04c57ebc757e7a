"""What the ledger knows of a portal's reports → the portal's rows of `coverage` in the warehouse.

Owns when a row changes: a state that is as it was keeps its `since`, so that an unchanged night writes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from extractors.portals.portal import Portal
from flows.clock import today
from flows.ledger.agencies import SeenName
from flows.ledger.coverage import PartitionKey
from flows.ledger.ledger import Ledger
from flows.status.states import Covered, PortalSnapshot, cover_known, due_years, known_of, state_of_list
from flows.workspace import Workspace
from transforms.jurisdictions.agencies import Agency, Around, find_agency
from transforms.jurisdictions.divisions import division_in
from transforms.jurisdictions.identifiers import agency_of_report
from transforms.jurisdictions.resolve import agency_kind
from transforms.rows import Row
from warehouse.paths import Partition
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.run_log import Run


@dataclass(frozen=True, slots=True)
class _Named:
    """A row's subject: a body's report, or the list as a whole (None)."""

    agency_id: str | None
    state: str
    reason: str | None
    url: str | None


def record_coverage(name: str, portal: Portal | None, workspace: Workspace, run: Run) -> None:
    """Write the rows of the portal `name` where a state has changed, and take out those of what it covers no more.

    `portal` is None for files from disk. Repeated after a kill, it ends as if it had been done once.
    """
    coverage, known = workspace.ledger.coverage, known_of(name, portal, workspace.ledger)
    reports = cover_known(known, today())
    _record_unseen(reports, portal, workspace.ledger)
    rows, before = coverage_rows(known, reports, today()), coverage.partitions(name)
    if not rows.keys() <= before:
        coverage.record(name, before | rows.keys())
    now = datetime.now(UTC)
    for key in sorted(before | rows.keys()):
        make = partial(_with_moments, rows.get(key, []), now)
        publish_coverage(workspace.warehouse, Partition(*key), name, make, run)
    if before - rows.keys():
        coverage.record(name, rows.keys())


def _record_unseen(reports: Iterable[Covered], portal: Portal | None, ledger: Ledger) -> None:
    """Record the bodies that nothing has named so far, such as governments that never published."""
    by_agency = {agency_of_report(report.report_id): report for report in reports}
    seen = {one.agency.agency_id for one in ledger.agencies.known(by_agency)}
    unseen = [(identifier, report) for identifier, report in by_agency.items() if identifier not in seen]
    ledger.agencies.record(
        SeenName(_agency_of(identifier, report, portal), "", report.year) for identifier, report in unseen
    )


def _agency_of(identifier: str, report: Covered, portal: Portal | None) -> Agency:
    """Return the body of a report by its name; one that cannot be resolved has that as its name."""
    around = Around(portal.divisions if portal else None, report.jurisdiction)
    found = find_agency(report.agency, report.year, around)
    if found and found.agency_id == identifier:
        return found
    name = report.agency
    return Agency(identifier, report.jurisdiction, name, agency_kind(name), body=name, today=name)


def coverage_rows(known: PortalSnapshot, reports: Iterable[Covered], day: date) -> dict[PartitionKey, list[Row]]:
    """Return the rows of a portal by partition, without the moment since when each state holds."""
    complete = known.listing is not None and known.listing.complete
    found: defaultdict[PartitionKey, list[_Named]] = defaultdict(list)
    for report in reports:
        row = _Named(agency_of_report(report.report_id), report.state, report.reason, report.url)
        found[report.jurisdiction, report.year].append(row)
    for key, row in _lists(known, found, day):
        found[key].append(row)
    return {key: [_row(row, known.name, complete=complete) for row in rows] for key, rows in found.items()}


def _lists(known: PortalSnapshot, found: Iterable[PartitionKey], day: date) -> list[tuple[PartitionKey, _Named]]:
    """Return the row of the lists as a whole for each partition of the portal, if they were ever read."""
    listing, portal = known.listing, known.portal
    if listing is None or portal is None:
        return []
    named = {(entry.jurisdiction, entry.year) for entry in known.entries if entry.gone_since is None}
    codes = [portal.jurisdiction, *portal.divisions.values()]
    due = {(division_in(code, year) or code, year) for code in codes for year in due_years(portal, day)}
    return [
        (key, _Named(None, state_of_list(listing, names_any=key in named), listing.reason, portal.homepage))
        for key in sorted({*found, *due})
    ]


def _row(named: _Named, portal: str, *, complete: bool) -> Row:
    return {
        "agency_id": named.agency_id,
        "portal": portal,
        "state": named.state,
        "reason": named.reason,
        "url": named.url,
        "list_complete": complete,
    }


def _with_moments(rows: Iterable[Row], now: datetime, stored: Iterable[Mapping[str, object]]) -> list[Row]:
    """Return the rows with the moment since when their state holds: that of the stored row if it has the same."""
    since = {(row["agency_id"], row["state"]): row["since"] for row in stored}
    return [{**row, "since": since.get((row["agency_id"], row["state"]), now)} for row in rows]
