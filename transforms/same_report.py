"""Whether files that belong together are one report: what each claims about agency and year.

Owns the claims and when two contradict each other. It never decides which is right: files that disagree are not
read as one report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, takewhile

from extractors.document import Block, Document
from transforms.chapters.chapters import split_chapters
from transforms.jurisdictions.same_body import same_body
from transforms.prose.facts import read_facts

_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年(?!\s*\d{1,2}\s*月)")
_LONGEST_HEADING = 60


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file states about itself; `years` is empty and `agency` None if it states nothing."""

    source: str
    years: frozenset[int]
    agency: str | None

    def contradicts(self, other: Claim) -> bool:
        """Return whether the two cannot both be true of one report.

        >>> one, same = Claim("a", frozenset({2020}), "甲子县"), Claim("b", frozenset(), "样例市甲子县人民政府")
        >>> one.contradicts(same), one.contradicts(Claim("c", frozenset({2019}), None))
        (False, True)
        """
        other_year = self.years and other.years and not self.years & other.years
        return bool(
            other_year or (self.agency and other.agency and not same_body(self.agency, other.agency, None, None))
        )

    def __str__(self) -> str:
        claimed = [self.agency or "an unnamed agency", *map(str, sorted(self.years))]
        return f"{self.source[-80:] or 'the page'} is about {' '.join(claimed)}"


def claim_of(document: Document, title: str = "") -> Claim:
    """Return what a file claims by its title, opening and signature.

    Without a year there, it is taken from the headings above the tables, else from `title`, the text of the link.
    """
    facts = read_facts(document, split_chapters(document.parts))
    years = {facts.year} if facts.year else _years_above_tables(document) or _years(title)
    return Claim(document.source, frozenset(years), facts.agency)


def _years_above_tables(document: Document) -> set[int]:
    """Return the years in short lines before the first table; none if there is no table."""
    above = list(takewhile(lambda part: isinstance(part, Block), document.parts))
    headings = [part.text for part in above if isinstance(part, Block) and len(part.text) <= _LONGEST_HEADING]
    if len(above) == len(document.parts):
        return set()
    return {year for heading in headings for year in _years(heading)}


def _years(text: str) -> set[int]:
    return {int(year) for year in _YEAR.findall(text)}


def contradiction(claims: Iterable[Claim]) -> str | None:
    """Return which two files are different reports, in one line; None if all may be the same."""
    pairs = combinations(claims, 2)
    return next((f"{one}, but {other}" for one, other in pairs if one.contradicts(other)), None)


def first_of_each_file(documents: Iterable[Document]) -> tuple[list[Document], Iterator[Document]]:
    """Return the first reading of each file, and an iterator of all readings, which makes further ones when needed.

    Readers yield the first readings of all files before any second one.
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
