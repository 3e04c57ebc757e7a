"""Quarantine: documents that could not be read or assigned, and each with its reason and all that is known of it."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse

from extractors.archive.quarantine import Quarantine, QuarantineError, QuarantineRecord
from extractors.document import Unreadable
from extractors.hosts import is_web_address
from flows.explorer.evidence.quarantined_text import MOST_LINES, READ, QuarantinedText
from flows.explorer.explorer import Explorer, Shared
from flows.explorer.rendering import render
from warehouse.storage.store import open_store

router = APIRouter(prefix="/quarantine")
_MOST = 500
"""Documents, and reasons, that are listed."""
_LARGEST = 50_000_000
"""Bytes of a document that is opened at all."""
Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get("/")
def quarantine(request: Request, explorer: Shared, portal: str = "", reason: str = "") -> HTMLResponse:
    """List what waits and why."""
    waiting = _quarantine(explorer).entries()
    chosen = [record for record in waiting if portal in ("", record.origin.portal) and reason.strip() in record.reason]
    values = {
        "waiting": len(waiting),
        "portals": sorted({record.origin.portal for record in waiting}),
        "portal": portal,
        "reason": reason.strip(),
        "reasons": Counter(record.reason for record in chosen).most_common(_MOST),
        "count": len(chosen),
        "records": chosen[:_MOST],
    }
    return render(request, "quarantine.html", values)


@router.get("/{sha256}/")
def document(request: Request, explorer: Shared, sha256: Sha256) -> HTMLResponse:
    """Show one document: its sources, the reason of each, and its text if it is one."""
    store = _quarantine(explorer)
    records = store.entries(sha256)
    if not records:
        raise HTTPException(404, f"no document in quarantine has the SHA-256 {sha256}")
    lines, fault = _shown(explorer, store, records[0])
    values = {
        "records": records,
        "lines": lines[:MOST_LINES],
        "cut": len(lines) > MOST_LINES or records[0].size > READ,
        "fault": fault,
        "is_web": is_web_address,
    }
    return render(request, "quarantined.html", values)


def _quarantine(explorer: Explorer) -> Quarantine:
    return Quarantine(open_store(explorer.settings.quarantine))


def _shown(explorer: Explorer, store: Quarantine, record: QuarantineRecord) -> tuple[list[str], str | None]:
    """Return the lines of a document that is text, and what keeps them from being shown."""
    if record.size > _LARGEST:
        return [], f"the document has {record.size:,} bytes; at most {_LARGEST:,} are read here"
    try:
        body = store.original(record.sha256)
        if not record.media.startswith("text/"):
            return [], None
        text = QuarantinedText(body[:READ], record.media, record.origin.content_type)
        return explorer.evidence.quarantined_lines(text), None
    except (QuarantineError, Unreadable) as error:
        return [], str(error)
