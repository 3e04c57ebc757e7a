"""Labels that were lost (garbled, empty, 值1 … 值7) → those that the form's own order leaves for them.

Owns the rule under which order may stand in for a label: the labels that are there and the number of cells leave one
answer, and the sums across the lost label hold. A table without sums trusts the order only where no words were printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz

from extractors.document import ILLEGIBLE
from transforms.forms.labels import normalise
from transforms.forms.layout import Equation, FormLine, Key, TableLayout
from transforms.forms.sums import TableNumbers, holds

_LEAST_HOLDING = 3
"""Sums that must hold for each one that does not: with more broken, the order is another one."""
_GENERIC = re.compile(r"(?:数据|数值|值|列|栏|项目?|字段|指标|unnamed|col(?:umn)?|field|value)?[a-z]?\d{0,2}")
_ONE_CHARACTER_OF_FOUR = 75.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Keys that lost labels and order give: those that sums confirm, and the others."""

    confirmed: frozenset[Key]
    refused: frozenset[Key]


def confirm(layout: TableLayout, numbers: TableNumbers, keys: frozenset[Key], *, columns: bool) -> Verdict:
    """Return which keys hold. A lost column needs the sum of each row that it is in, a lost row those of its columns.

    `numbers` has every cell that is printed, None for blanks. In a form without sums the keys stand: the caller must
    know that no words were printed.
    """
    if not layout.identities:
        return Verdict(keys, frozenset())
    whole = {*numbers, *layout.missing(set(numbers))}
    own = [
        equation
        for equation in layout.equations(whole)
        if not keys.isdisjoint({*equation[1], *equation[2]}) and _within_a_line(layout, equation) == columns
    ]
    holding = [equation for equation in own if holds(numbers, equation)]
    broken = {key for equation in own if equation not in holding for key in (*equation[1], *equation[2])}
    covered = {key for equation in holding for key in (*equation[1], *equation[2])}
    enough = len(holding) >= _LEAST_HOLDING * (len(own) - len(holding))
    confirmed = keys & covered - broken if enough else frozenset()
    return Verdict(frozenset(confirmed), keys - confirmed)


def _within_a_line(layout: TableLayout, equation: Equation) -> bool:
    keys = {*equation[1], *equation[2]}
    return any(keys <= set(line.keys) for line in layout.lines)


def shows_its_total(rows: Sequence[Sequence[Decimal | None]], total: int) -> bool:
    """Return whether some row has its sum in column `total`, and could have it in no other.

    >>> [shows_its_total([list(map(Decimal, row))], 2) for row in ((2, 0, 2), (2, 1, 3))]
    [False, True]
    """
    for row in rows:
        numbers = [number or Decimal() for number in row]
        if [at for at, number in enumerate(numbers) if 2 * number == sum(numbers)] == [total]:
            return True
    return False


def is_lost(printed: str, label: Sequence[str], layout: TableLayout) -> bool:
    """Return whether a printed text can be what is left of a label. Other words of the form are no lost label.

    Where all figures are summed, sums expose words of another meaning. Elsewhere nothing may have been printed but
    signs, names without meaning, rare characters that no heading has, or the label with one character in four wrong.
    """
    text = normalise(printed)
    if any(index.find(text) for block in layout.blocks for index in (block.row_index, block.column_index)):
        return False
    if layout.sums_cover_all or _GENERIC.fullmatch(text.lower()):
        return True
    near = max((fuzz.ratio(text, words) for words in label), default=0.0)
    return near >= _ONE_CHARACTER_OF_FOUR or any(map(_is_rare, text))


def is_rest(printed: str, label: Sequence[str], others: Iterable[str]) -> bool:
    """Return whether the legible characters of a printed text are those of a label, and of no other one.

    An illegible one stands for one of the label or, where something is drawn over it, for none.

    >>> labels = ["其他结果", "结果维持"]
    >>> [is_rest(printed, labels[:1], labels) for printed in ("其他\ufffc\ufffc 果-", "\ufffc果\ufffc")]
    [True, False]
    """
    pieces = re.split(f"((?:{ILLEGIBLE}\\s*)+)", printed)
    if len(pieces) == 1 or not normalise(printed):
        return False
    parts = (
        f".{{0,{piece.count(ILLEGIBLE)}}}" if ILLEGIBLE in piece else re.escape(normalise(piece)) for piece in pieces
    )
    rest = re.compile("".join(parts))
    return any(map(rest.fullmatch, label)) and not any(rest.fullmatch(words) for words in others if words not in label)


def _is_rare(character: str) -> bool:
    """Return whether a character is none of the 3,755 in common use (the first level of GB/T 2312).

    >>> _is_rare("许"), _is_rare("彳"), _is_rare("a")
    (False, True, False)
    """
    if character.isascii():
        return False
    try:
        return not 0xB0 <= character.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return True


def lines_between(layout: TableLayout, above: int, below: int, count: int, printed: set[Key]) -> tuple[FormLine, ...]:
    """Return the lines of the form between two numbers of lines if they are `count`; none if they are not.

    Of rows that stand for each other (（六） in one row or in three), only those of one side are there; `printed` and
    the count decide which. A row that is printed elsewhere is not between.
    """
    between = [line for line in layout.lines[above + 1 : below] if printed.isdisjoint(line.keys)]
    fitting = [way for way in _ways(layout, between, printed) if len(way) == count]
    return fitting[0] if len(fitting) == 1 else ()


def _ways(layout: TableLayout, lines: Sequence[FormLine], printed: set[Key]) -> list[tuple[FormLine, ...]]:
    """Return the lines without one side of each alternative: that which is not printed, or either."""
    ways = [tuple(lines)]
    for at, code, others in layout.alternatives:
        present = {key[at] for key in printed}
        sides = [others] if code in present else [{code}] if others & present else [others, {code}]
        ways = [tuple(line for line in way if line.keys[0][at] not in side) for way in ways for side in sides]
    return list({tuple(line.keys for line in way): way for way in ways}.values())
