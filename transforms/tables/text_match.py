"""Running text → figures: numbers by the labels before them.

Owns the reading of tables whose cells were flattened to text. Labels decide which row a sequence of numbers belongs to.
If the text leaves open how many cells a sequence has, only the form's sums may decide it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extractors.document import Block as TextBlock
from extractors.document import Grid
from transforms.forms.labels import SIMILAR, contains, tail_similarity
from transforms.forms.layout import FormLine, Key, LabelBlock, TableLayout
from transforms.tables.cell_split import Candidate, options_for, split_cells
from transforms.tables.reading import Figure, Problem, TableReading
from transforms.tables.text_tokens import NumberSequence, Token, sequences_of

_LEAST_HEADER_SHARE = 0.8


def match_text(parts: Sequence[TextBlock | Grid], layout: TableLayout, edition: str, method: str) -> TableReading:
    """Read one table of the form from the running text (and the cells of broken grids) of a section."""
    sequences = sequences_of(parts)
    lines = layout.lines
    scores = [[_score(sequences, at, line) for line in lines] for at in range(len(sequences))]
    owners = _assign_lines(scores)
    doubts = [*_unconfirmed_columns(sequences, lines, owners, layout), *_continued_labels(sequences, lines, owners)]
    doubtful = {key for doubt in doubts for key in doubt.cells}
    problems = [*_unknown_rows(sequences, owners), *_printed_twice(sequences, lines, scores, owners), *doubts]
    options = {
        lines[at].keys: options_for(sequences[sequence].tokens, len(lines[at].keys)) for at, sequence in owners.items()
    }
    splits = split_cells(options, layout)
    figures: dict[Key, Figure] = {}
    for at, sequence in owners.items():
        line, chosen = lines[at], splits[lines[at].keys]
        if chosen is None:
            problems.append(
                Problem("row_ambiguous", " ".join(token.text for token in sequences[sequence].tokens), line.keys)
            )
        figures |= _figures(line, None if doubtful & set(line.keys) else chosen, sequences[sequence])
    return TableReading(
        layout,
        edition,
        method,
        figures,
        tuple(problems),
        _extent([sequences[sequence] for sequence in owners.values()]),
    )


def _extent(sequences: Sequence[NumberSequence]) -> tuple[int, int] | None:
    """Return the first and last part of the text that the table fills, from its header on."""
    extents = [sequence.extent for sequence in sequences]
    return (min(start for start, _ in extents), max(end for _, end in extents)) if extents else None


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


def _score(sequences: Sequence[NumberSequence], at: int, line: FormLine) -> float:
    """Return how well the words around a sequence fit a line's label (0 to 100), plus 1 if it has the right count."""
    before = sequences[at].before
    if not line.label.labels:
        share = 0.0 if sequences[at].blank else _header_share(sequences[at].header, line.block)
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


def _header_share(text: str, block: LabelBlock) -> float:
    """Return the share of the block's header words that a normalised text contains."""
    words = {label.normal for label in block.columns} | {(c.heading,) for c in block.columns if c.under}
    return sum(any(contains(text, word) for word in synonyms) for synonyms in words) / len(words)


def _unknown_rows(sequences: Sequence[NumberSequence], owners: dict[int, int]) -> list[Problem]:
    """Return the sequences of numbers within the table that belong to no label."""
    if not owners:
        return []
    owned = set(owners.values())
    between = range(min(owned), max(owned))
    return [
        Problem(
            "unknown_row", f"{sequences[at].before[-30:]}: {' '.join(token.text for token in sequences[at].tokens)}"
        )
        for at in between
        if at not in owned and not sequences[at].blank
    ]


def _printed_twice(
    sequences: Sequence[NumberSequence],
    lines: Sequence[FormLine],
    scores: Sequence[Sequence[float]],
    owners: dict[int, int],
) -> list[Problem]:
    """Return the rows whose label also precedes other numbers."""
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
    sequences: Sequence[NumberSequence], lines: Sequence[FormLine], owners: dict[int, int]
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


def _unconfirmed_columns(
    sequences: Sequence[NumberSequence], lines: Sequence[FormLine], owners: dict[int, int], layout: TableLayout
) -> list[Problem]:
    """Return the blocks whose column labels do not all precede their first row in the form's order.

    Only counting could identify their numbers, so none is used.
    """
    problems = []
    for block in {id(line.block): line.block for line in lines}.values():
        owned = [at for at in sorted(owners) if lines[at].block is block]
        header = sequences[owners[owned[0]]].header if owned else ""
        if owned and (_header_share(header, block) < 1 or not _in_order(header, block, layout)):
            keys = tuple(key for at in owned for key in lines[at].keys)
            problems.append(Problem("columns_unconfirmed", header[-60:], keys))
    return problems


def _in_order(header: str, block: LabelBlock, layout: TableLayout) -> bool:
    """Return whether the column labels follow each other as in the form, once under each of the block's headings.

    The column of a sum may stand anywhere: it spans header rows, and its sum distinguishes it from its parts.
    """
    totals = [codes for identity in layout.identities for codes in identity.total]
    columns = [label for label in block.columns if not any(codes.items() <= label.codes.items() for codes in totals)]
    headings = dict.fromkeys(label.heading for label in columns if label.under)
    series = dict.fromkeys(label.normal for label in columns)
    marks = [
        (place, number)
        for number, synonyms in enumerate(series)
        for place in (_places(header, synonyms) if headings else _places(header, synonyms)[-1:])
    ]
    order = [number for _, number in sorted(marks)]
    returns = sum(later < earlier for earlier, later in pairwise(order))
    above = [place for heading in headings if (place := header.rfind(heading)) >= 0]
    return returns < max(len(headings), 1) and above == sorted(above)


def _places(header: str, synonyms: Sequence[str]) -> list[int]:
    """Return the positions of a label in a header, from left to right."""
    return sorted(match.start() for text in synonyms for match in re.finditer(re.escape(text), header))


def _figures(line: FormLine, chosen: Candidate | None, sequence: NumberSequence) -> dict[Key, Figure]:
    """Return the figures of one line; if its numbers could not be separated (no choice), each cell is unreadable."""
    units = [column.unit or line.label.unit for column in line.block.columns]
    if chosen is None:
        whole = Token.unreadable(sequence.tokens)
        chosen = (whole,) * len(line.keys)
    return {
        key: Figure(key, token.text, token.value, token.place, unit)
        for key, token, unit in zip(line.keys, chosen, units, strict=True)
    }
