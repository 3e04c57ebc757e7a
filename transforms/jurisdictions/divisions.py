"""Administrative divisions since 1980: what each code stood for, when, and which code replaced it.

Owns the reading of `jurisdictions.csv`, `division_names.csv` and `aliases.csv`.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

_FOLDER = Path(__file__).parent
_OWN_CODES = "CN-99"
"""How codes begin that are those of no official division."""
SINCE_EVER, TO_THIS_DAY = 0, 9999
"""What an empty `valid_from` and `valid_to` are in comparisons."""


@dataclass(frozen=True, slots=True)
class Division:
    """A division: its code, last name, level, the code above, and its names from the province down.

    `valid_from` and `valid_to` are the first and the last year at whose end the code was in force. None means since
    before 1980, or to this day, or that no list has the years. `successors` are the codes that replaced it.
    """

    jurisdiction: str
    name: str
    level: str
    parent: str | None
    full_name: str
    valid_from: int | None
    valid_to: int | None
    former_names: tuple[str, ...]
    successors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatedName:
    """A name of a division, used from the end of the year `first` to that of `last`."""

    jurisdiction: str
    name: str
    first: int
    last: int


@cache
def jurisdictions() -> Mapping[str, Division]:
    """Return code → division, for all of `jurisdictions.csv` (`build/` documents the sources)."""
    divisions = (
        Division(
            jurisdiction=row["jurisdiction"],
            name=row["name"],
            level=row["level"],
            parent=row["parent"] or None,
            full_name=row["full_name"],
            valid_from=int(row["valid_from"]) if row["valid_from"] else None,
            valid_to=int(row["valid_to"]) if row["valid_to"] else None,
            former_names=tuple(filter(None, row["former_names"].split(";"))),
            successors=tuple(filter(None, row["successors"].split(";"))),
        )
        for row in _rows("jurisdictions.csv")
    )
    return {division.jurisdiction: division for division in divisions}


@cache
def division_names() -> Mapping[str, tuple[DatedName, ...]]:
    """Return code → its names, from the oldest to the latest, and its aliases."""
    names: defaultdict[str, list[DatedName]] = defaultdict(list)
    for row in chain(_rows("division_names.csv"), _rows("aliases.csv")):
        years = int(row.get("valid_from") or SINCE_EVER), int(row.get("valid_to") or TO_THIS_DAY)
        names[row["jurisdiction"]].append(DatedName(row["jurisdiction"], row["name"], *years))
    return {code: tuple(own) for code, own in names.items()}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def divisions_above(code: str) -> tuple[str, ...]:
    """Return the codes of the divisions above one, from the next to the province.

    >>> divisions_above("CN-371003")
    ('CN-371000', 'CN-370000')
    """
    division = jurisdictions().get(code)
    return (division.parent, *divisions_above(division.parent)) if division and division.parent else ()


def is_code(code: str) -> bool:
    """Return whether a code is that of a division of any time, or free for zones that are in no list, and for tests.

    >>> [is_code(code) for code in ("CN-370683", "CN-990101", "CN-123456")]
    [True, True, False]
    """
    return code in jurisdictions() or code.startswith(_OWN_CODES)


def division_in(code: str, year: int) -> str | None:
    """Return the code of the same division at the end of a year, across changes of its code.

    None if there was no such division: a merger or a split ends a division. A code that is not in the lists is always
    in force.

    >>> division_in("CN-371003", 2012), division_in("CN-371081", 2020)
    ('CN-371081', 'CN-371003')
    >>> division_in("CN-110103", 2020), division_in("CN-120116", 2008)
    (None, None)
    """
    division = jurisdictions().get(code)
    if division is None:
        return code
    if (division.valid_to or TO_THIS_DAY) < year:
        same = next((after for after in division.successors if _continues(code, after)), None)
    elif (division.valid_from or SINCE_EVER) > year:
        same = next((before for before in _predecessors().get(code, ()) if _continues(before, code)), None)
    else:
        return code
    return division_in(same, year) if same else None


def _continues(before: str, after: str) -> bool:
    """Return whether one code replaced exactly one other, and both were never in force together."""
    alone = len(jurisdictions()[before].successors) == len(_predecessors()[after]) == 1
    ended, began = jurisdictions()[before].valid_to, jurisdictions()[after].valid_from
    return alone and ended is not None and began == ended + 1


@cache
def _predecessors() -> Mapping[str, tuple[str, ...]]:
    predecessors: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for division in jurisdictions().values():
        for successor in division.successors:
            predecessors[successor] += (division.jurisdiction,)
    return dict(predecessors)
