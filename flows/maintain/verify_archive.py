"""The archive compared with what the ledger and the journal know of it: every capture is hashed again.

Repairs nothing: only the portal has the bytes that are lost.
"""

from __future__ import annotations

from collections.abc import Callable

from extractors.archive.archive import Archive, DamagedCapture
from flows.ledger.ledger import Ledger
from flows.runs.progress import display


def verify(archive: Archive, ledger: Ledger, on_torn_line: Callable[[str], None]) -> tuple[int, list[str]]:
    """Return the number of captures, and a line for each that is damaged, or missing although it was fetched.

    `on_torn_line` is called with the place of each incomplete line of the journal.
    """
    named = ledger.captures() | {fetch.sha256: fetch.url for fetch in archive.fetches(on_torn_line) if fetch.sha256}
    missing, faults, count = set(named), [], 0
    for count, sha256 in enumerate(archive.captures(), 1):
        display().show("verify", count - 1, max(len(named), count))
        missing.discard(sha256)
        faults += _fault(archive, sha256, named)
    for sha256 in sorted(missing):
        faults += _fault(archive, sha256, named)
    display().show("verify", count, count)
    return count, faults


def _fault(archive: Archive, sha256: str, named: dict[str, str]) -> list[str]:
    try:
        archive.get(sha256)
    except DamagedCapture as error:
        return [f"{error}; it came from {named.get(sha256, 'an unknown address')}"]
    return []
