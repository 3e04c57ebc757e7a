"""One report as a PDF file with embedded typefaces, ruled tables and page numbers.

Owns the flow of text and tables over pages. The same report gives the same bytes each time.
"""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.support.sample_portal.prose import Heading, Paragraph, Part
from tests.support.sample_portal.ruling import draw_rows, rule
from tests.support.sample_portal.tables import Table
from tests.support.sample_portal.typeface import break_lines, draw_line, text_width

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 72.0
WIDTH = PAGE_WIDTH - 2 * MARGIN
TITLE_SIZE, TEXT_SIZE, LEADING = 18.0, 12.0, 22.0
HEADING_ROOM = 6 * LEADING
"""Least room below a heading, so that it does not stand alone at the foot of a page."""


class Sheet:
    """The page being drawn: a canvas and how far down it is filled (`top`, in points from the foot)."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.number = 1
        self.top = PAGE_HEIGHT - MARGIN

    @property
    def room(self) -> float:
        """Height that is left on the page."""
        return self.top - MARGIN

    def finish(self) -> None:
        """Print the page number and end the page."""
        number = f"- {self.number} -"
        draw_line(self.canvas, (PAGE_WIDTH - text_width(number, 9)) / 2, MARGIN / 2, number, 9)
        self.canvas.showPage()
        self.number += 1
        self.top = PAGE_HEIGHT - MARGIN

    def reserve(self, height: float) -> None:
        """Turn to a new page unless the height is left on this one."""
        if self.room < height:
            self.finish()

    def line(self, text: str, left: float, size: float) -> None:
        """Print one line of text and move below it."""
        self.reserve(LEADING)
        self.top -= LEADING
        draw_line(self.canvas, left, self.top + (LEADING - size) / 2, text, size)


def render_pdf(agency: str, year: int, parts: list[Part]) -> bytes:
    """Render the report as a PDF; the title stands on two lines as usual."""
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(f"{agency}{year}年政府信息公开工作年度报告")
    sheet = Sheet(canvas)
    for title in (agency, f"{year}年政府信息公开工作年度报告"):
        sheet.line(title, (PAGE_WIDTH - text_width(title, TITLE_SIZE)) / 2, TITLE_SIZE)
    sheet.top -= LEADING
    for part in parts:
        _draw_part(sheet, part)
    sheet.finish()
    canvas.save()
    return stream.getvalue()


def _draw_part(sheet: Sheet, part: Part) -> None:
    if isinstance(part, Table):
        _draw_table(sheet, part)
    elif isinstance(part, Heading):
        sheet.reserve(HEADING_ROOM)
        sheet.line(part.text, MARGIN + 2 * TEXT_SIZE, TEXT_SIZE)
    else:
        _draw_paragraph(sheet, part)


def _draw_paragraph(sheet: Sheet, paragraph: Paragraph) -> None:
    if paragraph.signature:
        left = PAGE_WIDTH - MARGIN - text_width(paragraph.text, TEXT_SIZE)
        sheet.line(paragraph.text, left, TEXT_SIZE)
        return
    indent = 2 * TEXT_SIZE
    for number, line in enumerate(break_lines(paragraph.text, WIDTH, TEXT_SIZE, indent)):
        sheet.line(line, MARGIN + (indent if number == 0 else 0), TEXT_SIZE)


def _draw_table(sheet: Sheet, table: Table) -> None:
    ruling = rule(table, WIDTH)
    first = 0
    while first < table.row_count:
        count = ruling.rows_that_fit(first, sheet.room)
        if count:
            sheet.top -= draw_rows(sheet.canvas, ruling, first, first + count, (MARGIN, sheet.top))
            first += count
        if first < table.row_count:
            sheet.finish()
    sheet.top -= LEADING / 2
