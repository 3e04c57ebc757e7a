"""Quarantined bytes → read again by today's parser, as they were read before: under their own address and entry.

Owns which records are read again and when one is taken out. What a page links to or shows comes from the archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from extractors.archive.archive import JournalEntry
from extractors.archive.quarantine import QuarantineError, QuarantineRecord
from extractors.media_type import HTML
from extractors.portals.portal import Portal
from flows.decisions.decisions import RootDecisions
from flows.documents.capture import Capture
from flows.ledger.records import UNASSIGNED, Address, Assigned
from flows.runs.progress import display
from flows.runs.result import RunResult
from flows.steps.coverage import record_coverage
from flows.steps.fetch import ArchiveFetcher
from flows.steps.page_reading import BATCH, PageReading
from flows.steps.page_verdicts import PageSource, context_of, context_with
from flows.steps.publish import publish_dimensions, publish_editions
from flows.steps.read_state import read_state, verdicts_on_bytes
from flows.workspace import Workspace, known_portals
from transforms.parser_version import parser_version
from transforms.report import Context
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.run_log import Run


def retry(
    records: Sequence[QuarantineRecord], workspace: Workspace, given: Assigned = UNASSIGNED, *, lesser: bool = False
) -> RunResult:
    """Read quarantined documents again and publish their reports; take what could be read out of quarantine.

    `given` is what people say of reports that do not say it themselves. What still cannot be read is a failure, and
    stays with its new reason; so does what is less complete than what is published, unless `lesser`. Pages go before
    files, which may be parts of them.
    """
    outcome, portals, began = RunResult(), known_portals(workspace.settings), datetime.now(UTC)
    outcome.counts.found, done = len(records), 0
    run = Run(workspace.ledger.runs.begin("retry"), parser_version())
    for batch in _batches(records):
        readings: list[PageReading] = []
        pending = []
        for record in batch:
            display().show("retry", done, len(records))
            done += 1
            if _is_judged(record, workspace, began):
                continue
            if given != UNASSIGNED:
                workspace.ledger.assign(record.origin.source, given)
            context = context_with(given, _context(record, portals, workspace.decisions))
            reading = _reading_of(record, context, workspace, outcome)
            if reading:
                readings.append(reading)
                pending.append(reading.begin())
        editions = [edition for wait in pending for edition in wait()]
        publish_editions(editions, workspace, outcome, run, lesser=lesser)
        _take_out_read(batch, readings, workspace, began)
    display().show("retry", len(records), len(records))
    for name in sorted({record.origin.portal for record in records}):
        record_coverage(name, portals.get(name), workspace, run)
    compact_manifest(workspace.warehouse)
    publish_dimensions(workspace, portals.values())
    workspace.ledger.runs.end(run.run_id, outcome.numbers)
    return outcome


def was_read(record: QuarantineRecord, workspace: Workspace, *, in_part: bool = False) -> bool:
    """Return whether the last verdicts on these bytes at their address are by a parser that could read or place them.

    `in_part`: a report that was published in part will do. Some records are about rows that such a report lacks.
    """
    verdicts = verdicts_on_bytes(record.sha256, workspace.ledger.verdicts_on(record.origin.source))
    is_read = read_state(record.sha256, verdicts, lambda: True) == "read"
    return is_read and (in_part or all(verdict.state != "partial" for verdict in verdicts))


def is_outdated(record: QuarantineRecord, workspace: Workspace) -> bool:
    """Return whether other bytes have come from the record's address since."""
    address = workspace.ledger.address(record.origin.source)
    return address is not None and address.sha256 not in (None, record.sha256)


def _batches(records: Sequence[QuarantineRecord]) -> Iterator[Sequence[QuarantineRecord]]:
    for is_page in (True, False):
        chosen = [record for record in records if (record.media == HTML) == is_page]
        for start in range(0, len(chosen), BATCH):
            yield chosen[start : start + BATCH]


def _take_out_read(
    batch: Sequence[QuarantineRecord], readings: Sequence[PageReading], workspace: Workspace, began: datetime
) -> None:
    """Take out of quarantine what has been read, by itself or as a part of its page."""
    begun = {(reading.capture.sha256, reading.capture.url) for reading in readings}
    for record in batch:
        in_part = (record.sha256, record.origin.source) in begun and not _is_back(record, workspace, began)
        if was_read(record, workspace, in_part=in_part):
            workspace.quarantine.remove(record)


def _is_judged(record: QuarantineRecord, workspace: Workspace, began: datetime) -> bool:
    """Return whether a record was read in this run already, as a part of its page."""
    return _is_back(record, workspace, began) or was_read(record, workspace)


def _is_back(record: QuarantineRecord, workspace: Workspace, began: datetime) -> bool:
    """Return whether a record's bytes were put into quarantine again in this run, as they came from its source."""
    known = workspace.quarantine.find(record)
    return known is not None and known.last_seen >= began


def _context(record: QuarantineRecord, portals: Mapping[str, Portal], decided: RootDecisions) -> Context:
    """Return what was known of a document where it was found; of files on disk what people said of them is kept."""
    origin, portal = record.origin, portals.get(record.origin.portal)
    if portal is None:
        return Context(jurisdiction=origin.jurisdiction, decisions=decided.of(None))
    return context_of(origin.agency, origin.published_on, origin.year, portal, decided.of(portal))


def _reading_of(
    record: QuarantineRecord, context: Context, workspace: Workspace, outcome: RunResult
) -> PageReading | None:
    """Return the reading of a document; None, and a failure, if its bytes are lost or others have replaced them."""
    origin = record.origin
    if is_outdated(record, workspace):
        outcome.fail(
            origin.source, "its address has served a different document since; `nianbao maintain` removes this record"
        )
        return None
    try:
        body = workspace.quarantine.original(record.sha256)
    except QuarantineError as error:
        outcome.fail(origin.source, str(error))
        return None
    capture = Capture(origin.source, body, record.sha256, origin.content_type, _address(record, body, workspace))
    listed = workspace.ledger.entries.get(origin.portal, origin.listed_at) if origin.listed_at else None
    source = PageSource(origin.portal, context, origin.corrected, listed)
    return PageReading(source, capture, ArchiveFetcher(workspace).capture, workspace, outcome)


def _address(record: QuarantineRecord, body: bytes, workspace: Workspace) -> Address:
    """Return what the ledger knows of the record's address, after recording it again if the ledger was lost."""
    url = record.origin.source
    known = workspace.ledger.address(url)
    if known is not None and known.sha256 is not None:
        return known
    sha256, _ = workspace.archive.put(body)
    fetch = JournalEntry(url, url, record.first_seen, None, "ok", {}, sha256, record.origin.portal)
    return workspace.ledger.fetches.record(fetch, known)
