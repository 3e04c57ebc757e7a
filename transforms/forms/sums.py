"""The sums of the official form: which figures break them, and which value they force on a blank.

Owns the arithmetic. Must not know which sums there are (layouts declare them), nor repair a printed number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from transforms.forms.layout import Key, TableLayout

Numbers = Mapping[Key, Decimal | None]


@dataclass(frozen=True, slots=True)
class Violation:
    """A sum that does not hold: the printed total and what its parts add up to, with the cells of both."""

    identity: str
    line: str
    total: Decimal
    parts: Decimal
    cells: tuple[Key, ...]


def violations(layout: TableLayout, numbers: Numbers) -> list[Violation]:
    """The sums that the numbers break. A blank (None) is unknown but never negative: it excuses a part."""
    found = []
    for identity, total, parts in layout.equations(set(numbers)):
        (known_total, open_total), (known_parts, open_parts) = _sum(numbers, total), _sum(numbers, parts)
        holds = (
            known_total == known_parts
            or (known_parts < known_total and bool(open_parts))
            or (known_total < known_parts and bool(open_total))
        )
        if not holds:
            line = total[0][layout.code_columns.index(identity.each)] if identity.each else "/".join(total[0])
            found.append(Violation(identity.name, line, known_total, known_parts, (*total, *parts)))
    return found


def imply(layout: TableLayout, numbers: Numbers) -> dict[Key, Decimal]:
    """Values that the sums force on blanks: the only unknown of a sum, or all of them where nothing is left.

    Only sums without contradiction count, and counts are never negative. Repeats until no sum forces more.
    """
    if None not in numbers.values():
        return {}
    known = dict(numbers)
    equations = [(total, parts) for _, total, parts in layout.equations(set(numbers))]
    forced: dict[Key, Decimal] = {}
    broken = {key for violation in violations(layout, numbers) for key in violation.cells}
    while True:
        new: dict[Key, Decimal] = {}
        for total, parts in equations:
            for left, right in ((total, parts), (parts, total)):
                new |= _force(known, left, right)
        new = {key: value for key, value in new.items() if key not in broken}
        if not new:
            return forced
        forced |= new
        known |= new


def _force(known: Numbers, total: tuple[Key, ...], parts: tuple[Key, ...]) -> dict[Key, Decimal]:
    """Values forced on the unknown `parts` where every cell of `total` is known."""
    (sum_total, open_total), (sum_parts, open_parts) = _sum(known, total), _sum(known, parts)
    rest = sum_total - sum_parts
    if open_total or not open_parts or rest < 0 or (len(open_parts) > 1 and rest):
        return {}
    return dict.fromkeys(open_parts, rest)


def _sum(numbers: Numbers, keys: tuple[Key, ...]) -> tuple[Decimal, list[Key]]:
    """Sum of the known numbers, and the keys of the unknown ones."""
    known, unknown = Decimal(), []
    for key in keys:
        value = numbers[key]
        if value is None:
            unknown.append(key)
        elif value:
            known += value
    return known, unknown
