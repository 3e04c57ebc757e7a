"""Colours as style sheets write them, and whether text of one can be read on another.

Owns the contrast below which nobody sees a text.
"""

from __future__ import annotations

import re
from functools import lru_cache

from PIL import ImageColor

Colour = tuple[int, int, int, float]
"""Red, green and blue from 0 to 255, and how opaque it is from 0 to 1."""

BLACK: Colour = (0, 0, 0, 1.0)
WHITE: Colour = (255, 255, 255, 1.0)
UNSEEN_CONTRAST, FAINT_CONTRAST = 1.25, 1.5
"""Ratio of brightness, 1 for the same, below which text is not seen, and below which it is hardly seen."""
_PARTS = re.compile(r"rgba?\(([^()]*)\)")
_NUMBER = re.compile(r"([\d.]+)(%?)")


@lru_cache(maxsize=1_000)
def colour_of(value: str) -> Colour | None:
    """Return the colour that a value names; None if it names none that is known.

    >>> colour_of("#fff"), colour_of("rgba(0, 0, 0, .5)"), colour_of("transparent"), colour_of("inherit")
    ((255, 255, 255, 1.0), (0, 0, 0, 0.5), (0, 0, 0, 0.0), None)
    """
    value = value.strip().lower()
    if value == "transparent":
        return 0, 0, 0, 0.0
    if parts := _PARTS.fullmatch(value):
        return _from_parts(_NUMBER.findall(parts[1]))
    try:
        red, green, blue, *alpha = ImageColor.getrgb(value)
    except ValueError:
        return None
    return red, green, blue, alpha[0] / 255 if alpha else 1.0


def _from_parts(parts: list[tuple[str, str]]) -> Colour | None:
    """Return the colour of three or four numbers, each with its percent sign, if any."""
    try:
        red, green, blue = (min(255, round(float(number) * (2.55 if sign else 1))) for number, sign in parts[:3])
        alpha = float(parts[3][0]) / (100 if parts[3][1] else 1) if len(parts) > 3 else 1.0
    except ValueError:
        return None
    return red, green, blue, min(alpha, 1.0)


def contrast(colour: Colour, ground: Colour) -> float:
    """Return how much brighter one of two colours is than the other: 1.0 for the same, 21.0 for black on white.

    >>> round(contrast(BLACK, WHITE)), contrast((0, 0, 0, 0.0), WHITE)
    (21, 1.0)
    """
    alpha = colour[3]
    mixed = [alpha * own + (1 - alpha) * below for own, below in zip(colour[:3], ground[:3], strict=True)]
    dark, bright = sorted((_luminance(mixed), _luminance(list(ground[:3]))))
    # Colours of one brightness are still told apart by hue.
    hue = max(abs(own - below) for own, below in zip(mixed, ground[:3], strict=True)) / 255
    return max((bright + 0.05) / (dark + 0.05), 1 + 2 * hue)


def _luminance(channels: list[float]) -> float:
    linear = [part / 12.92 if part <= 0.04 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in channels)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
