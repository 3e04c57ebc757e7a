"""What reading and publishing need of the stores: a workspace has it, and so has a dry run on one.

Owns these protocols. They name what is used, so that a dry run need not imitate the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from extractors.archive.archive import Archive
from extractors.archive.quarantine import Quarantine
from extractors.web.response import FetchOutcome
from flows.decisions.decisions import RootDecisions
from flows.ledger.agencies import SeenName
from flows.ledger.records import Address, Assigned, ListEntry, Verdict
from flows.workers.pool import Readers
from warehouse.storage.store import Store


class LedgerView(Protocol):
    """What is read from the ledger about documents, and what is recorded in it."""

    def address(self, url: str) -> Address | None:
        """Return what is known of `url`."""

    def assigned(self, url: str) -> Assigned:
        """Return what people said of the document at `url`."""

    def defer(self, entry: ListEntry, outcome: FetchOutcome, reason: str) -> None:
        """Record that a list's entry waits for its page or a part of it, which could not be fetched."""

    def verdicts_on(self, url: str) -> list[Verdict]:
        """Return the verdicts on the reports in the document at `url`."""

    def editions(self, report_id: str) -> list[Verdict]:
        """Return the verdicts on all documents that contained a report."""

    def record_agencies(self, seen: Iterable[SeenName]) -> None:
        """Record the bodies that reports name."""

    def record_verdict(self, verdict: Verdict) -> None:
        """Record what became of a report."""

    def supersede(self, verdict: Verdict, by: str) -> None:
        """Record that the document at `by` took the place of an edition."""


class Stores(Protocol):
    """What documents are read with and published to."""

    @property
    def archive(self) -> Archive:
        """The evidence."""

    @property
    def ledger(self) -> LedgerView:
        """What is known of each document."""

    @property
    def warehouse(self) -> Store:
        """The tables."""

    @property
    def quarantine(self) -> Quarantine:
        """What could not be read."""

    @property
    def readers(self) -> Readers:
        """The processes that read."""

    @property
    def decisions(self) -> RootDecisions:
        """What people decided."""
