"""Raised marks of notes behind the text that they belong to.

Owns what stands in the place of a mark: nothing, or ILLEGIBLE where it cannot be told from the text.
"""

from __future__ import annotations

import re

from extractors.document import ILLEGIBLE

_SMALL = 0.6
"""Share of the size of the figure beside it up to which a figure looks like a mark."""
_POWER = re.compile(r"[×✕xX*·]\s*10$")


def instead_of_mark(before: str, mark: str, after: str, *, in_cell: bool) -> str:
    """Return what stands in the place of a mark between two texts.

    Signs raised behind letters stay. A mark that stands alone in a cell may be a figure.

    >>> instead_of_mark("412", "1", "", in_cell=True), instead_of_mark("12 m", "2", "", in_cell=False)
    ('', '2')
    >>> instead_of_mark("", "1", "412", in_cell=True) == instead_of_mark("4", "1", "12", in_cell=True) == ILLEGIBLE
    True
    """
    before, after = before.rstrip(), after.partition("\n")[0].lstrip()
    if not before:
        return ILLEGIBLE if in_cell else mark if not after else ""
    if before[-1].isascii() and before[-1].isalpha():
        return mark
    within = before[-1].isdecimal() and after[:1].isdecimal()
    return ILLEGIBLE if within or _POWER.search(before) else ""


def looks_like_a_mark(before: str, size: float, text: str, own: float) -> bool:
    """Return whether a figure stands right behind another, or before it, in much smaller print."""
    digits = before[-1:].isdecimal() and text[:1].isdecimal()
    return digits and min(own, size) <= _SMALL * max(own, size)
