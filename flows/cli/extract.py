"""The command `nianbao extract`: one file is read and printed, and nothing is stored.

Owns the rows of reports that have no place in the warehouse yet. Opens no workspace.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from extractors.document import Unreadable
from extractors.html.pictures import page_pictures
from extractors.media_type import media_type_of
from flows.cli.options import FormatOption
from flows.cli.output.results import figures_csv, print_json, print_report, report_object, standard_output
from flows.documents.page_parts import PageFile
from flows.documents.parse import ParseResult, Task
from flows.settings import Settings
from flows.steps.local_files import pictures_beside
from flows.workers.limits import ReadLimits
from flows.workers.pool import Readers
from transforms.parser_version import parser_version
from transforms.report import Context
from transforms.rows import ReportSource, Row


def extract(
    file: Annotated[Path, typer.Argument(help="A report: web page, PDF, Word, Excel, text, picture or archive.")],
    form: FormatOption = "table",
    show_evidence: Annotated[
        Path | None,
        typer.Option(help="Folder for page pictures: cells green if their sums hold, red if a finding concerns them."),
    ] = None,
) -> None:
    """Read one document, print its figures and findings, and store nothing."""
    reports = read_file(file, Settings().limits)
    if show_evidence:
        _draw(file, reports, show_evidence)
    if form == "json":
        objects = [report_object(rows) for rows in reports]
        print_json(objects if len(objects) > 1 else objects[0])
    elif form == "csv":
        sys.stdout.write("\n\n".join(figures_csv(rows) for rows in reports) + "\n")
    else:
        for rows in reports:
            print_report(rows, standard_output())


def _draw(file: Path, reports: list[dict[str, list[Row]]], folder: Path) -> None:
    """Write page pictures of each report; each of several gets a folder of its own."""
    from flows.cli.output.evidence_pictures import draw_evidence

    folders = [folder / f"report-{number}" for number in range(1, len(reports) + 1)] if len(reports) > 1 else [folder]
    for rows, own in zip(reports, folders, strict=True):
        paths = draw_evidence(file.read_bytes(), rows, own)
        sys.stderr.write(f"{len(paths)} page pictures in {own}\n")


def read_file(file: Path, limits: ReadLimits) -> list[dict[str, list[Row]]]:
    """The rows of each report in a file; a report's row also carries jurisdiction (null if unknown) and year.

    A page is read with the pictures that it shows from its own folder, where it lacks a table. Raises Unreadable with
    the reason where there is no report, OSError where the file is not there.
    """
    body, now = file.read_bytes(), datetime.now(UTC)
    source = ReportSource(
        url=file.resolve().as_uri(),
        capture_sha256=hashlib.sha256(body).hexdigest(),
        media_type=media_type_of(body),
        first_seen=now,
        last_checked=now,
        last_changed=now,
        parser_version=parser_version(),
    )
    task = Task(body, None, Context(), source)
    with Readers(limits) as readers:
        told = readers.submit(task)()
        if source.media_type == "text/html" and page_pictures(body, source.url):
            told = _with_pictures(told, task, file, readers)
    if isinstance(told, str):
        raise Unreadable(told)
    for report in told:
        report.rows["reports"][0] |= {"jurisdiction": report.jurisdiction, "year": report.year}
    return [report.rows for report in told]


def _with_pictures(alone: ParseResult, task: Task, file: Path, readers: Readers) -> ParseResult:
    """What a page tells with its pictures, where it lacks a table by itself and they tell more."""
    if isinstance(alone, list) and not any(report.lacks_table for report in alone):
        return alone
    beside = pictures_beside(file, task.body)
    parts = tuple(PageFile(url, path.read_bytes(), None, "", picture=True) for url, path in beside.items())
    joined = readers.submit(replace(task, parts=parts, with_parts=True))()
    return alone if isinstance(joined, str) and isinstance(alone, list) else joined
