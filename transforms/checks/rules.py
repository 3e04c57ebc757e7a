"""Rules beyond the sums of one table: between cells, between years, and between table and prose.

Owns how `checks.yml` declares such a rule, and its evaluation. A blank or missing figure is unknown: a rule that
needs it is not evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Literal

from nianbao import Declaration
from transforms.forms.layout import Key, code_columns
from transforms.prose.chapter_text import ChapterText

Numbers = Mapping[str, Mapping[Key, Decimal | None]]
"""Table → key → number, printed or forced by the form's sums; None if neither."""


class Term(Declaration):
    """Cells whose numbers are added up: those whose codes match all patterns, from this report or last year's."""

    codes: dict[str, str]
    times: Literal[1, -1] = 1
    years_ago: Literal[0, 1] = 0


class Relation(Declaration):
    """Two sums of one table's cells that must agree, for every value of the codes in `each`."""

    table: str
    each: tuple[str, ...] = ()
    left: tuple[Term, ...]
    must: Literal["equal", "not_exceed"]
    right: tuple[Term, ...]

    @property
    def spans_years(self) -> bool:
        """Whether it needs the figures of the year before."""
        return any(term.years_ago for term in (*self.left, *self.right))


class ProseRule(Declaration):
    """A figure of a table that prose also states: some sentence about it must equal one of the sums.

    `denial` matches sentences that deny any; they state 0 if no sentence has a number.
    """

    metric: str
    denial: str | None = None
    sections: tuple[str, ...]
    table: str
    sums: tuple[tuple[Term, ...], ...]


class Breakdown(Declaration):
    """A sentence that states all parts (at least `least`) of a number in the sentence before it."""

    introduced: str
    least: int


class Repeats(Declaration):
    """A report whose figures in `tables` all equal last year's, at least `least` of them above 0."""

    tables: tuple[str, ...]
    least: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that does not hold: the value of `each` (`line`), both sides, and the cells of this report."""

    line: str
    expected: Decimal | str
    actual: Decimal | str
    cells: tuple[Key, ...]


def relation_breaches(relation: Relation, now: Numbers, before: Numbers) -> Iterator[Breach]:
    """Yield where a relation does not hold; `before` has last year's figures, and is empty if they are unknown."""
    names = code_columns()[relation.table]
    free = [names.index(name) for name in relation.each]
    for group in dict.fromkeys(tuple(key[at] for at in free) for key in now.get(relation.table, {})):
        own = dict(zip(relation.each, group, strict=True))
        left, left_cells = _sum(relation.table, relation.left, own, now, before)
        right, right_cells = _sum(relation.table, relation.right, own, now, before)
        if left is None or right is None:
            continue
        if left > right or (relation.must == "equal" and left != right):
            yield Breach("/".join(group), right, left, (*left_cells, *right_cells))


def prose_breaches(rule: ProseRule, now: Numbers, chapters: Sequence[ChapterText]) -> Iterator[Breach]:
    """Yield a breach if exact numbers are stated about a figure, and none of them is what the table prints."""
    own = [chapter for chapter in chapters if chapter.section in rule.sections]
    numbers = [
        statement.value
        for chapter in own
        for statement in chapter.statements
        if statement.metric == rule.metric and not statement.approximate
    ]
    if not numbers and rule.denial:
        numbers = [Decimal()] * any(re.search(rule.denial, chapter.text) for chapter in own)
    sums = [_sum(rule.table, terms, {}, now, {}) for terms in rule.sums] if numbers else []
    known = [number for number, _ in sums if number is not None]
    if known and not set(numbers) & set(known):
        yield Breach("", known[0], ", ".join(map(str, dict.fromkeys(numbers))), sums[0][1])


def breakdown_breaches(breakdown: Breakdown, chapters: Iterable[ChapterText]) -> Iterator[Breach]:
    """Yield the sentences whose parts do not add up to the number before them."""
    for chapter in chapters:
        sentences = [list(group) for _, group in groupby(chapter.statements, key=lambda statement: statement.sentence)]
        for before, own in pairwise(sentences):
            wholes = [statement for statement in before if statement.unit == own[0].unit]
            parts = [statement for statement in own if statement.unit == own[0].unit]
            exact = not any(statement.approximate for statement in (*wholes, *parts))
            introduced = re.match(breakdown.introduced, own[0].sentence) and len(parts) >= breakdown.least
            total = sum((part.value for part in parts), Decimal())
            if introduced and wholes and exact and total not in [whole.value for whole in wholes]:
                yield Breach(own[0].sentence[:20], wholes[-1].value, total, ())


def repeat_breaches(repeats: Repeats, now: Numbers, before: Numbers) -> Iterator[Breach]:
    """Yield a breach if all figures equal those of the year before."""
    own, previous = ({table: dict(year.get(table, {})) for table in repeats.tables} for year in (now, before))
    counted = sum(bool(number) for numbers in own.values() for number in numbers.values())
    if own == previous and counted >= repeats.least:
        yield Breach("", "other figures", f"{counted} figures above 0", ())


def _sum(
    table: str, terms: Iterable[Term], own: Mapping[str, str], now: Numbers, before: Numbers
) -> tuple[Decimal | None, tuple[Key, ...]]:
    """Return the sum of some terms, None if a cell is unknown; and the cells of this report in it."""
    total: Decimal | None = Decimal()
    cells: list[Key] = []
    for term in terms:
        numbers = (before if term.years_ago else now).get(table, {})
        keys = _fitting(table, tuple({**term.codes, **own}.items()), tuple(numbers))
        values = [numbers[key] for key in keys]
        known = [value for value in values if value is not None]
        total = total + term.times * sum(known) if total is not None and known and len(known) == len(values) else None
        cells += () if term.years_ago else keys
    return total, tuple(cells)


@lru_cache(maxsize=10_000)
def _fitting(table: str, patterns: tuple[tuple[str, str], ...], keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """Return the keys whose codes match all patterns; cached, since reports print few different sets of keys."""
    places = [(code_columns()[table].index(name), pattern) for name, pattern in patterns]
    return tuple(key for key in keys if all(fnmatchcase(key[at], pattern) for at, pattern in places))
