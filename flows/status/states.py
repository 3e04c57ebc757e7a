"""What is known of each agency's report for each year, by the ledger: there, not there, or why nobody can tell.

Owns the states and the rules by which they follow from what was listed, fetched and read. Must not fetch or write;
what the warehouse holds is counted by `warehouse.query.coverage`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeGuard, get_args

from extractors.portals.portal import Portal
from extractors.web.response import FetchOutcome
from flows.ledger.ledger import Ledger
from flows.ledger.records import Address, ListEntry, Listing, Verdict
from transforms.jurisdictions.divisions import division_in
from transforms.jurisdictions.resolve import agency_kind, body_name

State = Literal["published", "partial", "quarantined", "blocked", "unreachable", "failed", "listed", "not_published"]
_PREFERENCE = get_args(State)
THERE = frozenset[State](("published", "partial"))
"""States of what is in the warehouse; all others are holes."""
_STATES: dict[FetchOutcome, Literal["blocked", "unreachable"]] = {
    "waf": "blocked",
    "login": "blocked",
    "shell": "blocked",
    "throttled": "blocked",
    "wrong_page": "blocked",
    "refused_by_robots": "blocked",
    "unreachable": "unreachable",
}
"""Three different answers: the portal refuses this crawler, nobody answers from here; all else is a failure."""
_GOVERNMENTS = frozenset({"人民政府", "管理委员会"})
"""Names, without their division's, of the bodies that govern one."""
_LAST_DUE_MONTH = 3
"""Governments publish by 31 March of the next year (条例 art. 49, PORTALS §8)."""


Key = tuple[str, str, int]
"""Jurisdiction, name of the body in it, year: what makes two documents tell the same report."""


@dataclass(frozen=True, slots=True)
class PortalSnapshot:
    """What the ledger knows of a portal; `listing` is None where its lists were never read."""

    portal: Portal
    listing: Listing | None
    entries: Sequence[ListEntry]
    addresses: Mapping[str, Address]
    verdicts: Sequence[Verdict]


@dataclass(frozen=True, slots=True)
class Covered:
    """The state of one agency's report for one year at one portal; the dates are those of its page, where it has one.

    `agency` is the name as printed; of a report that no list names, the body's within its division. `last_changed` is
    when the page last differed at its source.
    """

    portal: str
    jurisdiction: str
    agency: str
    year: int
    state: State
    reason: str | None = None
    url: str | None = None
    first_seen: datetime | None = None
    last_checked: datetime | None = None
    last_changed: datetime | None = None


def cover(portal: Portal, ledger: Ledger, today: date) -> list[Covered]:
    """The state of every report that a portal was seen to hold or is expected to, by jurisdiction, agency and year."""
    return cover_known(known_of(portal, ledger), today)


def known_of(portal: Portal, ledger: Ledger) -> PortalSnapshot:
    """What the ledger knows of a portal."""
    name = portal.id
    return PortalSnapshot(
        portal, ledger.listings.get(name), ledger.entries(name), ledger.addresses(name), ledger.verdicts(name)
    )


def cover_known(known: PortalSnapshot, today: date) -> list[Covered]:
    """What `cover` says, by what is known."""
    portal, found = known.portal, dict[Key, Covered]()
    for one in (*_told(known.verdicts, known.addresses), *_promised(known.entries, known.addresses)):
        key = one.jurisdiction, body_name(one.agency, portal.divisions, one.year), one.year
        if key not in found or outranks(one.state, found[key].state):
            found[key] = one
    holes = _holes(portal, known.listing, found, today) if known.listing else ()
    return sorted((*found.values(), *holes), key=lambda one: (one.jurisdiction, one.agency, one.year))


def outranks(state: State, former: State) -> bool:
    """Whether of two states of one report the first is the one that counts."""
    return _PREFERENCE.index(state) < _PREFERENCE.index(former)


def is_report(state: str | None) -> TypeGuard[State]:
    """Whether a verdict speaks of a report, and not of a page or an edition that tells none any more."""
    return state in ("published", "partial", "quarantined")


def state_of_missing(listing: Listing) -> State:
    """The state of reports that no list of a portal names."""
    return "not_published" if listing.complete else failure_state(listing.outcome)


def missing(portal: Portal, known: Collection[Key], today: date) -> Iterator[Key]:
    """Reports that no list names: of governments for each year that is due, of others between years that they have."""
    yield from _due(portal, known, today)
    yield from _between(known)


def state_of_entry(outcome: FetchOutcome) -> State:
    """The state of a report that a list names and that was not had and read.

    "listed": it was not asked for yet, or is held back for others of its year.
    """
    return "listed" if outcome == "ok" else failure_state(outcome)


def failure_state(outcome: FetchOutcome) -> Literal["blocked", "unreachable", "failed"]:
    """The state of what could not be had, by what its address answered."""
    return _STATES.get(outcome, "failed")


def _told(verdicts: Iterable[Verdict], addresses: Mapping[str, Address]) -> Iterator[Covered]:
    """Reports that were read, or could not be."""
    for one in verdicts:
        if one.year is not None and is_report(one.state):
            yield _covered(one, one.state, addresses)


def _promised(entries: Iterable[ListEntry], addresses: Mapping[str, Address]) -> Iterator[Covered]:
    """Reports that a list names and that were not had and read."""
    for one in entries:
        if one.reason is not None:
            yield _covered(one, state_of_entry(one.outcome), addresses)


def _covered(one: Verdict | ListEntry, state: State, addresses: Mapping[str, Address]) -> Covered:
    address = addresses.get(one.url)
    first_seen, last_checked, last_changed = (
        (address.first_seen, address.last_checked, address.last_changed) if address else (None, None, None)
    )
    return Covered(
        portal=one.portal,
        jurisdiction=one.jurisdiction,
        agency=one.agency,
        year=one.year or 0,
        state=state,
        reason=one.reason,
        url=one.url,
        first_seen=first_seen,
        last_checked=last_checked,
        last_changed=last_changed,
    )


def _holes(portal: Portal, listing: Listing, known: Collection[Key], today: date) -> Iterator[Covered]:
    """Reports that no list names.

    Whether they were never published can only be said where the lists were read to their end.
    """
    state = state_of_missing(listing)
    for jurisdiction, agency, year in missing(portal, known, today):
        yield Covered(portal.id, jurisdiction, agency, year, state, listing.reason, last_checked=listing.began)


def _due(portal: Portal, known: Iterable[Key], today: date) -> Iterator[Key]:
    """Years for which the government of a division of the portal's has no report, nor its office for it."""
    have = {
        (jurisdiction, year)
        for jurisdiction, body, year in known
        if body in _GOVERNMENTS or agency_kind(body) == "government_office"
    }
    last = today.year - (1 if today.month > _LAST_DUE_MONTH else 2)
    for code in dict.fromkeys([portal.jurisdiction, *portal.divisions.values()]):
        for year in range(portal.years.first, last + 1):
            jurisdiction = division_in(code, year) or code
            if year in portal.years and (jurisdiction, year) not in have:
                yield jurisdiction, "人民政府", year


def _between(known: Iterable[Key]) -> Iterator[Key]:
    """Years without a report of a body that has one for an earlier year and one for a later."""
    series: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for jurisdiction, body, year in known:
        if body not in _GOVERNMENTS:
            series[jurisdiction, body].add(year)
    for (jurisdiction, body), years in series.items():
        for year in set(range(min(years), max(years))) - years:
            yield jurisdiction, body, year
