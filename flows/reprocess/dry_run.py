"""Reading and publishing tried out on a workspace, without leaving anything in it.

Owns what takes the place of ledger, warehouse and quarantine meanwhile. For one thread at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from extractors.archive.archive import Archive
from extractors.archive.quarantine import Quarantine, QuarantineRecord
from extractors.web.response import FetchOutcome
from flows.decisions.decisions import RootDecisions
from flows.ledger.agencies import SeenName
from flows.ledger.records import Address, Assigned, ListEntry, Verdict, superseded_by
from flows.workers.pool import Readers
from flows.workspace import Workspace
from flows.workspace_protocols import LedgerView
from warehouse.storage.overlay import OverlayStore


class DryRunLedger:
    """What the ledger knows, except the verdicts on documents: of these, only those reached in the dry run."""

    def __init__(self, below: LedgerView) -> None:
        self._below = below
        self._assigned, self._editions = cache(below.assigned), cache(below.editions)
        self._own: defaultdict[str, list[Verdict]] = defaultdict(list)
        self._kept: frozenset[Verdict] = frozenset()
        self._void: frozenset[Verdict] = frozenset()

    def address(self, url: str) -> Address | None:
        """Return what is known of `url`."""
        return self._below.address(url)

    def assigned(self, url: str) -> Assigned:
        """Return what people said of the document at `url`."""
        return self._assigned(url)

    def defer(self, entry: ListEntry, outcome: FetchOutcome, reason: str) -> None:
        """Do nothing: reading an entry again does not decide what came of it."""

    def verdicts_on(self, url: str) -> list[Verdict]:
        """Return the verdicts on the document at `url` in this dry run: none before it was read."""
        return list(self._own.get(url, ()))

    def editions(self, report_id: str) -> list[Verdict]:
        """Return the verdicts on documents that contained a report, as far as no later verdict has replaced them."""
        below = [verdict for verdict in self._editions(report_id) if self._is_valid(verdict)]
        return [*below, *(verdict for verdict in self.verdicts() if verdict.report_id == report_id)]

    def record_agencies(self, seen: Iterable[SeenName]) -> None:
        """Do nothing: how a body is printed decides nothing in a dry run."""

    def record_verdict(self, verdict: Verdict) -> None:
        """Record what became of a report, as the ledger would."""
        kept = [known for known in self._own[verdict.url] if not _replaces(verdict, known)]
        self._own[verdict.url] = [*kept, verdict]

    def supersede(self, verdict: Verdict, by: str) -> None:
        """Record that the document at `by` has taken the place of an edition."""
        others = [known for known in self._own[verdict.url] if known.report_id != verdict.report_id]
        self._own[verdict.url] = [*others, replace(verdict, state="superseded", reason=superseded_by(by))]

    def keep(self, verdicts: Iterable[Verdict]) -> None:
        """Keep previous verdicts, whatever became of their documents in this dry run."""
        self._kept = frozenset(verdicts)

    def void(self, verdicts: Iterable[Verdict]) -> None:
        """Drop previous verdicts: by what a person says, their documents contain no report."""
        self._void = frozenset(verdicts)

    def _is_valid(self, previous: Verdict) -> bool:
        """Return whether no verdict of this dry run has replaced a previous one."""
        own = self._own.get(previous.url, ())
        if previous in self._void:
            return False
        if previous in self._kept:
            return all(verdict.report_id != previous.report_id for verdict in own)
        return not any(_replaces(verdict, previous) for verdict in own)

    def verdicts(self) -> list[Verdict]:
        """Return everything that was recorded and was not replaced."""
        return [verdict for verdicts in self._own.values() for verdict in verdicts]


def _replaces(new: Verdict, old: Verdict) -> bool:
    """Return whether a verdict replaces another on the same document, as in `Ledger.record_verdict`."""
    return old.report_id == new.report_id or new.outdates(old)


@dataclass(frozen=True, slots=True)
class DryRun:
    """The stores of a workspace, on which everything may be tried."""

    archive: Archive
    ledger: DryRunLedger
    warehouse: OverlayStore
    quarantine: Quarantine
    readers: Readers
    decisions: RootDecisions
    _quarantined: OverlayStore

    def quarantined(self) -> list[tuple[QuarantineRecord, bytes]]:
        """Return what went to quarantine in this dry run, with its bytes."""
        paths = [path for path in self._quarantined.written if path.endswith(".json")]
        records = [QuarantineRecord.model_validate_json(self._quarantined.read(path) or b"") for path in paths]
        return [(record, self.quarantine.original(record.sha256)) for record in records]


def dry_run(workspace: Workspace) -> DryRun:
    """Return a dry run on what the workspace contains."""
    quarantined = OverlayStore(workspace.quarantine_store)
    return DryRun(
        archive=workspace.archive,
        ledger=DryRunLedger(workspace.ledger),
        warehouse=OverlayStore(workspace.warehouse),
        quarantine=Quarantine(quarantined),
        readers=workspace.readers,
        decisions=workspace.decisions,
        _quarantined=quarantined,
    )
