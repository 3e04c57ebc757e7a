"""The state of each agency's report for each year at a portal: published, missing, or why that is unknown.

Owns the states and the rules by which they follow from what the ledger knows of lists, pages and reports.
`flows.steps.coverage` writes them into the warehouse's table `coverage`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Literal, NamedTuple, get_args

from extractors.portals.portal import Portal
from extractors.web.response import FetchOutcome
from flows.ledger.ledger import Ledger
from flows.ledger.records import ListEntry, Listing, Verdict, VerdictState
from transforms.jurisdictions.agencies import Around, agency_in, find_agency
from transforms.jurisdictions.divisions import division_in
from transforms.jurisdictions.identifiers import agency_id, agency_of_report, report_id

State = Literal["published", "partial", "quarantined", "blocked", "unreachable", "failed", "listed", "not_published"]
_PREFERENCE = get_args(State)
THERE = frozenset[State](("published", "partial"))
"""States of reports in the warehouse; all others are holes."""
_OF_VERDICT: Mapping[VerdictState, State] = {
    "published": "published",
    "partial": "partial",
    "quarantined": "quarantined",
}
"""Verdicts that concern a report, and not a page or an edition that no longer contains one."""
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
_GOVERNMENT = "人民政府"
_GOVERNING = (_GOVERNMENT, "人民政府办公室", "人民政府办公厅", "管理委员会", "管理委员会办公室", "党政办公室")
"""Canonical names, within a division, of the bodies whose report is that of its government."""
_LAST_DUE_MONTH = 3
"""Governments publish by 31 March of the next year (条例 art. 49, PORTALS §8)."""


class _Expected(NamedTuple):
    """A report that a portal should have."""

    jurisdiction: str
    agency: str
    report_id: str
    year: int


@dataclass(frozen=True, slots=True)
class PortalSnapshot:
    """What the ledger knows of a portal: of its own documents, and of shared ones, which other portals list as well.

    `portal` is None for files from disk, `listing` if the lists were never read.
    """

    name: str
    portal: Portal | None
    listing: Listing | None
    entries: Sequence[ListEntry]
    verdicts: Sequence[Verdict]


@dataclass(frozen=True, slots=True)
class Covered:
    """The state of one agency's report for one year at one portal; `url` is None if no list and no document has it.

    `agency` is the body's canonical name if the report was read, else as its list prints it.
    """

    portal: str
    jurisdiction: str
    agency: str
    year: int
    report_id: str
    state: State
    reason: str | None = None
    url: str | None = None


def cover(name: str, portal: Portal | None, ledger: Ledger, today: date) -> list[Covered]:
    """Return the state of every report that a portal has or should have, by jurisdiction, agency and year."""
    return cover_known(known_of(name, portal, ledger), today)


def known_of(name: str, portal: Portal | None, ledger: Ledger) -> PortalSnapshot:
    """Return what the ledger knows of the portal `name`."""
    verdicts = [*ledger.verdicts(name), *ledger.shared_verdicts(name)]
    return PortalSnapshot(name, portal, ledger.listings.get(name), ledger.entries.of_portal(name), verdicts)


def cover_known(known: PortalSnapshot, today: date) -> list[Covered]:
    """Return the same as `cover`, by what is known of the portal."""
    found: dict[str, Covered] = {}
    for covered in (*_read(known), *_waiting(known)):
        former = found.get(covered.report_id)
        if former is None or _PREFERENCE.index(covered.state) < _PREFERENCE.index(former.state):
            found[covered.report_id] = covered
    reports = [*found.values(), *_missing(known, found, today)]
    return sorted(reports, key=lambda report: (report.jurisdiction, report.agency, report.year))


def failure_state(outcome: FetchOutcome) -> Literal["blocked", "unreachable", "failed"]:
    """Return the state of what could not be fetched, by the response of its address."""
    return _STATES.get(outcome, "failed")


def state_of_list(listing: Listing, *, names_any: bool) -> State:
    """Return the state of a portal's lists for a year of which they name some report, or none."""
    if not listing.complete:
        return failure_state(listing.outcome)
    return "listed" if names_any else "not_published"


def due_partitions(portal: Portal, today: date) -> Iterator[tuple[str, int]]:
    """Yield each division of a portal, by its code of the year, with each year whose report it must have by now.

    A government's report is due in the next year; only years that are expected of the portal count.
    """
    last = today.year - (1 if today.month > _LAST_DUE_MONTH else 2)
    years = range(portal.years.first, min(last, portal.years.last or last) + 1)
    for code, year in product(dict.fromkeys([portal.jurisdiction, *portal.divisions.values()]), years):
        yield division_in(code, year) or code, year


def _read(known: PortalSnapshot) -> Iterator[Covered]:
    """Yield the reports that were read, or could not be."""
    for verdict in known.verdicts:
        state = _OF_VERDICT.get(verdict.state)
        if state and verdict.jurisdiction and verdict.year is not None:
            yield Covered(
                portal=known.name,
                jurisdiction=verdict.jurisdiction,
                agency=verdict.agency,
                year=verdict.year,
                report_id=_report_of(verdict, known),
                state=state,
                reason=verdict.reason,
                url=verdict.url,
            )


def _report_of(verdict: Verdict, known: PortalSnapshot) -> str:
    """Return the report that a document contains, or should contain if it could not be read."""
    if verdict.report_id != verdict.url:
        return verdict.report_id
    year = verdict.year or 0
    around = Around(known.portal.divisions if known.portal else None, verdict.jurisdiction)
    agency = find_agency(verdict.agency, year, around)
    return (agency or agency_in(verdict.jurisdiction, verdict.agency or _GOVERNMENT)).report_id(year)


def _waiting(known: PortalSnapshot) -> Iterator[Covered]:
    """Yield the reports that a list names and that were not fetched and read."""
    for entry in known.entries:
        if entry.stage != "done" and entry.gone_since is None:
            yield Covered(
                portal=known.name,
                jurisdiction=entry.jurisdiction,
                agency=entry.agency,
                year=entry.year,
                report_id=entry.report_id,
                state=failure_state(entry.outcome) if entry.stage == "deferred" else "listed",
                reason=entry.reason,
                url=entry.url,
            )


def _missing(known: PortalSnapshot, found: Mapping[str, Covered], today: date) -> Iterator[Covered]:
    """Yield the reports that no list names; they were never published only if the lists were read to their end.

    Of governments they are all years that are due, of other bodies those between years that they have.
    """
    listing, portal = known.listing, known.portal
    if listing is None or portal is None:
        return
    state = state_of_list(listing, names_any=False)
    for jurisdiction, agency, identifier, year in (*_due(portal, found, today), *_between(found)):
        if identifier not in found:
            yield Covered(known.name, jurisdiction, agency, year, identifier, state, listing.reason)


def _due(portal: Portal, found: Collection[str], today: date) -> Iterator[_Expected]:
    """Yield the years without a report of the government of one of the portal's divisions, or of its office."""
    around = Around(portal.divisions, portal.jurisdiction)
    for jurisdiction, year in due_partitions(portal, today):
        if not any(report_id(jurisdiction, body, year) in found for body in _GOVERNING):
            government = agency_in(jurisdiction, _GOVERNMENT, around)
            yield _Expected(jurisdiction, government.name, government.report_id(year), year)


def _between(found: Mapping[str, Covered]) -> Iterator[_Expected]:
    """Yield the years without a report of a body that has reports for an earlier and a later year."""
    series: defaultdict[str, dict[int, Covered]] = defaultdict(dict)
    for identifier, report in found.items():
        series[agency_of_report(identifier)][report.year] = report
    for agency, years in series.items():
        first = years[min(years)]
        governs = agency in {agency_id(first.jurisdiction, body) for body in _GOVERNING}
        for year in () if governs else range(min(years), max(years)):
            yield _Expected(first.jurisdiction, first.agency, f"{agency}-{year}", year)
