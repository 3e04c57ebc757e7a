"""Some archived documents → what today's parser makes of them, compared with what is published, and published.

Owns the order within one batch: read, rehearse, compare, note, and only then publish. Must not fetch, must not import
Prefect, nor choose documents: `archive_selection` does. What could be read before and cannot be now stays published,
with its verdict, and is a failure each time that it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extractors.portals.portal import Portal
from flows.ledger.records import Verdict
from flows.ledger.reprocess_runs import ReprocessRuns
from flows.reprocess.diff import ReportChange, compare
from flows.reprocess.documents import DocumentResult, read_archived
from flows.reprocess.dry_run import DryRun, dry_run
from flows.reprocess.previous_verdicts import PreviousVerdicts, failure, judge, unpublished, waits
from flows.reprocess.selection import Batch
from flows.reprocess.summary import BatchResult, ReprocessCounts
from flows.runs.result import Failure, Publication, RunResult
from flows.steps.check_years import check_again, same_division_in
from flows.steps.publish import Edition, publish_editions
from flows.workspace import Workspace
from transforms.jurisdictions.resolve import body_name
from transforms.rows import report_id
from warehouse.paths import Partition, parse_path
from warehouse.publish.read import DamagedFile, read_reports
from warehouse.publish.run_log import Run
from warehouse.publish.write import StaleFile, remove
from warehouse.storage.store import Store


@dataclass(frozen=True, slots=True)
class _Trial:
    """A batch that was read, and published in a rehearsal.

    `accounts`: what each document tells, by its address; `concluded`: the verdicts on documents that tell no report;
    `kept`: those by which reports stand that could not be read, or not be published, again.
    """

    rehearsal: DryRun
    accounts: Mapping[str, DocumentResult]
    editions: Sequence[Edition]
    concluded: Sequence[Verdict]
    former: PreviousVerdicts
    kept: Sequence[Verdict]
    changes: Sequence[ReportChange]


def reprocess_batch(
    batch: Batch, portal: Portal | None, workspace: Workspace, notes: ReprocessRuns, run: Run, *, publish: bool
) -> BatchResult:
    """Reads some documents again, notes what changed, and with `publish` puts it in place of what was published.

    `portal` is that of all of them, None for files from disk. What could be read before and cannot be now stays
    published, and is a failure. A document of which a crawl brings other bytes meanwhile is left to the crawl. Done
    again after a kill, it ends as if it had been done once.
    """
    try:
        trial = _try(batch.urls, portal, workspace, run)
        while publish and (outdated := _outdated(trial, workspace)):
            trial = _try([url for url in trial.accounts if url not in outdated], portal, workspace, run)
        found = _note(notes, run.run_id, batch, trial)
        publications = _publish(trial, portal, workspace, run) if publish else []
        # The crawl may have published them before this did: once more, then, from the bytes that it brought.
        while publish and (outdated := _outdated(trial, workspace)):
            trial = _try(outdated, portal, workspace, run)
            _publish(trial, portal, workspace, run)
        notes.save_batch(run.run_id, batch.key, batch.portal, batch.urls, found, done=True)
    except (DamagedFile, StaleFile) as error:
        return BatchResult(ReprocessCounts(documents=len(batch.urls), failures=(Failure(batch.portal, str(error)),)))
    return replace(BatchResult.from_json(found), publications=_told(publications, found))


def _try(urls: Sequence[str], portal: Portal | None, workspace: Workspace, run: Run) -> _Trial:
    """Reads documents and publishes them in a rehearsal."""
    rehearsal = dry_run(workspace)
    accounts = read_archived(urls, portal, workspace, rehearsal)
    concluded = rehearsal.ledger.verdicts()
    former = judge(accounts, workspace.ledger)
    rehearsal.ledger.keep(former.lost)
    editions = [edition for account in accounts for edition in account.editions]
    for one in former.gone:
        _take_out(rehearsal.warehouse, one, portal, run)
    publish_editions(editions, rehearsal, RunResult(), run)
    return _Trial(
        rehearsal=rehearsal,
        accounts=dict(zip(urls, accounts, strict=True)),
        editions=editions,
        concluded=concluded,
        former=former,
        kept=[*former.lost, *unpublished(former, rehearsal.ledger)],
        changes=_changes(rehearsal, editions, former.gone),
    )


def _outdated(trial: _Trial, workspace: Workspace) -> list[str]:
    """The documents of which, or of a part of which, other bytes have come than those that were read."""

    def is_current(url: str, sha256: str) -> bool:
        known = workspace.ledger.address(url)
        return known is not None and known.sha256 == sha256

    accounts = trial.accounts.items()
    return [url for url, account in accounts if not all(is_current(*source) for source in account.sources.items())]


def _changes(rehearsal: DryRun, editions: Sequence[Edition], gone: Sequence[Verdict]) -> list[ReportChange]:
    """What is otherwise in the files that were written, report by report, before and after."""
    former = rehearsal.warehouse.before
    parsed = [found for path in rehearsal.warehouse.written if (found := parse_path(path))]
    bodies = {edition.report.body for edition in editions}
    changes = []
    for partition in sorted({partition for _, partition in parsed}):
        reports = {report_id(partition.jurisdiction, body, partition.year) for body in bodies}
        reports |= {one.report_id for one in gone}
        before, after = (read_reports(store, partition, reports) for store in (former, rehearsal.warehouse))
        changes += compare(partition, before, after)
    return changes


def _failures(trial: _Trial) -> list[Failure]:
    """Bytes that the archive has lost, and reports that stay although their documents tell them no more."""
    lost = [one for account in trial.accounts.values() for one in account.lost]
    unread = [failure(one, trial.rehearsal.ledger) for one in trial.kept]
    return list(dict.fromkeys([*lost, *unread, *(waits(one, other) for one, other in trial.former.waiting.items())]))


def _tally(batch: Batch, trial: _Trial) -> ReprocessCounts:
    """What the batch came to, in numbers."""
    unread = {one.url for one in trial.rehearsal.ledger.verdicts() if one.state == "quarantined"}
    said = [change for change in trial.changes if change.says_otherwise]
    kinds = [change.kind for change in said]
    return ReprocessCounts(
        documents=len(batch.urls),
        reports=len({edition.identifier for edition in trial.editions}),
        changed=kinds.count("changed"),
        added=kinds.count("added"),
        removed=kinds.count("removed"),
        figures=sum(len(change.figures) for change in said),
        findings=sum(len(change.findings) for change in said),
        evidence=sum(change.evidence for change in trial.changes),
        unread=len(unread - {one.url for one in trial.kept}),
        failures=tuple(_failures(trial)),
    )


def _note(notes: ReprocessRuns, run_id: str, batch: Batch, trial: _Trial) -> dict[str, Any]:
    """Notes what a batch found, and gives it as noted.

    What a start of the run found that was killed while it published this stands: by now there is less to be found.
    """
    former = notes.batch(run_id, batch.key)
    if former is not None:
        return former.result
    told = [change.model_dump(mode="json") for change in trial.changes]
    read = {url for account in trial.accounts.values() for url in account.sources}
    found = {"tally": _tally(batch, trial).to_json(), "changes": told, "read": sorted(read)}
    notes.save_batch(run_id, batch.key, batch.portal, batch.urls, found, done=False)
    return found


def _publish(trial: _Trial, portal: Portal | None, workspace: Workspace, run: Run) -> list[Publication]:
    """Does what was rehearsed: what is gone, the quarantine and the verdicts on what is no report, the reports.

    Documents of which a report is kept are left as they were.
    """
    kept, outcome, written = {one.url for one in trial.kept}, RunResult(), trial.rehearsal.warehouse.written
    for one in trial.former.gone:  # first: when others are published, no verdict may tell of it any more
        _take_out(workspace.warehouse, one, portal, run)
    _settle(trial.concluded if written else trial.rehearsal.ledger.verdicts(), workspace, trial.rehearsal, kept)
    if written:
        editions = [edition for edition in trial.editions if edition.capture.url not in kept]
        publish_editions(editions, workspace, outcome, run)
    for one in trial.former.withdrawn:
        workspace.ledger.delete_verdict(one.report_id, one.url)
    return outcome.publications


def _settle(verdicts: Iterable[Verdict], workspace: Workspace, rehearsal: DryRun, kept: Collection[str]) -> None:
    """Enters verdicts that are new, and puts what could not be read in quarantine.

    Of documents that are `kept`, only that nothing could be read is entered, beside the verdict that stands.
    """
    fresh = [one for one in verdicts if one not in workspace.ledger.verdicts_on(one.url)]
    urls = {*kept, *(one.url for one in fresh if one.state == "quarantined")}
    for entry, body in rehearsal.quarantined():
        if entry.origin.source in urls:
            workspace.quarantine.put(body, entry.origin, entry.reason, entry.last_seen)
    for one in fresh:
        if one.url not in kept or one.is_unread:
            workspace.ledger.record_verdict(one)


def _take_out(store: Store, one: Verdict, portal: Portal | None, run: Run) -> None:
    """Removes a report from the warehouse, unless what stands of it is another document's.

    Next year's report of the body is checked again, for there is nothing to compare it with any more.
    """
    partition = Partition(one.jurisdiction, one.year or 0)
    if any(row["url"] == one.url for row in read_reports(store, partition, [one.report_id])["reports"]):
        remove(store, partition, [one.report_id], run)
        body = body_name(one.agency, portal.divisions if portal else None, one.year)
        check_again(store, same_division_in(partition, partition.year + 1), {body}, run)


def _told(publications: Iterable[Publication], found: Mapping[str, Any]) -> tuple[Publication, ...]:
    """Those of reports that are otherwise: the others of their files were written with them, as they were."""
    changes = map(ReportChange.model_validate, found["changes"])
    otherwise = {change.report_id for change in changes if change.says_otherwise}
    return tuple(one for one in publications if one.report_id in otherwise)
