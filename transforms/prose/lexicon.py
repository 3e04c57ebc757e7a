"""The lexicon of figures in prose: its declaration in `statements.yml`, and which metric some words name.

Owns the model of the file, and the search for a metric. A metric is found by the unit and the words of a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from nianbao import Declaration, read_declaration

OTHER = "other"


class Metric(Declaration):
    """A figure that is known; `unless` is searched in the sentence up to the figure, and speaks of something else."""

    code: str
    units: tuple[str, ...]
    pattern: str
    unless: str | None = None


class Approximate(Declaration):
    """Words that make a number approximate: before it, between number and unit, and behind the unit."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    after_unit: tuple[str, ...]


class Lexicon(Declaration):
    """The file `statements.yml`, which says what each key means."""

    units: tuple[str, ...]
    dated_units: tuple[str, ...]
    not_after: tuple[str, ...]
    not_before: tuple[str, ...]
    not_before_spelled: str
    not_before_one: tuple[str, ...]
    idioms: tuple[str, ...]
    approximate: Approximate
    more: tuple[str, ...]
    less: tuple[str, ...]
    compared: tuple[str, ...]
    often: tuple[str, ...]
    not_this_year: tuple[str, ...]
    share: tuple[str, ...]
    introductions: tuple[str, ...]
    particles: tuple[str, ...]
    verbs: tuple[str, ...]
    predicates: tuple[str, ...]
    scopes: tuple[str, ...]
    bare_nouns: tuple[str, ...]
    parts: tuple[str, ...]
    metrics: tuple[Metric, ...]


@cache
def lexicon() -> Lexicon:
    """Return the lexicon."""
    return read_declaration(Path(__file__).with_name("statements.yml"), Lexicon)


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of any of some words, the longest first.

    >>> any_of(("次", "人次"))
    '人次|次'
    """
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def metric_in(words: str, unit: str, context: str = "", *, since: int = 0, until: int | None = None) -> str:
    """Return the first metric of a unit whose pattern is found in some words, `other` if there is none.

    What is found must end behind `since`, begin before `until`, and not be denied. `context` is the sentence before.

    >>> metric_in("收到政府信息公开申请", "件"), metric_in("尚未办结", "件")
    ('applications_received', 'applications_carried_out')
    """
    meant = _meant(words, unit, since, until)
    return next((code for code, unless in meant if not (unless and unless.search(context or words))), OTHER)


@lru_cache(maxsize=20_000)
def _meant(words: str, unit: str, since: int, until: int | None) -> tuple[tuple[str, re.Pattern[str] | None], ...]:
    """Return the metrics that some words may mean, each with its `unless`; cached, since reports use the same words."""
    return tuple(
        (code, unless)
        for code, pattern, unless in _by_unit().get(unit, ())
        if any(
            found.end() > since
            and (until is None or found.start() < until)
            and not _DENIED.search(words, 0, found.start())
            for found in pattern.finditer(words)
        )
    )


def ends_with_verb(words: str) -> bool:
    """Return whether some words end with a verb, so that its object may follow the number."""
    return _final_verb().search(words) is not None


@cache
def _final_verb() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(lexicon().verbs)})$")


_DENIED = re.compile(r"(?:未|没有?|不|无)(?:能|予|得到|按时|按期|及时|如期)?$")


@cache
def _by_unit() -> Mapping[str, list[tuple[str, re.Pattern[str], re.Pattern[str] | None]]]:
    """Return the metrics of each unit, in the order of the file."""
    found: dict[str, list[tuple[str, re.Pattern[str], re.Pattern[str] | None]]] = {}
    for metric in lexicon().metrics:
        compiled = re.compile(metric.pattern), re.compile(metric.unless) if metric.unless else None
        for unit in metric.units:
            found.setdefault(unit, []).append((metric.code, *compiled))
    return found
