"""Two readings of one table by independent readers → one, with what they disagree on.

Owns when the second reader is believed: only where the sums of the form then hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from transforms.forms.layout import Key, TableLayout
from transforms.forms.sums import TableNumbers, violations
from transforms.tables.reading import Figure, Problem, TableReading


def compared(readings: Mapping[str, TableReading], others: Mapping[str, TableReading]) -> dict[str, TableReading]:
    """Return the readings of all tables, each compared with the one of the second reader, if that has the table."""
    return {
        table: _compared(reading, other)
        if (other := others.get(table)) and other.edition == reading.edition
        else reading
        for table, reading in readings.items()
    }


def _compared(reading: TableReading, other: TableReading) -> TableReading:
    """Return a reading with the cells that the second reader fills, and with findings for the others that differ."""
    figures: dict[Key, Figure] = dict(reading.figures)
    problems: list[Problem] = []
    for key, second in other.figures.items():
        first = reading.figures.get(key)
        if second.value.number is None or (first and first.value.number == second.value.number):
            continue
        numbers = {**reading.values, key: second.value.number}
        if _is_settled(reading.layout, reading.values, key):
            continue
        if (first is None or first.value.number is None) and _is_settled(reading.layout, numbers, key):
            figures[key] = second
        elif first:
            problems.append(Problem("readers_disagree", f"{first.raw or '(nothing)'}; {second.raw}", (key,)))
    if not problems and figures == reading.figures:
        return reading
    return replace(reading, figures=figures, problems=(*_still_open(reading, figures), *problems))


def _is_settled(layout: TableLayout, numbers: TableNumbers, key: Key) -> bool:
    """Return whether some sum has a cell, with all others known, and no sum that has it is broken."""
    sums = [(total, parts) for _, total, parts in layout.equations(set(numbers)) if key in {*total, *parts}]
    whole = any(all(numbers[cell] is not None for cell in (*total, *parts)) for total, parts in sums)
    return whole and not any(key in violation.cells for violation in violations(layout, numbers))


def _still_open(reading: TableReading, figures: Mapping[Key, Figure]) -> list[Problem]:
    """Return the problems of a reading but those whose cells have all been filled."""
    return [
        problem
        for problem in reading.problems
        if not problem.cells or any(figures.get(key) is reading.figures.get(key) for key in problem.cells)
    ]
