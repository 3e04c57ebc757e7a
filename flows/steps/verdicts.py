"""One capture or several → the editions that they tell, or the verdict why there is none.

Owns the choice among a page and its attachments, and what goes to quarantine. Must not fetch or publish.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from extractors.archive.quarantine import Origin
from extractors.media_type import media_type_of
from flows.documents.page_parts import PageFile
from flows.documents.parse import ParsedReport, ParseResult, Task
from flows.ledger.records import ListEntry, Verdict, VerdictState
from flows.runs.result import RunResult
from flows.steps.fetch import Capture
from flows.steps.publish import Edition
from flows.workspace_protocols import Stores
from transforms.parser_version import parser_version
from transforms.report import Context
from transforms.rows import ReportSource

_COMPLETENESS = ("narrative_only", "tables_missing", "partial", "complete")
ReadCapture = tuple[Capture, ParseResult]
"""A capture with the reports in it, or why there is none."""
PendingParse = Callable[[], ParseResult]


BEING_READ = "being read"
"""Stands as the reason of an entry from the beginning of its reading to the publication of all that it tells."""


def completeness(told: ParsedReport) -> int:
    """How much of a report was read; the greater, the more."""
    return _COMPLETENESS.index(told.status)


@dataclass(frozen=True, slots=True)
class PageReading:
    """Reading of the documents of one entry or file, with what is known of them from where they were found."""

    workspace: Stores
    portal: str
    context: Context
    corrected: bool
    outcome: RunResult
    listed: ListEntry | None = None
    """The entry of a portal's list that led here."""

    @property
    def year(self) -> int | None:
        """The year that the title of the entry names."""
        return self.listed.year if self.listed else None

    def put_off(self, url: str, reason: str) -> None:
        """Notes that the entry waits for its page or a part of it, at `url`, which could not be had."""
        address = self.workspace.ledger.address(url)
        if self.listed and address:
            self.workspace.ledger.upsert_entry(replace(self.listed, outcome=address.outcome, reason=reason))

    def note_begun(self) -> None:
        """Notes that the entry is being read: until `note_done`, a crawl that goes on after a kill asks for it."""
        if self.listed:
            self.workspace.ledger.upsert_entry(replace(self.listed, reason=BEING_READ))

    def note_done(self) -> None:
        """Notes that everything the entry told is published, or kept with a reason, unless it was put off."""
        entered = self.listed and self.workspace.ledger.entry(self.listed.url)
        if self.listed and entered and entered.reason == BEING_READ:
            self.workspace.ledger.upsert_entry(self.listed)

    def note_held_back(self, reason: str) -> None:
        """Notes that what the entry told waits for others of its year, unless it was put off itself."""
        entered = self.listed and self.workspace.ledger.entry(self.listed.url)
        if self.listed and entered and entered.reason == BEING_READ:
            self.workspace.ledger.upsert_entry(replace(self.listed, reason=reason))

    def settled(self, capture: Capture) -> list[Verdict]:
        """Verdicts of today's parser on these very bytes at this address.

        None where one of its reports has no verdict yet: a crash may lie between two of them.
        """
        found = [
            one
            for one in self.workspace.ledger.verdicts_on(capture.url)
            if (one.sha256, one.parser_version) == (capture.sha256, parser_version())
        ]
        return found if len(found) >= max((one.reports_in_document for one in found), default=0) else []

    def begin(self, capture: Capture, parts: Sequence[PageFile] | None = None) -> PendingParse:
        """Begins to read a capture in a worker, with `parts` as a page with what it shows and links to.

        Call what is returned for the reports, or why there is none. The division that people gave for the document
        goes before that of the place where it was found.
        """
        self.outcome.counts.read += 1
        address = capture.address
        source = ReportSource(
            url=capture.url,
            capture_sha256=capture.sha256,
            media_type=media_type_of(capture.body),
            first_seen=address.first_seen,
            last_checked=address.last_checked,
            last_changed=address.last_changed or address.first_seen,
            parser_version=parser_version(),
        )
        placed = self.workspace.ledger.assigned_jurisdiction(capture.url)
        context = replace(self.context, jurisdiction=placed) if placed else self.context
        task = Task(capture.body, capture.content_type, context, source, tuple(parts or ()), parts is not None)
        return self.workspace.readers.submit(task)

    def conclude(self, documents: Sequence[ReadCapture]) -> list[Edition]:
        """An edition of each report, by the document that tells it best; different reports are never mixed.

        Where no document tells one, all go to quarantine with their reasons.
        """
        best: dict[tuple[str | None, str, int], tuple[Capture, ParsedReport]] = {}
        for capture, found in self._of_the_year(documents):
            for told in found if isinstance(found, list) else ():
                former = best.get(told.identity)
                if former is None or completeness(told) > completeness(former[1]):
                    best[told.identity] = capture, told
        taken = [capture for capture, _ in best.values()]
        for capture, found in documents:
            if not best:
                self.quarantine(capture, str(found))
            elif capture not in taken:
                self.note_no_report(capture, self._passed_over(found, taken[0].url))
        editions = [edition for capture, told in best.values() if (edition := self._edition(capture, told))]
        told_by = Counter(edition.capture.url for edition in editions)
        return [replace(edition, told=told_by[edition.capture.url]) for edition in editions]

    def _passed_over(self, found: ParseResult, taken: str) -> str:
        """Why a document beside the one that is taken gives no edition."""
        if isinstance(found, str):
            return found
        others = [f"{told.agency} {told.year}" for told in found if self.year not in (None, told.year)]
        return f"tells {', '.join(others)}, of which its page is no entry" if others else f"{taken} tells it better"

    def _of_the_year(self, documents: Sequence[ReadCapture]) -> Sequence[ReadCapture]:
        """The documents that tell reports for the year of the entry; all where none does.

        A page links earlier reports too, which have entries of their own.
        """
        fitting = [
            (capture, found)
            for capture, found in documents
            if isinstance(found, list) and any(told.year == self.year for told in found)
        ]
        return fitting or documents

    def _edition(self, capture: Capture, report: ParsedReport) -> Edition | None:
        if report.jurisdiction is None:
            reason = f"the division of {report.agency} is not known or not the only one: name it with --jurisdiction"
            self.quarantine(capture, reason)
            return None
        page = self.listed.url if self.listed else capture.url
        return Edition(report, capture, page, self.portal, report.jurisdiction, self.corrected)

    def quarantine(self, capture: Capture, reason: str) -> None:
        """Keeps bytes that could not be read or placed, with the reason; a failure of the run."""
        self.workspace.quarantine.put(capture.body, self._origin(capture), reason, datetime.now(UTC))
        self._settle(capture, "quarantined", reason)
        self.outcome.fail(capture.url, reason)

    def _origin(self, capture: Capture) -> Origin:
        listed = self.listed
        return Origin(
            source=capture.url,
            portal=self.portal,
            content_type=capture.content_type,
            listed_at=listed.url if listed else None,
            jurisdiction=listed.jurisdiction if listed else self.context.jurisdiction,
            agency=self.context.agency,
            year=self.year,
            published_on=self.context.published_on,
            corrected=self.corrected,
        )

    def note_no_report(self, capture: Capture, reason: str) -> None:
        """Notes that a document carries or accompanies a report and is none itself."""
        self._settle(capture, "no_report", reason)

    def _settle(self, capture: Capture, state: VerdictState, reason: str) -> None:
        self.workspace.ledger.record_verdict(
            Verdict(
                report_id=capture.url,
                url=capture.url,
                portal=self.portal,
                jurisdiction=self.listed.jurisdiction if self.listed else self.context.jurisdiction or "",
                agency=self.context.agency or "",
                year=self.year,
                sha256=capture.sha256,
                parser_version=parser_version(),
                state=state,
                reason=reason,
            )
        )
