"""Whether a portal lists and serves all reports of a year, and how long the year waits for missing ones.

Owns the comparison with what the portal's file expects and with the last good crawl, and the rule by which a year is
held back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from extractors.portals.portal import Portal
from extractors.web.response import PASSING
from flows.ledger.baselines import BaselineEntry
from flows.ledger.gaps import YearGaps
from flows.ledger.ledger import Ledger
from flows.ledger.records import STANDING, ListEntry
from flows.runs.result import Alarm, RunResult
from flows.steps.listed_reports import ListedReport, Lists

PATIENCE = timedelta(days=7)
"""How long a year waits for what it lacks: firewalls relent within days or not for a season (PORTALS §6), and one dead
link among sixty reports would hold back the others for ever."""
_MOST = 2 * PATIENCE
"""How long a year waits in all if it lacks another thing before it has waited for the first: a server that refuses one
page tonight and another tomorrow would hold back the year for ever."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a portal's year lacks: `what` names it from one crawl to the next, `reason` is for people."""

    what: str
    reason: str


def check_yield(
    portal: Portal, lists: Lists, ledger: Ledger, years: Collection[int] | None, outcome: RunResult
) -> Mapping[int, list[Gap]]:
    """Return what each year lacks by the lists, and record a complete listing as the portal's baseline.

    Raise alarms if the portal's file expects more, more was listed before, or nothing is listed. What an incomplete
    list names is published; it is compared with nothing, and its own alarm says what it lacks. The baseline is the last
    listing that was whole and lacked nothing of the one before. A report is there as long as any page for the same body
    and year is listed.
    """
    gaps: defaultdict[int, list[Gap]] = defaultdict(list)
    listed = {report.listed.url: _baseline_entry(report) for report in lists.announced}
    for year, gap in _fewer_than_expected(portal, listed.values()):
        if years is None or year in years:
            outcome.alarm(portal.id, "fewer_than_expected", gap.reason)
        gaps[year].append(gap)
    if not lists.listing.complete:
        return gaps
    before = [] if lists.outdated else ledger.baselines.baseline(portal.id)
    there = {place for entry in listed.values() for place in _places(entry)}
    lost = [entry for entry in before if there.isdisjoint(_places(entry))]
    if lost:
        outcome.alarm(portal.id, "fewer_than_before", _describe_lost(lost, before, portal.id))
        for entry in lost:
            gaps[entry.year].append(Gap(entry.url, f"{_name(entry, portal)} is no longer listed"))
    elif listed and not lists.outdated:
        ledger.baselines.save(portal.id, listed.values())
    elif not listed and not outcome.alarms:
        outcome.alarm(portal.id, "nothing_listed", "no annual report is listed")
    return gaps


def missing_pages(announced: Iterable[ListedReport], ledger: Ledger) -> list[ListEntry]:
    """Return the entries whose page, or a part of it, could not be fetched, and that a later crawl may get.

    A page that is gone, or closed to the public, is an answer; an unreadable document is there.
    """
    entries = (ledger.entry(report.listed.url) for report in announced)
    return [entry for entry in entries if entry and entry.reason and entry.outcome in PASSING]


def lacking_pages(announced: Iterable[ListedReport], ledger: Ledger) -> list[Gap]:
    """Return what a year lacks by its missing pages, except those of which an earlier version is published."""
    return [
        Gap(entry.url, f"{entry.url}: {entry.reason}")
        for entry in missing_pages(announced, ledger)
        if not _is_published(entry, ledger)
    ]


def record_gaps(portal: str, year: int, gaps: Collection[Gap], ledger: Ledger) -> YearGaps:
    """Record what a portal's year lacks now, in place of what it lacked; return since when it lacks each thing.

    Every crawl that lists the year records this. If anything is waited for, the year as a whole is recorded, too.
    """
    lacking = {gap.what for gap in gaps}
    known = ledger.gaps.record(portal, year, lacking, waiting=bool(lacking))
    if not _waited_for(gaps, known, datetime.now(UTC)):
        ledger.gaps.record(portal, year, lacking, waiting=False)
    return known


def reason_to_wait(gaps: Collection[Gap], known: YearGaps, now: datetime) -> str | None:
    """Return why nothing of a portal's year is published now; None if it is whole, or was waited for long enough.

    `known` is what `record_gaps` returned.
    """
    reasons = _waited_for(gaps, known, now)
    if not reasons or (known.waiting_since and now - known.waiting_since >= _MOST):
        return None
    return reasons[0] + (f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else "")


def _waited_for(gaps: Collection[Gap], known: YearGaps, now: datetime) -> list[str]:
    """Return the reasons of the gaps that have not been waited for long enough."""
    return [gap.reason for gap in gaps if gap.what in known.since and now - known.since[gap.what] < PATIENCE]


def held_back(portal: str, year: int, reports: int, reason: str) -> Alarm:
    """Return the alarm about reports that were read and not published."""
    remedy = f"crawl again, or publish what is there: nianbao portal accept {portal}"
    held = f"{reports} new or changed reports for {year} are held back because others could not be fetched"
    return Alarm(portal, "held_back", f"{held}: {reason}; {remedy}")


def _is_published(entry: ListEntry, ledger: Ledger) -> bool:
    """Return whether a report is published that an entry's page contained before, or that its title announces."""
    verdicts = (*ledger.verdicts_on(entry.url), *ledger.editions(entry.report_id))
    return any(verdict.state in STANDING for verdict in verdicts)


def _fewer_than_expected(portal: Portal, listed: Collection[BaselineEntry]) -> Iterator[tuple[int, Gap]]:
    for year, least in portal.expectations.items():
        count = sum(entry.year == year for entry in listed)
        if count < least:
            yield year, Gap("expected", f"{count} reports for {year} are listed, at least {least} are expected")


def _describe_lost(lost: Collection[BaselineEntry], before: Collection[BaselineEntry], portal: str) -> str:
    """Describe in one line what is no longer listed."""
    counts = []
    for year in sorted({entry.year for entry in lost}):
        former, gone = (sum(entry.year == year for entry in entries) for entries in (before, lost))
        counts.append(f"{former - gone} of {former} for {year}")
    first = ", ".join(f"{entry.agency} {entry.year}".strip() for entry in [*lost][:3])
    others = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
    remedy = f"if they were taken down for good: nianbao portal accept {portal}"
    return f"fewer reports are listed than before ({', '.join(counts)}); {remedy}; not there: {first}{others}"


def _places(entry: BaselineEntry) -> tuple[str, tuple[str, str, int]]:
    """Return what identifies a report: its id, which the portal's file may change, or its line of the list."""
    return entry.report_id, (entry.url, entry.agency, entry.year)


def _name(entry: BaselineEntry, portal: Portal) -> str:
    return f"{entry.agency or portal.name} {entry.year}"


def _baseline_entry(report: ListedReport) -> BaselineEntry:
    return BaselineEntry(report.listed.url, report.listed.year, report.listed.report_id, report.listed.agency)
