"""Columns and rows whose labels are lost → what the order of the form says of them, once its sums have judged it.

Owns which headers leave figures without a column, and which figures by order are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from transforms.forms.layout import FormLine, Key, TableLayout
from transforms.forms.values import Value
from transforms.tables.label_order import confirm, shows_its_total
from transforms.tables.reading import Figure, Problem
from transforms.tables.text.cell_split import is_counted
from transforms.tables.text.columns import header_of
from transforms.tables.text.tokens import NumberSequence, header_above


@dataclass(frozen=True, slots=True)
class Columns:
    """The blocks whose header does not name every column: unusable ones, and those that the form's order may complete.

    `lost` holds the lost columns of each of the latter, by the first line of the block.
    """

    unconfirmed: tuple[Problem, ...]
    lost: Mapping[int, tuple[str, frozenset[Key]]]


def columns_of(sequences: Sequence[NumberSequence], owners: Mapping[int, int], layout: TableLayout) -> Columns:
    """Compare the header above the first row of each block with the columns of the form.

    Only counting could identify the numbers below a header in another order, or with lost labels where no sum could
    confirm the count: none is used.
    """
    lines = layout.lines
    problems: list[Problem] = []
    lost: dict[int, tuple[str, frozenset[Key]]] = {}
    for block in {id(line.block): line.block for line in lines}.values():
        owned = [at for at in sorted(owners) if lines[at].block is block]
        if not owned:
            continue
        text = header_above(sequences, owners[owned[0]])
        header = header_of(text, block, layout)
        if header.complete:
            continue
        keys = frozenset(key for at in owned for key in lines[at].keys)
        whole = len(owned) == sum(line.block is block for line in lines) or not header.headings_lost
        if header.in_order and layout.identities and whole and _counted(sequences, lines, owners, owned):
            named = {layout.cells[id(block), id(lines[at].label), id(label)] for at in owned for label in header.lost}
            lost[owned[0]] = (text[-60:], frozenset(named))
        else:
            problems.append(Problem("columns_unconfirmed", text[-60:], tuple(keys)))
    return Columns(tuple(problems), lost)


def _counted(
    sequences: Sequence[NumberSequence], lines: Sequence[FormLine], owners: Mapping[int, int], owned: Sequence[int]
) -> bool:
    """Return whether each of some rows has exactly as many cells as the form."""
    return all(is_counted(sequences[owners[at]].tokens, len(lines[at].keys)) for at in owned)


@dataclass(frozen=True, slots=True)
class ByOrder:
    """The figures of a table once the sums have judged those that order gave; lines that are `unknown` after all."""

    figures: dict[Key, Figure]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    unknown: frozenset[int]


def confirmed(
    sequences: Sequence[NumberSequence],
    layout: TableLayout,
    lost_rows: Mapping[int, int],
    columns: Columns,
    figures: Mapping[Key, Figure],
) -> ByOrder:
    """Keep the figures that order gave where the sums hold; the others are unreadable, or rows of no label."""
    numbers = {key: figure.value.number for key, figure in figures.items()}
    kept = dict(figures)
    problems: list[Problem] = []
    notes: list[Problem] = []
    for first, (text, lost) in columns.lost.items():
        block = layout.lines[first].block
        rows = [line for line in layout.lines if line.block is block and line.keys[0] in numbers]
        verdict = confirm(layout, numbers, frozenset(key for line in rows for key in line.keys), columns=True)
        few = 2 * len(lost) > len(rows) * len(block.columns)
        refused = verdict.refused
        if few and not _shows_its_total(rows, numbers, layout):
            refused |= verdict.confirmed
        kept |= {key: replace(kept[key], value=Value("unreadable")) for key in refused}
        problems += [Problem("columns_unconfirmed", text, tuple(sorted(refused)))] * bool(refused)
        named = tuple(key for key in kept if key in lost and key not in refused)
        notes += [Problem("columns_by_order" if few else "label_by_order", text, named)] * bool(named)
    unknown = set()
    keys = {at: layout.lines[at].keys for at in lost_rows}
    verdict = confirm(layout, numbers, frozenset(key for own in keys.values() for key in own), columns=False)
    for at, own in keys.items():
        if verdict.refused.isdisjoint(own):
            words = sequences[lost_rows[at]].words
            notes.append(Problem("label_by_order", words[-1].strip() if words else "", own))
        else:
            unknown.add(at)
            kept = {key: figure for key, figure in kept.items() if key not in own}
    return ByOrder(kept, tuple(problems), tuple(notes), frozenset(unknown))


def _shows_its_total(lines: Sequence[FormLine], numbers: Mapping[Key, Decimal | None], layout: TableLayout) -> bool:
    """Return whether the numbers tell the column of the total from the others, or all are nothing."""
    totals = [codes for identity in layout.identities for codes in identity.total]
    columns = [
        at
        for at, label in enumerate(lines[0].block.columns)
        if any(codes.items() <= label.codes.items() for codes in totals)
    ]
    rows = [[numbers[key] for key in line.keys] for line in lines]
    return len(columns) == 1 and (shows_its_total(rows, columns[0]) or not any(map(any, rows)))
