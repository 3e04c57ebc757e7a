"""Figures with their evidence, and how well one reading of one table stands.

Owns the shape that `grid_match` and `flow_match` yield, and the order between readings of the same table.
Must not look at documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from extractors.document import BBox
from transforms.forms.layout import Key, TableLayout
from transforms.forms.sums import Violation, violations
from transforms.forms.values import Value

SENTENCES = "sentences"
"""Method of a reading out of prose, which tells few figures of a table."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the source a text stands; None for what the source does not have."""

    page: int | None = None
    grid: int | None = None
    row: int | None = None
    column: int | None = None
    bbox: BBox | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its key among the figures of the table, the printed text, what it says, and where."""

    key: Key
    raw: str
    value: Value
    place: Place
    declared_unit: str | None = None
    """Unit that the form's header declares; the printed one, in `value`, goes first."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a table that no figure was made of, or that leaves a figure in doubt; `check` names it."""

    check: str
    actual: str
    cells: tuple[Key, ...] = ()


@dataclass(frozen=True)
class TableReading:
    """One table as one method read it under one edition of the form."""

    layout: TableLayout
    edition: str
    method: str
    figures: Mapping[Key, Figure]
    problems: tuple[Problem, ...] = field(default=())
    extent: tuple[int, int] | None = None
    """First and last part of the section's running text that belong to the table; None for grids."""

    @cached_property
    def missing(self) -> list[Key]:
        """Keys of the form for which nothing was found."""
        return self.layout.missing(set(self.figures))

    @cached_property
    def values(self) -> dict[Key, Decimal | None]:
        """The numbers by key; None for what is blank, unreadable or missing."""
        return {**dict.fromkeys(self.missing), **{key: figure.value.number for key, figure in self.figures.items()}}

    @cached_property
    def violations(self) -> list[Violation]:
        """Identities of the form that the figures break."""
        return violations(self.layout, self.values)

    @cached_property
    def clear(self) -> bool:
        """Whether every label was found and every cell read: the same words can tell no more."""
        return not (self.missing or self.problems or self._unreadable)

    @cached_property
    def proven(self) -> bool:
        """Whether the reading is clear and the identities hold: no other need be tried."""
        return self.clear and not self.violations

    @property
    def holds(self) -> bool:
        """Whether the table is there at all: a label amid prose, with a number behind it, is no table."""
        return self._unreadable < len(self.figures) or 3 * len(self.figures) >= len(self.layout.keys) > 0

    @cached_property
    def _unreadable(self) -> int:
        return sum(figure.value.state == "unreadable" for figure in self.figures.values())

    @cached_property
    def rank(self) -> tuple[int, ...]:
        """Sorts better readings first: fewer cells lost, then fewer sums broken, then fewer open questions."""
        return len(self.missing) + self._unreadable, len(self.violations), len(self.problems)
