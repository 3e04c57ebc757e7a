"""What the ledger knows of a portal's reports → the portal's rows of `coverage` in the warehouse.

Owns when a row changes: a state that is as it was keeps its `since`, so that an unchanged night writes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial

from extractors.portals.portal import Portal
from flows.clock import today
from flows.ledger.agencies import SeenName
from flows.ledger.coverage import PartitionKey
from flows.ledger.ledger import Ledger
from flows.status.states import Covered, PortalSnapshot, cover_known, due_partitions, known_of, state_of_list
from flows.workspace import Workspace
from transforms.jurisdictions.agencies import Agency, Around, find_agency
from transforms.jurisdictions.identifiers import agency_of_report
from transforms.jurisdictions.resolve import agency_kind
from transforms.rows import Row
from warehouse.paths import Partition, partition_path
from warehouse.publish.coverage import COVERAGE, publish_coverage
from warehouse.publish.run_log import Run
from warehouse.schema import load_tables
from warehouse.storage.store import Store


def record_coverage(name: str, portal: Portal | None, workspace: Workspace, run: Run) -> None:
    """Write the rows of the portal `name` where a state has changed, and take out those of what it covers no more.

    `portal` is None for files from disk. Repeated after a kill, it ends as if it had been done once: the ledger names
    each partition before its rows are written, and their digest only then.
    """
    coverage, known = workspace.ledger.coverage, known_of(name, portal, workspace.ledger)
    reports = cover_known(known, today())
    rows, before = coverage_rows(known, reports, today()), coverage.partitions(name)
    digests = {key: _digest(of_key) for key, of_key in rows.items()}
    changed = [key for key in sorted(before | rows) if not _is_written(key, digests, before, workspace.warehouse)]
    if not changed:
        return
    _record_unseen(reports, portal, workspace.ledger)
    coverage.record(name, before | dict.fromkeys(changed))
    now = datetime.now(UTC)
    for key in changed:
        make = partial(_with_moments, rows.get(key, []), now)
        publish_coverage(workspace.warehouse, Partition(*key), name, make, run)
    coverage.record(name, digests)


def _digest(rows: Sequence[Row]) -> str:
    """Return a digest of a portal's rows in a partition, and of the columns that the table has today."""
    table = load_tables()[COVERAGE]
    text = json.dumps([[column.name for column in table.columns], rows], ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_written(
    key: PartitionKey, digests: Mapping[PartitionKey, str], before: Mapping[PartitionKey, str | None], warehouse: Store
) -> bool:
    """Return whether a partition has these rows already: by their digest, and its file is still there."""
    is_same = key in digests and before.get(key) == digests[key]
    return is_same and warehouse.exists(partition_path(COVERAGE, Partition(*key)))


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
    listing, portal = known.listing, known.portal
    shared = {"portal": known.name, "list_complete": listing is not None and listing.complete}
    found: defaultdict[PartitionKey, list[Row]] = defaultdict(list)
    for report in reports:
        own = {"state": report.state, "reason": report.reason, "url": report.url}
        found[report.jurisdiction, report.year].append(
            {"agency_id": agency_of_report(report.report_id), **own, **shared}
        )
    if listing is not None and portal is not None:
        named = {(entry.jurisdiction, entry.year) for entry in known.entries if entry.gone_since is None}
        for key in {*found, *due_partitions(portal, day)}:
            state = state_of_list(listing, names_any=key in named)
            own = {"state": state, "reason": listing.reason, "url": portal.homepage}
            found[key].append({"agency_id": None, **own, **shared})
    return dict(found)


def _with_moments(rows: Iterable[Row], now: datetime, stored: Iterable[Mapping[str, object]]) -> list[Row]:
    """Return the rows with the moment since when their state holds: that of the stored row if it has the same."""
    since = {(row["agency_id"], row["state"]): row["since"] for row in stored}
    return [{**row, "since": since.get((row["agency_id"], row["state"]), now)} for row in rows]
