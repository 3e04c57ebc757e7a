"""Small PDF files drawn for one test: text, ruled tables, and single page objects."""

from __future__ import annotations

import io
from collections.abc import Callable

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from extractors.document import BBox, Grid
from tests.support.sample_portal.pdf import PAGE_HEIGHT, PAGE_WIDTH
from tests.support.sample_portal.typeface import draw_line

WIDTH, HEIGHT = 600, 800


def drawn(draw: Callable[[Canvas], None], encrypt: StandardEncryption | None = None) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), encrypt=encrypt, invariant=1)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def draw_grid(canvas: Canvas, left: float, top: float, rows: list[list[str]]) -> None:
    """Draw a ruled table whose cells are 60 wide and 20 high; `top` counts from the foot of the page."""
    for row, texts in enumerate(rows, start=1):
        for column, text in enumerate(texts):
            canvas.rect(left + 60 * column, top - 20 * row, 60, 20)
            draw_line(canvas, left + 60 * column + 5, top - 20 * row + 6, text, 9)


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text if cell else "?" for cell in row] for row in grid.matrix()]


def small(canvas: Canvas) -> None:
    draw_line(canvas, 100, 700, "一、总体情况", 12)
    draw_grid(canvas, 100, 600, [["自然人", "12"], ["总计", "0"]])
    draw_line(canvas, 100, 500, "二、其他", 12)


def flat(text: str) -> str:
    return text.replace("\n", "").replace(" ", "").replace("\xa0", "")


def inside_page(box: BBox) -> bool:
    left, top, right, bottom = box
    return 0 <= left < right <= PAGE_WIDTH and 0 <= top <= bottom <= PAGE_HEIGHT


def raw_pdf(to_unicode: dict[str, str], shown: str) -> bytes:
    """One page that shows the ASCII text `shown` in a font that maps its characters to UTF-16 in hexadecimal."""
    mapping = " ".join(f"<{ord(sign):02X}> <{code}>" for sign, code in to_unicode.items())
    lines = " 0 -20 Td ".join(f"({line}) Tj" for line in shown.split("\n"))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 4 0 R>>>>/Contents 6 0 R>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 5 0 R>>",
        stream(
            "/CIDInit /ProcSet findresource begin begincmap /CMapType 2 def 1 begincodespacerange <00> <FF> "
            f"endcodespacerange {len(to_unicode)} beginbfchar {mapping} endbfchar endcmap end"
        ),
        stream(f"BT /F 12 Tf 100 700 Td {lines} ET"),
    ]
    numbered = "\n".join(f"{number} 0 obj\n{text}\nendobj" for number, text in enumerate(objects, start=1))
    return f"%PDF-1.4\n{numbered}\ntrailer<</Size 7/Root 1 0 R>>\n%%EOF".encode()


def stream(text: str) -> str:
    return f"<</Length {len(text)}>>stream\n{text}\nendstream"
