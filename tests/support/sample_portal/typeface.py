"""The two embedded typefaces of the sample PDFs, and the breaking of text into lines.

Owns which typeface sets which character: `sample.ttf` (see FONT.md) sets hanzi and full-width forms, Vera, which
reportlab brings along, sets ASCII and what `sample.ttf` lacks.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

HANZI, LATIN = "Sample", "Vera"
UNBREAKABLE = re.compile(r"（?[0-9A-Za-z.@:/+-]+[年月日条件篇次元]?[，。；、）]?|（.|.[，。；、：）》]|.", re.DOTALL)
"""What a line break never cuts: a number with the character after it, an opening or a closing mark with its
neighbour."""


@cache
def register_typefaces() -> frozenset[str]:
    """Make both typefaces known to reportlab, and say which characters the hanzi typeface has."""
    hanzi = TTFont(HANZI, Path(__file__).with_name("sample.ttf"))
    pdfmetrics.registerFont(hanzi)
    pdfmetrics.registerFont(TTFont(LATIN, "Vera.ttf"))
    return frozenset(chr(code) for code in hanzi.face.charToGlyph)


def runs(text: str) -> list[tuple[str, str]]:
    """Cut the text into runs of one typeface each: (typeface, run)."""
    hanzi = register_typefaces()
    grouped = groupby(text, key=lambda character: HANZI if character in hanzi else LATIN)
    return [(typeface, "".join(characters)) for typeface, characters in grouped]


def text_width(text: str, size: float) -> float:
    """Width in points."""
    return sum(pdfmetrics.stringWidth(run, typeface, size) for typeface, run in runs(text))


def break_lines(text: str, width: float, size: float, indent: float = 0.0) -> list[str]:
    """Break a paragraph into lines `width` points wide, the first one shorter by `indent`."""
    lines, line, room = [], "", width - indent
    for piece in UNBREAKABLE.findall(text):
        if line and text_width(line + piece, size) > room:
            lines.append(line)
            line, room = "", width
        line += piece
    return [*lines, line] if line else lines


def draw_line(canvas: Canvas, left: float, baseline: float, text: str, size: float) -> None:
    """Draw one line of text from its left end."""
    for typeface, run in runs(text):
        canvas.setFont(typeface, size)
        canvas.drawString(left, baseline, run)
        left += pdfmetrics.stringWidth(run, typeface, size)
