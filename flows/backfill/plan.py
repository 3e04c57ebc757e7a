"""What a backfill will ask for, and how long that takes at the portals' rates: a plan, before anything is asked.

Owns the choice of portals and years, and the estimates, by what the ledger knows. Pure: must not open a store, nor
read a clock.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from heapq import heapreplace

from extractors.hosts import host_of
from extractors.portals.portal import FIRST_YEAR, Portal, PortalError
from flows.clock import CHINA
from flows.ledger.records import Address, ListEntry, Verdict
from flows.status.states import THERE, PortalSnapshot, cover_known
from flows.steps.due import is_unread
from transforms.jurisdictions.divisions import jurisdictions


@dataclass(frozen=True, slots=True)
class BackfillRequest:
    """What a user asks to be filled in: years reported on, first and last included, of all portals or some.

    `last` is None for all that have ended: the wish stays the same when another ends. `province` is the beginning of
    its divisions' codes, such as CN-37; `gaps`: only what the ledger knows as missing.
    """

    first: int
    last: int | None
    province: str | None = None
    portals: tuple[str, ...] = ()
    gaps: bool = False

    def names(self, year: int) -> bool:
        """Whether a year is one of those that are wanted."""
        return self.first <= year and (self.last is None or year <= self.last)

    @property
    def asked(self) -> str:
        """The wish as text: alike for wishes that are alike."""
        return json.dumps(asdict(self) | {"portals": sorted(set(self.portals))}, sort_keys=True)


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A year of a portal: how many reports are in which state now, how many lists name, how many are to be read."""

    year: int
    states: dict[str, int]
    listed: int
    to_read: int


@dataclass(frozen=True, slots=True)
class PortalPlan:
    """A portal's part. `lists` is how many requests its lists took the last time; None where they were never read.

    `parts` is how many files and pictures came with a page on average; `delay` is in seconds.
    """

    portal: str
    host: str
    delay: float
    lists: int | None
    parts: float
    years: tuple[YearPlan, ...]

    def requests_for(self, year: YearPlan) -> int:
        """How many requests the reports of a year take."""
        return round(year.to_read * (1 + self.parts))

    @property
    def requests_for_lists(self) -> int:
        """How many requests the lists and robots.txt take; at least, where the lists were never read."""
        return 1 + (self.lists or 1)

    @property
    def requests(self) -> int:
        """How many requests are known of or estimated."""
        return self.requests_for_lists + sum(map(self.requests_for, self.years))

    @property
    def seconds(self) -> float:
        """How long they take at the portal's delay; a host that is slow, or asks for more delay, takes longer."""
        return self.requests * self.delay


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of all portals, and how many of them are crawled at once."""

    portals: tuple[PortalPlan, ...]
    at_once: int

    @property
    def steps(self) -> list[tuple[str, int]]:
        """Every portal and year."""
        return [(one.portal, year.year) for one in self.portals for year in one.years]

    @property
    def requests(self) -> int:
        """How many requests are known of or estimated."""
        return sum(one.requests for one in self.portals)

    @property
    def unknown(self) -> list[str]:
        """Portals whose lists were never read: what they will name is not in the numbers."""
        return [one.portal for one in self.portals if one.lists is None]

    @property
    def seconds(self) -> float:
        """How long the whole takes: portals in their order, each to the first that is free; a host is asked in turn."""
        free = [0.0] * self.at_once
        hosts: defaultdict[str, float] = defaultdict(float)
        for one in self.portals:
            heapreplace(free, free[0] + one.seconds)
            hosts[one.host] += one.seconds
        return max(*free, *hosts.values(), 0.0)


def province_prefix(text: str, portals: Iterable[Portal]) -> str:
    """The beginning of a province's codes, by its name or code. Raises PortalError where there is none.

    >>> province_prefix("山东", ()), province_prefix("CN-370000", ()), province_prefix("37", ())
    ('CN-37', 'CN-37', 'CN-37')
    """
    provinces = [one for one in jurisdictions().values() if one.level == "province"]
    code = re.fullmatch(r"(?:CN-)?(\d\d)(?:0{4})?", text)
    codes = [one.jurisdiction for one in provinces] + [one.jurisdiction for one in portals]
    if code and any(one.startswith(f"CN-{code[1]}") for one in codes):
        return f"CN-{code[1]}"
    named = [one.jurisdiction[:5] for one in provinces if len(text) > 1 and one.name.startswith(text)]
    if len(named) == 1:
        return named[0]
    raise PortalError(f"unknown province {text}: give its name, such as 山东, or its code, such as CN-37")


def parse_request(
    first: int | None,
    last: int | None,
    province: str | None,
    portals: Sequence[str],
    known: Mapping[str, Portal],
    *,
    gaps: bool,
) -> BackfillRequest:
    """What a user's words ask for; of gaps, those of all years by default.

    Raises PortalError for portals and provinces that are not known, ValueError for years that are none.
    """
    if not gaps and (first is None or last is None):
        raise ValueError("the first and the last year are needed, unless only gaps are wanted")
    first = first or FIRST_YEAR
    if last is not None and first > last:
        raise ValueError(f"the first year, {first}, is after the last, {last}")
    prefix = province_prefix(province, known.values()) if province else None
    wanted = BackfillRequest(first, last, prefix, tuple(sorted(set(portals))), gaps)
    choose(wanted, known)
    return wanted


def choose(wanted: BackfillRequest, portals: Mapping[str, Portal]) -> list[Portal]:
    """The portals that are wanted, by id. Raises PortalError for an unknown one, or where none is left."""
    unknown = sorted(set(wanted.portals) - set(portals))
    if unknown:
        raise PortalError(f"unknown portal {', '.join(unknown)}: `nianbao portal list` prints the known ones")
    chosen = [
        portals[name]
        for name in sorted(wanted.portals or portals)
        if portals[name].jurisdiction.startswith(wanted.province or "")
    ]
    if not chosen:
        raise PortalError(f"no portal of {wanted.province} is wanted: `nianbao portal list` prints the known ones")
    return chosen


def make_plan(wanted: BackfillRequest, known: Iterable[PortalSnapshot], now: datetime, at_once: int) -> Plan:
    """The plan for portals by what is known of each; those with nothing to do are left out."""
    parts = (_portal_plan(wanted, one, now) for one in known)
    return Plan(tuple(part for part in parts if part.years), at_once)


def _portal_plan(wanted: BackfillRequest, known: PortalSnapshot, now: datetime) -> PortalPlan:
    portal, today = known.portal, now.astimezone(CHINA).date()
    states: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for one in cover_known(known, today):
        states[one.year][one.state] += 1
    listed = Counter(one.year for one in known.entries)
    to_read = Counter(one.year for one in _unread(known, now))
    years = [year for year in _years(wanted, known, today) if not wanted.gaps or _has_hole(known, states[year])]
    return PortalPlan(
        portal=portal.id,
        host=host_of(portal.homepage),
        delay=portal.delay,
        lists=_requests_for_lists(known),
        parts=_parts_of_a_page(known),
        years=tuple(YearPlan(year, dict(sorted(states[year].items())), listed[year], to_read[year]) for year in years),
    )


def _years(wanted: BackfillRequest, known: PortalSnapshot, today: date) -> Iterator[int]:
    """The wanted years, the latest first: those that the portal is expected to hold, or seen to name.

    A report is written after its year has ended.
    """
    named = {one.year for one in known.entries}
    last = today.year - 1 if wanted.last is None else wanted.last
    for year in range(last, wanted.first - 1, -1):
        if year in named or (year in known.portal.years and year < today.year):
            yield year


def _has_hole(known: PortalSnapshot, states: Mapping[str, int]) -> bool:
    """Whether a report is missing; of a portal that was never crawled all are."""
    return known.listing is None or bool(states.keys() - THERE)


def _unread(known: PortalSnapshot, now: datetime) -> Iterator[ListEntry]:
    """The reports that lists named and nobody has read."""
    verdicts: defaultdict[str, list[Verdict]] = defaultdict(list)
    told: set[str] = set()
    for one in known.verdicts:
        verdicts[one.url].append(one)
        told.add(one.report_id)
    for entry in known.entries:
        address = known.addresses.get(entry.url)
        if entry.reason or address is None or _is_open(entry, address, verdicts[entry.url], told, now):
            yield entry


def _is_open(entry: ListEntry, address: Address, verdicts: list[Verdict], told: Collection[str], now: datetime) -> bool:
    return is_unread(address, verdicts, lambda: entry.report_id in told, now)


def _requests_for_lists(known: PortalSnapshot) -> int | None:
    """How many addresses, other than those of reports and their parts, were asked for when the lists were last read."""
    listing = known.listing
    if listing is None:
        return None
    reports = {one.url for one in known.entries} | {one.url for one in known.verdicts}
    return sum(one.last_checked >= listing.began and url not in reports for url, one in known.addresses.items())


def _parts_of_a_page(known: PortalSnapshot) -> float:
    pages = {one.url for one in known.entries}
    read = {one.url for one in known.verdicts}
    return len(read - pages) / len(read & pages) if read & pages else 0.0
