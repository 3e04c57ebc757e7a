"""Whether files that came together tell one report: what each claims of agency and year.

Owns the claims and when two contradict each other. Must not settle which is right: files that disagree are never
read as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, takewhile

from extractors.document import Block, Document
from transforms.prose.facts import read_facts
from transforms.sections import split_sections

_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年(?!\s*\d{1,2}\s*月)")
_LONGEST_HEADING = 60
_GOVERNMENT = re.compile(r"(?:人民)?政府$")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says of itself: `years` is empty, `agency` None where it says nothing."""

    source: str
    years: frozenset[int]
    agency: str | None

    def contradicts(self, other: Claim) -> bool:
        """Whether the two cannot both be said of one report.

        >>> one, same = Claim("a", frozenset({2020}), "甲子县"), Claim("b", frozenset(), "样例市甲子县人民政府")
        >>> one.contradicts(same), one.contradicts(Claim("c", frozenset({2019}), None))
        (False, True)
        """
        other_year = self.years and other.years and not self.years & other.years
        return bool(other_year or (self.agency and other.agency and not _same_body(self.agency, other.agency)))

    def __str__(self) -> str:
        told = [self.agency or "an agency without a name", *map(str, sorted(self.years))]
        return f"{self.source[-80:] or 'the page'} tells of {' '.join(told)}"


def _same_body(one: str, other: str) -> bool:
    """Whether two names may be those of one body: one may leave out 人民政府, or the divisions above."""
    short, long = sorted((_GOVERNMENT.sub("", name) for name in (one, other)), key=len)
    return long.endswith(short)


def claim_of(document: Document, title: str = "") -> Claim:
    """What a file claims by its title, opening and signature.

    Of the year else by the headings above its tables, else by `title`, the words that link to it.
    """
    facts = read_facts(document, split_sections(document.parts))
    years = {facts.year} if facts.year else _years_above_tables(document) or _years(title)
    return Claim(document.source, frozenset(years), facts.agency)


def _years_above_tables(document: Document) -> set[int]:
    """Years in short lines before the first table; none where there is no table."""
    above = list(takewhile(lambda part: isinstance(part, Block), document.parts))
    headings = [part.text for part in above if isinstance(part, Block) and len(part.text) <= _LONGEST_HEADING]
    if len(above) == len(document.parts):
        return set()
    return {year for heading in headings for year in _years(heading)}


def _years(text: str) -> set[int]:
    return {int(year) for year in _YEAR.findall(text)}


def contradiction(claims: Iterable[Claim]) -> str | None:
    """Which two files tell different reports, in one line; None where all may tell the same."""
    found = next((pair for pair in combinations(claims, 2) if pair[0].contradicts(pair[1])), None)
    return f"{found[0]}, but {found[1]}" if found else None


def one_of_each(documents: Iterable[Document]) -> tuple[list[Document], Iterator[Document]]:
    """The first reading of each file that came together, and all readings, of which no further one is made yet.

    Readers give the first readings of all files before any second one.
    """
    remaining = iter(documents)
    heads: list[Document] = []
    sources: set[str] = set()
    for document in remaining:
        repeated = document.source in sources
        sources.add(document.source)
        heads.append(document)
        if repeated or not document.source:
            break
    first = heads[:-1] if len(sources) < len(heads) else heads
    return first, chain(heads, remaining)
