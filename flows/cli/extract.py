"""The command `nianbao extract`: one file is read and printed, and nothing is stored.

Owns the rows of reports that are not in the warehouse. It opens no workspace.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from extractors.document import Unreadable
from extractors.html.page_parts import PageParts
from extractors.media_type import media_type_of
from flows.cli.options import FormatOption
from flows.cli.output.report import figures_csv, print_report, report_object
from flows.cli.output.results import print_json, standard_output
from flows.decisions.decisions import read_decisions
from flows.documents.joined_page import PageFile
from flows.documents.page_parts import better_of, is_read_joined, lacks_parts
from flows.documents.parse import ParseResult, Task
from flows.settings import Settings
from flows.steps.local_files import picture_on_disk
from flows.workers.limits import ReadLimits
from flows.workers.pool import Readers
from transforms.decisions import UNDECIDED, Decisions
from transforms.parser_version import parser_version
from transforms.report import Context
from transforms.rows import ReportSource, Row


def extract(
    file: Annotated[Path, typer.Argument(help="A report: web page, PDF, OFD, Word, Excel, text, picture or archive.")],
    form: FormatOption = "table",
    show_evidence: Annotated[
        Path | None,
        typer.Option(help="Folder for page pictures: cells green if their sums hold, red if a finding concerns them."),
    ] = None,
) -> None:
    """Read one document, print its figures and findings, and store nothing."""
    settings = Settings()
    reports = read_file(file, settings.limits, read_decisions(settings.data_root).whole)
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


def read_file(file: Path, limits: ReadLimits, decisions: Decisions = UNDECIDED) -> list[dict[str, list[Row]]]:
    """Return the rows of each report in a file; a report's row also has jurisdiction (null if unknown) and year.

    A page that lacks a table is read with the pictures that it shows from its own folder, and with the files that are
    inside it. Raise Unreadable with the reason if there is no report, OSError if the file does not exist.
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
    alone = threading.active_count() == 1
    with Readers(replace(limits, workers=1), forked=alone) as readers:
        result = _read(file, Task(body, None, Context(decisions=decisions), source), readers)
    if not result.reports:
        raise Unreadable(result.reason)
    for report in result.reports:
        report.rows["reports"][0] |= {"jurisdiction": report.jurisdiction, "year": report.year}
    return [report.rows for report in result.reports]


def _read(file: Path, task: Task, readers: Readers) -> ParseResult:
    """Read a file by itself; a page again with its pictures and the files in it if it has some and lacks a table."""
    alone = readers.submit(task)()
    if alone.parts is None or not is_read_joined(alone.parts) or not lacks_parts(alone, ()):
        return alone
    pictures = _pictures_on_disk(file, alone.parts)
    return better_of(alone, readers.submit(replace(task, parts=pictures))())


def _pictures_on_disk(page: Path, parts: PageParts) -> tuple[PageFile, ...]:
    files = {url: file for url in parts.pictures if (file := picture_on_disk(page, url))}
    return tuple(PageFile(url, file.read_bytes(), None, "", picture=True) for url, file in files.items())
