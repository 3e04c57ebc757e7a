"""Two readings of one table by independent readers → one, with what they disagree on.

Owns when the second reader is believed: only where the sums of the form then hold. A second look at the cells of
pictures is one, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from extractors.document import Block, Cell, Document
from transforms.forms.layout import Key
from transforms.forms.values import parse_value
from transforms.tables.reading import Figure, Problem, TableReading
from transforms.tables.stitch import label_similarity

_UNCONFIRMED = 0.5
"""How sure a figure is at most that a second look does not confirm."""
_ALIKE = 100.0
"""How similar a text is to a label that it equals."""
_LEAST_LABEL = 2


def compared(readings: Mapping[str, TableReading], others: Mapping[str, TableReading]) -> dict[str, TableReading]:
    """Return the readings of all tables, each compared with the one of the second reader, if that has the table."""
    return {
        table: _compared(reading, other)
        if (other := others.get(table)) and other.edition == reading.edition
        else reading
        for table, reading in readings.items()
    }


def looked_at_again(reading: TableReading) -> TableReading:
    """Return a reading compared with a second look at those cells of a picture that no sum settles."""
    if not any(figure.look_again for figure in reading.figures.values()):
        return reading
    settled = reading.proven_cells
    seen = {
        key: _seen(figure, figure.look_again())
        for key, figure in reading.figures.items()
        if figure.look_again and key not in settled
    }
    figures = {key: _doubted(figure, seen.get(key)) for key, figure in reading.figures.items()}
    return _compared(replace(reading, figures=figures), replace(reading, figures=seen)) if seen else reading


def with_labels_anew(document: Document) -> Document | None:
    """Return a document with the labels that a second look at pictures finds more like the form's; None without any."""
    parts = tuple(
        part if isinstance(part, Block) else replace(part, cells=tuple(map(_label_anew, part.cells)))
        for part in document.parts
    )
    return replace(document, parts=parts) if parts != document.parts else None


def _label_anew(cell: Cell) -> Cell:
    if cell.look_again is None or len(cell.text) < _LEAST_LABEL or parse_value(cell.text).state != "unreadable":
        return cell
    likeness = label_similarity(cell.text)
    text = cell.look_again().text if likeness < _ALIKE else cell.text
    return replace(cell, text=text) if label_similarity(text) > likeness else cell


def _seen(figure: Figure, look: Block) -> Figure:
    place = replace(figure.place, confidence=look.confidence)
    return replace(figure, raw=look.text, value=parse_value(look.text), place=place)


def _doubted(figure: Figure, look: Figure | None) -> Figure:
    """Return a figure, unsure if a second look at it saw nothing legible."""
    if look is None or look.value.state != "unreadable":
        return figure
    return replace(figure, place=replace(figure.place, confidence=min(figure.place.confidence, _UNCONFIRMED)))


def _compared(reading: TableReading, other: TableReading) -> TableReading:
    """Return a reading with the cells that the second reader fills, and with findings for the others that differ."""
    settled = reading.proven_cells
    fills = _fills(reading, other, settled)
    problems = [
        Problem("readers_disagree", f"{first.raw or '(nothing)'}; {other.figures[key].raw}", (key,))
        for key, first in reading.figures.items()
        if key in other.figures and key not in {*fills, *settled} and _differ(first, other.figures[key])
    ]
    if not problems and not fills:
        return reading
    figures = {**reading.figures, **fills}
    problems = [*_still_open(reading, figures), *problems]
    notes = (note for note in other.notes if not fills.keys().isdisjoint(note.cells))
    return replace(reading, figures=figures, problems=tuple(problems), notes=(*reading.notes, *notes))


def _differ(first: Figure, second: Figure) -> bool:
    """Return whether the second reader saw another number, or a mark for none in place of a number."""
    return first.value.number != second.value.number and second.value.state not in ("blank", "unreadable")


def _fills(reading: TableReading, other: TableReading, settled: Set[Key]) -> dict[Key, Figure]:
    """Return the second reader's numbers for cells without one, if sums settle them: all together, then each alone."""
    offered = {
        key: figure
        for key, figure in other.figures.items()
        if figure.value.number is not None and reading.values.get(key) is None and key not in settled
    }
    fills = _settled(reading, offered)
    for key, figure in offered.items():
        if key not in fills:
            fills |= _settled(reading, {**fills, key: figure})
    return fills


def _settled(reading: TableReading, figures: Mapping[Key, Figure]) -> dict[Key, Figure]:
    """Return those of some figures that sums settle once they are filled in, without the help of the others."""
    while True:
        settled = replace(reading, figures={**reading.figures, **figures}).proven_cells
        kept = {key: figure for key, figure in figures.items() if key in settled}
        if len(kept) == len(figures):
            return kept
        figures = kept


def _still_open(reading: TableReading, figures: Mapping[Key, Figure]) -> list[Problem]:
    """Return the problems of a reading but those whose cells have all been filled."""
    return [
        problem
        for problem in reading.problems
        if not problem.cells or any(figures.get(key) is reading.figures.get(key) for key in problem.cells)
    ]
