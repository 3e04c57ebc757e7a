"""How much of what is expected is published, by province and year: the coverage of a whole country in numbers.

Owns the counting. What is expected, and in which state it is, are `coverage`'s to say. Must not open the warehouse.
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
from flows.status.states import THERE, Key, State, is_report, missing, outranks, state_of_entry, state_of_missing
from transforms.jurisdictions.divisions import jurisdictions
from transforms.jurisdictions.resolve import body_name

StateCounts = Counter[tuple[str, int, State]]
"""Jurisdiction, year and state → reports."""
STAGE = "coverage"
_PROVINCE = len("CN-37")


@dataclass(frozen=True, slots=True)
class Share:
    """The reports of a province for a year: how many there are or should be, by their state."""

    province: str
    year: int
    states: Mapping[State, int]

    @property
    def published(self) -> int:
        """Those that are in the warehouse."""
        return sum(self.states.get(state, 0) for state in THERE)

    @property
    def expected(self) -> int:
        """Those that were seen, or should be there."""
        return sum(self.states.values())


def province_of(jurisdiction: str) -> str:
    """The code of the province of a division.

    >>> province_of("CN-371003")
    'CN-370000'
    """
    return f"{jurisdiction[:_PROVINCE]}0000"


def name_of(province: str) -> str:
    """What a province is called; its code where no list has it."""
    found = jurisdictions().get(province)
    return found.name if found else province


def shares(tally: StateCounts) -> list[Share]:
    """One share for each province and year of which something is known, in order."""
    found: defaultdict[tuple[str, int], Counter[State]] = defaultdict(Counter)
    for (jurisdiction, year, state), count in tally.items():
        found[province_of(jurisdiction), year][state] += count
    return [Share(province, year, dict(states)) for (province, year), states in sorted(found.items())]


def count_states(portals: Mapping[str, Portal], ledger: Ledger, today: date) -> StateCounts:
    """How many reports there are in each state: what `cover` says of all portals, counted in one pass.

    Reports of no known portal, such as files from disk, count too; what one of them tells is missing at no portal.
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
    """Each portal with the state of every report that was seen there."""
    left = dict(portals)
    for name, rows in groupby(ledger.states(), lambda one: one.portal):
        if portal := left.pop(name, None):
            yield portal, _states(rows, portal.divisions)
    yield from ((portal, {}) for portal in left.values())


def _loose(portals: Collection[str], ledger: Ledger) -> dict[Key, State]:
    """The state of every report of no known portal."""
    names = sorted(set(ledger.portals()) - set(portals))
    return _states((one for name in names for one in ledger.states(name)), {})


def _states(rows: Iterable[ReportState], divisions: Mapping[str, str]) -> dict[Key, State]:
    """The state of every report, as `cover` chooses among several documents that tell it."""
    found: dict[Key, State] = {}
    for one, state in _told(rows):
        key = one.jurisdiction, body_name(one.agency, divisions, one.year), one.year
        if key not in found or outranks(state, found[key]):
            found[key] = state
    return found


def _told(rows: Iterable[ReportState]) -> Iterator[tuple[ReportState, State]]:
    for one in rows:
        if is_report(one.state):
            yield one, one.state
        elif one.outcome:
            yield one, state_of_entry(one.outcome)
