"""Documents of the archive, each with its parts → the editions in them, as the crawl or the ingestion read them.

Owns what is known of a document from where it was found, and from which bytes its editions come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from extractors.portals.portal import Portal
from flows.documents.capture import FILES, Capture
from flows.ledger.records import ListEntry, Verdict
from flows.reprocess.dry_run import DryRun
from flows.runs.result import Failure, RunResult
from flows.steps.editions import Edition
from flows.steps.fetch import ArchiveFetcher, charset_of
from flows.steps.page_reading import PageReading, PendingEditions
from flows.steps.page_verdicts import PageSource, context_of
from flows.workspace import Workspace
from transforms.decisions import Decisions
from transforms.prose.titles import report_title
from transforms.report import Context


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """What one document contains together with its parts.

    `sources`: their addresses, with the SHA-256 of the bytes that were read of each. `lost`: what the archive should
    contain of them and does not; then there are no editions, for they would be fewer than were read before.
    `dismissed`: those of `sources` that a person says are no report.
    """

    sources: dict[str, str] = field(default_factory=dict)
    editions: tuple[Edition, ...] = ()
    lost: list[Failure] = field(default_factory=list)
    dismissed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _RecordingFetcher:
    """Gets a document and its parts out of the archive, and records them in its result."""

    fetcher: ArchiveFetcher
    result: DocumentResult

    def capture(self, url: str) -> Capture | str | None:
        """Return what `ArchiveFetcher.capture` returns."""
        found = self.fetcher.capture(url)
        if isinstance(found, Capture):
            self.result.sources[url] = found.sha256
        elif found is not None and (known := self.fetcher.stores.ledger.address(url)) and known.sha256:
            self.result.lost.append(Failure(url, found))
        return found


def read_archived(
    urls: Sequence[str], portal: Portal | None, workspace: Workspace, trial: DryRun
) -> list[DocumentResult]:
    """Read documents by their addresses; all are handed to readers before the first is waited for.

    `portal` is that of all of them, None for files from disk. Verdicts on documents without reports go to the dry run.
    """
    begun = [_begin(url, portal, workspace, trial) for url in urls]
    decided = workspace.decisions.of(portal)
    return [_concluded(result, pending, decided) for result, pending in begun]


def _begin(
    url: str, portal: Portal | None, workspace: Workspace, trial: DryRun
) -> tuple[DocumentResult, PendingEditions | None]:
    """Hand a document to a reader; return None for its editions if the archive has lost it."""
    result = DocumentResult()
    fetcher = _RecordingFetcher(ArchiveFetcher(trial, charset_of(portal) if portal else None), result)
    capture = fetcher.capture(url)
    if not isinstance(capture, Capture):
        return result, None
    source = _source(url, portal, workspace)
    return result, PageReading(source, capture, fetcher.capture, trial, RunResult()).begin()


def _concluded(result: DocumentResult, pending: PendingEditions | None, decided: Decisions) -> DocumentResult:
    editions = pending() if pending else []
    dismissed = tuple(url for url, sha256 in result.sources.items() if decided.why_no_report(url, sha256))
    return result if result.lost else replace(result, editions=tuple(editions), dismissed=dismissed)


def _source(url: str, portal: Portal | None, workspace: Workspace) -> PageSource:
    """Return where a document was found, as the crawl or the ingestion knew it."""
    if portal is None:
        return PageSource(FILES, Context(decisions=workspace.decisions.of(None)))
    listed = workspace.ledger.entries.get(portal.id, url)
    title = report_title(listed.title) if listed else None
    corrected = title is not None and title.corrected
    if listed is None:
        listed, corrected = _as_listed(workspace.ledger.verdicts_on(url)[0])
    decisions = workspace.decisions.of(portal)
    context = context_of(listed.agency, listed.listed_on, listed.year, portal, decisions)
    return PageSource(portal.id, context, corrected, listed)


def _as_listed(verdict: Verdict) -> tuple[ListEntry, bool]:
    """Return the entry that may have led to a file which no page shows any more, and whether it named a correction."""
    listed = ListEntry(
        url=verdict.url,
        portal=verdict.portal,
        report_id=verdict.report_id,
        jurisdiction=verdict.jurisdiction,
        agency=verdict.agency,
        year=verdict.year or 0,
        title="",
        listed_on=verdict.published_on,
    )
    return listed, verdict.corrected
