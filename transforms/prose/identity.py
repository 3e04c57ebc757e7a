"""Who reports, for which year: what the witnesses say together.

Owns the weight of each witness and the decision between them. No witness decides because it comes first: those that
agree support each other, and what a decision rests on is kept with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from transforms.jurisdictions.agencies import NOWHERE, Around, find_agency
from transforms.jurisdictions.resolve import agency_kind, resolve_jurisdiction
from transforms.jurisdictions.same_body import same_body, supporting

Source = Literal[
    "declared_title",
    "title",
    "beside_title",
    "opening",
    "signature",
    "period",
    "given",
    "listed",
    "text",
    "contact",
    "page_source",
    "site",
    "portal",
    "file_name",
]
_FOR_AGENCY: Mapping[Source, int] = {
    "declared_title": 5,
    "title": 5,
    "opening": 4,
    "signature": 4,
    "given": 4,
    "listed": 3,
    "beside_title": 2,
    "contact": 1,
    "page_source": 1,
    "site": 1,
    "portal": 1,
    "file_name": 1,
}
_FOR_YEAR: Mapping[Source, int] = {
    "declared_title": 4,
    "title": 4,
    "given": 3,
    "opening": 2,
    "signature": 2,
    "period": 2,
    "listed": 2,
    "text": 1,
    "file_name": 1,
}
TITLES = frozenset[Source]({"declared_title", "title"})
DATED = TITLES | frozenset[Source]({"opening", "period"})
"""Where a report says of which year it is."""
_AROUND = frozenset[Source]({"contact", "page_source", "site"})
"""Witnesses around a report: a portal prints its own name on the reports of every body."""
_DISPUTES_AGENCY = frozenset[Source]({"declared_title", "title", "beside_title", "signature", "given", "listed"})
_DISPUTES_YEAR = frozenset[Source]({"declared_title", "title", "opening", "period", "given", "listed"})
_STRAY = 2
"""Most characters of a stray word before a name."""


@dataclass(frozen=True, slots=True)
class Witness:
    """What one place says of a report: the agency, empty if it names none, and the year."""

    source: Source
    agency: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Agency and year of a report, None if nothing names them; the sources of each, and the witnesses against it."""

    agency: str | None
    year: int | None
    agency_by: tuple[Source, ...] = ()
    year_by: tuple[Source, ...] = ()
    other_agencies: tuple[Witness, ...] = ()
    other_years: tuple[Witness, ...] = ()


def decide(witnesses: Sequence[Witness], around: Around = NOWHERE) -> Identity:
    """Return the agency and the year for which most speaks; of equals, what is named first.

    `around` is where the report was found, by which names are understood.

    >>> decide([Witness("title", "县局", 2020), Witness("signature", "石屏县水务局"), Witness("period", year=2019)])
    ... # doctest: +NORMALIZE_WHITESPACE
    Identity(agency='石屏县水务局', year=2020, agency_by=('title', 'signature'), year_by=('title',), other_agencies=(),
        other_years=(Witness(source='period', agency='', year=2019),))
    """
    year, for_year = _year([witness for witness in witnesses if witness.year is not None])
    naming = [witness for witness in witnesses if witness.agency]
    support = supporting(dict.fromkeys(witness.agency for witness in naming), around, year)
    chosen = _supporters(naming, support)
    supported = {name for witness in chosen for name in support[witness.agency]}
    return Identity(
        agency=_name(chosen, around, year),
        year=year,
        agency_by=_sources(chosen),
        year_by=_sources(for_year),
        other_agencies=tuple(
            witness
            for witness in naming
            if chosen and witness.source in _DISPUTES_AGENCY and witness.agency not in supported
        ),
        other_years=tuple(
            witness for witness in witnesses if witness.source in _DISPUTES_YEAR and witness.year not in (None, year)
        ),
    )


def _year(witnesses: Sequence[Witness]) -> tuple[int | None, list[Witness]]:
    """Return the year of most weight, and the witnesses for it."""
    groups = {year: [one for one in witnesses if one.year == year] for year in dict.fromkeys(_years(witnesses))}
    best = max(groups, key=lambda year: _weight(groups[year], _FOR_YEAR), default=None)
    return best, groups[best] if best is not None else []


def _years(witnesses: Iterable[Witness]) -> Iterable[int]:
    return (witness.year for witness in witnesses if witness.year is not None)


def _supporters(witnesses: Sequence[Witness], support: Mapping[str, frozenset[str]]) -> list[Witness]:
    """Return the witnesses for the body of most weight; none if only what stands around the report names one.

    An office writes the report of its government, and signs it: their names support each other.
    """
    groups = [[other for other in witnesses if other.agency in support[one.agency]] for one in witnesses]
    sufficient = [group for group in groups if _is_sufficient(group)]
    return max(sufficient, key=lambda group: _weight(group, _FOR_AGENCY), default=[])


def _is_sufficient(witnesses: Sequence[Witness]) -> bool:
    """Return whether some witnesses may name an agency: two at least of what stands around it, and no government."""
    sources = set(_sources(witnesses))
    kinds = {agency_kind(witness.agency) for witness in witnesses}
    return bool(sources - _AROUND) or (len(sources) > 1 and not kinds & {"government", "government_office"})


def _name(witnesses: Sequence[Witness], around: Around, year: int | None) -> str | None:
    """Return the name of the weightiest witness; of a short one, the name in full that another gives.

    A name is short if it does not determine a division and one body in it. What stands before a name that is known is a
    stray word.
    """
    ordered = sorted(witnesses, key=_precedence)
    names = list(dict.fromkeys(witness.agency for witness in ordered))
    if not names:
        return None
    first, *others = names
    if _is_in_full(first, around, year):
        return first
    same = [name for name in others if same_body(first, name, around, year)]
    stray = (name for name in same if first.endswith(name) and len(first) - len(name) <= _STRAY)
    in_full = (name for name in same if _is_in_full(name, around, year))
    return next(chain(in_full, stray), first)


def _is_in_full(name: str, around: Around, year: int | None) -> bool:
    """Return whether a name by itself determines a division, and one body in it."""
    placed = resolve_jurisdiction(name, around.divisions, year, around.within)
    return placed is not None and find_agency(name, year, around) is not None


def _precedence(witness: Witness) -> tuple[bool, bool, int]:
    """Return the order in which witnesses that agree name a body: the title, and who reports before who writes."""
    titled = witness.source in TITLES or witness.source == "beside_title"
    return not titled, agency_kind(witness.agency) == "government_office", -_FOR_AGENCY[witness.source]


def _weight(witnesses: Sequence[Witness], weights: Mapping[Source, int]) -> int:
    """Return the weight of some witnesses.

    A title that is both declared and printed is little more than one; so is all that stands around a report.
    """
    sources = set(_sources(witnesses))
    alike = [
        sorted((weights.get(source, 0) for source in sources & group), reverse=True) for group in (TITLES, _AROUND)
    ]
    titles, around = alike
    rest = sum(weights.get(source, 0) for source in sources - TITLES - _AROUND)
    return rest + sum(titles[:1]) + len(titles[1:]) + sum(around[:1])


def _sources(witnesses: Iterable[Witness]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(witness.source for witness in witnesses))
