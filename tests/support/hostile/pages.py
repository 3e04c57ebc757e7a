"""What stands on a page of a PDF beside, under or over a figure: struck, covered, raised, unseen, drawn aslant."""

from __future__ import annotations

from random import Random

from reportlab.pdfgen.canvas import Canvas

from tests.support.hostile.trick import NOTHING, Answer, PageTrick, Spot, doubted, exactly
from tests.support.sample_portal.typeface import draw_line, text_width


def _beside(spot: Spot, figure: str) -> float:
    return spot.left + text_width(figure, spot.size)


def _plain(canvas: Canvas, spot: Spot, figure: str) -> Answer:
    draw_line(canvas, spot.left, spot.baseline, figure, spot.size)
    return exactly(figure)


def _raised(canvas: Canvas, spot: Spot, figure: str, random: Random) -> Answer:
    note = random.choice(("1", "2", "[1]", "*", "注"))
    draw_line(canvas, _beside(spot, figure) + 0.4, spot.baseline + spot.size * 0.4, note, spot.size * 0.55)
    return _plain(canvas, spot, figure)


def _struck(canvas: Canvas, spot: Spot, figure: str, random: Random) -> Answer:
    """Strike a figure out, with the right one beside it or none."""
    old = str(random.randint(2, 999))
    left = spot.left - text_width(old, spot.size) - 2
    draw_line(canvas, left, spot.baseline, old, spot.size)
    middle = spot.baseline + spot.size * 0.3
    canvas.line(left - 1, middle, left + text_width(old, spot.size) + 1, middle)
    return _plain(canvas, spot, figure) if random.random() < 0.7 else NOTHING


def _covered(canvas: Canvas, spot: Spot, figure: str, random: Random) -> Answer:
    """Paint an old figure over, and print the right one above the paint or none."""
    draw_line(canvas, spot.left, spot.baseline, str(random.randint(2, 999)), spot.size)
    canvas.saveState()
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(spot.left - 2, spot.baseline - 2, spot.size * 2.4, spot.size + 3, stroke=0, fill=1)
    canvas.restoreState()
    return _plain(canvas, spot, figure) if random.random() < 0.7 else NOTHING


def _half_covered(canvas: Canvas, spot: Spot, figure: str, random: Random) -> Answer:
    _plain(canvas, spot, figure)
    canvas.saveState()
    canvas.setFillColorRGB(*random.choice(((1, 1, 1), (0, 0, 0), (1, 0, 0))))
    canvas.rect(spot.left - 1, spot.baseline - 1, text_width(figure, spot.size) * 0.6, spot.size + 1, stroke=0, fill=1)
    canvas.restoreState()
    return doubted(figure)


def _unseen(canvas: Canvas, spot: Spot, figure: str, random: Random) -> Answer:
    """Write another figure in white or without ink beside the right one, or alone."""
    canvas.saveState()
    text = canvas.beginText(spot.left + spot.size * 1.8, spot.baseline)
    text.setFont("Helvetica", spot.size)
    if random.random() < 0.5:
        text.setTextRenderMode(3)
    else:
        text.setFillColorRGB(1, 1, 1)
    text.textOut(str(random.randint(2, 999)))
    text.setTextRenderMode(0)
    canvas.drawText(text)
    canvas.restoreState()
    return _plain(canvas, spot, figure) if random.random() < 0.7 else NOTHING


def _drawn_twice(canvas: Canvas, spot: Spot, figure: str, random: Random) -> Answer:
    """Draw the figure twice, a hair apart, as bold print is made."""
    draw_line(canvas, spot.left + 0.2, spot.baseline, figure, spot.size)
    return _plain(canvas, spot, figure)


def _watermark(canvas: Canvas, spot: Spot, figure: str, random: Random) -> Answer:
    canvas.saveState()
    canvas.setFillGray(random.choice((0.8, 0.9)))
    canvas.translate(spot.left - 20, spot.baseline - 20)
    canvas.rotate(random.choice((30, 45, -45)))
    draw_line(canvas, 0, 0, random.choice(("仅供参考 77", "2023 99", "88 66 44", "内部资料")), random.choice((14, 28)))
    canvas.restoreState()
    return _plain(canvas, spot, figure)


def _outside(canvas: Canvas, spot: Spot, figure: str, random: Random) -> Answer:
    """Write other figures at the height of the row beyond the edge of the paper."""
    for left in (-40.0, 640.0, 700.0):
        draw_line(canvas, left, spot.baseline, str(random.randint(2, 99)), spot.size)
    return _plain(canvas, spot, figure)


def _clipped(canvas: Canvas, spot: Spot, figure: str, random: Random) -> Answer:
    """Write another figure where a clipping path lets nothing through."""
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(0, 0, 1, 1)
    canvas.clipPath(path, stroke=0)
    draw_line(canvas, spot.left + spot.size * 1.8, spot.baseline, str(random.randint(2, 99)), spot.size)
    canvas.restoreState()
    return _plain(canvas, spot, figure)


def _two(canvas: Canvas, spot: Spot, figure: str, random: Random) -> Answer:
    """Draw two figures above each other, or side by side."""
    other = str(random.randint(2, 400))
    if random.random() < 0.5:
        draw_line(canvas, spot.left, spot.baseline + spot.size * 0.55, figure, spot.size * 0.9)
        draw_line(canvas, spot.left, spot.baseline - spot.size * 0.55, other, spot.size * 0.9)
    else:
        draw_line(canvas, spot.left - spot.size, spot.baseline, figure, spot.size)
        draw_line(canvas, _beside(spot, figure) + spot.size * 0.4, spot.baseline, other, spot.size)
    return Answer((), doubtful=True)


def _fraction(canvas: Canvas, spot: Spot, figure: str, random: Random) -> Answer:
    draw_line(canvas, spot.left, spot.baseline + spot.size * 0.5, figure, spot.size * 0.6)
    draw_line(canvas, spot.left, spot.baseline - spot.size * 0.4, str(random.randint(2, 40)), spot.size * 0.6)
    middle = spot.baseline + spot.size * 0.3
    canvas.line(spot.left - 1, middle, spot.left + spot.size, middle)
    return Answer((), doubtful=True)


def _field(canvas: Canvas, spot: Spot, figure: str, random: Random) -> Answer:
    """Show the figure in a field of a form."""
    left, bottom, height = round(spot.left - 2), round(spot.baseline - 2), round(spot.size + 3)
    canvas.acroForm.textfield(value=figure, x=left, y=bottom, width=30, height=height, borderWidth=0, fontSize=8)
    return exactly(figure)


TRICKS = (
    PageTrick("note mark", _raised),
    PageTrick("struck", _struck),
    PageTrick("covered", _covered),
    PageTrick("half covered", _half_covered),
    PageTrick("unseen", _unseen),
    PageTrick("drawn twice", _drawn_twice),
    PageTrick("watermark", _watermark),
    PageTrick("outside the page", _outside),
    PageTrick("clipped", _clipped),
    PageTrick("two numbers", _two),
    PageTrick("fraction", _fraction),
    PageTrick("field", _field),
)
