"""One figure of a published report, as its source is asked for it: its row, that of its report, and its neighbours.

Owns how an address names a figure, and which figures stand on the same page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors.document import BBox
from flows.explorer.evidence.rereading import STATEMENTS, Name
from flows.explorer.reports.published_report import PublishedReport
from transforms.forms.layout import code_columns
from transforms.rows import figure_name

_KEY = re.compile(r"(\d{1,9})/(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SourceFigure:
    """A figure of a report: its table, its codes as an address has them, and its row."""

    report: PublishedReport
    table: str
    cell: str
    row: Mapping[str, object]

    @property
    def is_statement(self) -> bool:
        """Whether the figure is told in prose."""
        return self.table == STATEMENTS

    @property
    def name(self) -> Name:
        """What a reading of the document calls it."""
        return self.table, f"{self.row['position']}/{self.row['start']}" if self.is_statement else self.cell

    @property
    def page(self) -> int | None:
        """The page that it was read from, if its source has pages."""
        page = self.row.get("page")
        return page if isinstance(page, int) else None

    @property
    def raw(self) -> str:
        """The printed text; of a figure in prose, number and unit."""
        if not self.is_statement:
            return str(self.row["raw"])
        chapter, start, end = self.chapter(), self.row["start"], self.row["end"]
        assert isinstance(start, int)
        assert isinstance(end, int)
        return chapter[start:end]

    @property
    def read(self) -> str:
        """The text that was read before anybody corrected it."""
        return _misread(self.report).get(self.name, self.raw)

    def chapter(self) -> str:
        """Return the text of the chapter that a figure in prose stands in."""
        sections = self.report.rows["sections"]
        return next((str(row["text"]) for row in sections if row["position"] == self.row["position"]), "")


def texts_read(report: PublishedReport) -> dict[Name, str]:
    """Return the text that was read of each figure of a report's tables, by which a reading of it is known again."""
    published = {(table, figure_name(table, row)): str(row["raw"]) for table, row in report.figures()}
    return {**published, **_misread(report)}


def _misread(report: PublishedReport) -> dict[Name, str]:
    """Return what was read of the figures of which people say that something else is printed."""
    told = [row for row in report.rows["findings"] if row["check"] == "misread"]
    return {(str(row["table"]), cell): str(row["actual"] or "") for row in told for cell in _cells(row)}


def boxes_on(report: PublishedReport, page: int) -> list[BBox]:
    """Return where figures stand on a page."""
    return [box for _, row in report.figures() if row["page"] == page and (box := box_of(row))]


def source_figure(report: PublishedReport, table: str, cell: str) -> SourceFigure | None:
    """Return the figure that an address names: by its codes, in prose also by its chapter and place; None if none."""
    if table != STATEMENTS and table not in code_columns():
        return None
    key = _KEY.fullmatch(cell) if table == STATEMENTS else None
    rows = report.rows[table]
    found = _at(rows, int(key[1]), int(key[2])) if key else _named(table, rows, cell)
    return SourceFigure(report, table, cell, found) if found else None


def _at(rows: Sequence[Mapping[str, object]], position: int, start: int) -> Mapping[str, object] | None:
    return next((row for row in rows if (row["position"], row["start"]) == (position, start)), None)


def _named(table: str, rows: Sequence[Mapping[str, object]], cell: str) -> Mapping[str, object] | None:
    return next((row for row in rows if figure_name(table, row) == cell), None)


def _cells(row: Mapping[str, object]) -> list[str]:
    cells = row["cells"]
    return [str(cell) for cell in cells] if isinstance(cells, list) else []


def box_of(row: Mapping[str, object]) -> BBox | None:
    """Return the box of a figure; None if it has none."""
    box = row.get("bbox")
    return (float(box[0]), float(box[1]), float(box[2]), float(box[3])) if isinstance(box, list) else None
