"""A close look at single characters of a PDF page: how much of one shows, and what is drawn through it.

Owns the grey levels and shares by which a character is legible, faint, covered or struck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractors.document import BBox
from extractors.pdf.pdfium.pixels import Pixels, region

FAINT, _LEGIBLE = 14, 60
"""Grey levels: what differs less from its ground is unseen, or in doubt."""
_BLACK = 100
"""Grey level: a darker box hides what stands there."""
_GLYPH = 128
"""Grey levels from which on a pixel of a black glyph is part of it, not of its edge."""
_UNCOVERED = 0.75
"""Share of the ink of a character that must show."""
_WHOLE = 0.7
"""Share of the width and of the height of a character that must show."""
_REMNANT = 0.34
"""The same: with less both ways, what shows is the edge of a neighbour."""
_SHOWS = 0.4
"""Share of a character's contrast: a pixel with less is covered."""
_DRAWN = 60
"""Grey levels by which a line differs from the ground of a character."""
_MARGIN, _MIDDLE = 0.15, 0.25
"""Shares of a character's height at its head and foot: where its ground is seen, and where underlines stand."""
_THICKEST = 0.4
"""Share of a character's height; what is thicker is no line."""
_CROSSED = 0.04
"""Share of the middle of a character from which on something is drawn there."""


@dataclass(frozen=True)
class CloseLook:
    """Three pictures of a page, pixels for a point, and where the page shows pictures.

    `whole`: the page as shown, `bare`: without its text, `black`: its text alone, in black.
    """

    whole: Pixels
    bare: Pixels
    black: Pixels
    scale: float
    pictures: tuple[BBox, ...]

    def is_outside(self, box: BBox) -> bool:
        """Return whether the middle of a box lies outside of the page."""
        height, width = self.whole.shape
        across, down = (box[0] + box[2]) / 2 * self.scale, (box[1] + box[3]) / 2 * self.scale
        return not (0 <= across < width and 0 <= down < height)

    def contrast(self, box: BBox) -> float:
        """Return by how many grey levels a character differs from its ground."""
        trace = self._trace(box)
        return float(np.quantile(trace, 0.9)) if trace.size else 0.0

    def is_black(self, box: BBox) -> bool:
        """Return whether a character lies under, or on, something dark."""
        return self._ground(box) < _BLACK

    def is_clipped_away(self, box: BBox) -> bool:
        """Return whether a clipping path lets nothing of a character through."""
        ink = self._ink(box)
        return max(_reach(ink, _inner(ink))) < _REMNANT

    def is_legible(self, box: BBox) -> bool:
        """Return whether a character is dark enough, and hardly covered or clipped."""
        trace, contrast, ink = self._trace(box), self.contrast(box), self._ink(box)
        shows = trace > _SHOWS * contrast
        if contrast < _LEGIBLE or float(shows.mean()) < _UNCOVERED:
            return False
        shown = ink.copy()
        shown[ink] = shows
        return min(_reach(shown, _extent(ink))) >= _WHOLE and min(_reach(ink, _inner(ink))) >= _WHOLE

    def _ink(self, box: BBox) -> NDArray[np.bool_]:
        """Return where a character has its ink, if nothing but a clipping path hides it."""
        ink: NDArray[np.bool_] = region(self.black, box, self.scale) < 255 - _GLYPH
        return ink

    def _trace(self, box: BBox) -> NDArray[np.int16]:
        """Return by how much the page differs from the page without text where a character has its ink."""
        whole, bare = (region(picture, box, self.scale) for picture in (self.whole, self.bare))
        trace: NDArray[np.int16] = np.abs(whole.astype(np.int16) - bare)[self._ink(box)]
        return trace

    def line_through(self, box: BBox) -> float | None:
        """Return how long a level line is that runs through the middle of a character, in points; None without one."""
        drawn = self._drawn(box)
        height = len(drawn)
        rows = [row for row in range(height) if _MIDDLE * height <= row <= (1 - _MIDDLE) * height and drawn[row].all()]
        if not rows or len(rows) > max(2, _THICKEST * height):
            return None
        left, top, right, _ = (round(side * self.scale) for side in box)
        line = np.abs(self.bare[min(top + rows[0], len(self.bare) - 1)].astype(np.int16) - self._ground(box)) > _DRAWN
        start, end = max(left, 0), min(right, len(line) - 1)
        while start > 0 and line[start - 1]:
            start -= 1
        while end < len(line) - 1 and line[end + 1]:
            end += 1
        return (end - start) / self.scale

    def longest_strike(self, word: BBox) -> float:
        """Return how long a line that strikes a word out may be: a longer one rules a table, or strikes its row."""
        return 1.6 * (word[2] - word[0]) + 2 * (word[3] - word[1])

    def is_drawn_over(self, box: BBox) -> bool:
        """Return whether something else than a picture is drawn through the middle of a character."""
        drawn = self._drawn(box)
        height, width = drawn.shape
        middle = drawn[round(_MIDDLE * height) : round((1 - _MIDDLE) * height), width // 4 : width - width // 4]
        across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        on_picture = any(
            left <= across <= right and top <= down <= bottom for left, top, right, bottom in self.pictures
        )
        return bool(middle.size) and float(middle.mean()) > _CROSSED and not on_picture

    def _ground(self, box: BBox) -> float:
        """Return the grey level at the head and foot of a character's place."""
        bare = region(self.bare, box, self.scale)
        margin = max(1, round(_MARGIN * len(bare)))
        return float(np.median(np.concatenate([bare[:margin], bare[-margin:]])))

    def _drawn(self, box: BBox) -> NDArray[np.bool_]:
        """Return where the place of a character differs from its ground without any text."""
        drawn: NDArray[np.bool_] = np.abs(region(self.bare, box, self.scale) - self._ground(box)) > _DRAWN
        return drawn


def _extent(ink: NDArray[np.bool_]) -> tuple[int, int]:
    """Return how many rows and columns lie between the outermost ones with ink."""
    down, across = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    return (int(np.ptp(down)) + 1, int(np.ptp(across)) + 1) if down.size else (0, 0)


def _inner(box: NDArray[np.bool_]) -> tuple[int, int]:
    """Return the height and width of a box without its edge, which may be too light for ink."""
    height, width = box.shape
    return height - 2, width - 2


def _reach(ink: NDArray[np.bool_], whole: tuple[int, int]) -> tuple[float, float]:
    """Return the share of a height and a width that ink takes."""
    high, wide = _extent(ink)
    return high / max(1, whole[0]), wide / max(1, whole[1])
