"""The files that a report was read from: its own capture, and those that its page was read with.

Owns which captures belong to a report, and what to do where the archive lacks them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from extractors.archive.archive import Archive, DamagedCapture
from extractors.media_type import HTML
from flows.documents.joined_page import PageFile
from flows.explorer.evidence.figures import texts_read
from flows.explorer.evidence.rereading import Rereading
from flows.explorer.known_ledger import known_ledger
from flows.explorer.reports.published_report import PublishedReport
from flows.settings import Settings
from flows.workspace import known_portals
from transforms.report import Context

_PART = re.compile(r"(\S.*?) \(SHA-256 ([0-9a-f]{64})\)(?:; |$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PartName:
    """A file that a page was read with: its address and the SHA-256 of its bytes."""

    url: str
    sha256: str


def part_names(report: PublishedReport) -> list[PartName]:
    """Return the files that the page of a report was read with, and that have captures of their own.

    Those inside the page have none: the finding `read_with_parts` names them by a fragment of the page's address.
    """
    named = (found for text in told_parts(report) for found in _PART.findall(text))
    return [PartName(url, sha256) for url, sha256 in named if "#" not in url]


def told_parts(report: PublishedReport) -> list[str]:
    """Return what the finding `read_with_parts` of a report says; nothing if its document was read by itself."""
    return [str(row["actual"]) for row in report.rows["findings"] if row["check"] == "read_with_parts"]


def rereading_of(report: PublishedReport, archive: Archive, settings: Settings) -> Rereading:
    """Return what it takes to read a report again. Raise DamagedCapture if the archive lacks a file of it."""
    names, url = part_names(report), report.text("url")
    # Pictures inside a page are parts without a name.
    is_joined = told_parts(report) or (report.text("media_type") == HTML and "ocr" in report.text("method"))
    with_ledger = _content_types(settings, [url, *(name.url for name in names)])
    parts = tuple(
        PageFile(name.url, archive.get(name.sha256), with_ledger.get(name.url), "", picture=False) for name in names
    )
    return Rereading(
        body=archive.get(report.text("capture_sha256")),
        content_type=with_ledger.get(url),
        media_type=report.text("media_type"),
        url=url,
        context=_context(report),
        read=texts_read(report),
        parts=parts if is_joined else None,
    )


def why_missing(error: DamagedCapture, settings: Settings) -> str:
    """Return in one line what to do about a capture that is not there."""
    folder = Path(settings.archive)
    if "://" in settings.archive or folder.is_dir():
        return str(error)
    return f"there is no archive at {folder}: set NIANBAO_ARCHIVE_URL to that of the crawl which made this warehouse"


def _context(report: PublishedReport) -> Context:
    """Return what was settled of body and year: what the document says of them is not judged again."""
    return Context(
        agency=report.text("agency_printed") or None,
        jurisdiction=report.partition.jurisdiction,
        year=report.partition.year,
        given=True,
    )


def _content_types(settings: Settings, urls: list[str]) -> dict[str, str]:
    """Return the types, with charsets, by which files were read, as far as a ledger knows them."""
    with known_ledger(settings) as ledger:
        if ledger is None:
            return {}
        known = [address for url in urls if (address := ledger.address(url))]
    portals = known_portals(settings)
    found: dict[str, str] = {}
    for address in known:
        portal = portals.get(address.portal)
        declared = f"text/html; charset={portal.encoding.charset}" if portal and portal.encoding else None
        if content_type := declared or address.content_type:
            found[address.url] = content_type
    return found
