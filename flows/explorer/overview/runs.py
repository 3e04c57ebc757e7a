"""The latest runs and their alarms."""

from __future__ import annotations

from flows.explorer.known_ledger import known_ledger
from flows.ledger.records import RunRecord
from flows.settings import Settings


def last_runs(settings: Settings, count: int) -> list[RunRecord]:
    """Return the last runs, the latest first; none where there is no ledger. Raise UnreadableLedger."""
    with known_ledger(settings) as ledger:
        return ledger.runs.last(count) if ledger else []
