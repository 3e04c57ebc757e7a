"""Bytes of one document → the reports that it tells, as plain rows: what a worker process is given and gives back.

Owns the two ends of that exchange; both are small and can be pickled. Must not touch a store.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from extractors.document import Unreadable
from extractors.reader import read_documents
from flows.documents.page_parts import PageFile, join_parts
from transforms.checks.checks import checks, finding
from transforms.checks.corrections import corrections
from transforms.forms.layout import layouts
from transforms.jurisdictions.resolve import agency_kind
from transforms.prose.statements import read_statements
from transforms.prose.titles import report_title
from transforms.report import Context, NotAReport, Report, interpret, interpret_each, rows_of
from transforms.rows import ReportSource, Row

_NO_TABLE = frozenset({"table_missing", "table_in_prose_only"})
"""Checks that a report fails whose document does not print a table, though its text may tell the figures."""


@dataclass(frozen=True, slots=True)
class Task:
    """One document to read, with what is known of it from where it was found; a page with its parts as one."""

    body: bytes
    content_type: str | None
    context: Context
    source: ReportSource
    parts: tuple[PageFile, ...] = ()
    with_parts: bool = False
    """Whether a page is read together with its parts, pictures inside its own bytes being some."""


@dataclass(frozen=True, slots=True)
class ParsedReport:
    """One report that a document tells. `body` is the agency's name within its division; `rows` are by table."""

    agency: str
    body: str
    year: int
    jurisdiction: str | None
    status: str
    published_on: date | None
    rows: dict[str, list[Row]]

    @property
    def identity(self) -> tuple[str | None, str, int]:
        """What makes two documents tell the same report."""
        return self.jurisdiction, self.body, self.year

    @property
    def lacks_table(self) -> bool:
        """Whether a table of the form is not printed in the document at all."""
        return any(row["check"] in _NO_TABLE for row in self.rows["findings"])


def load_declarations() -> None:
    """Loads the files by which documents are read, once. Raises DeclarationError where one is at fault."""
    layouts()
    checks()
    corrections()
    report_title("")
    agency_kind("")
    list(read_statements(""))


ParseResult = list[ParsedReport] | str
"""The reports in a document, or why there is none in one line."""


def parse(task: Task) -> ParseResult:
    """Reads a document."""
    try:
        if task.with_parts:
            reports = [_joined(task)]
        else:
            reports = interpret_each(read_documents(task.body, task.content_type), task.context)
    except (Unreadable, NotAReport) as error:
        return str(error)
    return [_told(report, task.source) for report in reports]


def _joined(task: Task) -> Report:
    """The report that a page and its parts tell together, with findings that name the parts."""
    joined = join_parts(task.body, task.content_type, task.source.url, task.parts, task.context)
    report = interpret(joined.documents, task.context)
    found = [finding("read_with_parts", None, actual="; ".join(joined.read))] if joined.read else []
    found += [finding("parts_unread", None, actual=reason) for reason in joined.unread]
    return replace(report, findings=(*report.findings, *found))


def _told(report: Report, source: ReportSource) -> ParsedReport:
    return ParsedReport(
        agency=report.agency,
        body=report.body,
        year=report.year,
        jurisdiction=report.jurisdiction,
        status=report.status,
        published_on=report.facts.published_on,
        rows=rows_of(report, report.jurisdiction or "", source),
    )
