"""Ways to put into one cell of a PDF what nobody sees, or what only its look tells apart from the figure.

Owns the ways by name. Each draws the figure of a cell, and something beside, over or under it: right is the figure, or
no value and a finding. `pdf_update` adds what is no part of the page's own drawing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageDraw
from reportlab.lib.colors import Color, black, red, white
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.support.sample_portal.typeface import LATIN, text_width

EXTRA = "7"
"""The digit that is no part of the figure."""


@dataclass(frozen=True)
class Spot:
    """The figure of one cell and where it is drawn, in points from the foot of the page."""

    canvas: Canvas
    text: str
    left: float
    baseline: float
    size: float

    @property
    def right(self) -> float:
        """Where the figure ends."""
        return self.left + text_width(self.text, self.size)

    def draw(
        self, text: str | None = None, left: float | None = None, size: float | None = None, up: float = 0
    ) -> None:
        """Draw the figure, or another text, at its place or another."""
        self.canvas.setFont(LATIN, size or self.size)
        place = self.left if left is None else left
        self.canvas.drawString(place, self.baseline + up * self.size, self.text if text is None else text)

    def after(self, text: str = EXTRA) -> None:
        """Draw a digit right behind the figure, as if it were part of it."""
        self.draw(text, self.right)

    def cover(self, left: float, right: float, color: Color = white, low: float = -0.1, high: float = 0.9) -> None:
        """Paint a box over what stands between two places."""
        with self.set():
            self.canvas.setFillColor(color)
            height = (high - low) * self.size
            self.canvas.rect(left, self.baseline + low * self.size, right - left, height, stroke=0, fill=1)

    def line(self, left: float, right: float, up: float = 0.35, to: float | None = None) -> None:
        """Draw a line, level unless its end has another height; heights in sizes above the line of the text."""
        with self.set():
            self.canvas.setLineWidth(0.6)
            ends = (self.baseline + height * self.size for height in (up, up if to is None else to))
            self.canvas.line(left, next(ends), right, next(ends))

    def code(self, operators: str) -> None:
        """Add operators to the drawing of the page as they are."""
        self.canvas._code.append(operators)  # type: ignore[attr-defined]

    @contextmanager
    def set(self, code: str = "") -> Iterator[None]:
        """Keep what is set inside of the block from what is drawn after it."""
        self.canvas.saveState()
        self.code(code)
        yield
        self.canvas.restoreState()

    def paint(self, image: Image.Image, left: float, right: float) -> None:
        """Paint a picture as high as the figure between two places."""
        self.canvas.drawImage(
            ImageReader(image), left, self.baseline - 0.1 * self.size, right - left, self.size, mask="auto"
        )


Trick = Callable[[Spot], None]


def _mode(number: int) -> Trick:
    def trick(spot: Spot) -> None:
        spot.draw()
        with spot.set(f"{number} Tr"):
            spot.after()

    return trick


def _coloured(color: Color) -> Trick:
    def trick(spot: Spot) -> None:
        spot.draw()
        with spot.set():
            spot.canvas.setFillColor(color)
            spot.after()

    return trick


def _mark(mark: str, size: float, up: float) -> Trick:
    def trick(spot: Spot) -> None:
        spot.draw()
        spot.draw(mark, spot.right + 0.2, size * spot.size, up)

    return trick


def _risen(mark: str, size: float, rise: float) -> Trick:
    def trick(spot: Spot) -> None:
        text = spot.canvas.beginText(spot.left, spot.baseline)
        text.setFont(LATIN, spot.size)
        text.textOut(spot.text)
        text.setFont(LATIN, size * spot.size)
        text.setRise(rise * spot.size)
        text.textOut(mark)
        text.setRise(0)
        spot.canvas.drawText(text)

    return trick


def _before(text: str, draw: Callable[[Spot, float, float], None], gap: float = 0.3) -> Trick:
    """Draw another figure before the one that holds, and something over it."""

    def trick(spot: Spot) -> None:
        left = spot.left - text_width(text, spot.size) - gap * spot.size
        spot.draw(text, left)
        draw(spot, left, left + text_width(text, spot.size))
        spot.draw()

    return trick


def _under(text: str, cover: Callable[[Spot], None]) -> Trick:
    """Draw another figure at the place of the one that holds, and a cover between both."""

    def trick(spot: Spot) -> None:
        spot.draw(text, spot.left - 1)
        cover(spot)
        spot.draw()

    return trick


def _over(draw: Callable[[Spot], None]) -> Trick:
    """Draw the figure alone, and something over it."""

    def trick(spot: Spot) -> None:
        spot.draw()
        draw(spot)

    return trick


def _wide_cover(color: Color = white) -> Callable[[Spot], None]:
    return lambda spot: spot.cover(spot.left - 12, spot.right + 12, color)


def _strike_box(spot: Spot, left: float, right: float) -> None:
    spot.cover(left - 1, right + 1, black, 0.33, 0.39)


def _clipped(spot: Spot) -> None:
    spot.draw()
    with spot.set(f"{spot.left - 5:.2f} {spot.baseline - 5:.2f} {spot.right - spot.left + 5:.2f} 20 re W n"):
        spot.after("  ")
        spot.draw(EXTRA, spot.right + 0.3)


def _bold(times: int, shift: float) -> Trick:
    def trick(spot: Spot) -> None:
        for time in range(times):
            spot.draw(left=spot.left + time * shift)

    return trick


def _bold_by_digit(spot: Spot) -> None:
    left = spot.left
    for digit in spot.text:
        spot.draw(digit, left)
        spot.draw(digit, left + 0.25)
        left += text_width(digit, spot.size)


def _turned(angle: float, text: str, size: float, color: Color, back: float) -> Trick:
    """Draw a watermark across the figure, beneath it."""

    def trick(spot: Spot) -> None:
        with spot.set():
            spot.canvas.translate(spot.left - back, spot.baseline - back * math.tan(math.radians(angle)))
            spot.canvas.rotate(angle)
            spot.canvas.setFillColor(color)
            spot.canvas.setFont(LATIN, size)
            spot.canvas.drawString(0, 0, text)
        spot.draw()

    return trick


def _alone_turned(spot: Spot) -> None:
    spot.draw()
    with spot.set():
        spot.canvas.translate(spot.right + 0.8 * spot.size, spot.baseline)
        spot.canvas.rotate(90)
        spot.draw(EXTRA, 0, up=-spot.baseline / spot.size)


def _squeezed(spot: Spot) -> None:
    spot.draw()
    with spot.set("0.5 Tz"):
        spot.after()
        spot.code("100 Tz")


def _actual_text(spot: Spot) -> None:
    spot.code(f"/Span <</ActualText ({spot.text}{EXTRA})>> BDC")
    spot.draw()
    spot.code("EMC")


def _dark_cell(spot: Spot) -> None:
    spot.cover(spot.left - 3, spot.right + 3, Color(0.1, 0.2, 0.5))
    with spot.set():
        spot.canvas.setFillColor(white)
        spot.draw()


def _picture_of_a_digit(spot: Spot) -> None:
    image = Image.new("L", (40, 64), 255)
    draw = ImageDraw.Draw(image)
    draw.line((4, 6, 36, 6, 14, 60), fill=0, width=6)
    spot.draw()
    spot.paint(image, spot.right, spot.right + 0.62 * spot.size)


def _outlined_digit(spot: Spot) -> None:
    spot.draw()
    path = spot.canvas.beginPath()
    left, low, size = spot.right + 0.5, spot.baseline, spot.size
    path.moveTo(left, low)
    path.curveTo(left + 0.6 * size, low, left + 0.6 * size, low + 0.4 * size, left + 0.1 * size, low + 0.35 * size)
    path.curveTo(left + 0.6 * size, low + 0.35 * size, left + 0.6 * size, low + 0.75 * size, left, low + 0.7 * size)
    with spot.set():
        spot.canvas.setLineWidth(0.9)
        spot.canvas.drawPath(path)


def _picture_over(spot: Spot) -> None:
    spot.paint(Image.new("RGB", (8, 8), "white"), spot.left - 12, spot.right + 12)


def _stamp(spot: Spot) -> None:
    image = Image.new("RGBA", (200, 200), (255, 255, 255, 0))
    ImageDraw.Draw(image).ellipse((6, 6, 194, 194), outline=(220, 20, 20, 255), width=8)
    spot.canvas.drawImage(ImageReader(image), spot.left - 30, spot.baseline - 40, 80, 80, mask="auto")


def _symbol(spot: Spot) -> None:
    spot.draw()
    spot.canvas.setFont("ZapfDingbats", spot.size)
    spot.canvas.drawString(spot.right, spot.baseline, "\u2780")


def _figures_on_two_lines(spot: Spot) -> None:
    spot.draw(up=0.55, size=0.8 * spot.size)
    spot.draw(EXTRA, size=0.8 * spot.size, up=-0.45)


def _fraction(spot: Spot) -> None:
    _risen("1", 0.55, 0.4)(spot)
    spot.draw("/2", spot.right + 0.35 * spot.size, 0.55 * spot.size)


def _tiny(spot: Spot) -> None:
    spot.draw()
    spot.draw(EXTRA, spot.right, 0.5)


def _strike_twice(spot: Spot, left: float, right: float) -> None:
    spot.line(left, right, 0.28)
    spot.line(left, right, 0.45)


def _cross_out(spot: Spot) -> None:
    spot.line(spot.left, spot.right, 0, 0.75)
    spot.line(spot.left, spot.right, 0.75, 0)


def _whiten(spot: Spot, left: float, text: str) -> None:
    with spot.set():
        spot.canvas.setFillColor(white)
        spot.draw(text, left)


TRICKS: dict[str, Trick] = {
    "invisible mode": _mode(3),
    "clipping mode": _mode(7),
    "white": _coloured(white),
    "nearly white": _coloured(Color(0.97, 0.97, 0.97)),
    "pale": _coloured(Color(0.85, 0.85, 0.85)),
    "transparent": _coloured(Color(0, 0, 0, alpha=0)),
    "hardly opaque": _coloured(Color(0, 0, 0, alpha=0.04)),
    "another colour": _coloured(red),
    "under a white box": _under("9481", _wide_cover()),
    "under a tinted box": _under("9481", _wide_cover(Color(0.9, 0.95, 1))),
    "under a picture": _under("9481", _picture_over),
    "erased by white digits": _before("88", lambda spot, left, _: _whiten(spot, left, "88")),
    "behind a box": _before("88", lambda spot, left, right: spot.cover(left - 1, right + 1)),
    "beyond a clip": _clipped,
    "left of the page": _over(lambda spot: spot.draw(EXTRA, -20)),
    "right of the page": _over(lambda spot: spot.draw(EXTRA, 640)),
    "raised mark": _mark("2", 0.6, 0.45),
    "raised mark by rise": _risen("2", 0.6, 0.45),
    "raised mark in brackets": _mark("[2]", 0.55, 0.45),
    "raised marks": _mark("1,2", 0.55, 0.45),
    "slightly raised mark": _risen("3", 0.7, 0.25),
    "lowered mark": _risen("2", 0.6, -0.2),
    "raised, as large": _risen("2", 1.0, 0.4),
    "smaller on the line": _risen("2", 0.6, 0.0),
    "fraction": _fraction,
    "tiny": _tiny,
    "struck by a line": _before("88", lambda spot, left, right: spot.line(left - 1, right + 1)),
    "struck by a box": _before("88", _strike_box),
    "struck by two lines": _before("88", _strike_twice),
    "struck, no gap": _before("8", lambda spot, left, right: spot.line(left, right), gap=0.02),
    "struck aslant": _before("88", lambda spot, left, right: spot.line(left, right, 0.0, 0.7)),
    "row struck": _over(lambda spot: spot.line(80, 515)),
    "crossed out": _over(_cross_out),
    "underlined": _over(lambda spot: spot.line(spot.left, spot.right, -0.15)),
    "bold by two prints": _bold(2, 0.3),
    "bold by three prints": _bold(3, 0.2),
    "bold digit by digit": _bold_by_digit,
    "light watermark": _turned(35, "2023 8", 60, Color(0.85, 0.85, 0.85), 60),
    "dark watermark": _turned(35, "2023 8", 60, Color(0.5, 0.5, 0.5), 60),
    "level watermark": _turned(0, "2023", 60, Color(0.85, 0.85, 0.85), 10),
    "turned digit": _alone_turned,
    "half covered": _over(lambda spot: spot.cover(spot.left - 1, spot.right + 1, low=0.3)),
    "last digit half covered": _over(lambda spot: spot.cover(spot.right - 0.35 * spot.size, spot.right + 1)),
    "cut through": _over(lambda spot: spot.cover(spot.left - 1, spot.right + 1, low=0.25, high=0.5)),
    "blackened": _over(_wide_cover(black)),
    "veiled": _over(_wide_cover(Color(1, 1, 1, alpha=0.93))),
    "printed over": _over(lambda spot: spot.draw("94", spot.left - 1)),
    "squeezed to nothing": _squeezed,
    "other text by a mark of content": _actual_text,
    "picture of a digit": _picture_of_a_digit,
    "digit drawn as a shape": _outlined_digit,
    "stamp": _over(_stamp),
    "symbol": _symbol,
    "two lines": _figures_on_two_lines,
    "white on a dark cell": _dark_cell,
}
