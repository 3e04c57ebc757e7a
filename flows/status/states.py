"""The state of each agency's report for each year, by the ledger: published, missing, or why that is unknown.

Owns the states and the rules by which they follow from what was listed, fetched and read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol, TypeGuard, TypeVar, get_args

from extractors.portals.portal import Portal
from extractors.web.response import FetchOutcome
from flows.ledger.ledger import Ledger
from flows.ledger.records import Address, ListEntry, Listing, Verdict
from transforms.jurisdictions.divisions import division_in
from transforms.jurisdictions.resolve import agency_kind, body_name

State = Literal["published", "partial", "quarantined", "blocked", "unreachable", "failed", "listed", "not_published"]
_PREFERENCE = get_args(State)
THERE = frozenset[State](("published", "partial"))
"""States of reports in the warehouse; all others are holes."""
_STATES: dict[FetchOutcome, Literal["blocked", "unreachable"]] = {
    "waf": "blocked",
    "login": "blocked",
    "shell": "blocked",
    "throttled": "blocked",
    "wrong_page": "blocked",
    "refused_by_robots": "blocked",
    "crawl_delay": "blocked",
    "unreachable": "unreachable",
}
"""The portal refuses this crawler, or it does not answer; everything else is a failure."""
_GOVERNMENTS = frozenset({"人民政府", "管理委员会"})
"""Names of the bodies that govern a division, without its name."""
_LAST_DUE_MONTH = 3
"""Governments publish by 31 March of the next year (条例 art. 49, PORTALS §8)."""


Key = tuple[str, str, int]
"""Jurisdiction, name of the body in it, year: documents with the same key contain the same report."""


@dataclass(frozen=True, slots=True)
class PortalSnapshot:
    """What the ledger knows of a portal; `listing` is None if its lists were never read."""

    portal: Portal
    listing: Listing | None
    entries: Sequence[ListEntry]
    addresses: Mapping[str, Address]
    verdicts: Sequence[Verdict]


class SeenReport(Protocol):
    """A report as a document or a list names it."""

    @property
    def jurisdiction(self) -> str:
        """The division it belongs to."""

    @property
    def agency(self) -> str:
        """The body that reports, as printed."""

    @property
    def year(self) -> int | None:
        """The year reported on."""


Seen = TypeVar("Seen", bound=SeenReport)


@dataclass(frozen=True, slots=True)
class Covered:
    """The state of one agency's report for one year at one portal; the dates are those of its page, if it has one.

    `agency` is the name as printed, or the body's name within its division if no list names the report. `last_changed`
    is when the page last changed at its source.
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
    """Return the state of every report that a portal has or should have, by jurisdiction, agency and year."""
    return cover_known(known_of(portal, ledger), today)


def known_of(portal: Portal, ledger: Ledger) -> PortalSnapshot:
    """Return what the ledger knows of a portal."""
    name = portal.id
    return PortalSnapshot(
        portal, ledger.listings.get(name), ledger.entries(name), ledger.addresses(name), ledger.verdicts(name)
    )


def cover_known(known: PortalSnapshot, today: date) -> list[Covered]:
    """Return the same as `cover`, by what is known of the portal."""
    portal = known.portal
    seen = (*_read(known.verdicts, known.addresses), *_listed(known.entries, known.addresses))
    states = unique_states(((report, report.state) for report in seen), portal.divisions)
    reports = {key: report for key, (report, _) in states.items()}
    holes = _holes(portal, known.listing, reports, today) if known.listing else ()
    return sorted((*reports.values(), *holes), key=lambda report: (report.jurisdiction, report.agency, report.year))


def unique_states(seen: Iterable[tuple[Seen, State]], divisions: Mapping[str, str]) -> dict[Key, tuple[Seen, State]]:
    """Return each report once with its state; of several documents that contain it, the one whose state counts."""
    found: dict[Key, tuple[Seen, State]] = {}
    for report, state in seen:
        key = report.jurisdiction, body_name(report.agency, divisions, report.year), report.year or 0
        if key not in found or outranks(state, found[key][1]):
            found[key] = report, state
    return found


def outranks(state: State, former: State) -> bool:
    """Return whether `state`, not `former`, is the one that counts of two states of one report."""
    return _PREFERENCE.index(state) < _PREFERENCE.index(former)


def is_report(state: str | None) -> TypeGuard[State]:
    """Return whether a verdict concerns a report, and not a page or edition that no longer contains one."""
    return state in ("published", "partial", "quarantined")


def state_of_missing(listing: Listing) -> State:
    """Return the state of reports that no list of a portal names."""
    return "not_published" if listing.complete else failure_state(listing.outcome)


def missing(portal: Portal, known: Collection[Key], today: date) -> Iterator[Key]:
    """Yield the reports that no list names: of governments all years that are due, of other bodies those between
    years that they have.
    """
    yield from _due(portal, known, today)
    yield from _between(known)


def state_of_entry(outcome: FetchOutcome) -> State:
    """Return the state of a report that a list names and that was not fetched and read.

    "listed": it was not requested yet, or is held back for others of its year.
    """
    return "listed" if outcome == "ok" else failure_state(outcome)


def failure_state(outcome: FetchOutcome) -> Literal["blocked", "unreachable", "failed"]:
    """Return the state of what could not be fetched, by the response of its address."""
    return _STATES.get(outcome, "failed")


def _read(verdicts: Iterable[Verdict], addresses: Mapping[str, Address]) -> Iterator[Covered]:
    """Yield the reports that were read, or could not be."""
    for verdict in verdicts:
        if verdict.year is not None and is_report(verdict.state):
            yield _covered(verdict, verdict.state, addresses)


def _listed(entries: Iterable[ListEntry], addresses: Mapping[str, Address]) -> Iterator[Covered]:
    """Yield the reports that a list names and that were not fetched and read."""
    for entry in entries:
        if entry.reason is not None:
            yield _covered(entry, state_of_entry(entry.outcome), addresses)


def _covered(report: Verdict | ListEntry, state: State, addresses: Mapping[str, Address]) -> Covered:
    address = addresses.get(report.url)
    first_seen, last_checked, last_changed = (
        (address.first_seen, address.last_checked, address.last_changed) if address else (None, None, None)
    )
    return Covered(
        portal=report.portal,
        jurisdiction=report.jurisdiction,
        agency=report.agency,
        year=report.year or 0,
        state=state,
        reason=report.reason,
        url=report.url,
        first_seen=first_seen,
        last_checked=last_checked,
        last_changed=last_changed,
    )


def _holes(portal: Portal, listing: Listing, known: Collection[Key], today: date) -> Iterator[Covered]:
    """Yield the reports that no list names; they were never published only if the lists were read to their end."""
    state = state_of_missing(listing)
    for jurisdiction, agency, year in missing(portal, known, today):
        yield Covered(portal.id, jurisdiction, agency, year, state, listing.reason, last_checked=listing.began)


def _due(portal: Portal, known: Iterable[Key], today: date) -> Iterator[Key]:
    """Yield the years without a report of the government of one of the portal's divisions, or of its office."""
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
    """Yield the years without a report of a body that has reports for an earlier and a later year."""
    series: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for jurisdiction, body, year in known:
        if body not in _GOVERNMENTS:
            series[jurisdiction, body].add(year)
    for (jurisdiction, body), years in series.items():
        for year in set(range(min(years), max(years))) - years:
            yield jurisdiction, body, year
