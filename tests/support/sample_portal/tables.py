"""The tables of one report as plain cells with spans: what both the page and the PDF draw.

Owns where a label or a figure stands in its table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.support.sample_portal import form
from tests.support.sample_portal.figures import Figures
from tests.support.sample_portal.indicators import INDICATORS

CellKind = Literal["label", "figure"]
TableName = Literal["disclosures", "requests", "proceedings", "indicators"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell; row and column are those of its top left corner, counted from 0."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    kind: CellKind = "label"


@dataclass(frozen=True, slots=True)
class Table:
    """One printed table; `widths` are the relative widths of its columns."""

    name: TableName
    widths: tuple[int, ...]
    cells: tuple[Cell, ...]

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return max(cell.row + cell.row_span for cell in self.cells)

    def row(self, number: int) -> list[Cell]:
        """Return the cells whose top left corner stands in the row, from left to right."""
        return sorted((cell for cell in self.cells if cell.row == number), key=lambda cell: cell.column)


def tables_of(figures: Figures) -> tuple[Table, ...]:
    """Return the tables of the edition in print order: 二, 三 and 四, or the one statistics table of 32号."""
    if figures.edition == "32号":
        return (_indicators(figures),)
    return _disclosures(figures), _requests(figures), _proceedings(figures)


def _indicators(figures: Figures) -> Table:
    heads = ("统计指标", "单位", "统计数")
    cells = [Cell(head, 0, column) for column, head in enumerate(heads)]
    for row, indicator in enumerate(INDICATORS, start=1):
        cells.append(Cell(indicator.label, row, 0))
        cells.append(Cell(indicator.unit or "", row, 1))
        if indicator.code is None:
            cells.append(Cell("", row, 2))
        else:
            cells.append(Cell(figures.indicators[indicator.code], row, 2, kind="figure"))
    return Table("indicators", (64, 14, 22), tuple(cells))


def _disclosures(figures: Figures) -> Table:
    articles = form.DISCLOSURES_60 if figures.edition == "60号" else form.DISCLOSURES_30
    cells: list[Cell] = []
    row = 0
    for article in articles:
        cells.append(Cell(article.title, row, 0, column_span=4))
        cells.append(Cell("信息内容", row + 1, 0))
        cells.extend(_spread([label for _, label in article.measures], row + 1, "label"))
        for item_row, (item, label) in enumerate(article.items, start=row + 2):
            printed = [figures.disclosures[article.code, item, measure] for measure, _ in article.measures]
            cells.append(Cell(label, item_row, 0))
            cells.extend(_spread(printed, item_row, "figure"))
        row += 2 + len(article.items)
    return Table("disclosures", (28, 24, 24, 24), tuple(cells))


def _spread(texts: list[str], row: int, kind: CellKind) -> Iterator[Cell]:
    """Cells over columns 1 to 3; the last one spans the columns that are left."""
    for column, text in enumerate(texts, start=1):
        span = 4 - column if column == len(texts) else 1
        yield Cell(text, row, column, column_span=span, kind=kind)


def _requests(figures: Figures) -> Table:
    groups = form.OUTCOMES_60 if figures.edition == "60号" else form.OUTCOMES_30
    result_rows = sum(len(group.outcomes) for group in groups)
    cells = [*_requests_head()]
    for row, (outcome, label) in enumerate((form.RECEIVED, form.CARRIED_IN), start=3):
        cells += [Cell(label, row, 0, column_span=3), *_request_figures(figures, outcome, row)]
    cells.append(Cell(form.RESULTS_TITLE, 5, 0, row_span=result_rows))
    row = 5
    for group in groups:
        if group.title:
            cells.append(Cell(group.title, row, 1, row_span=len(group.outcomes)))
        for outcome, label in group.outcomes:
            place = Cell(label, row, 2) if group.title else Cell(label, row, 1, column_span=2)
            cells += [place, *_request_figures(figures, outcome, row)]
            row += 1
    outcome, label = form.CARRIED_OUT
    cells += [Cell(label, row, 0, column_span=3), *_request_figures(figures, outcome, row)]
    return Table("requests", (6, 13, 25, 8, 8, 8, 8, 8, 8, 8), tuple(cells))


def _requests_head() -> Iterator[Cell]:
    """Yield the cells of the three header rows of table 三."""
    yield Cell(form.CORNER, 0, 0, row_span=3, column_span=3)
    yield Cell(form.APPLICANTS_TITLE, 0, 3, column_span=7)
    yield Cell(form.NATURAL_PERSON[1], 1, 3, row_span=2)
    yield Cell(form.ORGANISATIONS_TITLE, 1, 4, column_span=5)
    yield Cell(form.APPLICANT_TOTAL[1], 1, 9, row_span=2)
    for column, (_, label) in enumerate(form.ORGANISATIONS, start=4):
        yield Cell(label, 2, column)


def _request_figures(figures: Figures, outcome: str, row: int) -> Iterator[Cell]:
    """Yield the seven figures of one row of table 三."""
    for column, (applicant, _) in enumerate((form.NATURAL_PERSON, *form.ORGANISATIONS, form.APPLICANT_TOTAL), start=3):
        yield Cell(figures.requests[outcome, applicant], row, column, kind="figure")


def _proceedings(figures: Figures) -> Table:
    cells = [
        Cell(form.RECONSIDERATION_TITLE, 0, 0, column_span=5),
        Cell(form.LITIGATION_TITLE, 0, 5, column_span=10),
    ]
    for column, (result, label) in enumerate(form.RESULTS):
        cells.append(Cell(label, 1, column, row_span=2))
        cells.append(Cell(figures.proceedings["reconsideration", result], 3, column, kind="figure"))
    for block, (channel, title) in enumerate(form.LITIGATIONS, start=1):
        cells.append(Cell(title, 1, 5 * block, column_span=5))
        for column, (result, label) in enumerate(form.RESULTS, start=5 * block):
            cells.append(Cell(label, 2, column))
            cells.append(Cell(figures.proceedings[channel, result], 3, column, kind="figure"))
    return Table("proceedings", (1,) * 15, tuple(cells))
