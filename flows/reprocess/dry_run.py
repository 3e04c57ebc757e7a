"""Reading and publishing as they would be: on a workspace in which nothing that is done stays.

Owns what stands for ledger, warehouse and quarantine meanwhile. Must not decide what is done. One thread at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from extractors.archive.archive import Archive
from extractors.archive.quarantine import Quarantine, QuarantineRecord
from flows.ledger.records import Address, ListEntry, Verdict, superseded_by
from flows.workers.pool import Readers
from flows.workspace import Workspace
from flows.workspace_protocols import LedgerView
from warehouse.storage.overlay import OverlayStore
from warehouse.storage.store import open_store


class DryRunLedger:
    """What the ledger knows, but for documents: of these, only the verdicts that are reached in the rehearsal."""

    def __init__(self, below: LedgerView) -> None:
        self._below = below
        self._placed, self._editions = cache(below.assigned_jurisdiction), cache(below.editions)
        self._own: defaultdict[str, list[Verdict]] = defaultdict(list)
        self._kept: frozenset[Verdict] = frozenset()

    def address(self, url: str) -> Address | None:
        """What is known of `url`."""
        return self._below.address(url)

    def assigned_jurisdiction(self, url: str) -> str | None:
        """The division that people gave for the document at `url`."""
        return self._placed(url)

    def entry(self, url: str) -> ListEntry | None:
        """The annual report that a list names at `url`."""
        return self._below.entry(url)

    def upsert_entry(self, listed: ListEntry) -> None:
        """Nothing: what came of a list's entry is not decided by reading it again."""

    def verdicts_on(self, url: str) -> list[Verdict]:
        """What became of the reports in the document at `url` in this rehearsal: none before it was read."""
        return list(self._own.get(url, ()))

    def editions(self, report_id: str) -> list[Verdict]:
        """The documents that held a report, as far as no later verdict has taken the place of theirs."""
        below = [one for one in self._editions(report_id) if self._stands(one)]
        return [*below, *(one for verdicts in self._own.values() for one in verdicts if one.report_id == report_id)]

    def record_verdict(self, settled: Verdict) -> None:
        """Enter what became of a report, as the ledger would."""
        kept = [one for one in self._own[settled.url] if not _replaces(settled, one)]
        self._own[settled.url] = [*kept, settled]

    def supersede(self, settled: Verdict, by: str) -> None:
        """Enter that the document at `by` has taken the place of an edition."""
        others = [one for one in self._own[settled.url] if one.report_id != settled.report_id]
        self._own[settled.url] = [*others, replace(settled, state="superseded", reason=superseded_by(by))]

    def keep(self, verdicts: Iterable[Verdict]) -> None:
        """Let verdicts of before stand, whatever their documents came to in this rehearsal."""
        self._kept = frozenset(verdicts)

    def _stands(self, former: Verdict) -> bool:
        """Whether no verdict of this rehearsal has taken the place of one from before."""
        own = self._own.get(former.url, ())
        if former in self._kept:
            return all(one.report_id != former.report_id for one in own)
        return not any(_replaces(one, former) for one in own)

    def verdicts(self) -> list[Verdict]:
        """All that was entered and still stands."""
        return [one for verdicts in self._own.values() for one in verdicts]


def _replaces(new: Verdict, old: Verdict) -> bool:
    """Whether a verdict takes the place of another on the same document (`Ledger.settle`)."""
    return old.report_id == new.report_id or new.outdates(old)


@dataclass(frozen=True, slots=True)
class DryRun:
    """The stores of a workspace, over which everything may be tried."""

    archive: Archive
    ledger: DryRunLedger
    warehouse: OverlayStore
    quarantine: Quarantine
    readers: Readers
    _quarantined: OverlayStore

    def quarantined(self) -> list[tuple[QuarantineRecord, bytes]]:
        """What went to quarantine in this rehearsal, with its bytes."""
        paths = [path for path in self._quarantined.written if path.endswith(".json")]
        entries = [QuarantineRecord.model_validate_json(self._quarantined.read(path) or b"") for path in paths]
        return [(entry, self.quarantine.original(entry.sha256)) for entry in entries]


def dry_run(workspace: Workspace) -> DryRun:
    """A rehearsal on what the workspace holds."""
    quarantined = OverlayStore(open_store(workspace.settings.quarantine))
    return DryRun(
        archive=workspace.archive,
        ledger=DryRunLedger(workspace.ledger),
        warehouse=OverlayStore(workspace.warehouse),
        quarantine=Quarantine(quarantined),
        readers=workspace.readers,
        _quarantined=quarantined,
    )
