"""What other readings of a table saw that the best one does not say → doubts that go with it.

Owns when a difference between two readings is explained: where sums without a gap hold with the best reading, and the
other saw no more than pieces of numbers, or another number that no sum confirms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from transforms.forms.layout import Key
from transforms.tables.reading import Figure, Problem, TableReading

_DOUBTS = frozenset({"figure_printed_twice", "cell_claimed_twice"})
"""Problems of cells, whoever reads them; the others tell what one method could not do."""
_UNCUT = frozenset({"row_ambiguous", "columns_unconfirmed"})
"""Problems after which a reading holds the text of a whole row in each of its cells."""
_COPIES = frozenset({"table_printed_twice", "table_copies_differ"})
"""Problems that tell what another copy of the table prints."""
_PIECES = re.compile(r"[\d\s.,-]*")


def with_doubts(best: TableReading, readings: Iterable[TableReading]) -> TableReading:
    """Return the best reading of a table with the doubts that other readings of the same table and edition cast on it.

    `readings` may hold readings of other tables. One by the same method is of another copy of the table.
    """
    own = (best.edition, best.layout.table)
    others = [other for other in readings if (other.edition, other.layout.table) == own and other.method != best.method]
    if not others:
        return best
    proven = best.proven_cells
    doubts = dict.fromkeys(doubt for other in others for doubt in _doubts(best, other, proven))
    return replace(best, problems=(*best.problems, *(doubt for doubt in doubts if doubt not in best.problems)))


def _doubts(best: TableReading, other: TableReading, proven: frozenset[Key]) -> Iterator[Problem]:
    """Yield the doubts that one reading casts on the best one."""
    yield from (problem for problem in other.problems if problem.check in _DOUBTS and problem.cells)
    told = {key for problem in (*best.problems, *best.notes) if problem.check in _COPIES for key in problem.cells}
    told |= {key for problem in other.problems if problem.check in _UNCUT for key in problem.cells}
    others_proven = other.proven_cells
    for key, seen in other.figures.items():
        printed = best.figures.get(key)
        if key in told or printed is None or not _differ(printed, seen):
            continue
        explained = key in proven and key not in others_proven and _is_explained(seen)
        if not explained:
            yield Problem("readers_disagree", f"{printed.raw or '(blank)'}; {seen.raw or '(blank)'}", (key,))


def _differ(printed: Figure, seen: Figure) -> bool:
    """Return whether a figure of the best reading is another one, or doubted by the other."""
    if printed.value.state == "unreadable":
        return False
    return seen.value.state == "unreadable" or printed.value.number != seen.value.number


def _is_explained(seen: Figure) -> bool:
    """Return whether a proven number explains what was seen: another number, or nothing but pieces of numbers."""
    return seen.value.state != "unreadable" or _PIECES.fullmatch(seen.raw) is not None
