"""One capture or several → the edition that they tell, or the verdict why there is none.

Owns the choice among a page and its attachments, and what goes to quarantine. Must not fetch or publish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from extractors.ledger import Settled, State
from extractors.sniff import sniff
from flows.collector import Capture
from flows.editions import Edition
from flows.outcome import Outcome
from flows.reading import Task, Told
from flows.settings import PARSER_VERSION
from flows.workspace import Workspace
from transforms.report import Context
from transforms.tidy import Source

_COMPLETENESS = ("narrative_only", "tables_missing", "partial", "complete")
Document = tuple[Capture, Told | str]
"""A capture with the report in it, or why there is none."""
Reading = Callable[[], Told | str]


@dataclass(frozen=True, slots=True)
class Job:
    """Reading of the documents of one entry or file, with what is known of them from where they were found."""

    workspace: Workspace
    portal: str
    context: Context
    corrected: bool
    outcome: Outcome

    def settled(self, capture: Capture) -> list[Settled]:
        """Verdicts of today's parser on these very bytes at this address."""
        return [
            one
            for one in self.workspace.ledger.settled(capture.url)
            if (one.sha256, one.parser_version) == (capture.sha256, PARSER_VERSION)
        ]

    def begin(self, capture: Capture) -> Reading:
        """Begins to read a capture in a worker; call what is returned for the report, or why there is none."""
        self.outcome.counts.read += 1
        address = capture.address
        source = Source(
            url=capture.url,
            capture_sha256=capture.sha256,
            media_type=sniff(capture.body),
            first_seen=address.first_seen,
            last_checked=address.last_checked,
            last_changed=address.last_changed or address.first_seen,
            parser_version=PARSER_VERSION,
        )
        return self.workspace.readers.submit(Task(capture.body, capture.content_type, self.context, source))

    def conclude(self, documents: Sequence[Document]) -> list[Edition]:
        """The edition of the best document; where none is a report, all go to quarantine with their reasons."""
        reports = [(capture, found) for capture, found in documents if isinstance(found, Told)]
        best = max(reports, key=lambda pair: _COMPLETENESS.index(pair[1].status), default=None)
        for capture, found in documents:
            if best is None:
                self.quarantine(capture, str(found))
            elif capture is not best[0]:
                self.note_no_report(capture, found if isinstance(found, str) else f"{best[0].url} tells it better")
        return [edition for edition in [self._edition(*best)] if edition] if best else []

    def _edition(self, capture: Capture, report: Told) -> Edition | None:
        if report.jurisdiction is None:
            reason = f"the division of {report.agency} is not known or not the only one: name it with --jurisdiction"
            self.quarantine(capture, reason)
            return None
        return Edition(report, capture, self.portal, report.jurisdiction, self.corrected)

    def quarantine(self, capture: Capture, reason: str) -> None:
        """Keeps bytes that could not be read or placed, with the reason; a failure of the run."""
        self.workspace.quarantine.put(capture.url, capture.body, reason, datetime.now(UTC), capture.url)
        self._settle(capture, "quarantined", reason)
        self.outcome.fail(capture.url, reason)

    def note_no_report(self, capture: Capture, reason: str) -> None:
        """Notes that a document carries or accompanies a report and is none itself."""
        self._settle(capture, "no_report", reason)

    def _settle(self, capture: Capture, state: State, reason: str) -> None:
        self.workspace.ledger.settle(
            Settled(
                report_id=capture.url,
                url=capture.url,
                portal=self.portal,
                jurisdiction=self.context.jurisdiction or "",
                agency=self.context.agency or "",
                year=None,
                sha256=capture.sha256,
                parser_version=PARSER_VERSION,
                state=state,
                reason=reason,
            )
        )
