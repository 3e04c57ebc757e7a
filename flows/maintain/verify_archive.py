"""The archive against what is known of it: every capture is hashed again.

Owns what counts as a fault of the archive. Must not mend one: only the portal has the bytes that are lost.
"""

from __future__ import annotations

from collections.abc import Callable

from extractors.archive.archive import Archive, DamagedCapture
from flows.ledger.ledger import Ledger
from flows.runs.progress import display


def verify(archive: Archive, ledger: Ledger, torn: Callable[[str], None]) -> tuple[int, list[str]]:
    """How many captures there are, and a line for each that is damaged, or missing although it was fetched.

    `torn` is told the place of each line of the journal that its writer left half.
    """
    named = ledger.captures() | {one.sha256: one.url for one in archive.fetches(torn) if one.sha256}
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
