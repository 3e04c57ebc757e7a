"""What a backfill will request, and how long that takes at the portals' rate limits: a plan, before any request.

Owns the choice of portals and years, and the estimates, by what the ledger knows. Pure: opens no store and reads no
clock.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from heapq import heapreplace

from extractors.hosts import host_of
from extractors.portals.portal import FIRST_YEAR, Portal, PortalError
from flows.clock import CHINA
from flows.ledger.records import Address, ListEntry, Verdict
from flows.status.states import THERE, PortalSnapshot, cover_known
from flows.steps.read_state import is_missing, read_state
from transforms.jurisdictions.divisions import jurisdictions


@dataclass(frozen=True, slots=True)
class BackfillRequest:
    """The years reported on, first and last included, and the portals that a user wants to be complete.

    `last` is None for all years that have ended: the request stays equal when another ends. `province` is the prefix of
    its divisions' codes, such as CN-37; `gaps`: only what the ledger knows to be missing.
    """

    first: int
    last: int | None
    province: str | None = None
    portals: tuple[str, ...] = ()
    gaps: bool = False

    def includes(self, year: int) -> bool:
        """Return whether a year is requested."""
        return self.first <= year and (self.last is None or year <= self.last)

    @property
    def key(self) -> str:
        """The request as text, equal for equal requests."""
        return json.dumps(asdict(self) | {"portals": sorted(set(self.portals))}, sort_keys=True)


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A year of a portal: reports by their state now, how many the lists name, how many are to be read."""

    year: int
    states: dict[str, int]
    listed: int
    to_read: int


@dataclass(frozen=True, slots=True)
class PortalPlan:
    """A portal's part. `lists` is how many requests its lists took last time; None if they were never read.

    `parts` is how many files and pictures came with a page on average; `delay` is in seconds.
    """

    portal: str
    host: str
    delay: float
    lists: int | None
    parts: float
    years: tuple[YearPlan, ...]

    def requests_for(self, year: YearPlan) -> int:
        """Return how many requests the reports of a year take."""
        return round(year.to_read * (1 + self.parts))

    @property
    def requests_for_lists(self) -> int:
        """How many requests the lists and robots.txt take; the least number if the lists were never read."""
        return 1 + (self.lists or 1)

    @property
    def requests(self) -> int:
        """How many requests are known or estimated."""
        return self.requests_for_lists + sum(map(self.requests_for, self.years))

    @property
    def seconds(self) -> float:
        """How long they take at the portal's delay; a slow host, or one that asks for more delay, takes longer."""
        return self.requests * self.delay


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of all portals, and how many of them are crawled at once."""

    portals: tuple[PortalPlan, ...]
    at_once: int

    @property
    def steps(self) -> list[tuple[str, int]]:
        """Every portal and year."""
        return [(portal.portal, year.year) for portal in self.portals for year in portal.years]

    @property
    def requests(self) -> int:
        """How many requests are known or estimated."""
        return sum(portal.requests for portal in self.portals)

    @property
    def unknown(self) -> list[str]:
        """Portals whose lists were never read, so that their reports are not in the numbers."""
        return [portal.portal for portal in self.portals if portal.lists is None]

    @property
    def seconds(self) -> float:
        """How long everything takes: portals in order on the first free worker, requests to a host one by one."""
        free = [0.0] * self.at_once
        hosts: defaultdict[str, float] = defaultdict(float)
        for portal in self.portals:
            heapreplace(free, free[0] + portal.seconds)
            hosts[portal.host] += portal.seconds
        return max(*free, *hosts.values(), 0.0)


def province_prefix(text: str, portals: Iterable[Portal]) -> str:
    """Return the prefix of a province's codes, by its name or code. Raises PortalError if there is none.

    >>> province_prefix("山东", ()), province_prefix("CN-370000", ()), province_prefix("37", ())
    ('CN-37', 'CN-37', 'CN-37')
    """
    provinces = [division for division in jurisdictions().values() if division.level == "province"]
    code = re.fullmatch(r"(?:CN-)?(\d\d)(?:0{4})?", text)
    codes = [division.jurisdiction for division in provinces] + [portal.jurisdiction for portal in portals]
    if code and any(known.startswith(f"CN-{code[1]}") for known in codes):
        return f"CN-{code[1]}"
    named = [division.jurisdiction[:5] for division in provinces if len(text) > 1 and division.name.startswith(text)]
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
    """Return what a user's options request; for gaps, those of all years by default.

    Raises PortalError for unknown portals and provinces, ValueError for missing or reversed years.
    """
    if not gaps and (first is None or last is None):
        raise ValueError("the first and the last year are needed, unless only gaps are requested")
    first = first or FIRST_YEAR
    if last is not None and first > last:
        raise ValueError(f"the first year, {first}, is after the last, {last}")
    prefix = province_prefix(province, known.values()) if province else None
    request = BackfillRequest(first, last, prefix, tuple(sorted(set(portals))), gaps)
    choose(request, known)
    return request


def choose(request: BackfillRequest, portals: Mapping[str, Portal]) -> list[Portal]:
    """Return the requested portals, by id. Raises PortalError for an unknown one, or if none is left."""
    unknown = sorted(set(request.portals) - set(portals))
    if unknown:
        raise PortalError(f"unknown portal {', '.join(unknown)}: `nianbao portal list` prints the known ones")
    chosen = [
        portals[name]
        for name in sorted(request.portals or portals)
        if portals[name].jurisdiction.startswith(request.province or "")
    ]
    if not chosen:
        raise PortalError(
            f"none of these portals is in {request.province}: `nianbao portal list` prints the known ones"
        )
    return chosen


@dataclass(frozen=True, slots=True)
class Requested:
    """A requested portal, with what the ledger knows of it and of every address that was fetched there."""

    portal: Portal
    known: PortalSnapshot
    addresses: Mapping[str, Address]


def make_plan(request: BackfillRequest, portals: Iterable[Requested], now: datetime, at_once: int) -> Plan:
    """Return the plan for portals by what is known of each; those with nothing to do are left out."""
    parts = (_portal_plan(request, requested, now) for requested in portals)
    return Plan(tuple(part for part in parts if part.years), at_once)


def _portal_plan(request: BackfillRequest, requested: Requested, now: datetime) -> PortalPlan:
    portal, known, today = requested.portal, requested.known, now.astimezone(CHINA).date()
    states: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for report in cover_known(known, today):
        states[report.year][report.state] += 1
    listed = Counter(entry.year for entry in known.entries)
    to_read = Counter(entry.year for entry in _unread(requested, now))
    years = [year for year in _years(request, requested, today) if not request.gaps or _has_hole(known, states[year])]
    return PortalPlan(
        portal=portal.id,
        host=host_of(portal.homepage),
        delay=portal.delay,
        lists=_requests_for_lists(requested),
        parts=_parts_of_a_page(known),
        years=tuple(YearPlan(year, dict(sorted(states[year].items())), listed[year], to_read[year]) for year in years),
    )


def _years(request: BackfillRequest, requested: Requested, today: date) -> Iterator[int]:
    """Yield the requested years, latest first, that the portal is expected to publish or was seen to list.

    A report is written after its year has ended.
    """
    named = {entry.year for entry in requested.known.entries}
    last = today.year - 1 if request.last is None else request.last
    for year in range(last, request.first - 1, -1):
        if year in named or (year in requested.portal.years and year < today.year):
            yield year


def _has_hole(known: PortalSnapshot, states: Mapping[str, int]) -> bool:
    """Return whether a report is missing; of a portal that was never crawled all are."""
    return known.listing is None or bool(states.keys() - THERE)


def _unread(requested: Requested, now: datetime) -> Iterator[ListEntry]:
    """Yield the reports that lists name and that have not been read."""
    known = requested.known
    verdicts: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in known.verdicts:
        verdicts[verdict.url].append(verdict)
    read = {verdict.report_id for verdict in known.verdicts}
    for entry in known.entries:
        address, own = requested.addresses.get(entry.url), verdicts[entry.url]
        state = read_state(address.sha256 if address else None, own, partial(read.__contains__, entry.report_id))
        if is_missing(entry, address, own, state, now):
            yield entry


def _requests_for_lists(requested: Requested) -> int | None:
    """Return how many addresses, except those of reports and their parts, the last reading of the lists requested."""
    known, listing = requested.known, requested.known.listing
    if listing is None:
        return None
    reports = {entry.url for entry in known.entries} | {verdict.url for verdict in known.verdicts}
    fetched = requested.addresses.items()
    return sum(address.last_checked >= listing.began and url not in reports for url, address in fetched)


def _parts_of_a_page(known: PortalSnapshot) -> float:
    """Return how many other documents were read for each page on average."""
    pages = {entry.url for entry in known.entries}
    read = {verdict.url for verdict in known.verdicts}
    return len(read - pages) / len(read & pages) if read & pages else 0.0
