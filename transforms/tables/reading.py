"""Figures with their evidence, and how good one reading of one table is.

Owns what `grid_match` and `text.match` return, and the ranking of readings of the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from extractors.document import BBox, Block
from transforms.forms.layout import Key, TableLayout
from transforms.forms.sums import Violation, violations
from transforms.forms.values import Value

SENTENCES = "sentences"
"""Method of a reading from prose, which states few figures of a table."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands in the source; None for what the source does not have."""

    page: int | None = None
    grid: int | None = None
    row: int | None = None
    column: int | None = None
    bbox: BBox | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its key in the table, the printed text, the value and the place."""

    key: Key
    raw: str
    value: Value
    place: Place
    declared_unit: str | None = None
    """Unit that the form's header declares; the printed one, in `value`, takes precedence."""
    look_again: Callable[[], Block] | None = field(default=None, repr=False, compare=False)
    """Recognises the cell of a picture anew, if it may be misread."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a table that did not become a figure, or that casts doubt on one; `check` is its code."""

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
    """First and last part of the document that belong to the table in running text; None for grids."""
    notes: tuple[Problem, ...] = field(default=())
    """Findings that cast no doubt on the figures, such as a label that the form's order gave."""

    @cached_property
    def missing(self) -> list[Key]:
        """The keys of the form for which nothing was found."""
        return self.layout.missing(set(self.figures))

    @cached_property
    def values(self) -> dict[Key, Decimal | None]:
        """The numbers by key; None for what is blank, unreadable or missing."""
        return {**dict.fromkeys(self.missing), **{key: figure.value.number for key, figure in self.figures.items()}}

    @cached_property
    def violations(self) -> list[Violation]:
        """The identities of the form that the figures break."""
        return violations(self.layout, self.values)

    @cached_property
    def proven_cells(self) -> frozenset[Key]:
        """The cells of sums that hold without a gap; a blank is none where the total is printed without it."""
        printed = self.values
        blank = {key: Decimal() for key, figure in self.figures.items() if figure.value.state in ("blank", "dash")}
        filled = {**printed, **blank}
        broken = {key for violation in violations(self.layout, filled) for key in violation.cells}
        whole = (
            {*total, *parts}
            for _, total, parts in self.layout.equations(set(printed))
            if all(printed[key] is not None for key in total) and all(filled[key] is not None for key in parts)
        )
        return frozenset(key for keys in whole for key in keys if key not in broken)

    @cached_property
    def clear(self) -> bool:
        """Whether every label was found and every cell read: another method cannot find more in the same text."""
        return not (self.missing or self.problems or self.notes or self._unreadable)

    @cached_property
    def proven(self) -> bool:
        """Whether the reading is clear and the identities hold: no other need be tried."""
        return self.clear and not self.violations

    @property
    def is_table(self) -> bool:
        """Whether there is a table at all: a label in prose, followed by a number, is none."""
        return self._unreadable < len(self.figures) or 3 * len(self.figures) >= len(self.layout.keys) > 0

    @property
    def read(self) -> int:
        """The number of cells that were found and read."""
        return len(self.figures) - self._unreadable

    @cached_property
    def _unreadable(self) -> int:
        return sum(figure.value.state == "unreadable" for figure in self.figures.values())

    @cached_property
    def rank(self) -> tuple[int, ...]:
        """A sort key that puts better readings first: fewer lost cells, broken sums, problems, and labels by order."""
        return len(self.missing) + self._unreadable, len(self.violations), len(self.problems), len(self.notes)
