"""From the first page of a list to its last: how far is looked for entries, and whether anything is missing.

Owns the rule when a list ends. What a list declares is a hint: portals count by one too many, or by hundreds
(PORTALS §2.2), and some too few.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from extractors.dialects.base import NamesPages
from extractors.discovery.list_peek import ListStart
from extractors.discovery.list_walk import FetchPage, ListWalk, Step, read_next

MAX_PAGES = 500
MOST_MISSED = 3
"""Pages without entries in a row, among those declared, after which only the last one is asked for."""


def read_rest(walk: ListWalk, url: str, start: ListStart, fetch: FetchPage) -> None:
    """Read the pages of the list at `url` after its first, and record in `walk` what is missing or odd.

    Behind the last page with entries, all may be gone or empty, whatever the list declares; a page that fails is
    never taken for its end, and what later pages list is kept.
    """
    rest = _Rest(walk, start, fetch)
    rest.read()
    if len(walk.pages) != rest.declared:
        rest.judge(url)


@dataclass(slots=True)
class _Rest:
    """The pages of a list after its first; `missed` are the numbers since the last page with entries."""

    walk: ListWalk
    start: ListStart
    fetch: FetchPage
    declared: int = 0
    missed: list[int] = field(default_factory=list)
    ends: bool = False
    is_foreign: bool = False

    def __post_init__(self) -> None:
        self.declared = self.start.declared_pages or 0

    @property
    def named(self) -> float | None:
        """Up to which of the requests for a page the list names them; None if all are guesses."""
        dialect = self.start.dialect
        return dialect.named_choice(self.start.page) if isinstance(dialect, NamesPages) else math.inf

    def read(self) -> None:
        """Read page after page; where those that are declared bring nothing, look at the next ones and at the last."""
        for number in range(2, MAX_PAGES + 1):
            step = self._ask(number)
            is_over = number > self.declared and not (step.failure and not self.declared)
            if step.page is None and (is_over or len(self.missed) >= MOST_MISSED or self._only_guesses):
                break
        if self.missed and self.missed[-1] < self.declared and not self._only_guesses:
            self._ask(self.declared)

    def judge(self, url: str) -> None:
        """Record what a count that is wrong means: a note if the list was read to its end, else a failure."""
        walk, found = self.walk, len(self.walk.pages)
        if found >= MAX_PAGES:
            walk.fail(f"{url} has more than {MAX_PAGES} pages")
        elif self.declared and not walk.failures:
            told = f"{url} declares {self.declared} pages, {found} of them contain entries"
            if found > self.declared or self._is_sure():
                walk.notes.append(told)
            else:
                walk.fail(told)

    @property
    def _only_guesses(self) -> bool:
        """Whether no request for a page after the first was right, and the list does not name its pages."""
        return not self.walk.settled and self.named is None

    def _ask(self, number: int) -> Step:
        """Ask for one page; one with entries shows that those missed before it are no end of the list."""
        candidates = self.start.dialect.next_pages(self.start.page, number)
        step = read_next(self.walk, self.start.dialect, self.fetch, candidates)
        if step.failure and (number <= self.declared or not self.declared):
            self.walk.fail(step.failure[1], step.failure[0])
        self.ends |= step.ends
        self.is_foreign |= step.is_foreign
        if step.page is None:
            self.missed.append(number)
            return step
        self.walk.settled = True
        if self.missed and not self.walk.failures:
            numbers = ", ".join(map(str, self.missed))
            self.walk.fail(f"{step.page.final_url} contains entries, and page {numbers} before it does not")
        self.missed.clear()
        return step

    def _is_sure(self) -> bool:
        """Return whether what lies behind the last page with entries is the end of the list.

        A page of another list is none. Where no page after the first has entries, the requests may be wrong: only
        those that the list names, and that are gone or empty, are its end. A second page under another name than the
        list says may be its third.
        """
        if self.is_foreign:
            return False
        named = self.named
        if len(self.walk.pages) > 1:
            return named is None or self.walk.choice <= named
        return named is not None and self.ends
