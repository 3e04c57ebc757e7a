"""How much of what is expected is published, by province and year: the coverage of the whole country in numbers.

Owns the counting, in one pass over the ledger. `states` decides what is expected, and which state counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from extractors.portals.portal import Portal
from flows.ledger.ledger import Ledger
from flows.status.states import THERE, State, cover
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
    """Return how many reports there are in each state, as `cover` states it of each portal."""
    tally: StateCounts = Counter()
    for name in sorted({*portals, *ledger.portals()}):
        tally.update((one.jurisdiction, one.year, one.state) for one in cover(name, portals.get(name), ledger, today))
    return tally
