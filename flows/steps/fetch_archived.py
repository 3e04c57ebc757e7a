"""URL → capture out of the archive: what the last fetch of an address brought, without a request.

Owns what takes the place of a fetch where documents are read again. Must not fetch, nor read what the bytes say.
"""

from __future__ import annotations

from extractors.archive.archive import DamagedCapture
from flows.steps.fetch import Capture
from flows.workspace_protocols import Stores


def fetch_archived(desk: Stores, url: str, charset: str | None = None) -> Capture | str | None:
    """The capture that was last made of `url`, why there is none, or None where it was never asked for.

    `charset` is that of a portal whose pages declare another.
    """
    known = desk.ledger.address(url)
    if known is None:
        return None
    if known.sha256 is None:
        return f"it could not be had when it was last asked for ({known.outcome})"
    content_type = f"text/html; charset={charset}" if charset else known.content_type
    try:
        return Capture(url, desk.archive.get(known.sha256), known.sha256, content_type, known)
    except DamagedCapture as error:
        return str(error)
