"""Bytes of one document → the reports in it, as plain rows: what a worker process is given and returns.

Owns both ends of that exchange, which are small and can be pickled. A page is parsed once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from extractors.document import Document, Unreadable
from extractors.encoding import charset_of
from extractors.html.page_parts import PageParts, find_parts
from extractors.html.tree import Element
from extractors.html.tree import parse as parse_page
from extractors.media_type import HTML
from extractors.reader import read_documents, read_page
from flows.documents.joined_page import PageFile, join_parts
from transforms.checks.checks import checks, finding
from transforms.checks.corrections import corrections
from transforms.forms.layout import layouts
from transforms.jurisdictions.agencies import Agency
from transforms.jurisdictions.resolve import agency_kind, body_name
from transforms.prose.statements import read_statements
from transforms.prose.titles import report_title
from transforms.report import Context, NotAReport, Report, interpret, interpret_each, rows_of
from transforms.rows import ReportSource, Row

_NAMELESS = frozenset(
    f"{what}_{how}" for what in ("agency", "year") for how in ("unknown", "from_file_name", "from_page", "from_text")
) | {"year_from_context"}
"""Checks that a report fails if its document says too little of whose report it is to stand alone."""
_NO_TABLE = frozenset({"table_missing", "table_in_prose_only"})
"""Checks that a report fails if its document does not print a table, though its text may state the figures."""


@dataclass(frozen=True, slots=True)
class Task:
    """One document to read, with what is known of it from where it was found.

    `parts`: the files and pictures that a page is read with as one report, beside what is inside its own bytes;
    None if the document is read by itself.
    """

    body: bytes
    content_type: str | None
    context: Context
    source: ReportSource
    parts: tuple[PageFile, ...] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report belongs: the body that reports, the name that it prints, and the year reported on."""

    agency: Agency
    printed: str
    year: int

    @property
    def jurisdiction(self) -> str:
        """The division of the body."""
        return self.agency.jurisdiction

    @property
    def body(self) -> str:
        """The canonical name of the body within its division."""
        return self.agency.body


@dataclass(frozen=True, slots=True)
class ParsedReport:
    """One report in a document, with what of its place is known; `rows` are by table.

    `agency` is the name that it prints, `own_name` that without its division, `bodies` are those that it may mean: one,
    none or several.
    """

    agency: str | None
    own_name: str | None
    bodies: tuple[Agency, ...]
    year: int | None
    status: str
    published_on: date | None
    rows: dict[str, list[Row]]

    @property
    def identity(self) -> tuple[tuple[str, ...], int | None]:
        """What makes two documents contain the same report."""
        named = (self.own_name,) if self.own_name else ()
        return tuple(body.agency_id for body in self.bodies) or named, self.year

    @property
    def place(self) -> Place | None:
        """Where the report belongs; None if any of it is unknown."""
        if self.agency is None or len(self.bodies) != 1 or self.year is None:
            return None
        return Place(self.bodies[0], self.agency, self.year)

    @property
    def jurisdiction(self) -> str | None:
        """The division of the body that reports; None if it is not known which one does."""
        return self.bodies[0].jurisdiction if len(self.bodies) == 1 else None

    @property
    def names_itself(self) -> bool:
        """Whether the document says whose report it is; else it is a part of the page that links to it."""
        return not any(row["check"] in _NAMELESS for row in self.rows["findings"])

    @property
    def lacks_table(self) -> bool:
        """Whether a table of the form is not printed in the document at all."""
        return any(row["check"] in _NO_TABLE for row in self.rows["findings"])


@dataclass(frozen=True, slots=True)
class ParseResult:
    """What a reader made of a document: its reports, or in one line the reason why there are none.

    `parts`: the files and pictures of a page that is no whole report by itself; None if the document is whole or no
    page, or if its reader was stopped.
    """

    reports: tuple[ParsedReport, ...] = ()
    reason: str = ""
    parts: PageParts | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing from the reports."""
        return bool(self.reports) and all(report.status == "complete" for report in self.reports)


def load_declarations() -> None:
    """Load the files by which documents are read, once. Raise DeclarationError if one is at fault."""
    layouts()
    checks()
    corrections()
    report_title("")
    agency_kind("")
    list(read_statements(""))


def parse(task: Task) -> ParseResult:
    """Read a document, a page with its parts if the task has some."""
    name = PurePosixPath(unquote(urlsplit(task.source.url).path)).name
    own = replace(task.context, file_name=name, capture=task.source.capture_sha256)
    task = replace(task, context=own)
    if task.parts is not None:
        return _parse_joined(task, task.parts)
    if task.source.media_type == HTML:
        return _parse_page(task)
    return _interpret(read_documents(task.body, task.content_type, task.source.media_type), task)


def _parse_page(task: Task) -> ParseResult:
    """Read a page by itself; if it is no whole report, find its parts in the same tree."""
    try:
        tree = parse_page(task.body, task.content_type)
    except Unreadable as error:
        return ParseResult(reason=str(error), parts=PageParts())
    result = _interpret(_article(tree), task)
    if result.is_whole:
        return result
    charset = charset_of(task.body, task.content_type)
    return replace(result, parts=find_parts(tree, task.source.url, charset))


def _article(tree: Element) -> Iterator[Document]:
    yield read_page(tree)


def _parse_joined(task: Task, parts: tuple[PageFile, ...]) -> ParseResult:
    """Read a page with its parts as one report, with findings that name the parts."""
    try:
        joined = join_parts(task.body, task.content_type, task.source.url, parts, task.context)
        report = interpret(joined.documents, task.context)
    except (Unreadable, NotAReport) as error:
        return ParseResult(reason=str(error))
    found = [finding("read_with_parts", None, actual="; ".join(joined.read))] if joined.read else []
    found += [finding("parts_unread", None, actual=reason) for reason in joined.unread]
    report = replace(report, findings=(*report.findings, *found))
    return ParseResult((_parsed(report, task.source),))


def _interpret(documents: Iterator[Document], task: Task) -> ParseResult:
    try:
        reports = interpret_each(documents, task.context)
    except (Unreadable, NotAReport) as error:
        return ParseResult(reason=str(error))
    return ParseResult(tuple(_parsed(report, task.source) for report in reports))


def _parsed(report: Report, source: ReportSource) -> ParsedReport:
    return ParsedReport(
        agency=report.agency,
        own_name=body_name(report.agency, None, report.year) if report.agency else None,
        bodies=report.known.bodies,
        year=report.year,
        status=report.status,
        published_on=report.facts.published_on,
        rows=rows_of(report, source),
    )
