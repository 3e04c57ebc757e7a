"""Running text → figures: numbers by the labels before them.

Owns the reading of tables whose cells were flattened to text. Labels decide which row a sequence of numbers belongs to.
If the text leaves open how many cells a sequence has, only the form's sums may decide it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from extractors.document import Block as TextBlock
from extractors.document import Grid
from transforms.forms.labels import SIMILAR, normalise, tail_similarity
from transforms.forms.layout import FormLine, Key, TableLayout
from transforms.forms.values import Value
from transforms.tables.cell_split import Candidate, options_for, split_cells
from transforms.tables.label_order import confirm, is_lost, lines_between, shows_its_total
from transforms.tables.reading import Figure, Problem, TableReading
from transforms.tables.text_columns import header_of, header_share
from transforms.tables.text_tokens import NumberSequence, Token, sequences_of

_LEAST_HEADER_SHARE = 0.8


def match_text(parts: Sequence[TextBlock | Grid], layout: TableLayout, edition: str, method: str) -> list[TableReading]:
    """Read one table of the form from running text (and cells of broken grids), once for each time it is printed."""
    sequences = sequences_of(parts)
    bounds = [0, *_ends_of_tables(sequences, layout), len(sequences)]
    return [_read(sequences[start:end], layout, edition, method) for start, end in pairwise(bounds)]


def _ends_of_tables(sequences: Sequence[NumberSequence], layout: TableLayout) -> list[int]:
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
            and header_share(_header(sequences, at), line.block) >= _LEAST_HEADER_SHARE
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


def _read(sequences: Sequence[NumberSequence], layout: TableLayout, edition: str, method: str) -> TableReading:
    reading = _match(sequences, layout, edition, method)
    if not reading.missing or layout.by_heading.lines == layout.lines:
        return reading
    apart = replace(_match(sequences, layout.by_heading, edition, method), layout=layout)
    return min(reading, apart, key=lambda one: one.rank)


def _match(sequences: Sequence[NumberSequence], layout: TableLayout, edition: str, method: str) -> TableReading:
    lines = layout.lines
    scores = [[_score(sequences, at, line) for line in lines] for at in range(len(sequences))]
    labelled = _without_headings(_assign_lines(scores), lines)
    lost_rows = _lost_rows(sequences, layout, labelled)
    owners = dict(sorted({**labelled, **lost_rows}.items()))
    columns = _columns(sequences, lines, owners, layout)
    doubts = [*columns.unconfirmed, *_continued_labels(sequences, lines, owners)]
    doubtful = {key for doubt in doubts for key in doubt.cells}
    problems = [*_printed_twice(sequences, lines, scores, owners), *doubts]
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
    by_order = _confirmed(sequences, layout, lost_rows, columns, figures)
    unknown = _unknown_rows(sequences, {at: sequence for at, sequence in owners.items() if at not in by_order.unknown})
    return TableReading(
        layout,
        edition,
        method,
        by_order.figures,
        (*unknown, *problems, *by_order.problems),
        _extent([sequences[sequence] for sequence in owners.values()]),
        by_order.notes,
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


def _without_headings(owners: Mapping[int, int], lines: Sequence[FormLine]) -> dict[int, int]:
    """Leave out a row that stands for several, beside one of them: it is their heading."""
    codes = {code for at in owners for code in lines[at].label.codes.values()}
    return {at: sequence for at, sequence in owners.items() if not codes & set(lines[at].label.stands_for)}


def _score(sequences: Sequence[NumberSequence], at: int, line: FormLine) -> float:
    """Return how well the words around a sequence fit a line's label (0 to 100), plus 1 if it has the right count."""
    before = sequences[at].before
    if not line.label.labels:
        share = 0.0 if sequences[at].blank else header_share(_header(sequences, at), line.block)
        score = 100 * share if share >= _LEAST_HEADER_SHARE else 0.0
    else:
        after = sequences[at + 1].before if at + 1 < len(sequences) else ""
        score = max(max(_tail(before, text, line.rivals), _straddling(before, after, text)) for text in line.texts)
    return score and score + (len(sequences[at].tokens) == len(line.keys))


def _header(sequences: Sequence[NumberSequence], at: int) -> str:
    """Return the words above a sequence; a row that numbers the columns is a part of them."""
    above = sequences[at - 1].header if at and sequences[at - 1].numbering else ""
    return above + sequences[at].header


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
        if at not in owned and not (sequences[at].blank or sequences[at].numbering)
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


@dataclass(frozen=True, slots=True)
class _Columns:
    """The blocks whose header does not name every column: unusable ones, and those that the form's order may complete.

    `lost` holds the lost columns of each of the latter, by the first line of the block.
    """

    unconfirmed: tuple[Problem, ...]
    lost: Mapping[int, tuple[str, frozenset[Key]]]


def _columns(
    sequences: Sequence[NumberSequence], lines: Sequence[FormLine], owners: dict[int, int], layout: TableLayout
) -> _Columns:
    """Compare the header above the first row of each block with the columns of the form.

    Only counting could identify the numbers below a header in another order, or with lost labels where no sum could
    confirm the count: none is used.
    """
    problems: list[Problem] = []
    lost: dict[int, tuple[str, frozenset[Key]]] = {}
    for block in {id(line.block): line.block for line in lines}.values():
        owned = [at for at in sorted(owners) if lines[at].block is block]
        if not owned:
            continue
        text = _header(sequences, owners[owned[0]])
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
    return _Columns(tuple(problems), lost)


def _counted(
    sequences: Sequence[NumberSequence], lines: Sequence[FormLine], owners: dict[int, int], owned: Sequence[int]
) -> bool:
    """Return whether each of some rows has exactly as many cells as the form."""
    return all(_is_counted(sequences[owners[at]], lines[at]) for at in owned)


def _is_counted(sequence: NumberSequence, line: FormLine) -> bool:
    option = options_for(sequence.tokens, len(line.keys))
    return len(option.ways) == 1 and not option.repaired and not any(token.supposed for token in option.ways[0])


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
    name = normalise(printed)
    headings = {text for row in line.block.rows if row.stands_for for text in row.normal}
    if name in layout.headings | headings or line.block.column_index.find(name):
        printed = ""
    return bool(line.label.labels) and _is_counted(sequence, line) and is_lost(printed, line.label.normal, layout)


@dataclass(frozen=True, slots=True)
class _ByOrder:
    """The figures of a table once the sums have judged those that order gave; lines that are `unknown` after all."""

    figures: dict[Key, Figure]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    unknown: frozenset[int]


def _confirmed(
    sequences: Sequence[NumberSequence],
    layout: TableLayout,
    lost_rows: Mapping[int, int],
    columns: _Columns,
    figures: Mapping[Key, Figure],
) -> _ByOrder:
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
    return _ByOrder(kept, tuple(problems), tuple(notes), frozenset(unknown))


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
