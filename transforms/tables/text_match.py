"""Running text → figures: numbers by the labels that stand before them in the flow.

Owns the reading of tables whose cells were flattened to text. Labels say which row a run of numbers belongs
to; where the flow leaves open how many numbers a run holds, only the form's sums may settle it.
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
    """Reads one table of the form out of the running text (and the cells of broken grids) of a section."""
    runs = sequences_of(parts)
    lines = layout.lines
    scores = [[_score(runs, at, line) for line in lines] for at in range(len(runs))]
    owners = _assign(scores)
    doubts = [*_unconfirmed_columns(runs, lines, owners, layout), *_interrupted(runs, lines, owners)]
    doubtful = {key for doubt in doubts for key in doubt.cells}
    problems = [*_unknown_rows(runs, owners), *_printed_twice(runs, lines, scores, owners), *doubts]
    options = {lines[at].keys: options_for(runs[run].tokens, len(lines[at].keys)) for at, run in owners.items()}
    settled = split_cells(options, layout)
    figures: dict[Key, Figure] = {}
    for at, run in owners.items():
        line, chosen = lines[at], settled[lines[at].keys]
        if chosen is None:
            problems.append(Problem("row_ambiguous", " ".join(token.text for token in runs[run].tokens), line.keys))
        figures |= _figures(line, None if doubtful & set(line.keys) else chosen, runs[run])
    return TableReading(
        layout, edition, method, figures, tuple(problems), _extent([runs[run] for run in owners.values()])
    )


def _extent(runs: Sequence[NumberSequence]) -> tuple[int, int] | None:
    """First and last part of the text that the table fills, from its header on."""
    extents = [run.extent for run in runs]
    return (min(start for start, _ in extents), max(end for _, end in extents)) if extents else None


def _assign(scores: Sequence[Sequence[float]]) -> dict[int, int]:
    """Line → run, from the similarity of each run (rows) to each line: in print order with the greatest sum."""
    runs, lines = len(scores), len(scores[0]) if scores else 0
    best = [[0.0] * (lines + 1) for _ in range(runs + 1)]
    for run in reversed(range(runs)):
        for line in reversed(range(lines)):
            taken = scores[run][line] + best[run + 1][line + 1] if scores[run][line] else 0.0
            best[run][line] = max(taken, best[run + 1][line], best[run][line + 1])
    owners: dict[int, int] = {}
    run = line = 0
    while run < runs and line < lines:
        if scores[run][line] and best[run][line] == scores[run][line] + best[run + 1][line + 1]:
            owners[line] = run
            run, line = run + 1, line + 1
        elif best[run][line] == best[run + 1][line]:
            run += 1
        else:
            line += 1
    return owners


def _score(runs: Sequence[NumberSequence], at: int, line: FormLine) -> float:
    """How well the words around a run fit the line's label (0 to 100); a little more with the right count."""
    before = runs[at].before
    if not line.label.labels:
        share = 0.0 if runs[at].blank else _header_share(runs[at].header, line.block)
        score = 100 * share if share >= _LEAST_HEADER_SHARE else 0.0
    else:
        after = runs[at + 1].before if at + 1 < len(runs) else ""
        score = max(max(_tail(before, text, line.rivals), _straddling(before, after, text)) for text in line.texts)
    return score and score + (len(runs[at].tokens) == len(line.keys))


def _tail(before: str, text: str, rivals: Sequence[str]) -> float:
    """How much the words before a run end with a label; 0 where they end as much with a rival's, or more."""
    own = tail_similarity(before, text)
    nearer = own and any((tail_similarity(before, rival), len(rival)) >= (own, len(text)) for rival in rivals)
    return 0.0 if nearer else own


def _straddling(before: str, after: str, label: str) -> float:
    """100 where the label is cut in two by its own numbers (cells centred beside a label of several lines)."""
    if label[:2] not in before[-len(label) :]:
        return 0.0
    cuts = range(2, len(label) - 1)
    return 100.0 * any(before.endswith(label[:cut]) and after.startswith(label[cut:]) for cut in cuts)


def _header_share(text: str, block: LabelBlock) -> float:
    """Share of the block's header words that a normalised text holds."""
    words = {label.normal for label in block.columns} | {(c.heading,) for c in block.columns if c.under}
    return sum(any(contains(text, word) for word in synonyms) for synonyms in words) / len(words)


def _unknown_rows(runs: Sequence[NumberSequence], owners: dict[int, int]) -> list[Problem]:
    """Runs of numbers amid the table that no label claims."""
    if not owners:
        return []
    owned = set(owners.values())
    between = range(min(owned), max(owned))
    return [
        Problem("unknown_row", f"{runs[at].before[-30:]}: {' '.join(token.text for token in runs[at].tokens)}")
        for at in between
        if at not in owned and not runs[at].blank
    ]


def _printed_twice(
    runs: Sequence[NumberSequence], lines: Sequence[FormLine], scores: Sequence[Sequence[float]], owners: dict[int, int]
) -> list[Problem]:
    """Rows whose label is printed as well before other numbers."""
    free = [run for run in range(len(runs)) if run not in owners.values() and not runs[run].blank]
    problems = []
    for at, run in owners.items():
        for other in free:
            values = [[token.value for token in runs[number].tokens] for number in (run, other)]
            if scores[other][at] >= max(scores[run][at], 100.0) and values[0] != values[1]:
                texts = (" ".join(token.text for token in runs[number].tokens) for number in (run, other))
                problems.append(Problem("figure_printed_twice", "; ".join(texts), lines[at].keys))
    return problems


def _interrupted(runs: Sequence[NumberSequence], lines: Sequence[FormLine], owners: dict[int, int]) -> list[Problem]:
    """Rows whose label goes on behind the number that was taken for theirs, up to one that no label claims."""
    problems = []
    for at, run in owners.items():
        following = run + 1
        if following == len(runs) or following in owners.values() or runs[following].blank:
            continue
        whole = runs[run].before + runs[following].before
        if any(
            tail_similarity(whole, text) >= max(SIMILAR, tail_similarity(runs[run].before, text))
            for text in lines[at].texts
        ):
            texts = (token.text for token in (*runs[run].tokens, *runs[following].tokens))
            problems.append(Problem("row_ambiguous", " ".join(texts), lines[at].keys))
    return problems


def _unconfirmed_columns(
    runs: Sequence[NumberSequence], lines: Sequence[FormLine], owners: dict[int, int], layout: TableLayout
) -> list[Problem]:
    """Blocks whose column labels do not all stand, in the form's order, before their first row.

    Their numbers would be told by counting alone: none is taken.
    """
    problems = []
    for block in {id(line.block): line.block for line in lines}.values():
        owned = [at for at in sorted(owners) if lines[at].block is block]
        header = runs[owners[owned[0]]].header if owned else ""
        if owned and (_header_share(header, block) < 1 or not _in_order(header, block, layout)):
            keys = tuple(key for at in owned for key in lines[at].keys)
            problems.append(Problem("columns_unconfirmed", header[-60:], keys))
    return problems


def _in_order(header: str, block: LabelBlock, layout: TableLayout) -> bool:
    """Whether the column labels follow each other as in the form, once under each of the block's headings.

    The column of a sum may stand anywhere: it spans header rows, and its sum tells it from its parts.
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
    """Where a header prints a label, from left to right."""
    return sorted(found.start() for text in synonyms for found in re.finditer(re.escape(text), header))


def _figures(line: FormLine, chosen: Candidate | None, run: NumberSequence) -> dict[Key, Figure]:
    """The figures of one line; where its numbers could not be told apart, each cell is unreadable."""
    units = [column.unit or line.label.unit for column in line.block.columns]
    if chosen is None:
        whole = Token.unreadable(run.tokens)
        chosen = (whole,) * len(line.keys)
    return {
        key: Figure(key, token.text, token.value, token.place, unit)
        for key, token, unit in zip(line.keys, chosen, units, strict=True)
    }
