"""The measures that pages compare places by: sums of a report's figures, and shares of one in another.

Owns the reading of `measures.yml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import model_validator

from nianbao import Declaration, read_declaration

_FILE = Path(__file__).parent / "measures.yml"


class Sum(Declaration):
    """Figures of one report that are added up; null if one of them is.

    `figures` are alternatives, as editions of the form print the same in different rows: the first that is known holds.
    """

    zh: str
    en: str
    figures: tuple[tuple[str, ...], ...]


class Share(Declaration):
    """One measure as a share of another; null where the other is 0."""

    zh: str
    en: str
    part: str
    whole: str


class Form(Declaration):
    """An edition of the official form, and the first year that is reported on it."""

    name: str
    since: int


class _Measures(Declaration):
    """The contents of `measures.yml`."""

    forms: tuple[Form, ...]
    sums: dict[str, Sum]
    shares: dict[str, Share]
    stacks: dict[str, tuple[str, ...]]

    @model_validator(mode="after")
    def _names_fit(self) -> _Measures:
        used = {name for stack in self.stacks.values() for name in stack}
        used |= {name for one in self.shares.values() for name in (one.part, one.whole)}
        if unknown := sorted(used - set(self.sums)):
            raise ValueError(f"no sum is named {', '.join(unknown)}")
        return self


@cache
def _declared() -> _Measures:
    return read_declaration(_FILE, _Measures)


@cache
def measures() -> Mapping[str, Sum | Share]:
    """Return all measures by name.

    >>> list(measures())[:3]
    ['received', 'total', 'granted']
    """
    return {**_declared().sums, **_declared().shares}


def stack(name: str) -> tuple[str, ...]:
    """Return the measures that are the parts of a whole, in order.

    >>> stack("reconsideration_results")[0]
    'reconsiderations_upheld'
    """
    return _declared().stacks[name]


def forms() -> tuple[Form, ...]:
    """Return the editions of the official form, in order."""
    return _declared().forms


def is_share(name: str) -> bool:
    """Return whether a measure is a share.

    >>> is_share("granted_share"), is_share("granted")
    (True, False)
    """
    return isinstance(measures()[name], Share)
