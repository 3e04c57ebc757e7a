"""Documents of the archive, each with its parts → the editions that they tell, as the crawl or the ingestion read them.

Owns what is known of a document from where it was found, and from which bytes its editions come. Must not fetch,
compare or publish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from extractors.html.pictures import page_pictures
from extractors.portals.portal import Portal
from flows.ledger.records import ListEntry, Verdict
from flows.reprocess.dry_run import DryRun
from flows.runs.result import Failure, RunResult
from flows.steps.fetch import FILES, Capture
from flows.steps.fetch_archived import fetch_archived
from flows.steps.page import Fetch, Page, conclude_page
from flows.steps.publish import Edition
from flows.steps.verdicts import PageReading
from flows.workspace import Workspace
from transforms.prose.titles import report_title
from transforms.report import Context


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """What one document tells together with its parts.

    `sources`: their addresses, with the SHA-256 of the bytes that were read of each. `lost`: what the archive should
    hold of them and does not; then nothing is told, for it would be less than was read before.
    """

    sources: dict[str, str] = field(default_factory=dict)
    editions: tuple[Edition, ...] = ()
    lost: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where documents were found, `portal` being None for files from disk, and where they are read."""

    workspace: Workspace
    rehearsal: DryRun
    portal: Portal | None

    @property
    def charset(self) -> str | None:
        """That of the portal's pages, where they declare another."""
        return self.portal.encoding.charset if self.portal and self.portal.encoding else None


def read_archived(
    urls: Sequence[str], portal: Portal | None, workspace: Workspace, rehearsal: DryRun
) -> list[DocumentResult]:
    """Reads documents by their addresses; all are handed to readers before the first is waited for.

    `portal` is that of all of them, None for files from disk. Verdicts on what tells no report stand in the rehearsal.
    """
    place = _Place(workspace, rehearsal, portal)
    begun = [_begin(url, place) for url in urls]
    return [_concluded(account, page) for account, page in begun]


def _begin(url: str, place: _Place) -> tuple[DocumentResult, Page | None]:
    """A document with what was known of it where it was found; None where the archive has lost it."""
    account = DocumentResult()
    capture = _fetch(place, account, url)
    if not isinstance(capture, Capture):
        return account, None
    job = _job(url, place)
    return account, Page(job, capture, job.begin(capture), _parts(capture, place, account))


def _concluded(account: DocumentResult, page: Page | None) -> DocumentResult:
    editions = conclude_page(page) if page else []
    return account if account.lost else replace(account, editions=tuple(editions))


def _fetch(place: _Place, account: DocumentResult, url: str) -> Capture | str | None:
    """A document or a part of one, out of the archive, entered in the account of it."""
    found = fetch_archived(place.rehearsal, url, place.charset)
    if isinstance(found, Capture):
        account.sources[url] = found.sha256
    elif found is not None and (known := place.rehearsal.ledger.address(url)) and known.sha256:
        account.lost.append(Failure(url, found))
    return found


def _parts(capture: Capture, place: _Place, account: DocumentResult) -> Fetch:
    """What gets the parts of a page; one on disk has its pictures alone, for files beside it are read by themselves."""
    fetch = partial(_fetch, place, account)
    if place.portal is not None:
        return fetch
    pictures = set(page_pictures(capture.body, capture.url))
    return lambda url: fetch(url) if url in pictures else None


def _job(url: str, place: _Place) -> PageReading:
    """The reading of a document as the crawl or the ingestion began it."""
    desk, portal, outcome = place.rehearsal, place.portal, RunResult()
    placed = desk.ledger.assigned_jurisdiction(url)
    if portal is None:
        return PageReading(desk, FILES, Context(jurisdiction=placed), corrected=False, outcome=outcome)
    listed = desk.ledger.entry(url)
    title = report_title(listed.title) if listed else None
    corrected = title is not None and title.corrected
    if listed is None:
        listed, corrected = _as_listed(place.workspace.ledger.verdicts_on(url)[0])
    division = placed or portal.jurisdiction
    context = Context(listed.agency or None, listed.listed_on, division, portal.divisions)
    return PageReading(desk, portal.id, context, corrected, outcome, listed)


def _as_listed(told: Verdict) -> tuple[ListEntry, bool]:
    """The entry that may have led to a file which no page shows any more, and whether it named a correction."""
    listed = ListEntry(
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
