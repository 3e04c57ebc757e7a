"""One report → rows of the partitioned tables.

Owns the mapping of readings, facts, statements and findings to columns. `value` is what is printed, `implied` what
the sums force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from transforms.checks.checks import Finding
from transforms.checks.rules import Numbers
from transforms.forms.layout import Key, code_columns
from transforms.forms.sums import imply
from transforms.prose.chapter_text import ChapterText
from transforms.prose.facts import Facts
from transforms.tables.reading import Figure, TableReading

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = dict[str, object]
_INTEGER_TABLES = frozenset({"requests", "proceedings"})


@dataclass(frozen=True, slots=True)
class ReportSource:
    """Where the bytes of a report came from, and when."""

    url: str
    capture_sha256: str
    media_type: str
    first_seen: datetime
    last_checked: datetime
    last_changed: datetime
    parser_version: str


def figure_rows(identifier: str, reading: TableReading) -> list[Row]:
    """Return the rows of `disclosures`, `requests`, `proceedings` or `indicators` for one table, in print order."""
    implied = imply(reading.layout, reading.values)
    return [
        _figure_row(identifier, reading, reading.figures[key], implied.get(key))
        for key in reading.layout.keys
        if key in reading.figures
    ]


def numbers_of(readings: Mapping[str, TableReading]) -> Numbers:
    """Return the numbers of each table by key: as printed, else as forced by the form's sums."""
    return {table: {**reading.values, **imply(reading.layout, reading.values)} for table, reading in readings.items()}


def numbers_of_rows(rows: Mapping[str, Iterable[Mapping[str, object]]]) -> Numbers:
    """Return the numbers of each table by key from the rows of one report."""
    return {table: {_key(table, row): _number(row) for row in rows[table]} for table in code_columns() if table in rows}


def _key(table: str, row: Mapping[str, object]) -> Key:
    return tuple(str(row[name]) for name in code_columns()[table])


def figure_name(table: str, row: Mapping[str, object]) -> str:
    """Return the codes of a figure joined by /, as findings name it; several statements may have the same name."""
    return "/".join(str(row[name] or "") for name in naming_columns()[table])


@cache
def naming_columns() -> Mapping[str, tuple[str, ...]]:
    """Return, for each table of figures, the columns that name a figure in its report."""
    return {**code_columns(), "statements": ("section", "metric", "label")}


def _number(row: Mapping[str, object]) -> Decimal | None:
    number = row["implied"] if row["value"] is None else row["value"]
    return None if number is None else Decimal(str(number))


def _figure_row(identifier: str, reading: TableReading, figure: Figure, implied: Decimal | None) -> Row:
    table, number, place = reading.layout.table, figure.value.number, figure.place
    row: Row = {"report_id": identifier, **dict(zip(reading.layout.code_columns, figure.key, strict=True))}
    state = figure.value.state
    if table in _INTEGER_TABLES:
        count = None if number is None else int(number)
        if count != number:
            count, state = None, "unreadable"
        row["value"] = count
    else:
        if table == "indicators":
            row["label"] = reading.layout.label_of(figure.key)
        row["value"] = number
        row["unit"] = figure.value.unit or figure.declared_unit
    row["raw"] = figure.raw
    row["state"] = state
    row["implied"] = implied
    row["page"] = place.page
    row["grid"] = place.grid
    row["row"] = place.row
    row["column"] = place.column
    row["bbox"] = list(place.bbox) if place.bbox else None
    row["method"] = reading.method
    row["confidence"] = place.confidence
    return row


def section_rows(identifier: str, chapters: Iterable[ChapterText]) -> list[Row]:
    """Return the rows of `sections`; what precedes the first heading has one if it is not empty."""
    return [
        {"report_id": identifier, **_named(chapter), "heading": chapter.heading, "text": chapter.text}
        for chapter in chapters
        if chapter.position or chapter.text
    ]


def statement_rows(identifier: str, method: str, chapters: Iterable[ChapterText]) -> list[Row]:
    """Return the rows of `statements` for the texts of all chapters."""
    return [
        {"report_id": identifier, **_named(chapter), "method": method, **columns_of(statement)}
        for chapter in chapters
        for statement in chapter.statements
    ]


def _named(chapter: ChapterText) -> Row:
    return {"position": chapter.position, "section": chapter.section}


def finding_rows(identifier: str, findings: Iterable[Finding]) -> list[Row]:
    """Return the rows of `findings`, none of them settled."""
    return [
        {"report_id": identifier, **columns_of(finding), "cells": list(finding.cells), "settled": None}
        for finding in findings
    ]


def report_row(
    identifier: str,
    facts: Facts,
    agency: Mapping[str, str | None],
    reading: Row,
    source: ReportSource,
) -> Row:
    """Return the row of `reports`; `agency` has the columns about the body, `reading` has layout, status and method."""
    return {
        "report_id": identifier,
        **agency,
        "title": facts.title,
        "published_on": facts.published_on,
        **facts.contact,
        **reading,
        **columns_of(source),
    }


def columns_of(record: DataclassInstance) -> Row:
    """Return the fields of a flat record by name; `asdict` would copy each value deeply."""
    return {name: getattr(record, name) for name in _field_names(type(record))}


@cache
def _field_names(record: type[DataclassInstance]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record))
