"""What stood by documents that were read again → what is to become of it.

Owns the rule that nothing published goes because its document cannot be read any more. Must not read or write a store
but the ledger's verdicts.
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
    """Verdicts by which reports stood, on documents that have been read again.

    `told`: they are told still. `lost`: nothing can be read in their documents, and that is a failure. The others'
    documents tell other reports now: of those in `gone` none tells them, of those `passed_on` another that was read
    with it does, and of those `waiting` another that was not read with it had told them, too.
    """

    told: Sequence[Verdict]
    lost: Sequence[Verdict]
    gone: Sequence[Verdict]
    passed_on: Sequence[Verdict]
    waiting: Mapping[Verdict, Verdict]

    @property
    def withdrawn(self) -> list[Verdict]:
        """Those whose documents tell other reports."""
        return [*self.gone, *self.passed_on, *self.waiting]


def judge(accounts: Sequence[DocumentResult], ledger: LedgerView) -> PreviousVerdicts:
    """What became of the reports that stood by the documents of these accounts and their parts."""
    told = defaultdict[str, set[str]](set)
    for account in accounts:
        for url in account.sources:
            told[url] |= {edition.identifier for edition in account.editions}
    telling = {edition.capture.url for account in accounts for edition in account.editions}
    known = frozenset[str]().union(*told.values())
    standing = [one for url in sorted(told) for one in ledger.verdicts_on(url) if one.state in STANDING]
    untold = [one for one in standing if one.report_id not in told[one.url]]
    withdrawn = [one for one in untold if one.url in telling]
    others = {
        one: other
        for one in withdrawn
        if one.report_id not in known
        for other in ledger.editions(one.report_id)
        if other.url not in told and other.state in EDITION_STATES
    }
    return PreviousVerdicts(
        told=[one for one in standing if one not in untold],
        lost=[one for one in untold if one.url not in telling],
        gone=[one for one in withdrawn if one.report_id not in known and one not in others],
        passed_on=[one for one in withdrawn if one.report_id in known],
        waiting=others,
    )


def unpublished(former: PreviousVerdicts, ledger: LedgerView) -> list[Verdict]:
    """Those that are told still, and that nothing holds the place of after their publishing was tried."""
    return [one for one in former.told if all(now.state not in STANDING for now in ledger.editions(one.report_id))]


def failure(one: Verdict, ledger: LedgerView) -> Failure:
    """Why a report that could be read before cannot be now, by the verdicts of its rehearsal."""
    reason = next((now.reason for now in ledger.verdicts_on(one.url) if now.reason), "no document tells it")
    other = next((now for now in ledger.editions(one.report_id) if now.url != one.url and now.state in STANDING), None)
    end = f"{other.url} takes its place" if other else "what is published of it stays"
    return Failure(one.url, f"{one.agency} {one.year} was read before and is not now: {reason}; {end}")


def waits(one: Verdict, other: Verdict) -> Failure:
    """What is to be done about a report that its document tells no more, and another may tell."""
    remedy = f"`nianbao reprocess --portal {other.portal} --publish` reads {other.url}, which told it too"
    return Failure(one.url, f"{one.agency} {one.year} is told by its document no more, and stays as it is: {remedy}")
