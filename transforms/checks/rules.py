"""What must hold among figures beyond the sums of one table: between cells, between years, between table and prose.

Owns the shape in which `checks.yml` declares such a rule, and its evaluation. Must not know any rule by name; a
figure that is blank or missing is unknown, and a rule about it says nothing.
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
from transforms.prose.statements import Statement

Numbers = Mapping[str, Mapping[Key, Decimal | None]]
"""Table → key → number, printed or forced by the form's sums; None where it is neither."""


class Term(Declaration):
    """Cells whose numbers are added up: those whose codes match all patterns, this year's or a former year's."""

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
    """A figure of a table that prose tells too: some sentence about it must give one of the sums.

    `denial` matches sentences that say that there was none, which tell 0 where no sentence gives a number.
    """

    metric: str
    denial: str | None = None
    sections: tuple[str, ...]
    table: str
    sums: tuple[tuple[Term, ...], ...]


class Breakdown(Declaration):
    """A sentence that tells all the parts, at least so many, of the number that the sentence before it ends with."""

    introduced: str
    least: int


class Repeats(Declaration):
    """A report whose figures in these tables are all those of the year before, at least so many of them above 0."""

    tables: tuple[str, ...]
    least: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that does not hold: for which value of `each`, what stands left and right, and this year's cells."""

    line: str
    expected: Decimal | str
    actual: Decimal | str
    cells: tuple[Key, ...]


def relation_breaches(relation: Relation, now: Numbers, before: Numbers) -> Iterator[Breach]:
    """Where a relation does not hold; `before`: the figures of the year before, empty where they are not known."""
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


def contradictions(
    rule: ProseRule, now: Numbers, statements: Mapping[str, Sequence[Statement]], texts: Mapping[str, str]
) -> Iterator[Breach]:
    """Where no sentence about a figure gives what the table prints; nothing where none gives an exact number."""
    numbers = [
        statement.value
        for section in rule.sections
        for statement in statements.get(section, ())
        if statement.metric == rule.metric and not statement.approximate
    ]
    if not numbers and rule.denial:
        numbers = [Decimal()] * any(re.search(rule.denial, texts.get(section, "")) for section in rule.sections)
    sums = [_sum(rule.table, terms, {}, now, {}) for terms in rule.sums] if numbers else []
    known = [number for number, _ in sums if number is not None]
    if known and not set(numbers) & set(known):
        yield Breach("", known[0], ", ".join(map(str, dict.fromkeys(numbers))), sums[0][1])


def wrong_breakdowns(breakdown: Breakdown, statements: Mapping[str, Sequence[Statement]]) -> Iterator[Breach]:
    """Where the parts that a sentence tells do not add up to the number before it."""
    for told in statements.values():
        sentences = [list(group) for _, group in groupby(told, key=lambda statement: statement.sentence)]
        for before, own in pairwise(sentences):
            whole = before[-1]
            parts = [statement for statement in own if statement.unit == whole.unit]
            exact = not any(statement.approximate for statement in (whole, *parts))
            introduced = re.match(breakdown.introduced, own[0].sentence) and len(parts) >= breakdown.least
            if introduced and exact and sum(part.value for part in parts) != whole.value:
                yield Breach(own[0].sentence[:20], whole.value, sum(part.value for part in parts) + Decimal(), ())


def repetitions(repeats: Repeats, now: Numbers, before: Numbers) -> Iterator[Breach]:
    """Whether all figures are those of the year before."""
    own, former = ({table: dict(year.get(table, {})) for table in repeats.tables} for year in (now, before))
    counted = sum(bool(number) for numbers in own.values() for number in numbers.values())
    if own == former and counted >= repeats.least:
        yield Breach("", "other figures", f"{counted} figures above 0", ())


def _sum(
    table: str, terms: Iterable[Term], own: Mapping[str, str], now: Numbers, before: Numbers
) -> tuple[Decimal | None, tuple[Key, ...]]:
    """The sum of some terms, None where a cell is unknown; and the cells of this year that are in it."""
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
    """The keys whose codes match all patterns; reports print few different sets of keys."""
    places = [(code_columns()[table].index(name), pattern) for name, pattern in patterns]
    return tuple(key for key in keys if all(fnmatchcase(key[at], pattern) for at, pattern in places))
