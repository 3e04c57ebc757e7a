"""Whether what a portal lists and gives for a year is all there is, and how long a year waits for the rest.

Owns the comparison with what the portal's file expects and with the last good crawl, and the rule by which a year is
held back. Must not fetch or publish.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from extractors.portals.portal import Portal
from extractors.web.response import PASSING
from flows.ledger.baselines import BaselineEntry
from flows.ledger.ledger import Ledger
from flows.ledger.records import STANDING, ListEntry
from flows.runs.result import Alarm, RunResult
from flows.steps.listed_reports import ListedReport, Lists

PATIENCE = timedelta(days=7)
"""How long a year waits for what it lacks: firewalls relent within days or not for a season (PORTALS §6), and one dead
link among sixty reports would keep back the others for ever."""
_MOST = 2 * PATIENCE
"""How long a year waits in all, where it lacks another thing before it has waited for the first: a server that refuses
one page tonight and another tomorrow would keep back the year for ever."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a portal's year lacks: `what` names it from one crawl to the next, `reason` is for people."""

    what: str
    reason: str


def check_yield(
    portal: Portal, lists: Lists, ledger: Ledger, years: Collection[int] | None, outcome: RunResult
) -> Mapping[int, list[Gap]]:
    """What each year lacks by the lists: alarms where the portal's file expects more, more was listed before, or
    nothing is.

    What was there before is what the last crawl listed whose lists were whole and lacked nothing of the one before. A
    report is there as long as any page for the same body and year is listed.
    """
    lacks: defaultdict[int, list[Gap]] = defaultdict(list)
    listed = {one.listed.url: _yielded(one) for one in lists.announced}
    for year, lack in _fewer_than_expected(portal, listed.values()):
        if years is None or year in years:
            outcome.alarm(portal.id, "fewer_than_expected", lack.reason)
        lacks[year].append(lack)
    if not lists.listing.complete:
        for year in {one.year for one in listed.values()}:
            lacks[year].append(Gap("lists", f"the list is incomplete: {lists.listing.reason}"))
        return lacks
    before = [] if lists.outdated else ledger.baselines.baseline(portal.id)
    there = {place for one in listed.values() for place in _places(one)}
    lost = [one for one in before if there.isdisjoint(_places(one))]
    if lost:
        outcome.alarm(portal.id, "fewer_than_before", _told_of(lost, before, portal.id))
        for one in lost:
            lacks[one.year].append(Gap(one.url, f"{_name(one, portal)} is no longer listed"))
    elif listed and not lists.outdated:
        ledger.baselines.save(portal.id, listed.values())
    elif not listed and not outcome.alarms:
        outcome.alarm(portal.id, "nothing_listed", "no annual report is listed")
    return lacks


def missing_pages(announced: Iterable[ListedReport], ledger: Ledger) -> list[ListEntry]:
    """The entries whose page, or a part of it, could not be had, and that a later crawl may get.

    A page that is gone, or closed to the public, is an answer; a document that nobody can read is there.
    """
    entries = (ledger.entry(one.listed.url) for one in announced)
    return [one for one in entries if one and one.reason and one.outcome in PASSING]


def lacking_pages(announced: Iterable[ListedReport], ledger: Ledger) -> list[Gap]:
    """What a year lacks by its missing pages: not those whose report is published, for its old version stands."""
    return [
        Gap(one.url, f"{one.url}: {one.reason}") for one in missing_pages(announced, ledger) if not _stands(one, ledger)
    ]


def hold_back(portal: str, year: int, lacks: Collection[Gap], ledger: Ledger) -> str | None:
    """Why nothing of a portal's year is to be published now; None where it is whole, or was waited for long enough.

    Call it in every crawl that lists the year: since when the year lacks each thing, and anything at all that is waited
    for, is known by these calls.
    """
    lacking = {one.what for one in lacks}
    known = ledger.gaps.record(portal, year, lacking, waiting=bool(lacking))
    now = datetime.now(UTC)
    reasons = [one.reason for one in lacks if one.what in known.since and now - known.since[one.what] < PATIENCE]
    if not reasons:
        ledger.gaps.record(portal, year, lacking, waiting=False)
        return None
    if known.waiting_since and now - known.waiting_since >= _MOST:
        return None
    return reasons[0] + (f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else "")


def held_back(portal: str, year: int, reports: int, reason: str) -> Alarm:
    """The alarm that tells of reports which were read and not published."""
    remedy = f"crawl again, or publish what is there: nianbao portal accept {portal}"
    told = f"{reports} new or changed reports for {year} are held back, for others cannot be had"
    return Alarm(portal, "held_back", f"{told}: {reason}; {remedy}")


def _stands(entry: ListEntry, ledger: Ledger) -> bool:
    """Whether a report is published that an entry's page told before, or that its title promises."""
    return any(one.state in STANDING for one in (*ledger.verdicts_on(entry.url), *ledger.editions(entry.report_id)))


def _fewer_than_expected(portal: Portal, listed: Collection[BaselineEntry]) -> Iterator[tuple[int, Gap]]:
    for year, least in portal.expectations.items():
        count = sum(one.year == year for one in listed)
        if count < least:
            yield year, Gap("expected", f"{count} reports for {year} are listed, at least {least} are expected")


def _told_of(lost: Collection[BaselineEntry], before: Collection[BaselineEntry], portal: str) -> str:
    """What is listed no more, in one line."""
    counts = []
    for year in sorted({one.year for one in lost}):
        former, gone = (sum(one.year == year for one in reports) for reports in (before, lost))
        counts.append(f"{former - gone} of {former} for {year}")
    first = ", ".join(f"{one.agency} {one.year}".strip() for one in [*lost][:3])
    others = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
    remedy = f"if they were taken down for good: nianbao portal accept {portal}"
    return f"fewer reports are listed than before ({', '.join(counts)}); {remedy}; not there: {first}{others}"


def _places(one: BaselineEntry) -> tuple[str, tuple[str, str, int]]:
    """What a report is known by: its id, which a change of the portal's file may change, or all that its list says."""
    return one.report_id, (one.url, one.agency, one.year)


def _name(one: BaselineEntry, portal: Portal) -> str:
    return f"{one.agency or portal.name} {one.year}"


def _yielded(one: ListedReport) -> BaselineEntry:
    return BaselineEntry(one.listed.url, one.listed.year, one.listed.report_id, one.listed.agency)
