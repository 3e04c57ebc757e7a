"""What a person sees of the text at one place of a page, after all that the elements around it do to it.

Owns how looks add up from the outside in.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from extractors.html.style.colours import (
    BLACK,
    FAINT_CONTRAST,
    UNSEEN_CONTRAST,
    WHITE,
    Colour,
    contrast,
)
from extractors.html.style.looks import Look
from extractors.html.style.properties import FONT_SIZE

_LEAST_SIZE = 3.0
"""Pixels below which letters are not seen."""


@dataclass(frozen=True, slots=True)
class Ink:
    """The state of text at one place. `ground` is None where a picture lies below the text.

    `certain_ground`: the page itself says what the ground is, or has no style sheets that were not read.
    """

    unseen: bool = False
    visible: bool = True
    size: float = FONT_SIZE
    colour: Colour = BLACK
    ground: Colour | None = WHITE
    certain_ground: bool = True
    struck: bool = False
    shadow: bool = False
    preformatted: bool = False
    seen: bool = field(init=False)
    doubtful: bool = field(init=False)
    """Whether it cannot be told if the text is seen."""

    def __post_init__(self) -> None:
        ratio = contrast(self.colour, self.ground) if self.ground else 21.0
        shown = self.visible and not self.unseen and self.size >= _LEAST_SIZE
        certain = self.certain_ground and not self.shadow
        object.__setattr__(self, "seen", shown and (ratio >= UNSEEN_CONTRAST or not certain))
        object.__setattr__(self, "doubtful", shown and ratio < FAINT_CONTRAST)

    def inside(self, look: Look) -> Ink:
        """Return the ink inside an element."""
        own_ground = look.ground is not None or look.pictured
        return Ink(
            unseen=self.unseen or look.unseen,
            visible=self.visible if look.visible is None else look.visible,
            size=self._size(look.size),
            colour=look.colour or self.colour,
            ground=None if look.pictured else look.ground or self.ground,
            certain_ground=own_ground or self.certain_ground,
            struck=self.struck or look.struck,
            shadow=self.shadow or look.shadow,
            preformatted=self.preformatted if look.preformatted is None else look.preformatted,
        )

    def _size(self, size: float | None) -> float:
        if size is None:
            return self.size
        return size if size >= 0 else -size * self.size
