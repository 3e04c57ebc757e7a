"""The stage of a list entry, as its reason in the ledger states it: from its listing until its report is published.

Owns these reasons and who may change which: a crawl that resumes after a kill asks again for entries that are not done.
"""

from __future__ import annotations

from dataclasses import replace

from flows.ledger.records import ListEntry
from flows.workspace_protocols import LedgerView

NOT_ASKED = "not asked for yet"
"""From its listing to the first attempt to fetch its page."""
BEING_READ = "being read"
"""From the beginning of its reading to the publication of everything in it."""
HELD_BACK = "held back"
"""Begins the reason of an entry that was read and waits for others of its year."""


def mark_being_read(listed: ListEntry, ledger: LedgerView) -> None:
    """Record that the entry is being read: until `mark_done`, a crawl that resumes after a kill asks for it."""
    ledger.upsert_entry(replace(listed, reason=BEING_READ))


def mark_deferred(listed: ListEntry, url: str, reason: str, ledger: LedgerView) -> None:
    """Record that the entry waits for its page or a part of it, at `url`, which could not be fetched."""
    address = ledger.address(url)
    if address:
        ledger.upsert_entry(replace(listed, outcome=address.outcome, reason=reason))


def mark_held_back(listed: ListEntry, reason: str, ledger: LedgerView) -> None:
    """Record that the entry was read and waits for others of its year, unless it was deferred itself."""
    if _is_being_read(listed, ledger):
        ledger.upsert_entry(replace(listed, reason=f"{HELD_BACK}: {reason}"))


def mark_done(listed: ListEntry, ledger: LedgerView) -> None:
    """Record that everything in the entry is published, or kept with a reason, unless it was deferred."""
    if _is_being_read(listed, ledger):
        ledger.upsert_entry(listed)


def _is_being_read(listed: ListEntry, ledger: LedgerView) -> bool:
    entry = ledger.entry(listed.url)
    return entry is not None and entry.reason == BEING_READ
