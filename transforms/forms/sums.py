"""The sums of the official form: which figures break them, and which values they force on blanks.

Owns the arithmetic; layouts declare the sums. A printed number is never repaired.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from transforms.forms.layout import Equation, Key, TableLayout

TableNumbers = Mapping[Key, Decimal | None]


@dataclass(frozen=True, slots=True)
class Violation:
    """A sum that does not hold: the printed total, the sum of its parts, and the cells of both."""

    identity: str
    line: str
    total: Decimal
    parts: Decimal
    cells: tuple[Key, ...]


def violations(layout: TableLayout, numbers: TableNumbers) -> list[Violation]:
    """Return the sums that the numbers break. A blank (None) is unknown, but not negative: it can fill a gap."""
    broken = []
    for identity, total, parts in layout.equations(set(numbers)):
        (known_total, open_total), (known_parts, open_parts) = _sum(numbers, total), _sum(numbers, parts)
        holds = (
            known_total == known_parts
            or (known_parts < known_total and bool(open_parts))
            or (known_total < known_parts and bool(open_total))
        )
        if not holds:
            line = total[0][layout.code_columns.index(identity.each)] if identity.each else "/".join(total[0])
            broken.append(Violation(identity.name, line, known_total, known_parts, (*total, *parts)))
    return broken


def holds(numbers: TableNumbers, equation: Equation) -> bool:
    """Return whether all cells of a sum are printed, and both sides are equal with blanks as nothing."""
    _, total, parts = equation
    if not all(key in numbers for key in (*total, *parts)):
        return False
    return _sum(numbers, total)[0] == _sum(numbers, parts)[0]


def imply(layout: TableLayout, numbers: TableNumbers) -> dict[Key, Decimal]:
    """Return the values that sums force on blanks: on the only unknown of a sum, or on all if nothing remains.

    Cells of broken sums are left out, and counts are never negative. The search repeats until no sum forces more.
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


def _force(known: TableNumbers, total: tuple[Key, ...], parts: tuple[Key, ...]) -> dict[Key, Decimal]:
    """Return the values forced on the unknown `parts` if every cell of `total` is known."""
    (sum_total, open_total), (sum_parts, open_parts) = _sum(known, total), _sum(known, parts)
    rest = sum_total - sum_parts
    if open_total or not open_parts or rest < 0 or (len(open_parts) > 1 and rest):
        return {}
    return dict.fromkeys(open_parts, rest)


def _sum(numbers: TableNumbers, keys: tuple[Key, ...]) -> tuple[Decimal, list[Key]]:
    """Return the sum of the known numbers, and the keys of the unknown ones."""
    known, unknown = Decimal(), []
    for key in keys:
        value = numbers[key]
        if value is None:
            unknown.append(key)
        elif value:
            known += value
    return known, unknown
