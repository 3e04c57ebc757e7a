"""The documents of one list entry or file → which report is taken from which of them, and the verdict on the others.

Owns that choice, and what a verdict and a quarantine record state. Pure: `page_reading` writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from extractors.archive.quarantine import Origin
from extractors.portals.portal import Portal
from flows.documents.capture import Capture
from flows.documents.page_parts import ReadCapture
from flows.documents.parse import ParsedReport, ParseResult, Place
from flows.ledger.records import Assigned, ListEntry, Verdict, VerdictState, completeness
from flows.steps.editions import Edition
from transforms.decisions import Decisions
from transforms.forms.layout import code_columns
from transforms.report import Context


@dataclass(frozen=True, slots=True)
class PageSource:
    """Where a document was found, and what is known of it from there.

    `listed` is the entry of a portal's list that led to it, None for files from disk; `corrected`: the title of that
    entry names a correction.
    """

    portal: str
    context: Context
    corrected: bool = False
    listed: ListEntry | None = None

    @property
    def year(self) -> int | None:
        """The year that the title of the entry names."""
        return self.listed.year if self.listed else None

    def edition(self, capture: Capture, report: ParsedReport, place: Place, report_count: int) -> Edition:
        """Return the edition of a report in a document that contains `report_count` reports."""
        page = self.listed.url if self.listed else capture.url
        return Edition(report, place, capture, page, self.portal, self.corrected, self.context.version, report_count)

    def origin(self, capture: Capture) -> Origin:
        """Return where a document came from, as the quarantine keeps it."""
        listed = self.listed
        return Origin(
            source=capture.url,
            portal=self.portal,
            content_type=capture.content_type,
            listed_at=listed.url if listed else None,
            jurisdiction=listed.jurisdiction if listed else self.context.jurisdiction,
            agency=self.context.agency,
            year=self.year or self.context.year,
            published_on=self.context.published_on,
            corrected=self.corrected,
        )

    def verdict(self, capture: Capture, state: VerdictState, reason: str) -> Verdict:
        """Return the verdict on a document in which no report was identified."""
        return Verdict(
            report_id=capture.url,
            url=capture.url,
            portal=self.portal,
            jurisdiction=self.listed.jurisdiction if self.listed else self.context.jurisdiction or "",
            agency=self.context.agency or "",
            year=self.year,
            sha256=capture.sha256,
            parser_version=self.context.version,
            state=state,
            reason=reason,
        )


def context_of(
    agency: str | None, published_on: date | None, year: int | None, portal: Portal, decisions: Decisions
) -> Context:
    """Return what is known of a document that a portal lists."""
    divisions = portal.divisions
    return Context(agency or None, published_on, portal.jurisdiction, divisions, year or None, decisions=decisions)


def context_with(assigned: Assigned, context: Context) -> Context:
    """Return what is known of a document from where it was found, with what people said of it in its place."""
    return replace(
        context,
        jurisdiction=assigned.jurisdiction or context.jurisdiction,
        agency=assigned.agency or context.agency,
        year=assigned.year or context.year,
        given=bool(assigned.agency or assigned.year),
    )


def choose_reports(documents: Sequence[ReadCapture], year: int | None) -> list[tuple[Capture, ParsedReport]]:
    """Return each report with the document that contains most of it; different reports are never mixed.

    If any of them is for `year`, that of the entry, only documents with such reports count: a page also links to
    earlier reports, which have entries of their own.
    """
    fitting = [document for document in documents if any(report.year == year for report in document.result.reports)]
    best: dict[tuple[tuple[str, ...], int | None], tuple[Capture, ParsedReport]] = {}
    for document in fitting or documents:
        for report in document.result.reports:
            known = best.get(report.identity)
            if known is None or completeness(report.status) > completeness(known[1].status):
                best[report.identity] = document.capture, report
    return list(best.values())


def why_passed_over(result: ParseResult, year: int | None, taken: str) -> str:
    """Return why a document gives no edition, though another of the same entry, at the URL `taken`, does."""
    if not result.reports:
        return result.reason
    others = [
        f"{report.agency or 'an unnamed agency'} {report.year or ''}"
        for report in result.reports
        if year not in (None, report.year)
    ]
    if others:
        return f"contains {', '.join(others)}, which is not what its page is listed as"
    return f"{taken} contains more of the report"


def why_unplaced(report: ParsedReport) -> str:
    """Return what of a report's place is unknown, what names it, and what was read of the report."""
    unknown = []
    if report.agency is None:
        unknown.append("its agency is unknown: name it with --agency")
    elif len(report.bodies) > 1:
        named = ", ".join(body.name for body in report.bodies)
        unknown.append(f"{report.agency} may be {named}: name it with --agency, or in a line of agencies.csv")
    elif not report.bodies:
        unknown.append(f"the division of {report.agency} is unknown or ambiguous: name it with --jurisdiction")
    if report.year is None:
        unknown.append("its year is unknown: name it with --year")
    counts = (f"{len(report.rows[table])} {table}" for table in code_columns() if report.rows[table])
    return f"{'; '.join(unknown)} (read: {', '.join(counts) or 'no figures'})"
