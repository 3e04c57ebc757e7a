"""One document of a portal's list or from disk → the editions in it and in its parts, with verdicts on what is none.

Owns when a document is read, when its parts are fetched, and what goes to quarantine. It publishes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from extractors.web.response import PASSING
from flows.documents.capture import Capture
from flows.documents.joined_page import PageFile
from flows.documents.page_parts import (
    MOST_PARTS,
    ReadCapture,
    better_of,
    files_of,
    is_apart,
    is_read_joined,
    lacks_parts,
    picture_files,
    unread_files,
)
from flows.documents.parse import ParsedReport, ParseResult, Place, Task
from flows.ledger.records import EDITION_STATES, PartsOfPage, Verdict
from flows.runs.result import RunResult
from flows.steps.editions import Edition
from flows.steps.page_verdicts import (
    PageSource,
    choose_reports,
    context_with,
    why_passed_over,
    why_unplaced,
)
from flows.steps.read_state import by_version, verdicts_on_bytes
from flows.workspace_protocols import Stores
from transforms.parser_version import parser_version
from transforms.rows import ReportSource

BATCH = 100
"""Documents that are read before their reports are published: memory does not grow with their number."""

CapturePart = Callable[[str], Capture | str | None]
"""Gets a part of a page by its URL: its capture, or in one line why there is none, or None if it is no part."""
PendingParse = Callable[[], ParseResult]
"""Waits for what a reader makes of a document."""
PendingEditions = Callable[[], list[Edition]]
"""Waits until a document is read, reads its parts if it needs them, and returns the editions."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """The reading of one document, and of its parts if it is a page that is no whole report by itself.

    Verdicts on documents that give no edition go to the ledger of `stores`, failures to `outcome`.
    """

    source: PageSource
    capture: Capture
    capture_part: CapturePart
    stores: Stores
    outcome: RunResult

    def current_verdicts(self, capture: Capture) -> list[Verdict]:
        """Return the verdicts of today's parser on these very bytes, none if they are not complete."""
        known = self.stores.ledger.verdicts_on(capture.url)
        return verdicts_on_bytes(capture.sha256, by_version(known, self.source.context.version))

    def begin_if_changed(
        self, verdicts: Sequence[Verdict], parts: Callable[[], PartsOfPage], begins: Callable[[], object]
    ) -> PendingEditions | None:
        """Begin to read unless today's parser has read the document, and what its parts are when captured again.

        `verdicts` are those on the document, `parts` returns what it names. `begins` is called before a part is fetched
        or anything is read.
        """
        current = verdicts_on_bytes(self.capture.sha256, by_version(verdicts, self.source.context.version))
        again = self._parts_to_check(parts(), current) if current else []
        if current and not again:
            return None
        begins()
        return self.begin() if not current or self._is_any_unread(again) else None

    def begin(self) -> PendingEditions:
        """Hand the document to a reader; call what is returned for the editions."""
        pending = self._submit(self.capture)
        return lambda: self._conclude(pending())

    def _submit(self, capture: Capture, parts: Sequence[PageFile] | None = None) -> PendingParse:
        """Hand a capture to a reader: by itself, or with `parts` as a page with what it shows and links to.

        What people said of the document takes precedence over what is known from the place where it was found; what
        they say is no report is not read.
        """
        if dismissed := self._why_dismissed(capture):
            return lambda: ParseResult(reason=dismissed)
        self.outcome.counts.read += 1
        address = capture.address
        report_source = ReportSource(
            url=capture.url,
            capture_sha256=capture.sha256,
            media_type=capture.media_type,
            first_seen=address.first_seen,
            last_checked=address.last_checked,
            last_changed=address.last_changed or address.first_seen,
            parser_version=parser_version(),
        )
        context = context_with(self.stores.ledger.assigned(capture.url), self.source.context)
        task = Task(capture.body, capture.content_type, context, report_source, None if parts is None else tuple(parts))
        return self.stores.readers.submit(task)

    def _conclude(self, alone: ParseResult) -> list[Edition]:
        """Return the editions in a page, in its attachments, or in both together if the page is no whole report."""
        own = ReadCapture(self.capture, alone)
        if alone.is_whole or not self.capture.is_page:
            return self._editions([own])
        parts = alone.parts or self.capture.parts
        titles = files_of(parts, self.source.portal)
        files = self._capture_all(titles)
        if files is None:
            return []
        if not alone.reports and any(self._had_report(file) for file in files):
            self._note_no_report(self.capture, alone.reason)
            return self._editions(self._read([file for file in files if not self.current_verdicts(file)]))
        documents = self._read(files)
        if not lacks_parts(alone, [document.result for document in documents]):
            return self._conclude_apart(own, documents)
        pictures = self._capture_all(parts.pictures)
        if pictures is None:
            return []
        joinable = [*unread_files(documents, titles), *picture_files(pictures)]
        if not joinable and not is_read_joined(parts):
            return self._conclude_apart(own, documents)
        return self._conclude_joined(own, documents, joinable)

    def _conclude_joined(
        self, own: ReadCapture, documents: Sequence[ReadCapture], joinable: Sequence[tuple[Capture, PageFile]]
    ) -> list[Edition]:
        """Return the editions of the page read with its parts; of each apart if they are no report together."""
        joined = self._submit(self.capture, [file for _, file in joinable])()
        if not joined.reports:
            return self._conclude_apart(ReadCapture(self.capture, better_of(own.result, joined)), documents)
        for part, _ in joinable:
            self._note_no_report(part, f"a part of {self.capture.url}")
        readable = [document for document in documents if is_apart(document.result)]
        return self._editions([ReadCapture(self.capture, joined), *readable])

    def _conclude_apart(self, own: ReadCapture, documents: Sequence[ReadCapture]) -> list[Edition]:
        """Return the editions of a page and its attachments, each read by itself."""
        if documents and not own.result.reports:
            self._note_no_report(own.capture, own.result.reason)
            return self._editions(documents)
        return self._editions([own, *documents])

    def _read(self, files: Sequence[Capture]) -> list[ReadCapture]:
        """Return each file with what it contains by itself; several are read at once."""
        begun = [(file, self._submit(file)) for file in files]
        return [ReadCapture(file, pending()) for file, pending in begun]

    def _had_report(self, file: Capture) -> bool:
        """Return whether these bytes gave a report in an earlier run, in place of their page."""
        return any(verdict.state in EDITION_STATES for verdict in self.current_verdicts(file))

    def _parts_to_check(self, parts: PartsOfPage, current: Sequence[Verdict]) -> list[str]:
        """Return the URLs of the parts that were read with the page, or in place of it.

        A page that gave way to its attachments was noted before these were published: a crash may lie between.
        """
        gave_way = all(verdict.state == "no_report" for verdict in current)
        known = [url for url in (*parts.files, *parts.pictures) if self.stores.ledger.verdicts_on(url)]
        return [*dict.fromkeys([*known, *(parts.files if gave_way else ())])]

    def _is_any_unread(self, parts: Sequence[str]) -> bool:
        """Capture parts again; return whether one is unread."""
        captures = [self.capture_part(url) for url in parts]
        return any(isinstance(part, Capture) and not self.current_verdicts(part) for part in captures)

    def _capture_all(self, urls: Iterable[str]) -> list[Capture] | None:
        """Return the captures of parts; None if one cannot be fetched for now: then the entry waits for it.

        A part that is gone for good is a failure.
        """
        wanted = list(urls)
        if len(wanted) > MOST_PARTS:
            reason = f"{len(wanted)} files or pictures on one page; at most {MOST_PARTS} are read"
            self.outcome.fail(self.capture.url, reason)
            return []
        captures: list[Capture] = []
        for url in wanted:
            part = self.capture_part(url)
            if isinstance(part, Capture):
                captures.append(part)
            elif part is not None:
                self.outcome.fail(url, part)
                known = self.stores.ledger.address(url)
                if known and known.outcome in PASSING:
                    if self.source.listed:
                        self.stores.ledger.defer(self.source.listed, known.outcome, part)
                    return None
        return captures

    def _editions(self, documents: Sequence[ReadCapture]) -> list[Edition]:
        """Return an edition of each report, from the document that contains most of it.

        If no document contains a report, all go to quarantine with their reasons.
        """
        chosen = choose_reports(documents, self.source.year)
        taken = [capture for capture, _ in chosen]
        for document in documents:
            if not chosen:
                self._quarantine(document.capture, document.result.reason)
            elif document.capture not in taken:
                reason = why_passed_over(document.result, self.source.year, taken[0].url)
                self._note_no_report(document.capture, reason)
        places = ((capture, report, self._place_or_quarantine(capture, report)) for capture, report in chosen)
        placed = [(capture, report, place) for capture, report, place in places if place]
        counts = Counter(capture.url for capture, *_ in placed)
        return [self.source.edition(capture, report, place, counts[capture.url]) for capture, report, place in placed]

    def _place_or_quarantine(self, capture: Capture, report: ParsedReport) -> Place | None:
        """Return where a report belongs; a document of which this is unknown goes to quarantine."""
        if report.place is None:
            self._quarantine(capture, why_unplaced(report))
        return report.place

    def _quarantine(self, capture: Capture, reason: str) -> None:
        """Keep bytes that could not be read or placed, with the reason; a failure of the run.

        Not so if a person says that they are no report.
        """
        if dismissed := self._why_dismissed(capture):
            self._note_no_report(capture, dismissed)
            return
        origin = self.source.origin(capture)
        self.stores.quarantine.put(capture.body, capture.media_type, origin, reason, datetime.now(UTC))
        self.stores.ledger.record_verdict(self.source.verdict(capture, "quarantined", reason))
        self.outcome.fail(capture.url, reason)

    def _why_dismissed(self, capture: Capture) -> str | None:
        return self.source.context.decisions.why_no_report(capture.url, capture.sha256)

    def _note_no_report(self, capture: Capture, reason: str) -> None:
        """Record that a document carries or accompanies a report and is none itself."""
        self.stores.ledger.record_verdict(self.source.verdict(capture, "no_report", reason))
