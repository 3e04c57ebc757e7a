"""What was published from documents that were read again → what is to become of it.

Owns the rule that nothing published is removed because its document can no longer be read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.ledger.records import EDITION_STATES, STANDING, Verdict
from flows.reprocess.documents import DocumentResult
from flows.runs.result import Failure
from flows.workspace_protocols import LedgerView


@dataclass(frozen=True, slots=True)
class PreviousVerdicts:
    """Verdicts by which reports were published, on documents that have been read again.

    `kept`: their documents still contain the reports. `unreadable`: nothing can be read in their documents, which is a
    failure. The documents of the others contain other reports now; of those reports, none that was read contains
    `removed`, another that was read contains `moved`, and another that was not read had contained `pending`, which are
    mapped to the verdict on that one. `dismissed` are those of the others whose documents a person says are no report:
    they hold no place any more.
    """

    kept: Sequence[Verdict]
    unreadable: Sequence[Verdict]
    removed: Sequence[Verdict]
    moved: Sequence[Verdict]
    pending: Mapping[Verdict, Verdict]
    dismissed: Sequence[Verdict]

    @property
    def withdrawn(self) -> list[Verdict]:
        """Those whose documents contain other reports."""
        return [*self.removed, *self.moved, *self.pending]


def judge(results: Sequence[DocumentResult], ledger: LedgerView) -> PreviousVerdicts:
    """Return what became of the reports that were published from these documents and their parts."""
    contained = defaultdict[str, set[str]](set)
    for result in results:
        for url in result.sources:
            contained[url] |= {edition.identifier for edition in result.editions}
    dismissed = {url for result in results for url in result.dismissed}
    readable = dismissed | {edition.capture.url for result in results for edition in result.editions}
    known = frozenset[str]().union(*contained.values())
    verdicts = [verdict for url in sorted(contained) for verdict in ledger.verdicts_on(url)]
    published = [verdict for verdict in verdicts if verdict.state in STANDING]
    missing = [verdict for verdict in published if verdict.report_id not in contained[verdict.url]]
    withdrawn = [verdict for verdict in missing if verdict.url in readable]
    pending = {
        verdict: other
        for verdict in withdrawn
        if verdict.report_id not in known
        for other in ledger.editions(verdict.report_id)
        if other.url not in contained and other.state in EDITION_STATES
    }
    return PreviousVerdicts(
        kept=[verdict for verdict in published if verdict not in missing],
        unreadable=[verdict for verdict in missing if verdict.url not in readable],
        removed=[verdict for verdict in withdrawn if verdict.report_id not in known and verdict not in pending],
        moved=[verdict for verdict in withdrawn if verdict.report_id in known],
        pending=pending,
        dismissed=[verdict for verdict in withdrawn if verdict.url in dismissed],
    )


def unpublished(previous: PreviousVerdicts, ledger: LedgerView) -> list[Verdict]:
    """Return those still contained in their documents that no edition replaced when publishing was tried."""
    return [
        verdict
        for verdict in previous.kept
        if all(edition.state not in STANDING for edition in ledger.editions(verdict.report_id))
    ]


def unreadable_failure(verdict: Verdict, ledger: LedgerView) -> Failure:
    """Return why a report that could be read before cannot be now, by the verdicts of the dry run."""
    reasons = (now.reason for now in ledger.verdicts_on(verdict.url) if now.reason)
    others = (now for now in ledger.editions(verdict.report_id) if now.url != verdict.url and now.state in STANDING)
    reason, other = next(reasons, "no document contains it"), next(others, None)
    end = f"{other.url} takes its place" if other else "the published version is kept"
    return Failure(
        verdict.url, f"{verdict.agency} {verdict.year} could be read before but cannot be now: {reason}; {end}"
    )


def pending_failure(verdict: Verdict, other: Verdict) -> Failure:
    """Return what is to be done about a report that its document no longer contains, and `other`'s may contain."""
    remedy = f"`nianbao reprocess --portal {other.portal} --publish` reads {other.url}, which contained it too"
    gone = f"{verdict.agency} {verdict.year} is no longer found in its document; the published version is kept"
    return Failure(verdict.url, f"{gone}: {remedy}")
