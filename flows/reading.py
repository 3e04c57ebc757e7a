"""Bytes of one document → the report that it tells, as plain rows: what a worker process is given and gives back.

Owns the two ends of that exchange; both are small and can be pickled. Must not touch a store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from extractors.reader import Unreadable, readings
from transforms.report import Context, NotAReport, interpret, rows_of
from transforms.tidy import Row, Source


@dataclass(frozen=True, slots=True)
class Task:
    """One document to read, with what is known of it from where it was found."""

    body: bytes
    content_type: str | None
    context: Context
    source: Source


@dataclass(frozen=True, slots=True)
class Told:
    """The report that a document tells. `body` is the agency's name within its division; `rows` are by table."""

    agency: str
    body: str
    year: int
    jurisdiction: str | None
    status: str
    published_on: date | None
    rows: dict[str, list[Row]]


def tell(task: Task) -> Told | str:
    """The report in a document, or why there is none in one line."""
    try:
        report = interpret(readings(task.body, task.content_type), task.context)
    except (Unreadable, NotAReport) as error:
        return str(error)
    return Told(
        agency=report.agency,
        body=report.body,
        year=report.year,
        jurisdiction=report.jurisdiction,
        status=report.status,
        published_on=report.facts.published_on,
        rows=rows_of(report, report.jurisdiction or "", task.source),
    )
