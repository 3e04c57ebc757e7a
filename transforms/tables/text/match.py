"""Running text → figures: numbers by the labels before them.

Owns the reading of tables whose cells were flattened to text. Labels decide which row a sequence of numbers belongs to.
If the text leaves open how many cells a sequence has, only the form's sums may decide it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from itertools import pairwise

from extractors.document import Block as TextBlock
from extractors.document import Grid
from transforms.forms.labels import SIMILAR, tail_similarity
from transforms.forms.layout import FormLine, Key, TableLayout
from transforms.tables.reading import Figure, Problem, TableReading
from transforms.tables.text.by_order import columns_of, confirmed
from transforms.tables.text.cell_split import Candidate, options_for, split_cells
from transforms.tables.text.rows import Rows, ends_of_tables, rows_of
from transforms.tables.text.tokens import NumberSequence, Token, sequences_of


def match_text(parts: Sequence[TextBlock | Grid], layout: TableLayout, edition: str, method: str) -> list[TableReading]:
    """Read one table of the form from running text (and cells of broken grids), once for each time it is printed."""
    sequences = sequences_of(parts)
    bounds = [0, *ends_of_tables(sequences, layout), len(sequences)]
    return [_read(sequences[start:end], layout, edition, method) for start, end in pairwise(bounds)]


def _read(sequences: Sequence[NumberSequence], layout: TableLayout, edition: str, method: str) -> TableReading:
    reading = _match(sequences, layout, edition, method)
    if not reading.missing or layout.by_heading.lines == layout.lines:
        return reading
    apart = replace(_match(sequences, layout.by_heading, edition, method), layout=layout)
    return min(reading, apart, key=lambda one: one.rank)


def _match(sequences: Sequence[NumberSequence], layout: TableLayout, edition: str, method: str) -> TableReading:
    rows = rows_of(sequences, layout)
    lines, owners = layout.lines, rows.owners
    columns = columns_of(sequences, owners, layout)
    doubts = [*columns.unconfirmed, *_continued_labels(sequences, lines, owners)]
    figures, ambiguous = _figures(sequences, owners, layout, {key for doubt in doubts for key in doubt.cells})
    by_order = confirmed(sequences, layout, rows.lost, columns, figures)
    unknown = _unknown_rows(sequences, {at: sequence for at, sequence in owners.items() if at not in by_order.unknown})
    return TableReading(
        layout,
        edition,
        method,
        by_order.figures,
        (*unknown, *_printed_twice(sequences, lines, rows), *doubts, *ambiguous, *by_order.problems),
        _extent([sequences[sequence] for sequence in owners.values()]),
        by_order.notes,
    )


def _figures(
    sequences: Sequence[NumberSequence], owners: Mapping[int, int], layout: TableLayout, doubtful: Set[Key]
) -> tuple[dict[Key, Figure], list[Problem]]:
    """Return the figures of all lines, and the lines whose cells nothing tells apart."""
    lines = layout.lines
    options = {
        lines[at].keys: options_for(sequences[sequence].tokens, len(lines[at].keys)) for at, sequence in owners.items()
    }
    splits = split_cells(options, layout)
    figures: dict[Key, Figure] = {}
    problems: list[Problem] = []
    for at, sequence in owners.items():
        line, chosen = lines[at], splits[lines[at].keys]
        if chosen is None:
            problems.append(
                Problem("row_ambiguous", " ".join(token.text for token in sequences[sequence].tokens), line.keys)
            )
        figures |= _of_line(line, None if doubtful & set(line.keys) else chosen, sequences[sequence])
    return figures, problems


def _of_line(line: FormLine, chosen: Candidate | None, sequence: NumberSequence) -> dict[Key, Figure]:
    """Return the figures of one line; if its numbers could not be separated (no choice), each cell is unreadable."""
    units = [column.unit or line.label.unit for column in line.block.columns]
    if chosen is None:
        whole = Token.unreadable(sequence.tokens)
        chosen = (whole,) * len(line.keys)
    return {
        key: Figure(key, token.text, token.value, token.place, unit)
        for key, token, unit in zip(line.keys, chosen, units, strict=True)
    }


def _extent(sequences: Sequence[NumberSequence]) -> tuple[int, int] | None:
    """Return the first and last part of the text that the table fills, from its header on."""
    extents = [sequence.extent for sequence in sequences]
    return (min(start for start, _ in extents), max(end for _, end in extents)) if extents else None


def _unknown_rows(sequences: Sequence[NumberSequence], owners: Mapping[int, int]) -> list[Problem]:
    """Return the sequences of numbers within the table, or right below its last row, that belong to no label."""
    if not owners:
        return []
    owned = set(owners.values())
    last = max(owned)
    goes_on = last + 1 < len(sequences) and _is_below(sequences[last + 1], sequences[last])
    between = range(min(owned), last + 1 + goes_on)
    return [
        Problem(
            "unknown_row", f"{sequences[at].before[-30:]}: {' '.join(token.text for token in sequences[at].tokens)}"
        )
        for at in between
        if at not in owned and not (sequences[at].blank or sequences[at].numbering)
    ]


def _is_below(sequence: NumberSequence, row: NumberSequence) -> bool:
    """Return whether numbers without words before them stand as close below a row as the lines of one cell."""
    printed = [token for token in sequence.tokens if not token.padding]
    return not sequence.before and any(token.is_close_below(above) for token in printed for above in row.tokens)


def _printed_twice(sequences: Sequence[NumberSequence], lines: Sequence[FormLine], rows: Rows) -> list[Problem]:
    """Return the rows whose label also precedes other numbers."""
    scores, owners = rows.scores, rows.owners
    free = [
        sequence
        for sequence in range(len(sequences))
        if sequence not in owners.values() and not sequences[sequence].blank
    ]
    problems = []
    for at, sequence in owners.items():
        for other in free:
            values = [[token.value for token in sequences[number].tokens] for number in (sequence, other)]
            if scores[other][at] >= max(scores[sequence][at], 100.0) and values[0] != values[1]:
                texts = (" ".join(token.text for token in sequences[number].tokens) for number in (sequence, other))
                problems.append(Problem("figure_printed_twice", "; ".join(texts), lines[at].keys))
    return problems


def _continued_labels(
    sequences: Sequence[NumberSequence], lines: Sequence[FormLine], owners: Mapping[int, int]
) -> list[Problem]:
    """Return the rows whose label continues after their presumed numbers, up to numbers that belong to no label."""
    problems = []
    for at, sequence in owners.items():
        following = sequence + 1
        if following == len(sequences) or following in owners.values() or sequences[following].blank:
            continue
        whole = sequences[sequence].before + sequences[following].before
        if any(
            tail_similarity(whole, text) >= max(SIMILAR, tail_similarity(sequences[sequence].before, text))
            for text in lines[at].texts
        ):
            texts = (token.text for token in (*sequences[sequence].tokens, *sequences[following].tokens))
            problems.append(Problem("row_ambiguous", " ".join(texts), lines[at].keys))
    return problems
