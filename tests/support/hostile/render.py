"""Reports in each kind of file, with a trick in the place of one figure."""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell.cell import Cell as SheetCell
from reportlab.pdfgen.canvas import Canvas

from tests.support.hostile.trick import PLACEHOLDER, Answer, Spot
from tests.support.reports import docx, flatten, ofd, xlsx
from tests.support.reports.containers import MAIN, changed
from tests.support.reports.html import Markup as PageStyle
from tests.support.reports.html import render_html
from tests.support.reports.page_layout import Text, lay_out
from tests.support.reports.random_reports import Printed
from tests.support.sample_portal.pdf import PAGE_HEIGHT, PAGE_WIDTH
from tests.support.sample_portal.typeface import draw_line

_PAGE_STYLES: tuple[PageStyle, ...] = ("plain", "paragraphs", "layout", "padded")
_TEXT_STYLES: tuple[flatten.Style, ...] = (
    flatten.padded_tabs,
    flatten.bare_tabs,
    flatten.markdown,
    flatten.cell_lines,
    flatten.pdf_lines,
)
Draw = Callable[[Canvas, Spot], None]


def web_page(printed: Printed, content: str, random: Random) -> bytes:
    """Render a page with `content`, HTML, in the place of the placeholder."""
    # GB 18030 writes U+E000 otherwise than itself.
    page = render_html(printed.title, printed.parts, random.choice(_PAGE_STYLES), random)
    text = page.decode("utf-8" if b"charset=utf-8" in page.lower() else "gb18030")
    return text.replace(PLACEHOLDER, content).encode("utf-8" if b"charset=utf-8" in page.lower() else "gb18030")


def word_file(printed: Printed, content: str) -> bytes:
    """Render a Word file with `content`, runs of a paragraph, in the place of the placeholder's run."""
    run = f'<w:r><w:t xml:space="preserve">{PLACEHOLDER}</w:t></w:r>'

    def change(name: str, body: bytes) -> bytes:
        return body.decode().replace(run, content).encode() if name == MAIN else body

    return changed(docx.render_docx(printed.title, printed.parts), change)


def word_text(text: str) -> str:
    """Return the run of a text."""
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def sheet(printed: Printed, store: Callable[[SheetCell], Answer], random: Random) -> tuple[bytes, Answer]:
    """Render an Excel file whose placeholder's cell `store` fills."""
    book = openpyxl.load_workbook(
        io.BytesIO(xlsx.render_xlsx(printed.title, printed.parts, random.choice(xlsx.STYLES))), rich_text=True
    )
    answer = Answer(())
    for page in book.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell, SheetCell) and cell.value == PLACEHOLDER:
                    cell.number_format = "General"
                    answer = store(cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), answer


def text_file(printed: Printed, content: str, random: Random) -> bytes:
    """Render plain text, with `content` in the place of the placeholder."""
    lines = flatten.flatten_report(printed.title, printed.parts, random.choice(_TEXT_STYLES), random)
    return lines.replace(PLACEHOLDER, content).encode()


def page_file(printed: Printed, draw: Draw, random: Random) -> bytes:
    """Draw a PDF with ruled tables; `draw` draws the placeholder's figure."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1)
    ruled = random.random() < 0.8
    for page in lay_out(printed.title.replace("\n", ""), printed.parts, "between rows", random, PAGE_HEIGHT):
        canvas.setLineWidth(0.5)
        for left, top, right, bottom in page.cells if ruled else ():
            canvas.rect(left, page.height - bottom, right - left, bottom - top)
        for text in page.texts:
            _text(canvas, text, page.height, draw)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def object_file(printed: Printed, draw: Callable[[Spot], str], random: Random) -> bytes:
    """Draw an OFD file; `draw` returns the objects that show the placeholder's figure."""
    way = ofd.WAYS[random.choice(("lines", "bars", "cells", "glyphs", "no rules"))]
    pages = lay_out(printed.title.replace("\n", ""), printed.parts, "between rows", random, PAGE_HEIGHT)
    return ofd.draw_ofd(pages, way, {PLACEHOLDER: lambda left, base, _, size: draw(Spot(left, base, size))})


def _text(canvas: Canvas, text: Text, height: float, draw: Draw) -> None:
    baseline = height - text.top - 0.8 * text.size
    if text.text == PLACEHOLDER:
        draw(canvas, Spot(text.left, baseline, text.size))
    else:
        draw_line(canvas, text.left, baseline, text.text, text.size)


def written(text: str) -> Callable[[SheetCell], Answer]:
    """Return what stores a text in a cell of a sheet; what is right then, the caller knows."""

    def store(cell: SheetCell) -> Answer:
        cell.value, cell.number_format = text, "@"
        return Answer(())

    return store
