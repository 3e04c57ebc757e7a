"""Small pages with a table, drawn for tests of pictures: their pixels, and what is read of them."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from extractors.document import Block, Document
from tests.support.reports.scan import Page, pages_of
from tests.support.sample_portal.typeface import draw_line

WIDTH, HEIGHT = 420, 300
SMALL_PRINT = ["田园目录由工业园管理", "全年主动公开政府信息"]
ROWS = [["行政处罚", "108", "减7"], ["行政强制", "", "0"], ["总计", "/", "—"]]


def pdf_of(draw: Callable[[Canvas], None], pages: int = 1) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), invariant=1)
    for _ in range(pages):
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def draw_rows(canvas: Canvas, rows: list[list[str]], top: float = 230) -> None:
    for row, texts in enumerate(rows, start=1):
        for column, text in enumerate(texts):
            canvas.rect(60 + 90 * column, top - 24 * row, 90, 24)
            draw_line(canvas, 70 + 90 * column, top - 24 * row + 8, text, 10)


def small(canvas: Canvas) -> None:
    draw_line(canvas, 60, 250, "二、主动公开政府信息情况", 13)
    draw_rows(canvas, ROWS)
    draw_line(canvas, 60, 100, "三、其他事项", 13)
    draw_line(canvas, 200, 10, "- 1 -", 9)


def page_of(draw: Callable[[Canvas], None], dpi: int = 150) -> Page:
    return next(pages_of(pdf_of(draw), dpi))


def packed(page: Page, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(page).save(stream, kind, **options)
    return stream.getvalue()


def shape(document: Document) -> list[str | list[list[str]]]:
    return [
        part.text
        if isinstance(part, Block)
        else [[cell.text if cell else "?" for cell in row] for row in part.matrix()]
        for part in document.parts
    ]


def as_dashes(parts: list[str | list[list[str]]]) -> list[str | list[list[str]]]:
    """Return a dash alone may be recognised as the hanzi 一; the values of both are the same."""
    return [
        part if isinstance(part, str) else [["—" if text in "一-" and text else text for text in row] for row in part]
        for part in parts
    ]


EXPECTED = ["二、主动公开政府信息情况", ROWS, "三、其他事项"]
