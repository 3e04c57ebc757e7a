"""Readings of one file → its reports, interpreted and checked; then their rows.

Owns what makes a file a report, and how complete its reading is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from extractors.document import Document
from nianbao import NianbaoError
from transforms.chapters.chapters import split_chapters
from transforms.checks.checks import Finding, check_figures, check_tables, finding
from transforms.checks.corrections import correct, corrections
from transforms.forms.layout import code_columns, layouts
from transforms.jurisdictions.divisions import division_in
from transforms.jurisdictions.resolve import agency_kind, body_name, resolve_jurisdiction
from transforms.local_tables.indicators import with_indicators
from transforms.prose.chapter_text import ChapterText, read_chapters
from transforms.prose.facts import Facts, read_facts
from transforms.prose.titles import report_title
from transforms.rows import (
    ReportSource,
    Row,
    figure_rows,
    finding_rows,
    numbers_of,
    report_id,
    report_row,
    section_rows,
    statement_rows,
)
from transforms.same_report import claim_of, contradiction, first_of_each_file
from transforms.split_reports import documents_by_report
from transforms.tables.match import Matched, match
from transforms.tables.prose_tables import prose_tables

FIRST_TABLE_YEAR = 2014
"""Reports for earlier years follow local rules: no national form has a table for them (PORTALS §8)."""
_LEAST_CHAPTERS = 3


class NotAReport(NianbaoError):
    """The file is not an annual report on open government information; the message states what is missing."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about a file from where it was found; the file's own text takes precedence."""

    agency: str | None = None
    published_on: date | None = None
    jurisdiction: str | None = None
    divisions: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Report:
    """One report: its facts, with agency and year determined, and its tables, chapters and findings."""

    facts: Facts
    agency: str
    year: int
    jurisdiction: str | None
    body: str
    matched: Matched
    chapters: Sequence[ChapterText]
    findings: tuple[Finding, ...]

    @property
    def status(self) -> str:
        """`complete`, `partial`, `tables_missing`, or `narrative_only` for years whose form has no table."""
        if self.matched.unread and not self.matched.readings:
            return "partial"
        if not self.matched.readings:
            return "narrative_only" if self.year < FIRST_TABLE_YEAR else "tables_missing"
        layout = self.matched.layout
        has_all_tables = len(self.matched.readings) == len(layout.tables) if layout else self.year < FIRST_TABLE_YEAR
        lost = any(reading.rank[0] or reading.problems for reading in self.matched.readings.values())
        return "complete" if has_all_tables and not lost else "partial"


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
    own = context if len(reports) == 1 else replace(context, agency=None)
    return [interpret(readings, own) for readings in reports]


def interpret(documents: Iterable[Document], context: Context) -> Report:
    """Interpret one report; `documents` must hold at least one reading. Raise NotAReport if they are not a report."""
    remaining = iter(documents)
    cheapest = next(remaining)
    facts = read_facts(cheapest, split_chapters(cheapest.parts))
    return assemble(facts, match(chain([cheapest], remaining), facts.year), context)


def assemble(facts: Facts, printed: Matched, context: Context) -> Report:
    """Return the report that facts and printed tables make, with jurisdiction and statements, corrected and checked.

    Raise NotAReport if they do not make one.
    """
    agency, year = _identity(facts, printed, context)
    printed = with_indicators(printed, year)
    resolved = resolve_jurisdiction(agency, context.divisions, year, context.jurisdiction)
    jurisdiction = resolved or _context_jurisdiction(context, year)
    body = body_name(agency, context.divisions, year)
    chapters = read_chapters(printed.chapters, printed.extents)
    in_prose = prose_tables(printed.layout, chapters) if printed.layout else {}
    readings, findings = correct(
        {**in_prose, **printed.readings}, corrections().get((jurisdiction or "", body, year), ())
    )
    matched = replace(printed, readings=readings)
    findings += check_tables(matched.layout, readings, matched.unread, year, layouts())
    findings += check_figures(numbers_of(readings), chapters)
    if facts.period is not None and facts.period != year:
        findings.append(finding("year_mismatch", None, expected=year, actual=facts.period))
    if resolved is None and jurisdiction:
        findings.append(finding("jurisdiction_from_context", None))
    return Report(
        facts=replace(facts, published_on=facts.published_on or context.published_on),
        agency=agency,
        year=year,
        jurisdiction=jurisdiction,
        body=body,
        matched=matched,
        chapters=chapters,
        findings=tuple(findings),
    )


def _context_jurisdiction(context: Context, year: int) -> str | None:
    """Return the division that the context names, by the code that it had in a year."""
    return division_in(context.jurisdiction, year) or context.jurisdiction if context.jurisdiction else None


def _identity(facts: Facts, matched: Matched, context: Context) -> tuple[str, int]:
    """Return agency and year of a report. Raise NotAReport if either is unknown, or the form was not found."""
    if not matched.readings and not _has_chapters(facts, matched):
        raise NotAReport("not an annual report: neither its chapters nor its tables were found")
    if facts.year is None:
        raise NotAReport("not an annual report: no title or sentence names its year")
    agency = facts.agency or context.agency
    if agency is None:
        raise NotAReport("not an annual report: no title, sentence or signature names its agency")
    return agency, facts.year


def _has_chapters(facts: Facts, matched: Matched) -> bool:
    """Return whether the chapters are those of a report: as many of the forms, or any that follow the title of one."""
    known = {chapter.section for chapter in matched.chapters} - {None}
    titled = bool(known) and report_title(facts.title) is not None
    return len(known) >= _LEAST_CHAPTERS or (titled and len(matched.chapters) > _LEAST_CHAPTERS)


def rows_of(report: Report, jurisdiction: str, source: ReportSource) -> dict[str, list[Row]]:
    """Return the rows of all tables for one report in a jurisdiction."""
    identifier = report_id(jurisdiction, report.body, report.year)
    matched = report.matched
    reading: Row = {
        "layout": matched.editions,
        "status": report.status,
        "method": "+".join(dict.fromkeys(reading.method for reading in matched.readings.values()))
        or matched.document.method,
    }
    named = {"agency": report.agency, "agency_kind": agency_kind(report.agency)}
    rows: dict[str, list[Row]] = {
        "reports": [report_row(identifier, report.facts, named, reading, source)],
        "sections": section_rows(identifier, report.chapters),
        "statements": statement_rows(identifier, matched.document.method, report.chapters),
        "findings": finding_rows(identifier, report.findings),
    }
    for table in code_columns():
        printed = matched.readings.get(table)
        rows[table] = figure_rows(identifier, printed) if printed else []
    return rows
