"""How many cells a sequence of numbers has: the ways to split it, and the sums that choose between them.

Owns what running text leaves open ("4⏎2" is 42 because the row must add up). If the sums allow several ways, or none,
nothing is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, islice

from transforms.forms.layout import Key, TableLayout
from transforms.forms.sums import violations
from transforms.forms.values import is_joined
from transforms.tables.text.tokens import Token

Candidate = tuple[Token, ...]
PrintedLine = tuple[Key, ...]
_MOST_CANDIDATES = 2000


@dataclass(frozen=True, slots=True)
class Options:
    """The ways to split one sequence; `repaired` ones differ from the printed cells and need a sum as proof."""

    ways: tuple[Candidate, ...]
    repaired: bool


def options_for(tokens: Sequence[Token], count: int) -> Options:
    """Return every way to read a sequence as `count` cells.

    Blank cells before and after the numbers come from spans and are dropped. Parts of a number on two lines are joined;
    parts on one line are joined only if there is no other way. A number alone on the last line may be a page number, if
    it stands where one does, or the rest of a split number in a row that lacks a blank. A supposed blank is not a way
    by itself, but makes others doubtful.
    """
    ways = _windows(tokens, count)
    if len(ways) == 1 and any(token.supposed for token in ways[0]):
        return Options((), repaired=False)
    if len(tokens) == count > 1 and tokens[-1].alone and not tokens[-2].alone:
        return Options(tuple(ways), repaired=True)
    if ways or any(token.padding for token in tokens) or len(tokens) < count:
        return Options(tuple(ways), repaired=False)
    ways = _joined(tokens, count, across_lines=True) or _joined(tokens, count, across_lines=False)
    if len(tokens) > 1 and tokens[-1].may_be_stray(tokens[-2]):
        ways += options_for(tokens[:-1], count).ways
    return Options(tuple(ways), repaired=True)


def is_counted(tokens: Sequence[Token], count: int) -> bool:
    """Return whether a sequence has exactly `count` cells, as printed."""
    option = options_for(tokens, count)
    return len(option.ways) == 1 and not option.repaired and not any(token.supposed for token in option.ways[0])


def split_cells(options: Mapping[PrintedLine, Options], layout: TableLayout) -> dict[PrintedLine, Candidate | None]:
    """Return the cells of each line: the only way, or the only one that breaks no sum of the form; else None.

    Sums within a line are tried first; then, given all decided lines, those across lines.
    """
    chosen: dict[PrintedLine, Candidate | None] = {
        line: option.ways[0] if len(option.ways) == 1 and not option.repaired else None
        for line, option in options.items()
    }
    remaining = {
        line: [way for way in option.ways if _sums_hold(layout, {}, line, way, proof=option.repaired)]
        for line, option in options.items()
        if chosen[line] is None
    }
    for line, ways in sorted(remaining.items(), key=lambda item: len(item[1])):
        known, proof = _decided_numbers(chosen), options[line].repaired
        fitting = ways if len(ways) == 1 else [way for way in ways if _sums_hold(layout, known, line, way, proof=proof)]
        chosen[line] = fitting[0] if len(fitting) == 1 else None
    return chosen


def _decided_numbers(chosen: Mapping[PrintedLine, Candidate | None]) -> dict[Key, Decimal | None]:
    """Return the numbers of all decided lines."""
    return {
        key: token.value.number
        for line, way in chosen.items()
        if way is not None
        for key, token in zip(line, way, strict=True)
    }


def _sums_hold(
    layout: TableLayout, known: Mapping[Key, Decimal | None], line: PrintedLine, way: Candidate, *, proof: bool
) -> bool:
    """Return whether some sum covers a way's cells and none of them is broken, given the known cells.

    A line that no sum covers confirms no way. As a `proof` counts only a sum without blanks, and each joined number
    needs one.
    """
    numbers = {**known, **{key: token.value.number for key, token in zip(line, way, strict=True)}}
    whole = {**dict.fromkeys(layout.missing(set(numbers))), **numbers}
    touched = [(total, parts) for _, total, parts in layout.equations(set(whole)) if set(line) & {*total, *parts}]
    known_keys = {key for key, number in numbers.items() if number is not None or not proof}
    sums = ({*total, *parts} for total, parts in touched)
    decided: set[Key] = set().union(*(cells for cells in sums if cells <= known_keys))
    joined = {key for key, token in zip(line, way, strict=True) if proof and is_joined(token.text)}
    broken = any(set(line) & set(violation.cells) for violation in violations(layout, whole))
    return bool(decided) and joined <= decided and not broken


def _windows(tokens: Sequence[Token], count: int) -> list[Candidate]:
    """Return the stretches of `count` tokens outside which every token is blank; of blanks alone, the first."""
    if all(token.padding for token in tokens):
        return [tuple(tokens[:count])] if len(tokens) >= count else []
    return [
        tuple(tokens[start : start + count])
        for start in range(len(tokens) - count + 1)
        if all(token.padding for token in (*tokens[:start], *tokens[start + count :]))
    ]


def _joined(tokens: Sequence[Token], count: int, *, across_lines: bool) -> list[Candidate]:
    """Return the ways to join neighbours into `count` numbers; with `across_lines`, only across the end of a line."""
    places = [
        at
        for at in range(1, len(tokens))
        if tokens[at - 1].continues(tokens[at]) and tokens[at].starts_line >= across_lines
    ]
    ways = islice(combinations(places, len(tokens) - count), _MOST_CANDIDATES)
    return [_join(tokens, frozenset(joints)) for joints in ways]


def _join(tokens: Sequence[Token], joints: frozenset[int]) -> Candidate:
    cells: list[Token] = []
    for at, token in enumerate(tokens):
        if at in joints:
            cells[-1] = cells[-1].joined(token)
        else:
            cells.append(token)
    return tuple(cells)
