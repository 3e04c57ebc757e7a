"""Editions read in a run → published, superseded or refused; and the dimension tables.

Owns the order of effects where warehouse and ledger meet: a crash between them repeats both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from extractors.portals.portal import Portal
from flows.ledger.agencies import SeenName
from flows.ledger.records import STANDING, WHOLE, Verdict, VerdictState, superseded_by
from flows.runs.result import Alarm, Publication, RunResult
from flows.steps.check_years import check_again, publish_checked, same_division_in
from flows.steps.editions import Edition, first_outranking, rivals_of
from flows.workspace import Workspace
from flows.workspace_protocols import Stores
from transforms.checks.checks import finding
from transforms.dimension_rows import codebook_rows, jurisdiction_rows
from transforms.rows import finding_rows
from warehouse.publish.manifest import known_files
from warehouse.publish.run_log import Run
from warehouse.publish.write import Change, InvalidRow, Partition, refused_rows, write_dimension


def publish_editions(
    editions: Iterable[Edition], stores: Stores, outcome: RunResult, run: Run, *, lesser: bool = False
) -> None:
    """Publish the best edition of each report, a partition at a time; record the others as superseded.

    What is less complete than what is published from the same address goes to quarantine with an alarm, unless `lesser`
    is what a person wants.
    """
    ordered = sorted(editions, key=lambda edition: edition.rank)
    read = {edition.capture.url for edition in ordered}
    partitions = _supersede_all_but_best(ordered, stores, outcome)
    stores.archive.flush()  # the evidence before the rows that cite it
    for partition, newest in sorted(partitions.items(), key=lambda item: item[0].year):
        # No other process may judge between this judgement and the verdicts that follow from it.
        with stores.warehouse.lock(f"editions.{partition.lock}"):
            kept = [*newest.values()] if lesser else _supersede_outranked(newest.values(), read, stores, outcome)
            next_year = partitions.get(same_division_in(partition, partition.year + 1), {}).values()
            _publish(partition, kept, {edition.place.body for edition in next_year}, stores, outcome, run)
            if same_division_in(partition, partition.year - 1) in partitions:
                outranked = {edition.place.body for edition in newest.values()} - {one.place.body for one in kept}
                _note_written(check_again(stores.warehouse, partition, outranked, stores.decisions.whole, run), outcome)


def publish_dimensions(workspace: Workspace, portals: Iterable[Portal]) -> None:
    """Write `jurisdictions`, `agencies` and `codebook`; nothing if nothing was published.

    Divisions that are in no list are named by `portals`; one that no portal names, after its code.
    """
    published = known_files(workspace.warehouse)["jurisdiction"].unique().to_pylist()
    if published:
        divisions = {code: code for code in published}
        divisions |= {portal.jurisdiction: portal.name for portal in portals}
        divisions |= {code: name for portal in portals for name, code in portal.divisions.items()}
        write_dimension(workspace.warehouse, "jurisdictions", jurisdiction_rows(divisions))
        write_dimension(workspace.warehouse, "agencies", [one.row for one in workspace.ledger.agencies.known()])
        write_dimension(workspace.warehouse, "codebook", codebook_rows())


def _supersede_all_but_best(
    ordered: Iterable[Edition], stores: Stores, outcome: RunResult
) -> dict[Partition, dict[str, Edition]]:
    """Supersede all but the last of the `ordered` editions of each report; return those by partition and report."""
    partitions: defaultdict[Partition, dict[str, Edition]] = defaultdict(dict)
    for edition in ordered:
        newest = partitions[Partition(edition.place.jurisdiction, edition.place.year)]
        older = newest.get(edition.identifier)
        if older is not None:
            _give_way(older, edition.verdict("published"), stores, outcome)
        newest[edition.identifier] = edition
    return partitions


def _supersede_outranked(
    editions: Iterable[Edition], read: Collection[str], stores: Stores, outcome: RunResult
) -> list[Edition]:
    """Supersede the editions that a published one outranks; return the others."""
    kept = []
    for edition in editions:
        rival = first_outranking(edition, read, stores.ledger)
        if rival is None:
            kept.append(edition)
        else:
            _give_way(edition, rival, stores, outcome)
    return kept


def _give_way(edition: Edition, rival: Verdict, stores: Stores, outcome: RunResult) -> None:
    """Record that a better edition holds the place; an alarm if this one took its place on the site, or corrects it."""
    reason = (
        f"{edition.capture.url} is less complete ({edition.report.status}) than what is published of "
        f"{edition.place.agency.name} {edition.place.year} ({rival.status}), which stays"
    )
    if rival.url in (edition.capture.url, edition.page) or edition.corrected > rival.corrected:
        outcome.alarms.append(Alarm(edition.portal, "lesser_edition", reason))
    if edition.capture.url == rival.url:
        remedy = f"if it is right: nianbao quarantine accept {edition.capture.sha256[:12]}"
        _refuse(edition, f"{reason}; {remedy}", stores, outcome)
    else:
        _supersede(edition, rival.url, stores, outcome)


def _supersede(edition: Edition, by: str, stores: Stores, outcome: RunResult) -> None:
    stores.ledger.record_verdict(edition.verdict("superseded", superseded_by(by)))
    outcome.counts.superseded += 1


def _publish(
    partition: Partition,
    editions: list[Edition],
    following: Collection[str],
    stores: Stores,
    outcome: RunResult,
    run: Run,
) -> None:
    """Write one partition, then record in the ledger what became of each report: a crash between repeats both.

    Check next year's reports against these, except those of the bodies `following`, which are published next.
    """
    if not editions:
        return
    rows = {edition.place.body: edition.report.rows for edition in editions}
    try:
        changes = publish_checked(stores.warehouse, partition, rows, stores.decisions.whole, run)
    except InvalidRow as error:
        if len(editions) == 1:
            trimmed = _without_refused_rows(editions[0], stores)
            if trimmed is None:
                _refuse(editions[0], str(error), stores, outcome)
                check_again(stores.warehouse, partition, rows, stores.decisions.whole, run)
            else:
                _publish(partition, [trimmed], following, stores, outcome, run)
        else:
            for edition in editions:
                _publish(partition, [edition], following, stores, outcome, run)
        return
    next_year = same_division_in(partition, partition.year + 1)
    checked = rows.keys() - following
    changes += check_again(stores.warehouse, next_year, checked, stores.decisions.whole, run)
    for edition in editions:
        _note_published(edition, stores, outcome)
    stores.ledger.record_agencies(
        SeenName(edition.place.agency, edition.place.printed, partition.year) for edition in editions
    )
    _note_written(changes, outcome)


def _note_written(changes: Iterable[Change], outcome: RunResult) -> None:
    for partition in (change.partition for change in changes if change.written):
        if partition:
            outcome.partitions.add(f"{partition.jurisdiction}/{partition.year}")


def _note_published(edition: Edition, stores: Stores, outcome: RunResult) -> None:
    before = any(verdict.state in STANDING for verdict in stores.ledger.editions(edition.identifier))
    for rival in rivals_of(edition, stores.ledger):
        stores.ledger.supersede(rival, edition.capture.url)
        outcome.counts.superseded += 1
    state: VerdictState = "published" if edition.report.status in WHOLE else "partial"
    stores.ledger.record_verdict(edition.verdict(state))
    outcome.publish(
        Publication(
            report_id=edition.identifier,
            jurisdiction=edition.place.jurisdiction,
            agency=edition.place.agency.name,
            year=edition.place.year,
            url=edition.capture.url,
            changed=before,
        )
    )
    outcome.counts.flagged += any(row["severity"] != "info" for row in edition.report.rows["findings"])


def _without_refused_rows(edition: Edition, stores: Stores) -> Edition | None:
    """Return the edition without rows that do not fit their tables, and quarantine its bytes with the reasons.

    Return None if the row of the report itself does not fit: the report cannot be published without it.
    """
    rows, refused = refused_rows(edition.report.rows)
    if not refused or not rows["reports"]:
        return None
    reasons = list(dict.fromkeys(str(error) for error in refused))
    capture = edition.capture
    stores.quarantine.put(capture.body, capture.media_type, edition.origin, "; ".join(reasons), datetime.now(UTC))
    found = [finding("row_refused", None, actual=reason) for reason in reasons]
    own = {table: [dict(row) for row in of_table] for table, of_table in rows.items()}
    own["findings"] += finding_rows(edition.identifier, found)
    own["reports"] = [{**row, "status": "partial"} for row in own["reports"]]
    return replace(edition, report=replace(edition.report, status="partial", rows=own))


def _refuse(edition: Edition, reason: str, stores: Stores, outcome: RunResult) -> None:
    """Quarantine the bytes of a report whose rows the warehouse refuses."""
    capture = edition.capture
    stores.quarantine.put(capture.body, capture.media_type, edition.origin, reason, datetime.now(UTC))
    refused, known = edition.verdict("quarantined", reason), stores.ledger.verdicts_on(capture.url)
    if any(verdict.report_id == edition.identifier and verdict.state in STANDING for verdict in known):
        refused = replace(refused, report_id=capture.url)  # what is published from its previous bytes is kept
    stores.ledger.record_verdict(refused)
    outcome.fail(capture.url, reason)
