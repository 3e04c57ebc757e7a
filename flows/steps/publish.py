"""Reports read in a run → published, superseded or refused.

Owns which edition of a report holds its place, and the joint of warehouse and ledger. Must not read documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from extractors.archive.quarantine import Origin
from flows.documents.parse import ParsedReport
from flows.ledger.records import STANDING, Verdict, VerdictState, superseded_by
from flows.runs.result import Publication, RunResult
from flows.steps.check_years import check_again, publish_checked, same_division_in
from flows.steps.fetch import Capture
from flows.workspace_protocols import Stores
from transforms.checks.checks import finding
from transforms.parser_version import parser_version
from transforms.rows import finding_rows, report_id
from warehouse.publish.run_log import Run
from warehouse.publish.write import Change, InvalidRow, Partition, refused_rows

Rank = tuple[bool, date, datetime]


@dataclass(frozen=True, eq=False)
class Edition:
    """One report as one document told it; a later or corrected document may tell it again.

    `page` is the address of the entry that led to its document, its own where that is the document; `told` is how many
    reports the document tells.
    """

    report: ParsedReport
    capture: Capture
    page: str
    portal: str
    jurisdiction: str
    corrected: bool
    told: int = 1

    @property
    def identifier(self) -> str:
        """The report's stable identifier."""
        return report_id(self.jurisdiction, self.report.body, self.report.year)

    @property
    def rank(self) -> Rank:
        """The edition with the greatest rank holds the report's place: a correction, the latest, the last found."""
        return self.corrected, self.report.published_on or date.min, self.capture.address.first_seen

    @property
    def origin(self) -> Origin:
        """Where its document came from, as the quarantine keeps it."""
        return Origin(
            source=self.capture.url,
            portal=self.portal,
            content_type=self.capture.content_type,
            jurisdiction=self.jurisdiction,
            agency=self.report.agency,
            year=self.report.year,
            published_on=self.report.published_on,
            corrected=self.corrected,
        )

    def settled(self, state: VerdictState, reason: str | None = None) -> Verdict:
        """The verdict on this edition, as the ledger keeps it."""
        return Verdict(
            report_id=self.identifier,
            url=self.capture.url,
            portal=self.portal,
            jurisdiction=self.jurisdiction,
            agency=self.report.agency,
            year=self.report.year,
            sha256=self.capture.sha256,
            parser_version=parser_version(),
            state=state,
            reason=reason,
            published_on=self.report.published_on,
            corrected=self.corrected,
            reports_in_document=self.told,
        )


def publish_editions(editions: Iterable[Edition], workspace: Stores, outcome: RunResult, run: Run) -> None:
    """Publishes the newest edition of each report, a partition at a time; the others are kept as superseded."""
    partitions: defaultdict[Partition, dict[str, Edition]] = defaultdict(dict)
    ordered = sorted(editions, key=lambda edition: edition.rank)
    read = {edition.capture.url for edition in ordered}
    for edition in ordered:
        winners = partitions[Partition(edition.jurisdiction, edition.report.year)]
        former = winners.get(edition.identifier)
        if former is not None:
            _supersede(former, edition.capture.url, workspace, outcome)
        winners[edition.identifier] = edition
    workspace.archive.flush()  # the evidence before the promise
    for partition, own in sorted(partitions.items(), key=lambda item: item[0].year):
        # Nobody else may judge between this judgement and the verdicts that it leads to.
        with workspace.warehouse.lock(f"editions.{partition.lock}"):
            kept = _undefeated(own.values(), read, workspace, outcome)
            next_year = partitions.get(same_division_in(partition, partition.year + 1), {}).values()
            _publish(partition, kept, {edition.report.body for edition in next_year}, workspace, outcome, run)
            if same_division_in(partition, partition.year - 1) in partitions:
                defeated = {edition.report.body for edition in own.values()} - {one.report.body for one in kept}
                _note_written(check_again(workspace.warehouse, partition, defeated, run), outcome)


def _undefeated(
    winners: Iterable[Edition], read: Collection[str], workspace: Stores, outcome: RunResult
) -> list[Edition]:
    """The editions that no later one, published by an earlier run, outranks.

    What that run made of a document that has been `read` again, or of the edition's own page, is no more.
    """
    kept = []
    for edition in winners:
        known = [one for one in _rivals(edition, workspace) if one.url not in {*read, edition.page}]
        rivals = [one for one in known if _rank_of(one, workspace) > edition.rank]
        if rivals:
            _supersede(edition, rivals[0].url, workspace, outcome)
        else:
            kept.append(edition)
    return kept


def _rivals(edition: Edition, workspace: Stores) -> list[Verdict]:
    """Editions of the same report at other addresses that hold its place so far."""
    known = workspace.ledger.editions(edition.identifier)
    return [one for one in known if one.url != edition.capture.url and one.state in STANDING]


def _rank_of(settled: Verdict, workspace: Stores) -> Rank:
    address = workspace.ledger.address(settled.url)
    first_seen = address.first_seen if address else datetime.min.replace(tzinfo=UTC)
    return settled.corrected, settled.published_on or date.min, first_seen


def _supersede(edition: Edition, by: str, workspace: Stores, outcome: RunResult) -> None:
    workspace.ledger.record_verdict(edition.settled("superseded", superseded_by(by)))
    outcome.counts.superseded += 1


def _publish(
    partition: Partition,
    editions: list[Edition],
    following: Collection[str],
    workspace: Stores,
    outcome: RunResult,
    run: Run,
) -> None:
    """Writes one partition, then notes in the ledger what became of each report: a crash between repeats both.

    Next year's reports are checked against these, but for those of the bodies `following`, which are published next.
    """
    if not editions:
        return
    told = {edition.report.body: edition.report.rows for edition in editions}
    try:
        changes = publish_checked(workspace.warehouse, partition, told, run)
    except InvalidRow as error:
        if len(editions) == 1:
            trimmed = _without_misfits(editions[0], workspace)
            if trimmed is None:
                _refuse(editions[0], str(error), workspace, outcome)
                check_again(workspace.warehouse, partition, told, run)
            else:
                _publish(partition, [trimmed], following, workspace, outcome, run)
        else:
            for edition in editions:
                _publish(partition, [edition], following, workspace, outcome, run)
        return
    next_year = same_division_in(partition, partition.year + 1)
    changes += check_again(workspace.warehouse, next_year, told.keys() - following, run)
    for edition in editions:
        _note_published(edition, workspace, outcome)
    _note_written(changes, outcome)


def _note_written(changes: Iterable[Change], outcome: RunResult) -> None:
    for partition in (change.partition for change in changes if change.written):
        if partition:
            outcome.partitions.add(f"{partition.jurisdiction}/{partition.year}")


def _note_published(edition: Edition, workspace: Stores, outcome: RunResult) -> None:
    before = any(one.state in STANDING for one in workspace.ledger.editions(edition.identifier))
    for rival in _rivals(edition, workspace):
        workspace.ledger.supersede(rival, edition.capture.url)
        outcome.counts.superseded += 1
    state: VerdictState = "published" if edition.report.status == "complete" else "partial"
    workspace.ledger.record_verdict(edition.settled(state))
    outcome.publish(
        Publication(
            report_id=edition.identifier,
            jurisdiction=edition.jurisdiction,
            agency=edition.report.agency,
            year=edition.report.year,
            url=edition.capture.url,
            changed=before,
        )
    )
    outcome.counts.flagged += any(row["severity"] != "info" for row in edition.report.rows["findings"])


def _without_misfits(edition: Edition, workspace: Stores) -> Edition | None:
    """The edition without rows that do not fit their tables, its bytes kept with the reasons.

    None where the row of the report itself does not fit, so that the report cannot stand without it.
    """
    rows, refused = refused_rows(edition.report.rows)
    if not refused or not rows["reports"]:
        return None
    reasons = list(dict.fromkeys(str(one) for one in refused))
    workspace.quarantine.put(edition.capture.body, edition.origin, "; ".join(reasons), datetime.now(UTC))
    found = [finding("row_refused", None, actual=reason) for reason in reasons]
    own = {table: [dict(row) for row in of_table] for table, of_table in rows.items()}
    own["findings"] += finding_rows(edition.identifier, found)
    own["reports"] = [{**row, "status": "partial"} for row in own["reports"]]
    return replace(edition, report=replace(edition.report, status="partial", rows=own))


def _refuse(edition: Edition, reason: str, workspace: Stores, outcome: RunResult) -> None:
    """Keeps the bytes of a report whose rows the warehouse refuses."""
    capture = edition.capture
    workspace.quarantine.put(capture.body, edition.origin, reason, datetime.now(UTC))
    refused, former = edition.settled("quarantined", reason), workspace.ledger.verdicts_on(capture.url)
    if any(one.report_id == edition.identifier and one.state in STANDING for one in former):
        refused = replace(refused, report_id=capture.url)  # what is published from its former bytes stands
    workspace.ledger.record_verdict(refused)
    outcome.fail(capture.url, reason)
