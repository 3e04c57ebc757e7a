"""Some archived documents → what today's parser makes of them, compared with what is published, and published.

Owns the order within one batch: read, rehearse, compare, note, and only then publish. Must not fetch, must not import
Prefect, nor choose documents: `archive_selection` does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from extractors.ledger_records import Listed, Settled
from extractors.page_pictures import page_pictures
from extractors.portal import Portal
from extractors.rereadings import Rereadings
from flows.archive_selection import Batch
from flows.archived import archived
from flows.collector import FILES, Capture
from flows.editions import Edition, publish_editions
from flows.entry import Fetch, Page, conclude_page
from flows.figure_changes import ReportChange, compare
from flows.job import Job
from flows.outcome import Failure, Outcome
from flows.rehearsal import Rehearsal, rehearse
from flows.tally import Found, Tally
from flows.workspace import Workspace
from transforms.report import Context
from transforms.tidy import report_id
from transforms.titles import report_title
from warehouse.partition import Partition, parse_path
from warehouse.runs import Run
from warehouse.write import DamagedFile, StaleFile, remove, stored_rows

_STANDING = ("published", "partial")


@dataclass(slots=True)
class _Reading:
    """The documents of one batch while they are read; `read` are their addresses, those of their parts among them."""

    workspace: Workspace
    rehearsal: Rehearsal
    portal: Portal | None
    outcome: Outcome = field(default_factory=Outcome)
    read: set[str] = field(default_factory=set)
    lost: list[Failure] = field(default_factory=list)

    def fetch(self, url: str, charset: str | None = None) -> Capture | str | None:
        """A document or a part of one, out of the archive."""
        found = archived(self.rehearsal, url, charset)
        if isinstance(found, Capture):
            self.read.add(url)
        elif found is not None and (known := self.rehearsal.ledger.address(url)) and known.sha256:
            self.lost.append(Failure(url, found))
        return found


def reread_batch(
    batch: Batch, portal: Portal | None, workspace: Workspace, notes: Rereadings, run: Run, *, publish: bool
) -> Found:
    """Reads some documents again, notes what changed, and with `publish` puts it in place of what was published.

    `portal` is that of all of them, None for files from disk. What could be read before and cannot be now stays
    published, and is a failure. Done again after a kill, it ends as if it had been done once.
    """
    reading = _Reading(workspace, rehearse(workspace), portal)
    rehearsal = reading.rehearsal
    try:
        editions = _read(batch.urls, reading)
        concluded = rehearsal.ledger.verdicts()
        publish_editions(editions, rehearsal, reading.outcome, run)
        former = [one for url in sorted(reading.read) for one in workspace.ledger.settled(url)]
        untold = _untold(former, editions, workspace, reading.read)
        gone = [one for one in untold if one.url in {edition.capture.url for edition in editions}]
        for one in gone:
            remove(rehearsal.warehouse, _partition(one), [one.report_id], run)
        changes = _changes(rehearsal, editions, gone)
        tally = _tally(batch, reading, editions, changes, [one for one in untold if one not in gone])
        found = _note(notes, run.run_id, batch, tally, changes, reading.read)
        if publish:
            _publish(reading, editions, concluded, gone, workspace, run)
        notes.note(run.run_id, batch.key, batch.portal, batch.urls, found, done=True)
    except (DamagedFile, StaleFile) as error:
        return Found(Tally(documents=len(batch.urls), failures=(Failure(batch.portal, str(error)),)))
    return Found.from_json(found)


def _read(urls: Sequence[str], reading: _Reading) -> list[Edition]:
    """The editions that documents tell; all are handed to readers before the first is waited for."""
    pages = [page for url in urls for page in _begin(url, reading)]
    return [edition for page in pages for edition in conclude_page(page)]


def _begin(url: str, reading: _Reading) -> list[Page]:
    """A document with what was known of it where it was found; none where the archive has lost it."""
    portal = reading.portal
    charset = portal.encoding.charset if portal and portal.encoding else None
    capture = reading.fetch(url, charset)
    if not isinstance(capture, Capture):
        return []
    job = _job(url, reading)
    return [Page(job, capture, job.begin(capture), _parts(capture, reading, charset))]


def _parts(capture: Capture, reading: _Reading, charset: str | None) -> Fetch:
    """What gets the parts of a page; one on disk has its pictures alone, for files beside it are read by themselves."""
    if reading.portal is not None:
        return partial(reading.fetch, charset=charset)
    pictures = set(page_pictures(capture.body, capture.url))
    return lambda url: reading.fetch(url) if url in pictures else None


def _job(url: str, reading: _Reading) -> Job:
    """The reading of a document as the crawl or the ingestion began it."""
    desk, portal = reading.rehearsal, reading.portal
    placed = desk.ledger.placed(url)
    if portal is None:
        return Job(desk, FILES, Context(jurisdiction=placed), corrected=False, outcome=reading.outcome)
    listed = desk.ledger.entry(url)
    title = report_title(listed.title) if listed else None
    corrected = title is not None and title.corrected
    if listed is None:
        listed, corrected = _as_listed(reading.workspace.ledger.settled(url)[0])
    division = placed or portal.jurisdiction
    context = Context(listed.agency or None, listed.listed_on, division, portal.divisions)
    return Job(desk, portal.id, context, corrected, reading.outcome, listed)


def _as_listed(told: Settled) -> tuple[Listed, bool]:
    """The entry that may have led to a file which no page shows any more, and whether it named a correction."""
    listed = Listed(
        url=told.url,
        portal=told.portal,
        report_id=told.report_id,
        jurisdiction=told.jurisdiction,
        agency=told.agency,
        year=told.year or 0,
        title="",
        listed_on=told.published_on,
        outcome="ok",
        reason=None,
    )
    return listed, told.corrected


def _untold(
    former: Sequence[Settled], editions: Sequence[Edition], workspace: Workspace, read: Collection[str]
) -> list[Settled]:
    """The reports that stood by documents which have been read again, and that no document tells any more."""
    told = {edition.identifier for edition in editions}
    standing = [one for one in former if one.state in _STANDING and one.report_id not in told]
    return [one for one in standing if all(other.url in read for other in workspace.ledger.editions(one.report_id))]


def _changes(rehearsal: Rehearsal, editions: Sequence[Edition], gone: Sequence[Settled]) -> list[ReportChange]:
    """What is otherwise in the files that were written, report by report, before and after."""
    parsed = [found for path in rehearsal.warehouse.written if (found := parse_path(path))]
    bodies = {edition.report.body for edition in editions}
    changes = []
    for partition in sorted({partition for _, partition in parsed}):
        reports = {report_id(partition.jurisdiction, body, partition.year) for body in bodies}
        reports |= {one.report_id for one in gone}
        before, after = (
            stored_rows(store, partition, reports) for store in (rehearsal.warehouse.below, rehearsal.warehouse)
        )
        changes += compare(partition, before, after)
    return changes


def _tally(
    batch: Batch,
    reading: _Reading,
    editions: Sequence[Edition],
    changes: Sequence[ReportChange],
    unreadable: Sequence[Settled],
) -> Tally:
    verdicts = reading.rehearsal.ledger.verdicts()
    unread = {one.url: one.reason for one in verdicts if one.state == "quarantined"}
    failures = [Failure(one.url, _why(one, unread)) for one in unreadable]
    said = [change for change in changes if change.figures or change.findings or change.facts]
    kinds = [change.kind for change in said]
    return Tally(
        documents=len(batch.urls),
        reports=len({edition.identifier for edition in editions}),
        changed=kinds.count("changed"),
        added=kinds.count("added"),
        removed=kinds.count("removed"),
        figures=sum(len(change.figures) for change in said),
        findings=sum(len(change.findings) for change in said),
        evidence=sum(change.evidence for change in changes),
        unread=len(unread.keys() - {one.url for one in unreadable}),
        failures=(*reading.lost, *failures),
    )


def _why(one: Settled, unread: Mapping[str, str | None]) -> str:
    reason = unread.get(one.url) or "no document tells it"
    return f"{one.agency} {one.year} was read before and is not now: {reason}; what is published of it stays"


def _note(
    notes: Rereadings,
    run_id: str,
    batch: Batch,
    tally: Tally,
    changes: Sequence[ReportChange],
    read: Collection[str],
) -> dict[str, Any]:
    """Notes what a batch found, and gives it as noted.

    What a start of the run found that was killed while it published this stands: by now there is less to be found.
    """
    former = notes.noted(run_id, batch.key)
    if former is not None:
        return former.found
    told = [change.model_dump(mode="json") for change in changes]
    found = {"tally": tally.as_json(), "changes": told, "read": sorted(read)}
    notes.note(run_id, batch.key, batch.portal, batch.urls, found, done=False)
    return found


def _publish(
    reading: _Reading,
    editions: Sequence[Edition],
    concluded: Sequence[Settled],
    gone: Sequence[Settled],
    workspace: Workspace,
    run: Run,
) -> None:
    """Does what was rehearsed: the quarantine and the verdicts on what is no report, the reports, what is gone."""
    rehearsal = reading.rehearsal
    _settle(concluded, workspace, rehearsal)
    if rehearsal.warehouse.written:
        publish_editions(editions, workspace, Outcome(), run)
    else:
        _settle(rehearsal.ledger.verdicts(), workspace, rehearsal)
    for one in gone:
        remove(workspace.warehouse, _partition(one), [one.report_id], run)
        workspace.ledger.forget(one.report_id, one.url)


def _settle(verdicts: Sequence[Settled], workspace: Workspace, rehearsal: Rehearsal) -> None:
    """Enters verdicts that are new, with the bytes of those that went to quarantine."""
    fresh = [one for one in verdicts if one not in workspace.ledger.settled(one.url)]
    urls = {one.url for one in fresh if one.state == "quarantined"}
    for entry, body in rehearsal.quarantined():
        if entry.origin.source in urls:
            workspace.quarantine.put(body, entry.origin, entry.reason, entry.last_seen)
    for one in fresh:
        workspace.ledger.settle(one)


def _partition(one: Settled) -> Partition:
    return Partition(one.jurisdiction, one.year or 0)
