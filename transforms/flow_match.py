"""Running text → figures: numbers by the labels that stand before them in the flow.

Owns the reading of tables whose cells were flattened to text. Labels say which row a run of numbers belongs
to; where the flow leaves open how many numbers a run holds, only the form's sums may settle it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.document import Block as TextBlock
from extractors.document import Grid
from transforms.flow_tokens import Run, Token, runs_of
from transforms.labels import contains, normalise, tail_similarity
from transforms.layout import Block, Key, Label, TableLayout
from transforms.reading import Figure, Problem, Reading
from transforms.settle import Candidate, options_for, settle

_LEAST_HEADER_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the form: the block that it stands in, its label, and its keys from left to right."""

    block: Block
    label: Label
    keys: tuple[Key, ...]


def match_flow(parts: Sequence[TextBlock | Grid], layout: TableLayout, edition: str, method: str) -> Reading:
    """Reads one table of the form out of the running text (and the cells of broken grids) of a section."""
    runs = runs_of(parts)
    lines = _lines(layout)
    owners = _assign(runs, lines)
    doubts = _unconfirmed_columns(runs, lines, owners)
    unheaded = {key for doubt in doubts for key in doubt.cells}
    problems = [*_unknown_rows(runs, owners), *doubts]
    options = {lines[at].keys: options_for(runs[run].tokens, len(lines[at].keys)) for at, run in owners.items()}
    settled = settle(options, layout)
    figures: dict[Key, Figure] = {}
    for at, run in owners.items():
        line, chosen = lines[at], settled[lines[at].keys]
        if chosen is None:
            problems.append(Problem("row_unsettled", " ".join(token.text for token in runs[run].tokens), line.keys))
        figures |= _figures(line, None if unheaded & set(line.keys) else chosen, runs[run])
    return Reading(layout, edition, method, figures, tuple(problems), _extent([runs[run] for run in owners.values()]))


def _extent(runs: Sequence[Run]) -> tuple[int, int] | None:
    """First and last part of the text that the table fills, from its header on."""
    extents = [run.extent for run in runs]
    return (min(start for start, _ in extents), max(end for _, end in extents)) if extents else None


def _lines(layout: TableLayout) -> list[_Line]:
    """The rows of the form in print order; a block without row labels is one line."""
    bare = Label(labels=(), codes={})
    return [
        _Line(block, row, tuple(layout.key(block.codes, row.codes, column.codes) for column in block.columns))
        for block in layout.blocks
        for row in block.rows or (bare,)
    ]


def _assign(runs: Sequence[Run], lines: Sequence[_Line]) -> dict[int, int]:
    """Line → run: the assignment in print order with the greatest sum of similarities."""
    scores = [[_score(runs, at, line) for line in lines] for at in range(len(runs))]
    best = [[0.0] * (len(lines) + 1) for _ in range(len(runs) + 1)]
    for run in reversed(range(len(runs))):
        for line in reversed(range(len(lines))):
            taken = scores[run][line] + best[run + 1][line + 1] if scores[run][line] else 0.0
            best[run][line] = max(taken, best[run + 1][line], best[run][line + 1])
    owners: dict[int, int] = {}
    run = line = 0
    while run < len(runs) and line < len(lines):
        if scores[run][line] and best[run][line] == scores[run][line] + best[run + 1][line + 1]:
            owners[line] = run
            run, line = run + 1, line + 1
        elif best[run][line] == best[run + 1][line]:
            run += 1
        else:
            line += 1
    return owners


def _score(runs: Sequence[Run], at: int, line: _Line) -> float:
    """How well the words around a run fit the line's label (0 to 100); a little more with the right count."""
    before = runs[at].before
    if not line.label.labels:
        share = 0.0 if runs[at].blank else _header_share(runs[at].header, line.block)
        score = 100 * share if share >= _LEAST_HEADER_SHARE else 0.0
    else:
        after = runs[at + 1].before if at + 1 < len(runs) else ""
        # A column of units may stand between the label and its number.
        texts = [*line.label.normal, *(text + line.label.unit for text in line.label.normal if line.label.unit)]
        score = max(max(tail_similarity(before, text), _straddling(before, after, text)) for text in texts)
    return score and score + (len(runs[at].tokens) == len(line.keys))


def _straddling(before: str, after: str, label: str) -> float:
    """100 where the label is cut in two by its own numbers (cells centred beside a label of several lines)."""
    cuts = range(2, len(label) - 1)
    return 100.0 * any(before.endswith(label[:cut]) and after.startswith(label[cut:]) for cut in cuts)


def _header_share(text: str, block: Block) -> float:
    """Share of the block's header words that a normalised text holds."""
    words = {label.normal for label in block.columns} | {(normalise(c.under),) for c in block.columns if c.under}
    return sum(any(contains(text, word) for word in synonyms) for synonyms in words) / len(words)


def _unknown_rows(runs: Sequence[Run], owners: dict[int, int]) -> list[Problem]:
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


def _unconfirmed_columns(runs: Sequence[Run], lines: Sequence[_Line], owners: dict[int, int]) -> list[Problem]:
    """Blocks whose column labels do not all stand, in the form's order, before their first row.

    Their numbers would be told by counting alone: none is taken.
    """
    problems = []
    for block in {id(line.block): line.block for line in lines}.values():
        owned = [at for at in sorted(owners) if lines[at].block is block]
        header = runs[owners[owned[0]]].header if owned else ""
        if owned and (_header_share(header, block) < 1 or not _in_order(header, block)):
            keys = tuple(key for at in owned for key in lines[at].keys)
            problems.append(Problem("columns_unconfirmed", header[-60:], keys))
    return problems


def _in_order(header: str, block: Block) -> bool:
    """Whether the column labels follow each other as in the form; the last may come early (it spans rows)."""
    if any(label.under for label in block.columns):
        return True
    places = [max(header.rfind(text) for text in label.normal) for label in block.columns[:-1]]
    found = [place for place in places if place >= 0]
    return found == sorted(found)


def _figures(line: _Line, chosen: Candidate | None, run: Run) -> dict[Key, Figure]:
    """The figures of one line; where its numbers could not be told apart, each cell is unreadable."""
    units = [column.unit or line.label.unit for column in line.block.columns]
    if chosen is None:
        whole = Token.unreadable(run.tokens)
        chosen = (whole,) * len(line.keys)
    return {
        key: Figure(key, token.text, token.value, token.place, unit)
        for key, token, unit in zip(line.keys, chosen, units, strict=True)
    }
