"""Digits on several lines of a cell → one number, where the sums of the form prove it.

Owns that proof: two numbers below each other look the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from transforms.forms.layout import Key, TableLayout
from transforms.forms.sums import holds, violations
from transforms.forms.values import parse_value
from transforms.tables.reading import Figure

_LINES_OF_DIGITS = re.compile(r"\s*\d+(?:[^\S\n]*\n\s*\d+)+\s*")


def with_lines_joined(figures: Mapping[Key, Figure], layout: TableLayout) -> dict[Key, Figure]:
    """Return the figures of a table, with the lines of digits in a cell as one number where a sum then holds.

    Of that sum all other cells are read, with blanks as nothing, and no other sum may be broken.
    """
    joined = dict(figures)
    broken = {key: figure for key, figure in figures.items() if _LINES_OF_DIGITS.fullmatch(figure.raw)}
    while found := {key: whole for key, figure in broken.items() if (whole := _whole(figure, joined, layout))}:
        joined |= found
        broken = {key: figure for key, figure in broken.items() if key not in found}
    return joined


def _whole(figure: Figure, figures: Mapping[Key, Figure], layout: TableLayout) -> Figure | None:
    """Return a figure with its lines as one number, if a sum holds with it and none is broken by it."""
    value = parse_value("".join(figure.raw.split()))
    read = {key: other.value.number for key, other in figures.items() if other.value.state != "unreadable"}
    read[figure.key] = value.number
    whole = {**dict.fromkeys(layout.missing(set(read))), **read}
    own = [equation for equation in layout.equations(set(whole)) if figure.key in (*equation[1], *equation[2])]
    broken = any(figure.key in violation.cells for violation in violations(layout, whole))
    return replace(figure, value=value) if any(holds(read, equation) for equation in own) and not broken else None
