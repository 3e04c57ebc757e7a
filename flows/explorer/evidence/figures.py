"""One figure of a published report, as its source is asked for it: its row, that of its report, and its neighbours.

Owns how an address names a figure, and which figures stand on the same page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.document import BBox
from flows.explorer.evidence.rereading import STATEMENTS, Name
from flows.explorer.index.index import Index
from flows.explorer.records import records
from transforms.forms.layout import code_columns
from transforms.rows import figure_name
from warehouse.paths import Partition
from warehouse.publish.read import Rows, read_reports
from warehouse.storage.store import Store

_PARTITION = "SELECT jurisdiction, year FROM reports WHERE report_id = $report"
_KEY = re.compile(r"(\d{1,9})/(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """A report with the rows of all its tables, and where it belongs."""

    partition: Partition
    rows: Rows

    @property
    def row(self) -> Mapping[str, object]:
        """Its row in `reports`."""
        return self.rows["reports"][0]

    def text(self, name: str) -> str:
        """Return a column of its row; empty where it has none."""
        value = self.row[name]
        return "" if value is None else str(value)

    def read(self) -> dict[Name, str]:
        """Return the text that was read of each figure of its tables, by which a reading of it is known again."""
        published = {(table, figure_name(table, row)): str(row["raw"]) for table, row in self.figures()}
        return {**published, **self.misread()}

    def misread(self) -> dict[Name, str]:
        """Return what was read of the figures of which people say that something else is printed."""
        told = [row for row in self.rows["findings"] if row["check"] == "misread"]
        return {(str(row["table"]), cell): str(row["actual"] or "") for row in told for cell in _cells(row)}

    def figures(self) -> Iterator[tuple[str, Mapping[str, object]]]:
        """Yield the rows of its tables of figures, each with the name of the table."""
        return ((table, row) for table in code_columns() for row in self.rows[table])

    def boxes(self, page: int) -> list[BBox]:
        """Return where figures stand on a page."""
        return [box for _, row in self.figures() if row["page"] == page and (box := box_of(row))]


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
        return self.report.misread().get(self.name, self.raw)

    def chapter(self) -> str:
        """Return the text of the chapter that a figure in prose stands in."""
        sections = self.report.rows["sections"]
        return next((str(row["text"]) for row in sections if row["position"] == self.row["position"]), "")


def published_report(index: Index, store: Store, report_id: str) -> PublishedReport | None:
    """Return a report of the warehouse; None if there is none."""
    found = records(index.frame(_PARTITION, {"report": report_id}))
    if not found:
        return None
    partition = Partition(str(found[0]["jurisdiction"]), int(found[0]["year"]))
    rows = read_reports(store, partition, {report_id})
    return PublishedReport(partition, rows) if rows["reports"] else None


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
