"""How much of what is expected is published, by province and year: the coverage of the whole country in numbers.

Owns the counting, in one pass over the ledger. `states` decides what is expected, and which state counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from extractors.portals.portal import Portal
from flows.ledger.ledger import Ledger
from flows.ledger.records import ReportState
from flows.runs.progress import display
from flows.status.states import (
    THERE,
    Key,
    State,
    is_report,
    missing,
    outranks,
    state_of_entry,
    state_of_missing,
    unique_states,
)
from transforms.jurisdictions.divisions import jurisdictions

StateCounts = Counter[tuple[str, int, State]]
"""Jurisdiction, year and state → reports."""
STAGE = "coverage"
_PROVINCE = len("CN-37")


@dataclass(frozen=True, slots=True)
class Share:
    """The reports of a province for a year: how many there are or should be, by state."""

    province: str
    year: int
    states: Mapping[State, int]

    @property
    def published(self) -> int:
        """How many are in the warehouse."""
        return sum(self.states.get(state, 0) for state in THERE)

    @property
    def expected(self) -> int:
        """How many were seen, or should be there."""
        return sum(self.states.values())


def province_of(jurisdiction: str) -> str:
    """Return the code of the province of a division.

    >>> province_of("CN-371003")
    'CN-370000'
    """
    return f"{jurisdiction[:_PROVINCE]}0000"


def name_of(province: str) -> str:
    """Return the name of a province, or its code if no list has it."""
    division = jurisdictions().get(province)
    return division.name if division else province


def shares(tally: StateCounts) -> list[Share]:
    """Return one share for each province and year of which something is known, in order."""
    found: defaultdict[tuple[str, int], Counter[State]] = defaultdict(Counter)
    for (jurisdiction, year, state), count in tally.items():
        found[province_of(jurisdiction), year][state] += count
    return [Share(province, year, dict(states)) for (province, year), states in sorted(found.items())]


def count_states(portals: Mapping[str, Portal], ledger: Ledger, today: date) -> StateCounts:
    """Return how many reports there are in each state, as `cover` states it of each portal.

    Reports of no known portal, such as ingested files, count as well; a report among them is missing at no portal.
    """
    loose, listings = _loose(portals, ledger), ledger.listings.all()
    tally: StateCounts = Counter()
    for done, (portal, found) in enumerate(_seen(portals, ledger)):
        display().show(STAGE, done, len(portals))
        listing = listings.get(portal.id)
        lacking = dict.fromkeys(missing(portal, found, today), state_of_missing(listing)) if listing else {}
        found = lacking | found
        for (jurisdiction, body, year), state in found.items():
            other = loose.pop((jurisdiction, body, year), None)
            tally[jurisdiction, year, other if other and outranks(other, state) else state] += 1
    display().show(STAGE, len(portals), len(portals))
    tally.update((jurisdiction, year, state) for (jurisdiction, _, year), state in loose.items())
    return tally


def _seen(portals: Mapping[str, Portal], ledger: Ledger) -> Iterator[tuple[Portal, dict[Key, State]]]:
    """Yield each portal with the state of every report that was seen there."""
    left = dict(portals)
    for name, rows in groupby(ledger.states(), lambda row: row.portal):
        if portal := left.pop(name, None):
            yield portal, _states(rows, portal.divisions)
    yield from ((portal, {}) for portal in left.values())


def _loose(portals: Collection[str], ledger: Ledger) -> dict[Key, State]:
    """Return the state of every report of no known portal."""
    names = sorted(set(ledger.portals()) - set(portals))
    return _states((row for name in names for row in ledger.states(name)), {})


def _states(rows: Iterable[ReportState], divisions: Mapping[str, str]) -> dict[Key, State]:
    return {key: state for key, (_, state) in unique_states(_with_states(rows), divisions).items()}


def _with_states(rows: Iterable[ReportState]) -> Iterator[tuple[ReportState, State]]:
    for row in rows:
        if is_report(row.state):
            yield row, row.state
        elif row.outcome:
            yield row, state_of_entry(row.outcome)
