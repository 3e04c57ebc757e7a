"""Which sequence of numbers is which row of the form: by the words around it, or by its place where these are lost.

Owns the similarity of words and labels, the order of rows, and where a table ends and its next copy begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from transforms.forms.labels import normalise, tail_similarity
from transforms.forms.layout import FormLine, TableLayout
from transforms.tables.label_order import is_lost, lines_between
from transforms.tables.text.cell_split import is_counted
from transforms.tables.text.columns import header_share
from transforms.tables.text.tokens import NumberSequence, header_above

_LEAST_HEADER_SHARE = 0.8


@dataclass(frozen=True)
class Rows:
    """The rows of one printed table: each line of the form with its sequence, by number.

    `scores` holds, for each sequence, how well its words fit each line; `lost` are the lines whose label is lost.
    """

    scores: Sequence[Sequence[float]]
    labelled: Mapping[int, int]
    lost: Mapping[int, int]

    @cached_property
    def owners(self) -> dict[int, int]:
        """All lines that are there with their sequences, in the order of the form."""
        return dict(sorted({**self.labelled, **self.lost}.items()))


def rows_of(sequences: Sequence[NumberSequence], layout: TableLayout) -> Rows:
    """Return the rows of the form that some sequences are."""
    scores = [[_score(sequences, at, line) for line in layout.lines] for at in range(len(sequences))]
    labelled = _without_headings(_assign_lines(scores), layout.lines)
    return Rows(scores, labelled, _lost_rows(sequences, layout, labelled))


def ends_of_tables(sequences: Sequence[NumberSequence], layout: TableLayout) -> list[int]:
    """Return the ends of all printed tables but the last: rows whose labels begin again after half of them.

    A few repeated rows, as at the break of a page, and rows that sentences name are no table of their own.
    """
    tables: list[tuple[int, set[int]]] = []
    last = -1
    for at in range(len(sequences)):
        named = _lines_named(sequences, at, layout)
        if not named:
            continue
        later = [line for line in named if line > last]
        last = min(later or named)
        if not later or not tables:
            tables.append((at, set()))
        tables[-1] = (at, tables[-1][1] | {last})
    merged: list[tuple[int, set[int]]] = []
    for end, own in tables:
        if merged and 2 * len(own & merged[-1][1]) < min(len(own), len(merged[-1][1])):
            merged[-1] = (end, own | merged[-1][1])
        else:
            merged.append((end, own))
    whole = [end + 1 for end, own in merged if 2 * len(own) >= len(layout.lines)]
    return whole[:-1]


def _lines_named(sequences: Sequence[NumberSequence], at: int, layout: TableLayout) -> list[int]:
    """Return the lines of the form whose label, as the form prints it, stands before a sequence.

    A line without a label is known by its header: its numbers may be more, broken over two lines, or fewer.
    """
    sequence = sequences[at]
    if sequence.blank or sequence.numbering:
        return []
    if not any(line.label.labels for line in layout.lines):
        fits = [
            2 * len(sequence.tokens) > len(line.keys)
            and header_share(header_above(sequences, at), line.block) >= _LEAST_HEADER_SHARE
            for line in layout.lines
        ]
        return [number for number, fit in enumerate(fits) if fit]
    found = [
        (len(text), number)
        for number, line in enumerate(layout.lines)
        for text in line.texts
        if sequence.before.endswith(text)
    ]
    return [number for length, number in found if length == max(found)[0]]


def _assign_lines(scores: Sequence[Sequence[float]]) -> dict[int, int]:
    """Return line → sequence: the assignment in print order with the greatest sum of similarities.

    `scores` has a row per sequence and a column per line.
    """
    sequences, lines = len(scores), len(scores[0]) if scores else 0
    best = [[0.0] * (lines + 1) for _ in range(sequences + 1)]
    for sequence in reversed(range(sequences)):
        for line in reversed(range(lines)):
            taken = scores[sequence][line] + best[sequence + 1][line + 1] if scores[sequence][line] else 0.0
            best[sequence][line] = max(taken, best[sequence + 1][line], best[sequence][line + 1])
    owners: dict[int, int] = {}
    sequence = line = 0
    while sequence < sequences and line < lines:
        if scores[sequence][line] and best[sequence][line] == scores[sequence][line] + best[sequence + 1][line + 1]:
            owners[line] = sequence
            sequence, line = sequence + 1, line + 1
        elif best[sequence][line] == best[sequence + 1][line]:
            sequence += 1
        else:
            line += 1
    return owners


def _without_headings(owners: Mapping[int, int], lines: Sequence[FormLine]) -> dict[int, int]:
    """Leave out a row that stands for several, beside one of them: it is their heading."""
    codes = {code for at in owners for code in lines[at].label.codes.values()}
    return {at: sequence for at, sequence in owners.items() if not codes & set(lines[at].label.stands_for)}


def _score(sequences: Sequence[NumberSequence], at: int, line: FormLine) -> float:
    """Return how well the words around a sequence fit a line's label (0 to 100), plus 1 if it has the right count."""
    before = sequences[at].before
    if not line.label.labels:
        share = 0.0 if sequences[at].blank else header_share(header_above(sequences, at), line.block)
        score = 100 * share if share >= _LEAST_HEADER_SHARE else 0.0
    else:
        after = sequences[at + 1].before if at + 1 < len(sequences) else ""
        score = max(max(_tail(before, text, line.rivals), _straddling(before, after, text)) for text in line.texts)
    return score and score + (len(sequences[at].tokens) == len(line.keys))


def _tail(before: str, text: str, rivals: Sequence[str]) -> float:
    """Return how closely the words before a sequence end with a label; 0 if a rival label is at least as close."""
    own = tail_similarity(before, text)
    nearer = own and any((tail_similarity(before, rival), len(rival)) >= (own, len(text)) for rival in rivals)
    return 0.0 if nearer else own


def _straddling(before: str, after: str, label: str) -> float:
    """Return 100 if the label is split by its own numbers (cells centred next to a label of several lines), else 0."""
    if label[:2] not in before[-len(label) :]:
        return 0.0
    cuts = range(2, len(label) - 1)
    return 100.0 * any(before.endswith(label[:cut]) and after.startswith(label[cut:]) for cut in cuts)


def _lost_rows(sequences: Sequence[NumberSequence], layout: TableLayout, owners: dict[int, int]) -> dict[int, int]:
    """Return line → sequence for the rows whose label is lost and whose place between others leaves one line."""
    lines = layout.lines
    printed = {key for at in owners for key in lines[at].keys}
    found: dict[int, int] = {}
    bounds = [(-1, -1), *sorted(owners.items()), (len(lines), len(sequences))]
    for (above, start), (below, end) in pairwise(bounds if owners else []):
        free = [at for at in range(start + 1, end) if not (sequences[at].blank or sequences[at].numbering)]
        # Above the first row and below the last may stand anything.
        if above < 0:
            free = free[-1:]
        elif below == len(lines):
            free = free[:1]
        filled = lines_between(layout, above, below, len(free), printed)
        if all(_can_be(sequences[at], line, layout) for at, line in zip(free, filled, strict=False)):
            found |= {lines.index(line): at for at, line in zip(free, filled, strict=False)}
    return found


def _can_be(sequence: NumberSequence, line: FormLine, layout: TableLayout) -> bool:
    """Return whether a sequence has the cells of a line, and no words but what may be left of its label."""
    printed = sequence.words[-1] if sequence.words else ""
    if normalise("".join(sequence.words[:-1])).endswith(tuple(line.texts)):
        return False  # the label is there: what follows it are words in a cell
    name = normalise(printed)
    headings = {text for row in line.block.rows if row.stands_for for text in row.normal}
    if name in layout.headings | headings or line.block.column_index.find(name):
        printed = ""
    return (
        bool(line.label.labels)
        and is_counted(sequence.tokens, len(line.keys))
        and is_lost(printed, line.label.normal, layout)
    )
