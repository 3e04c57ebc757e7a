"""Some archived documents → what today's parser reads in them, compared with what is published, and published.

Owns the order within one batch: read, try, compare, record, and only then publish. What could be read before and
cannot be now stays published, with its verdict, and is a failure each time that it is read.
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
from flows.reprocess.previous_verdicts import (
    PreviousVerdicts,
    judge,
    pending_failure,
    unpublished,
    unreadable_failure,
)
from flows.reprocess.selection import Batch
from flows.reprocess.summary import BatchResult, ReprocessCounts
from flows.runs.result import Failure, Publication, RunResult
from flows.steps.check_years import check_again, same_division_in
from flows.steps.editions import Edition
from flows.steps.publish import publish_editions
from flows.workspace import Workspace
from transforms.jurisdictions.agencies import Around, find_agencies
from transforms.jurisdictions.identifiers import report_id
from warehouse.paths import Partition, parse_path
from warehouse.publish.read import DamagedFile, read_reports
from warehouse.publish.run_log import Run
from warehouse.publish.write import StaleFile, remove
from warehouse.storage.store import Store


@dataclass(frozen=True, slots=True)
class _Trial:
    """A batch that was read, and published in a dry run.

    `results`: what each document contains, by its address; `without_report`: the verdicts on documents that contain
    none; `kept`: those by which reports stay published that could not be read, or not be published, again.
    """

    run: DryRun
    results: Mapping[str, DocumentResult]
    editions: Sequence[Edition]
    without_report: Sequence[Verdict]
    previous: PreviousVerdicts
    kept: Sequence[Verdict]
    changes: Sequence[ReportChange]


def reprocess_batch(
    batch: Batch, portal: Portal | None, workspace: Workspace, run: Run, *, publish: bool
) -> BatchResult:
    """Read some documents again, record what changed, and with `publish` replace what is published.

    `portal` is that of all of them, None for files from disk. What could be read before and cannot be now stays
    published, and is a failure. A document of which a crawl brings other bytes meanwhile is left to the crawl. If it is
    repeated after a kill, it ends as if it had been done once.
    """
    records = workspace.ledger.reprocess_runs
    try:
        trial = _try(batch.urls, portal, workspace, run)
        while publish and (outdated := _outdated(trial, workspace)):
            trial = _try([url for url in trial.results if url not in outdated], portal, workspace, run)
        found = _record(records, run.run_id, batch, trial)
        publications = _publish(trial, portal, workspace, run) if publish else []
        # The crawl may have published them before this did: once more, then, from the bytes that it brought.
        while publish and (outdated := _outdated(trial, workspace)):
            trial = _try(outdated, portal, workspace, run)
            _publish(trial, portal, workspace, run)
        records.save_batch(run.run_id, batch.key, batch.portal, batch.urls, found, done=True)
    except (DamagedFile, StaleFile) as error:
        return BatchResult(ReprocessCounts(documents=len(batch.urls), failures=(Failure(batch.portal, str(error)),)))
    return replace(BatchResult.from_json(found), publications=_changed_publications(publications, found))


def _try(urls: Sequence[str], portal: Portal | None, workspace: Workspace, run: Run) -> _Trial:
    """Read documents and publish them in a dry run."""
    trial = dry_run(workspace)
    results = read_archived(urls, portal, workspace, trial)
    without_report = trial.ledger.verdicts()
    previous = judge(results, workspace.ledger)
    trial.ledger.keep(previous.unreadable)
    trial.ledger.void(previous.dismissed)
    editions = [edition for result in results for edition in result.editions]
    for verdict in previous.removed:
        _take_out(trial.warehouse, verdict, portal, workspace, run)
    publish_editions(editions, trial, RunResult(), run)
    return _Trial(
        run=trial,
        results=dict(zip(urls, results, strict=True)),
        editions=editions,
        without_report=without_report,
        previous=previous,
        kept=[*previous.unreadable, *unpublished(previous, trial.ledger)],
        changes=_changes(trial, editions, previous.removed),
    )


def _outdated(trial: _Trial, workspace: Workspace) -> list[str]:
    """Return the documents of which, or of a part of which, other bytes have come than those that were read."""

    def is_current(url: str, sha256: str) -> bool:
        known = workspace.ledger.address(url)
        return known is not None and known.sha256 == sha256

    results = trial.results.items()
    return [url for url, result in results if not all(is_current(*source) for source in result.sources.items())]


def _changes(trial: DryRun, editions: Sequence[Edition], removed: Sequence[Verdict]) -> list[ReportChange]:
    """Return what differs in the files that were written, report by report, before and after."""
    parsed = [place for path in trial.warehouse.written if (place := parse_path(path))]
    bodies = {edition.place.body for edition in editions}
    changes = []
    for partition in sorted({partition for _, partition in parsed}):
        reports = {report_id(partition.jurisdiction, body, partition.year) for body in bodies}
        reports |= {verdict.report_id for verdict in removed}
        stores = (trial.warehouse.before, trial.warehouse)
        before, after = (read_reports(store, partition, reports) for store in stores)
        changes += compare(partition, before, after)
    return changes


def _failures(trial: _Trial) -> list[Failure]:
    """Return bytes that the archive has lost, and reports that stay although their documents no longer contain them."""
    lost = [failure for result in trial.results.values() for failure in result.lost]
    unread = [unreadable_failure(verdict, trial.run.ledger) for verdict in trial.kept]
    pending = [pending_failure(verdict, other) for verdict, other in trial.previous.pending.items()]
    return list(dict.fromkeys([*lost, *unread, *pending]))


def _counts(batch: Batch, trial: _Trial) -> ReprocessCounts:
    unread = {verdict.url for verdict in trial.run.ledger.verdicts() if verdict.state == "quarantined"}
    changes = [change for change in trial.changes if change.changes_content]
    kinds = [change.kind for change in changes]
    return ReprocessCounts(
        documents=len(batch.urls),
        reports=len({edition.identifier for edition in trial.editions}),
        changed=kinds.count("changed"),
        added=kinds.count("added"),
        removed=kinds.count("removed"),
        figures=sum(len(change.figures) for change in changes),
        findings=sum(len(change.findings) for change in changes),
        evidence=sum(change.evidence for change in trial.changes),
        unread=len(unread - {verdict.url for verdict in trial.kept}),
        failures=tuple(_failures(trial)),
    )


def _record(records: ReprocessRuns, run_id: str, batch: Batch, trial: _Trial) -> dict[str, Any]:
    """Record what a batch found, and return it as recorded.

    What an earlier start of the run found that was killed while it published is kept: by now there is less to find.
    """
    earlier = records.batch(run_id, batch.key)
    if earlier is not None:
        return earlier.result
    changes = [change.model_dump(mode="json") for change in trial.changes]
    read = {url for result in trial.results.values() for url in result.sources}
    found = {"tally": _counts(batch, trial).to_json(), "changes": changes, "read": sorted(read)}
    records.save_batch(run_id, batch.key, batch.portal, batch.urls, found, done=False)
    return found


def _publish(trial: _Trial, portal: Portal | None, workspace: Workspace, run: Run) -> list[Publication]:
    """Do what was tried: remove reports, record verdicts on documents without reports, publish the others.

    Documents of which a report is kept are left as they were.
    """
    kept, outcome, written = {verdict.url for verdict in trial.kept}, RunResult(), trial.run.warehouse.written
    for verdict in trial.previous.removed:  # first: when others are published, no verdict may name it any more
        _take_out(workspace.warehouse, verdict, portal, workspace, run)
    for verdict in trial.previous.dismissed:
        workspace.ledger.delete_verdict(verdict.report_id, verdict.url)
    _record_verdicts(trial.without_report if written else trial.run.ledger.verdicts(), workspace, trial.run, kept)
    if written:
        editions = [edition for edition in trial.editions if edition.capture.url not in kept]
        publish_editions(editions, workspace, outcome, run)
    for verdict in trial.previous.withdrawn:
        workspace.ledger.delete_verdict(verdict.report_id, verdict.url)
    _take_out_dismissed(trial, workspace)
    return outcome.publications


def _record_verdicts(verdicts: Iterable[Verdict], workspace: Workspace, trial: DryRun, kept: Collection[str]) -> None:
    """Record verdicts that are new, and quarantine what could not be read.

    Of documents that are `kept`, only that nothing could be read is recorded, next to the verdict that is kept.
    """
    fresh = [verdict for verdict in verdicts if verdict not in workspace.ledger.verdicts_on(verdict.url)]
    urls = {*kept, *(verdict.url for verdict in fresh if verdict.state == "quarantined")}
    for record, body in trial.quarantined():
        if record.origin.source in urls:
            workspace.quarantine.put(body, record.media, record.origin, record.reason, record.last_seen)
    for verdict in fresh:
        if verdict.url not in kept or verdict.is_unread:
            workspace.ledger.record_verdict(verdict)


def _take_out_dismissed(trial: _Trial, workspace: Workspace) -> None:
    """Take out of quarantine what a person says is no report."""
    for result in trial.results.values():
        for url in result.dismissed:
            for record in workspace.quarantine.entries(result.sources[url]):
                if record.origin.source == url:
                    workspace.quarantine.remove(record)


def _take_out(store: Store, verdict: Verdict, portal: Portal | None, workspace: Workspace, run: Run) -> None:
    """Remove a report from the warehouse, unless what is published of it comes from another document.

    Check next year's report of the body again, for there is nothing to compare it with any more.
    """
    partition = Partition(verdict.jurisdiction, verdict.year or 0)
    rows = read_reports(store, partition, [verdict.report_id])["reports"]
    if any(row["url"] == verdict.url for row in rows):
        remove(store, partition, [verdict.report_id], run)
        around = Around(portal.divisions if portal else None, verdict.jurisdiction)
        bodies = {agency.body for agency in find_agencies(verdict.agency, verdict.year, around)}
        next_year = same_division_in(partition, partition.year + 1)
        check_again(store, next_year, bodies, workspace.decisions.whole, run)


def _changed_publications(publications: Iterable[Publication], found: Mapping[str, Any]) -> tuple[Publication, ...]:
    """Return those of reports that changed: the others of their files were written with them, as they were."""
    changes = map(ReportChange.model_validate, found["changes"])
    changed = {change.report_id for change in changes if change.changes_content}
    return tuple(publication for publication in publications if publication.report_id in changed)
