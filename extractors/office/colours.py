"""Colours of text and of the ground behind it: whether a person sees the text.

Owns how far two colours must lie apart. Knows no file.
"""

from __future__ import annotations

import re
from enum import Enum

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)

_UNSEEN, _DOUBTFUL = 16, 48
"""Largest difference of red, green or blue up to which text is not seen, or not for sure."""
_DARK = 100
_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")


class Sight(Enum):
    """Whether a person sees something."""

    SEEN = "seen"
    DOUBTFUL = "doubtful"
    UNSEEN = "unseen"


def colour_of(hexadecimal: str | None) -> Colour | None:
    """Return the colour of six or eight hexadecimal digits (with alpha first); None for anything else.

    >>> colour_of("FF1F4E79"), colour_of("auto")
    ((31, 78, 121), None)
    """
    match = _HEXADECIMAL.fullmatch(hexadecimal or "")
    if match is None:
        return None
    red, green, blue = bytes.fromhex(match[1])
    return red, green, blue


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """Return a colour between two, with `share` of the second.

    >>> mixed(WHITE, BLACK, 0.2)
    (204, 204, 204)
    """
    red, green, blue = (round(one + (other - one) * share) for one, other in zip(first, second, strict=True))
    return red, green, blue


def sight_of(text: Colour, ground: Colour | None) -> Sight:
    """Return whether text of a colour is seen on a ground; None is a ground that is not known.

    >>> sight_of((254, 254, 254), WHITE), sight_of(WHITE, (31, 78, 121)), sight_of(WHITE, None)
    (<Sight.UNSEEN: 'unseen'>, <Sight.SEEN: 'seen'>, <Sight.DOUBTFUL: 'doubtful'>)
    """
    if ground is None:
        return Sight.SEEN if is_dark(text) else Sight.DOUBTFUL
    difference = max(abs(one - other) for one, other in zip(text, ground, strict=True))
    if difference <= _UNSEEN:
        return Sight.UNSEEN
    return Sight.DOUBTFUL if difference <= _DOUBTFUL else Sight.SEEN


def is_dark(colour: Colour) -> bool:
    """Return whether a colour is one that text on a light ground has.

    >>> is_dark(BLACK), is_dark((217, 226, 243))
    (True, False)
    """
    red, green, blue = colour
    return (299 * red + 587 * green + 114 * blue) / 1000 < _DARK
