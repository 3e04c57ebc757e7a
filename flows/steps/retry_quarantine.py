"""Quarantined bytes → read again by today's parser, as they were read before: under their own address and entry.

Owns which entries are read again and when one is taken out. Must not fetch: what a page links to or shows comes from
the archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from extractors.archive.quarantine import QuarantineError, QuarantineRecord
from extractors.portals.portal import Portal
from extractors.web.response import Response
from flows.ledger.records import Address
from flows.runs.progress import display
from flows.runs.result import RunResult
from flows.steps.fetch import Capture
from flows.steps.fetch_archived import fetch_archived
from flows.steps.page import Page, conclude_page
from flows.steps.pipeline import publish_dimensions
from flows.steps.publish import publish_editions
from flows.steps.verdicts import PageReading
from flows.workspace import Workspace, known_portals
from transforms.parser_version import parser_version
from transforms.report import Context
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.run_log import Run

_BATCH = 100
"""Entries that are read before their reports are published: memory does not grow with their number."""


def retry(entries: Sequence[QuarantineRecord], workspace: Workspace, jurisdiction: str | None = None) -> RunResult:
    """Reads quarantined documents again and publishes their reports; what could be read is taken out of quarantine.

    `jurisdiction` is that of reports whose agency's name does not settle it. What still cannot be read is a failure,
    and stays with its new reason. Pages go before files, which may be parts of them.
    """
    outcome, portals, began = RunResult(), known_portals(workspace.settings), datetime.now(UTC)
    outcome.counts.found, done = len(entries), 0
    run = Run(workspace.ledger.runs.begin("retry"), parser_version())
    for batch in _batches(entries):
        pages: list[Page] = []
        for entry in batch:
            display().show("retry", done, len(entries))
            done += 1
            if not _is_judged(entry, workspace, began):
                if jurisdiction:
                    workspace.ledger.assign_jurisdiction(entry.origin.source, jurisdiction)
                pages += _begin(entry, _context(entry, portals, jurisdiction), workspace, outcome)
        publish_editions([edition for page in pages for edition in conclude_page(page)], workspace, outcome, run)
        begun = {(page.capture.sha256, page.capture.url) for page in pages}
        for entry in batch:
            in_part = (entry.sha256, entry.origin.source) in begun and not _is_back(entry, workspace, began)
            if was_read(entry, workspace, in_part=in_part):
                workspace.quarantine.remove(entry)
    display().show("retry", len(entries), len(entries))
    compact_manifest(workspace.warehouse)
    publish_dimensions(workspace, portals.values())
    workspace.ledger.runs.end(run.run_id, outcome.numbers)
    return outcome


def was_read(entry: QuarantineRecord, workspace: Workspace, *, in_part: bool = False) -> bool:
    """Whether the last verdicts on these bytes at their address are by a parser that could read or place them.

    `in_part`: a report that was published in part will do. Some entries tell of rows that such a report lacks.
    """
    verdicts = [one for one in workspace.ledger.verdicts_on(entry.origin.source) if one.sha256 == entry.sha256]
    unread = {"quarantined", "failed"} if in_part else {"quarantined", "failed", "partial"}
    return bool(verdicts) and all(one.state not in unread for one in verdicts)


def is_outdated(entry: QuarantineRecord, workspace: Workspace) -> bool:
    """Whether other bytes have come from the entry's address since."""
    address = workspace.ledger.address(entry.origin.source)
    return address is not None and address.sha256 not in (None, entry.sha256)


def _batches(entries: Sequence[QuarantineRecord]) -> Iterator[Sequence[QuarantineRecord]]:
    for is_page in (True, False):
        chosen = [entry for entry in entries if (entry.media == "text/html") == is_page]
        for start in range(0, len(chosen), _BATCH):
            yield chosen[start : start + _BATCH]


def _is_judged(entry: QuarantineRecord, workspace: Workspace, began: datetime) -> bool:
    """Whether an entry was read in this run already, as a part of its page."""
    return _is_back(entry, workspace, began) or was_read(entry, workspace)


def _is_back(entry: QuarantineRecord, workspace: Workspace, began: datetime) -> bool:
    """Whether an entry's bytes were put into quarantine again in this run, as they came from its source."""
    known = workspace.quarantine.find(entry)
    return known is not None and known.last_seen >= began


def _context(entry: QuarantineRecord, portals: Mapping[str, Portal], jurisdiction: str | None) -> Context:
    """What was known of a document where it was found; of files on disk no more than their division."""
    origin, portal = entry.origin, portals.get(entry.origin.portal)
    if portal is None:
        return Context(jurisdiction=jurisdiction or origin.jurisdiction)
    return Context(origin.agency, origin.published_on, jurisdiction or portal.jurisdiction, portal.divisions)


def _begin(entry: QuarantineRecord, context: Context, workspace: Workspace, outcome: RunResult) -> list[Page]:
    """Hands a document to a reader; none where its bytes are lost, or others have taken their place."""
    origin = entry.origin
    if is_outdated(entry, workspace):
        outcome.fail(origin.source, "other bytes have come from there since: `nianbao maintain` takes the entry out")
        return []
    try:
        body = workspace.quarantine.original(entry.sha256)
    except QuarantineError as error:
        outcome.fail(origin.source, str(error))
        return []
    capture = Capture(origin.source, body, entry.sha256, origin.content_type, _address(entry, body, workspace))
    listed = workspace.ledger.entry(origin.listed_at) if origin.listed_at else None
    job = PageReading(workspace, origin.portal, context, origin.corrected, outcome, listed)
    return [Page(job, capture, job.begin(capture), partial(fetch_archived, workspace))]


def _address(entry: QuarantineRecord, body: bytes, workspace: Workspace) -> Address:
    """What the ledger knows of the entry's address; a ledger that was lost is told of it again."""
    url = entry.origin.source
    known = workspace.ledger.address(url)
    if known is not None and known.sha256 is not None:
        return known
    sha256, _ = workspace.archive.put(body)
    response = Response(url, url, None, "ok", body, {}, entry.first_seen, "")
    return workspace.ledger.record_fetch(url, entry.origin.portal, response, sha256).address
