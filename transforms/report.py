"""Readings of one file → its reports, interpreted and checked; then their rows.

Owns what makes a file a report, and how complete its reading is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from extractors.document import Document
from nianbao import NianbaoError
from transforms.checks.checks import Finding, check_figures, check_tables
from transforms.checks.corrections import Correction, correct, corrections_of
from transforms.decisions import UNDECIDED, Decisions
from transforms.forms.layout import code_columns, layouts
from transforms.identify import Identified, identify, witness_of_file
from transforms.jurisdictions.agencies import Around
from transforms.jurisdictions.identifiers import agency_of_report, report_id
from transforms.jurisdictions.resolve import agency_kind, body_name
from transforms.local_tables.indicators import with_indicators
from transforms.prose.chapter_text import ChapterText, read_chapters
from transforms.prose.facts import Facts, read_facts
from transforms.prose.identity import DATED, Witness
from transforms.rows import (
    ReportSource,
    Row,
    figure_rows,
    finding_rows,
    numbers_of,
    report_row,
    section_rows,
    statement_rows,
)
from transforms.same_report import claim_of, contradiction, first_of_each_file
from transforms.split_reports import documents_by_report
from transforms.tables.document_view import DocumentView
from transforms.tables.match import Matched, match
from transforms.tables.prose_tables import prose_tables
from transforms.tables.reading import TableReading

FIRST_TABLE_YEAR = 2014
"""Reports for earlier years follow local rules: no national form has a table for them (PORTALS §8)."""
_LEAST_CHAPTERS = 3
_LEAST_PROSE = 150
"""Least characters of sentences below a title: a page that links to a report has fewer."""


class NotAReport(NianbaoError):
    """The file is not an annual report on open government information; the message states what is missing."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about a file from where it was found; the file's own text takes precedence.

    `agency` and `year` are those that its list names or, if `given`, those that a person gave. The name of the file is
    the last witness of all. `divisions` are those of the portal that lists it, `capture` is the SHA-256 of its bytes.
    """

    agency: str | None = None
    published_on: date | None = None
    jurisdiction: str | None = None
    divisions: Mapping[str, str] | None = None
    year: int | None = None
    given: bool = False
    file_name: str = ""
    capture: str = ""
    decisions: Decisions = UNDECIDED

    @property
    def around(self) -> Around:
        """The place by which names are understood."""
        return Around(self.divisions, self.jurisdiction, self.decisions.settled)

    @property
    def version(self) -> str:
        """The version of the parser with what people decided."""
        return self.decisions.version

    @property
    def witnesses(self) -> tuple[Witness, ...]:
        """What the place says of agency and year."""
        named = Witness("given" if self.given else "listed", self.agency or "", self.year)
        return named, witness_of_file(self.file_name)


@dataclass(frozen=True)
class Report:
    """One report: its facts, who reports for which year if that is known, its tables, chapters and findings."""

    facts: Facts
    known: Identified
    matched: Matched
    chapters: Sequence[ChapterText]
    findings: tuple[Finding, ...]

    @property
    def agency(self) -> str | None:
        """The name by which the body that reports is known, as printed."""
        return self.known.printed

    @property
    def year(self) -> int | None:
        """The year reported on."""
        return self.known.year

    @property
    def jurisdiction(self) -> str | None:
        """The division of the body that reports."""
        return self.known.agency.jurisdiction if self.known.agency else None

    @property
    def body(self) -> str | None:
        """The canonical name of the body within its division."""
        return self.known.agency.body if self.known.agency else None

    @property
    def status(self) -> str:
        """`complete`, `partial`, `tables_missing`, or `narrative_only` for years whose form has no table."""
        if self.matched.unread and not self.matched.readings:
            return "partial"
        if not self.matched.readings:
            return "narrative_only" if self._precedes_forms else "tables_missing"
        layout = self.matched.layout
        has_all_tables = len(self.matched.readings) == len(layout.tables) if layout else self._precedes_forms
        lost = any(reading.rank[0] or reading.problems for reading in self.matched.readings.values())
        return "complete" if has_all_tables and not lost else "partial"

    @property
    def _precedes_forms(self) -> bool:
        return self.year is not None and self.year < FIRST_TABLE_YEAR


def interpret_each(documents: Iterable[Document], context: Context) -> list[Report]:
    """Interpret every report in one file; `documents` must hold at least one reading.

    Raise NotAReport if the file, or one of several parts of it, is not a report, or if it is an archive of different
    reports.
    """
    heads, documents = first_of_each_file(documents)
    conflict = contradiction([claim_of(head) for head in heads]) if len(heads) > 1 else None
    if conflict:
        raise NotAReport(f"the file contains different reports: ingest them separately ({conflict})")
    reports = documents_by_report(documents)
    # The title of a link to several reports does not name the agency of any of them.
    own = context if len(reports) == 1 else replace(context, agency=None, file_name="")
    return [_interpret(views, own) for views in reports]


def interpret(documents: Iterable[Document], context: Context) -> Report:
    """Interpret one report; `documents` must hold at least one reading. Raise NotAReport if they are not a report."""
    return _interpret(map(DocumentView, documents), context)


def _interpret(views: Iterator[DocumentView], context: Context) -> Report:
    cheapest = next(views)
    facts = read_facts(cheapest.document, cheapest.chapters)
    return assemble(facts, match(chain([cheapest], views), facts.year or context.year), context)


def assemble(facts: Facts, printed: Matched, context: Context) -> Report:
    """Return the report that facts and printed tables make, with jurisdiction and statements, corrected and checked.

    Raise NotAReport if they do not make one.
    """
    refusal = _refusal(facts, printed)
    if refusal:
        raise NotAReport(refusal)
    known = identify((*facts.witnesses, *context.witnesses), context.around)
    printed = with_indicators(printed, known.year)
    chapters = read_chapters(printed.chapters, printed.extents)
    in_prose = prose_tables(printed.layout, chapters) if printed.layout else {}
    readings, findings = correct({**in_prose, **printed.readings}, _corrections(known, context), context.capture)
    matched = replace(printed, readings=readings)
    findings += check_tables(matched.layout, readings, matched.unread, known.year, layouts())
    findings += check_figures(numbers_of(readings), chapters)
    findings += known.findings
    return Report(
        facts=replace(facts, published_on=facts.published_on or context.published_on),
        known=known,
        matched=matched,
        chapters=chapters,
        findings=tuple(findings),
    )


def _corrections(known: Identified, context: Context) -> Sequence[Correction]:
    agency, own = known.agency, context.decisions.corrections
    return corrections_of(agency.jurisdiction, agency.body, known.year, own) if agency else ()


def _refusal(facts: Facts, matched: Matched) -> str:
    """Return why a file is no report of this series; empty if it is one.

    It is one if it has a table of the forms, chapters of such a report, or its title above some text.
    """
    if facts.school_year:
        return "not an annual report: it reports by school year (学年), not by calendar year"
    if _has_chapters(facts, matched) or any(map(_is_sure, matched.readings.values())):
        return ""
    dated = any(witness.year and witness.source in DATED for witness in facts.witnesses)
    prose = sum(len(block.text) for block in matched.document.blocks() if "。" in block.text)
    if dated and (matched.readings or prose >= _LEAST_PROSE):
        return ""
    return "not an annual report: neither its chapters nor its tables nor its title above a text were found"


def _is_sure(reading: TableReading) -> bool:
    """Return whether a table is one of the forms whatever stands around it: it prints most of their labels."""
    return 2 * len(reading.missing) <= len(reading.layout.keys)


def _has_chapters(facts: Facts, matched: Matched) -> bool:
    """Return whether the chapters are those of a report: as many of the forms, or any that follow the title of one."""
    known = {chapter.section for chapter in matched.chapters} - {None}
    titled = bool(known) and any(witness.year and witness.source in DATED for witness in facts.witnesses)
    return len(known) >= _LEAST_CHAPTERS or (titled and len(matched.chapters) > _LEAST_CHAPTERS)


def rows_of(report: Report, source: ReportSource) -> dict[str, list[Row]]:
    """Return the rows of all tables for one report."""
    identifier = _identifier(report.known, source)
    matched = report.matched
    reading: Row = {
        "layout": matched.editions,
        "status": report.status,
        "method": "+".join(dict.fromkeys(reading.method for reading in matched.readings.values()))
        or matched.document.method,
    }
    rows: dict[str, list[Row]] = {
        "reports": [report_row(identifier, report.facts, _agency_columns(report.known, identifier), reading, source)],
        "sections": section_rows(identifier, report.chapters),
        "statements": statement_rows(identifier, matched.document.method, report.chapters),
        "findings": finding_rows(identifier, report.findings),
    }
    for table in code_columns():
        printed = matched.readings.get(table)
        rows[table] = figure_rows(identifier, printed) if printed else []
    return rows


def _agency_columns(known: Identified, identifier: str) -> dict[str, str | None]:
    """Return the columns about the body: what is known of it, else what is printed."""
    agency, printed = known.agency, known.printed
    if agency is None and printed is None:
        return dict.fromkeys(("agency", "agency_kind", "agency_id", "agency_printed"))
    return {
        "agency": agency.name if agency else printed,
        "agency_kind": agency.kind if agency else agency_kind(printed or ""),
        "agency_id": agency_of_report(identifier),
        "agency_printed": printed,
    }


def _identifier(known: Identified, source: ReportSource) -> str:
    """Return the identifier of a report; that of nobody knows whom is told apart by its bytes."""
    if known.agency:
        return report_id(known.agency.jurisdiction, known.agency.body, known.year)
    body = body_name(known.printed, None, known.year) if known.printed else source.capture_sha256
    return report_id("", body, known.year)
