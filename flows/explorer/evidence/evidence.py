"""The evidence of an explorer: pictures of pages, archived web pages, and documents read again.

Owns where that is made (in worker processes with the limits of any reading) and how much of it is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from extractors.archive.archive import Archive
from flows.explorer.evidence.archived_page import ArchivedPage, ShownPage, shown_page
from flows.explorer.evidence.captures import rereading_of
from flows.explorer.evidence.drawn_page import DrawnPage, WantedPage, drawn_page
from flows.explorer.evidence.quarantined_text import QuarantinedText, quarantined_lines
from flows.explorer.evidence.recent import Recent
from flows.explorer.evidence.rereading import Reread, reread
from flows.explorer.reports.published_report import PublishedReport
from flows.settings import Settings
from flows.workers.pool import Readers
from warehouse.storage.store import open_store

_PICTURES, _REREADINGS, _PAGES = 8, 16, 8


class Evidence:
    """What reads documents for the pages of an explorer. Threads may ask at the same time.

    All methods raise DamagedCapture if the archive lacks a file, Unreadable if it cannot be read or shown.
    """

    def __init__(self, settings: Settings, readers: Readers) -> None:
        self._settings = settings
        self._archive = Archive(open_store(settings.archive))
        self._readers = readers
        self._secret = secrets.token_bytes(16)
        self._pictures = Recent[DrawnPage](_PICTURES)
        self._rereadings = Recent[Reread](_REREADINGS)
        self._pages = Recent[ShownPage](_PAGES)

    def picture(self, sha256: str, page: int, member: str = "") -> DrawnPage:
        """Return the picture of a page of a capture, or of a member of it."""

        def make() -> DrawnPage:
            return self._readers.begin(drawn_page, WantedPage(self._archive.get(sha256), page, member))()

        return self._pictures.get((sha256, page, member), make)

    def reread(self, report: PublishedReport) -> Reread:
        """Return a report's document read again, with the places of its figures."""

        def make() -> Reread:
            return self._readers.begin(reread, rereading_of(report, self._archive, self._settings))()

        return self._rereadings.get(_version(report), make)

    def page(self, report: PublishedReport, cell: tuple[int, int] | None) -> ShownPage:
        """Return the archived page of a report with a cell of a grid marked as `mark` says."""

        def make() -> ShownPage:
            own = rereading_of(report, self._archive, self._settings)
            return self._readers.begin(shown_page, ArchivedPage(own.body, own.content_type, self.mark(report), cell))()

        return self._pages.get((*_version(report), cell), make)

    def quarantined_lines(self, given: QuarantinedText) -> list[str]:
        """Return the lines of a document in quarantine."""
        return self._readers.begin(quarantined_lines, given)()

    def mark(self, report: PublishedReport) -> str:
        """Return the id of what is marked in the archived page of a report, which its author could not foresee."""
        told = hmac.new(self._secret, report.text("capture_sha256").encode(), hashlib.sha256)
        return f"figure-{told.hexdigest()[:16]}"


def _version(report: PublishedReport) -> tuple[str, str, str]:
    """Return what a report is known by until it is read anew."""
    return report.text("report_id"), report.text("capture_sha256"), report.text("parser_version")
