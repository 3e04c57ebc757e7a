"""Quarantine: documents that could not be read or assigned, and each with its reason and all that is known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

import lxml.html
from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse
from lxml.etree import ParserError

from extractors.archive.quarantine import Quarantine, QuarantineError, QuarantineRecord
from extractors.encoding import decode
from extractors.hosts import is_web_address
from extractors.media_type import HTML
from flows.explorer.explorer import Explorer, Shared
from flows.explorer.rendering import render
from warehouse.storage.store import open_store

router = APIRouter(prefix="/quarantine")
_MOST = 500
"""Documents, and reasons, that are listed."""
_READ = 200_000
"""Bytes of a document of which its text is shown."""
_MOST_LINES = 1000
_NOT_SHOWN = ("script", "style", "noscript", "template")
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
    try:
        lines, fault = [*_lines(records, store.original(sha256))], None
    except QuarantineError as error:
        lines, fault = [], str(error)
    values = {
        "records": records,
        "lines": lines[:_MOST_LINES],
        "cut": len(lines) > _MOST_LINES or records[0].size > _READ,
        "fault": fault,
        "is_web": is_web_address,
    }
    return render(request, "quarantined.html", values)


def _quarantine(explorer: Explorer) -> Quarantine:
    return Quarantine(open_store(explorer.settings.quarantine))


def _lines(records: Sequence[QuarantineRecord], body: bytes) -> Iterator[str]:
    """Yield the lines of a page or a plain text; none of a file of another kind."""
    media = records[0].media
    if not media.startswith("text/"):
        return
    text = decode(body[:_READ], records[0].origin.content_type)
    for line in (_text_of_page(text) if media == HTML else text).splitlines():
        if line.strip():
            yield line.strip()


def _text_of_page(page: str) -> str:
    # What an element of its own says stands on a line of its own, cells and paragraphs alike.
    try:
        tree = lxml.html.document_fromstring(page.encode("utf-8", "replace"), lxml.html.HTMLParser(encoding="utf-8"))
    except ParserError:  # nothing but markup
        return ""
    lxml.etree.strip_elements(tree, *_NOT_SHOWN, lxml.etree.Comment, with_tail=False)
    return "\n".join(" ".join(str(text).split()) for text in tree.itertext())
