"""Reports as PDF files, with tables ruled, cut, numbered and drawn in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Literal

from reportlab.pdfgen.canvas import Canvas

from extractors.document import BBox
from tests.support.reports.hidden_ink import Spot, Trick
from tests.support.reports.page_layout import FOOT, Cut, Page, Text, lay_out
from tests.support.sample_portal.pdf import MARGIN, PAGE_HEIGHT, PAGE_WIDTH
from tests.support.sample_portal.prose import Part
from tests.support.sample_portal.typeface import draw_line, text_width

_LONG_PAGE = 1600.0
"""Height of a page that holds a whole report, in points."""
_THIN = 0.5
_NUMBER_SIZE = 9.0


@dataclass(frozen=True, slots=True)
class Form:
    """One way to make a PDF. `number`: the form of page numbers, which stand in the foot or inside the table."""

    rules: Literal["cells", "lines", "rectangles", "dashed", "double", "none"] = "cells"
    cut: Cut = "between rows"
    order: Literal["rows", "columns", "labels first"] = "rows"
    number: str = "- {page} -"
    number_inside: bool = False
    drawn: Literal["plain", "spaced", "turned", "nested"] = "plain"


FORMS: dict[str, Form] = {
    "one page": Form(cut="never"),
    "lines": Form("lines"),
    "rectangles": Form("rectangles"),
    "dashed": Form("dashed", number="第{page}页 共{pages}页"),
    "double": Form("double"),
    "headers repeated": Form("lines", "headers repeated"),
    "in labels": Form("lines", "in labels"),
    "in rows": Form("cells", "in rows"),
    "no rules": Form("none"),
    "no rules, in labels": Form("none", "in labels"),
    "no rules, in rows": Form("none", "in rows"),
    "no rules, by columns": Form("none", order="columns"),
    "by columns": Form("lines", order="columns"),
    "labels first": Form("rectangles", order="labels first"),
    "bare number": Form("lines", number="{page}"),
    "bare number inside": Form("lines", number="{page}", number_inside=True),
    "number inside": Form("cells", number_inside=True),
    "page and pages inside": Form("cells", number="第{page}页 共{pages}页", number_inside=True),
    "spaced": Form("lines", drawn="spaced"),
    "turned": Form("lines", drawn="turned"),
    "nested": Form("cells", drawn="nested"),
}


def lay_out_as(title: str, parts: Sequence[Part], form: Form, seed: int) -> list[Page]:
    """Lay out the pages of a report in a form."""
    return lay_out(title, parts, form.cut, Random(seed), _LONG_PAGE if form.cut == "never" else PAGE_HEIGHT)


def draw_pdf(pages: Sequence[Page], form: Form, instead: Mapping[int, Trick] | None = None) -> bytes:
    """Draw laid-out pages as a PDF; figures with a trick, by the identity of their texts, are drawn by it."""
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(PAGE_WIDTH, pages[0].height), invariant=1, pageCompression=1)
    for number, page in enumerate(pages, start=1):
        text = form.number.format(page=number, pages=len(pages))
        if form.drawn == "turned":
            canvas.setPageSize((page.height, PAGE_WIDTH))
            canvas.setPageRotation(90)
            canvas.transform(0, 1, -1, 0, page.height, 0)
        if form.drawn == "nested":
            canvas.beginForm(f"page{number}", 0, 0, PAGE_WIDTH, page.height)
        _draw_page(canvas, page, form, text, instead or {})
        if form.drawn == "nested":
            canvas.endForm()
            canvas.doForm(f"page{number}")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _draw_page(canvas: Canvas, page: Page, form: Form, number: str, instead: Mapping[int, Trick]) -> None:
    _rule(canvas, page, form)
    for text in _ordered(page.texts, form):
        trick = instead.get(id(text))
        if trick:
            trick(Spot(canvas, text.text, text.left, page.height - text.top - 0.8 * text.size, text.size))
        else:
            _draw_text(canvas, text, page.height, form)
    top = page.height - (FOOT + 10 if form.number_inside else MARGIN / 2 + _NUMBER_SIZE)
    left = (PAGE_WIDTH - text_width(number, _NUMBER_SIZE)) / 2
    _draw_text(canvas, Text(number, left, top, _NUMBER_SIZE), page.height, Form())


def _ordered(texts: Sequence[Text], form: Form) -> list[Text]:
    """Order the texts as they are drawn; prose keeps its place."""
    keys: dict[str, Callable[[Text], int]] = {
        "rows": lambda _: 0,
        "columns": lambda text: text.column,
        "labels first": lambda text: text.kind == "figure",
    }
    ordered: list[Text] = []
    table: list[Text] = []
    for text in [*texts, Text("", 0, 0, 0)]:
        if text.kind == "prose":
            ordered += [*sorted(table, key=keys[form.order]), text]
            table = []
        else:
            table.append(text)
    return ordered[:-1]


def _draw_text(canvas: Canvas, text: Text, height: float, form: Form) -> None:
    """One line of text; `spaced` has a narrow blank between any two signs of a table."""
    baseline = height - text.top - 0.8 * text.size
    if form.drawn != "spaced" or text.kind == "prose":
        draw_line(canvas, text.left, baseline, text.text, text.size)
        return
    spaced = " ".join(text.text)
    size = text.size * text_width(text.text, text.size) / text_width(spaced, text.size) if text.text else text.size
    draw_line(canvas, text.left, baseline, spaced, size)


def _rule(canvas: Canvas, page: Page, form: Form) -> None:
    canvas.setLineWidth(_THIN)
    if form.rules == "cells":
        for left, top, right, bottom in page.cells:
            canvas.rect(left, page.height - bottom, right - left, bottom - top)
        return
    if form.rules == "dashed":
        canvas.setDash(2, 1)
    for left, top, right, bottom in dict.fromkeys(edge for cell in page.cells for edge in _edges(cell)):
        _draw_edge(canvas, (left, page.height - bottom, right, page.height - top), form)
    canvas.setDash()


def _edges(cell: BBox) -> Iterator[BBox]:
    left, top, right, bottom = (round(side, 2) for side in cell)
    yield left, top, right, top
    yield left, bottom, right, bottom
    yield left, top, left, bottom
    yield right, top, right, bottom


def _draw_edge(canvas: Canvas, edge: BBox, form: Form) -> None:
    left, bottom, right, top = edge
    if form.rules == "rectangles":
        canvas.rect(left, bottom, max(right - left, _THIN), max(top - bottom, _THIN), stroke=0, fill=1)
    elif form.rules == "double":
        across = bottom == top
        for apart in (-0.75, 0.75):
            over, up = (0.0, apart) if across else (apart, 0.0)
            canvas.line(left + over, bottom + up, right + over, top + up)
    elif form.rules != "none":
        canvas.line(left, bottom, right, top)
