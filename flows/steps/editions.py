"""Editions: a report as one document contains it, and which of several holds the report's place.

Owns that order. Pure: it asks the ledger and writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

from extractors.archive.quarantine import Origin
from flows.documents.capture import Capture
from flows.documents.parse import ParsedReport, Place
from flows.ledger.records import STANDING, Verdict, VerdictState, completeness
from flows.workspace_protocols import LedgerView

Rank = tuple[int, bool, date, datetime]
"""The edition with the greatest rank holds the report's place: the most complete, a correction, the latest, the last
found."""


@dataclass(frozen=True, eq=False)
class Edition:
    """One report as one document contains it; a later or corrected document may contain it again.

    `place` is where the report belongs. `page` is the address of the entry that led to its document, or the document's
    own; `version` is that of the parser, `report_count` is how many reports the document contains.
    """

    report: ParsedReport
    place: Place
    capture: Capture
    page: str
    portal: str
    corrected: bool
    version: str
    report_count: int = 1

    @property
    def identifier(self) -> str:
        """The report's stable identifier."""
        return self.place.agency.report_id(self.place.year)

    @property
    def rank(self) -> Rank:
        """Its place in the order of the report's editions."""
        day = self.report.published_on or date.min
        return completeness(self.report.status), self.corrected, day, self.capture.address.first_seen

    @property
    def origin(self) -> Origin:
        """Where its document came from, as the quarantine keeps it."""
        return Origin(
            source=self.capture.url,
            portal=self.portal,
            content_type=self.capture.content_type,
            jurisdiction=self.place.jurisdiction,
            agency=self.place.agency.name,
            year=self.place.year,
            published_on=self.report.published_on,
            corrected=self.corrected,
        )

    def verdict(self, state: VerdictState, reason: str | None = None) -> Verdict:
        """Return the verdict on this edition, as the ledger keeps it."""
        return Verdict(
            report_id=self.identifier,
            url=self.capture.url,
            portal=self.portal,
            jurisdiction=self.place.jurisdiction,
            agency=self.place.agency.name,
            year=self.place.year,
            sha256=self.capture.sha256,
            parser_version=self.version,
            state=state,
            reason=reason,
            published_on=self.report.published_on,
            corrected=self.corrected,
            reports_in_document=self.report_count,
            status=self.report.status,
        )


def rivals_of(edition: Edition, ledger: LedgerView) -> list[Verdict]:
    """Return the verdicts on the same report at other addresses by which it is published so far."""
    return [verdict for verdict in _standing(edition, ledger) if verdict.url != edition.capture.url]


def first_outranking(edition: Edition, read: Collection[str], ledger: LedgerView) -> Verdict | None:
    """Return the verdict by which a published edition of the same report outranks this one; None if there is none.

    What was published from a document that has been `read` again, or from the edition's own page or address, outranks
    it only if it was more complete, and today's parser has not read the same bytes otherwise.
    """
    again = {*read, edition.page, edition.capture.url}
    for verdict in _standing(edition, ledger):
        if verdict.url not in again:
            outranks = _rank_of(verdict, ledger) > edition.rank
        else:
            outranks = verdict.completeness > edition.rank[0] and not _is_read_otherwise(edition, verdict, ledger)
        if outranks:
            return verdict
    return None


def _standing(edition: Edition, ledger: LedgerView) -> list[Verdict]:
    return [verdict for verdict in ledger.editions(edition.identifier) if verdict.state in STANDING]


def _is_read_otherwise(edition: Edition, verdict: Verdict, ledger: LedgerView) -> bool:
    """Return whether another parser than the edition's read the last bytes of a verdict's address."""
    address = ledger.address(verdict.url)
    return verdict.parser_version != edition.version and address is not None and address.sha256 == verdict.sha256


def _rank_of(verdict: Verdict, ledger: LedgerView) -> Rank:
    address = ledger.address(verdict.url)
    first_seen = address.first_seen if address else datetime.min.replace(tzinfo=UTC)
    return verdict.completeness, verdict.corrected, verdict.published_on or date.min, first_seen
