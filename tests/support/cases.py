"""The cases of `tests/cases`: a folder a defect, with inputs, `expected.json` and one line in `why.txt`.

Owns what a folder must hold, and what the product reads in an input. Nothing here writes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.dialects.base import dialects_by_precedence
from extractors.document import Document, Grid, Unreadable
from extractors.media_type import media_type_of
from extractors.reader import read_documents
from extractors.web.response import Response
from flows.documents.page_parts import better_of, is_read_joined, lacks_parts
from flows.documents.parse import Task, parse
from flows.runs.json_values import plain
from tests.support.case_differences import document_differences, list_differences, report_differences
from transforms.report import Context
from transforms.rows import ReportSource

EXPECTED, WHY = "expected.json", "why.txt"
_LIST_KEYS = {"url", "dialect", "entries", "next_pages"}
_DOCUMENT_KEYS = {"parts", "metadata", "unreadable"}


class CaseError(ValueError):
    """A folder that is no case; the message names what it lacks."""


@dataclass(frozen=True, slots=True)
class Case:
    """One input with its right answer."""

    file: Path
    expected: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.file.parent.name}/{self.file.name}"


def load_cases(folder: Path) -> list[Case]:
    """Read the cases of one folder, one for each input. Raise CaseError unless the folder is whole."""
    expected_file, why = folder / EXPECTED, folder / WHY
    if not expected_file.is_file():
        raise CaseError(f"{folder.name}: {EXPECTED} is missing")
    if not why.is_file() or len(why.read_text("utf-8").splitlines()) != 1:
        raise CaseError(f"{folder.name}: {WHY} must hold one line")
    try:
        expected = json.loads(expected_file.read_bytes())
    except ValueError as error:
        raise CaseError(f"{folder.name}: {EXPECTED} is no JSON: {error}") from error
    inputs = {path.name for path in folder.iterdir()} - {EXPECTED, WHY}
    if not inputs:
        raise CaseError(f"{folder.name}: there is no input")
    if not isinstance(expected, dict) or set(expected) != inputs:
        raise CaseError(f"{folder.name}: {EXPECTED} must name each input and nothing else: {sorted(inputs)}")
    empty = sorted(name for name, answer in expected.items() if not answer or not isinstance(answer, dict))
    if empty:
        raise CaseError(f"{folder.name}: {EXPECTED} expects nothing of {empty[0]}")
    return [Case(folder / name, answer) for name, answer in sorted(expected.items())]


def differences(case: Case) -> list[str]:
    """Read the input as the product does; return how it differs from what is expected."""
    if _LIST_KEYS & set(case.expected):
        return list_differences(_read_list(case), case.expected)
    if _DOCUMENT_KEYS & set(case.expected):
        return document_differences(_read_document(case.file.read_bytes()), case.expected)
    return report_differences(_read_reports(case.file), case.expected)


def _read_list(case: Case) -> dict[str, object]:
    url, body = case.expected["url"], case.file.read_bytes()
    page = Response(url, url, 200, "ok", body, {}, datetime.now(UTC), "")
    dialect = dialects_by_precedence()[case.expected["dialect"]]
    entries = [
        {"url": link.url, "title": link.title, "published_on": plain(link.published_on)}
        for link in dialect.rows(page, url)
    ]
    following = {str(at): [request.url for request in dialect.next_pages(page, at)] for at in (1, 2, 3)}
    return {"entries": entries, "next_pages": following}


def _read_document(body: bytes) -> dict[str, object]:
    """Return the first document that the readers find, as texts and matrices, or why there is none."""
    try:
        document: Document = next(read_documents(body))
    except Unreadable as error:
        return {"unreadable": str(error)}
    parts = [_matrix(part) if isinstance(part, Grid) else part.text for part in document.parts]
    return {"parts": parts, "metadata": dict(document.metadata)}


def _matrix(grid: Grid) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in grid.matrix()]


def _read_reports(file: Path) -> list[dict[str, Any]] | str:
    """Return the rows of each report, as `nianbao extract` prints them, or why there is none."""
    body, now = file.read_bytes(), datetime.now(UTC)
    sha256 = hashlib.sha256(body).hexdigest()
    source = ReportSource(file.as_uri(), sha256, media_type_of(body), now, now, now, "cases")
    task = Task(body, None, Context(), source)
    parsed = parse(task)
    if parsed.parts and is_read_joined(parsed.parts) and lacks_parts(parsed, ()):
        parsed = better_of(parsed, parse(replace(task, parts=())))
    if not parsed.reports:
        return parsed.reason
    reports = []
    for report in parsed.reports:
        rows: dict[str, Any] = {table: [plain(dict(row)) for row in rows] for table, rows in report.rows.items()}
        head = {**rows["reports"][0], "jurisdiction": report.jurisdiction, "year": report.year}
        reports.append({**rows, "report": head})
    return reports
